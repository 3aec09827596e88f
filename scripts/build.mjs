// Compiles to dist/ and puts beside the code what it reads at run time.
import { spawnSync } from "node:child_process";
import {
	appendFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
} from "node:fs";
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

/** Names of parameters that point to what a kernel writes; it may read there, too. */
const WRITTEN =
	/^(?:y|c|d[xf]|indexes|wide|scratch|values|first|second|velocity)$/;

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
 * Tells which parameters of each exported kernel are pointers, and which of these it
 * writes to, in a custom section of the module: a step that is recorded is replayed at other places.
 */
function appendSignatures(folder, target) {
	const signatures = {};
	for (const name of readdirSync(folder).sort()) {
		const source = readFileSync(join(folder, name), "utf8");
		for (const [, kernel, list] of source.matchAll(
			/^export function (\w+)\(([^)]*)\)/gm,
		)) {
			const pointers = [];
			const written = [];
			const parameters = list.split(",").map((text) => text.trim());
			for (const [at, parameter] of parameters.filter(Boolean).entries()) {
				const [own, type] = parameter.split(": ");
				if (type !== "usize") continue;
				pointers.push(at);
				if (
					WRITTEN.test(own) ||
					(own === "patches" && kernel === "takePatches")
				)
					written.push(at);
			}
			signatures[kernel] = { pointers, written };
		}
	}
	const text = (value) => {
		const bytes = Buffer.from(value);
		return Buffer.concat([unsigned(bytes.length), bytes]);
	};
	const content = Buffer.concat([
		text("signatures"),
		Buffer.from(JSON.stringify(signatures)),
	]);
	appendFileSync(
		target,
		Buffer.concat([Buffer.of(0), unsigned(content.length), content]),
	);
}

/** A whole number in LEB128, as WebAssembly has its lengths. */
function unsigned(value) {
	const bytes = [];
	for (; value > 127; value = Math.floor(value / 128))
		bytes.push((value % 128) + 128);
	return Buffer.from([...bytes, value]);
}

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
	appendSignatures(folder, target);
	// It may hold functions of the compiler's library.
	for (const notice of ["LICENSE", "NOTICE"])
		cpSync(join(compiler, notice), join(dirname(target), notice));
}

run(join(root, "scripts", "pack-digits.mjs"));
