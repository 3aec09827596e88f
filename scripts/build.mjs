// Compiles to dist/ and puts beside the code what it reads at run time.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeBundles } from "./bundle.mjs";
import { writeNumerics } from "./numerics.mjs";
import { removeOrphans } from "./old-outputs.mjs";
import { bundleDistributions } from "./shipped.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const packageFolder = (name) =>
	dirname(require.resolve(`${name}/package.json`));

if (!existsSync(join(root, "tsconfig.json"))) {
	// The installed package is built already; only a clone has sources.
	process.exit(0);
}

const run = (file, ...args) => {
	const { status } = spawnSync(process.execPath, [file, ...args], {
		cwd: root,
		stdio: "inherit",
	});
	if (status !== 0) process.exit(status ?? 1);
};

run(join(packageFolder("typescript"), "bin", "tsc"), "-p", root);
removeOrphans(root);

const fonts = join(root, "dist", "widgets", "drawing", "fonts");
mkdirSync(fonts, { recursive: true });
const arimo = packageFolder("@expo-google-fonts/arimo");
for (const font of [
	"400Regular/Arimo_400Regular.ttf",
	"700Bold/Arimo_700Bold.ttf",
])
	cpSync(join(arimo, font), join(fonts, font.split("/")[1]));
cpSync(join(arimo, "LICENSE_FONT"), join(fonts, "LICENSE"));

compileAssembly(
	"experiment/strict-math/assembly/functions.ts",
	"experiment/strict-math/functions.wasm",
	...["--initialMemory", "1"],
);
compileAssembly(
	"training/backend/wasm-kernels/assembly/index.ts",
	"training/backend/wasm-kernels/kernels.wasm",
	"--importMemory",
	...["--enable", "simd"],
);
await writeNumerics();
await bundleDistributions();
const notices = packageFolder("@stdlib/stats-base-dists-t-cdf");
for (const notice of ["LICENSE", "NOTICE"])
	cpSync(
		join(notices, notice),
		join(root, "dist", "experiment", "sweep", "statistics", `STDLIB_${notice}`),
	);
await writeBundles();

/**
 * WebAssembly by AssemblyScript, when a file beside the source or the compiler
 * is newer. The outcome keeps no state, so nothing of it needs a runtime.
 */
function compileAssembly(source, output, ...options) {
	const folder = join(root, dirname(source));
	const compiler = packageFolder("assemblyscript");
	const target = join(root, "dist", output);
	const changed = (file) => statSync(file).ctimeMs;
	const inputs = [
		...readdirSync(folder).map((name) => join(folder, name)),
		join(compiler, "package.json"),
		fileURLToPath(import.meta.url),
	];
	if (
		existsSync(target) &&
		inputs.every((file) => changed(target) > changed(file))
	)
		return;
	run(
		join(compiler, "bin", "asc.js"),
		join(root, source),
		"-O3",
		"--noAssert",
		...["--runtime", "stub"],
		"--noExportMemory",
		...options,
		...["--outFile", target],
	);
	// It may hold functions of the compiler's library.
	for (const notice of ["LICENSE", "NOTICE"])
		cpSync(join(compiler, notice), join(dirname(target), notice));
}

run(join(root, "scripts", "pack-digits.mjs"));
