// Which packages of the build are part of what is shipped, though users install none of them.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Fonts, what the WebAssembly may hold of its compiler's library, and digits. */
const COPIED = ["@expo-google-fonts/arimo", "assemblyscript", "mnist"];

const DISTRIBUTIONS = join(
	"experiment",
	"sweep",
	"statistics",
	"distributions",
);

/**
 * @stdlib's functions go into the one file that calls them: 120 kB in place of 230
 * packages for everybody who installs this one. Each is evaluated when first called.
 * @param options where the outcome goes
 */
export const bundleDistributions = (options) =>
	esbuild.build({
		absWorkingDir: root,
		entryPoints: [`${DISTRIBUTIONS}.ts`],
		outfile: join("dist", `${DISTRIBUTIONS}.js`),
		bundle: true,
		minify: true,
		legalComments: "eof",
		format: "esm",
		platform: "browser",
		target: "es2023",
		// Ours has verbatimModuleSyntax, by which the import of `requirePackage` would stay, though nothing uses it any more.
		tsconfigRaw: {},
		plugins: [{ name: "stdlib", setup: inlineStdlib }],
		...options,
	});

function inlineStdlib(build) {
	build.onLoad({ filter: /distributions\.ts$/ }, ({ path }) => ({
		contents: readFileSync(path, "utf8").replaceAll(
			/\brequirePackage\(\s*(?="@stdlib\/)/g,
			"require(",
		),
		loader: "ts",
	}));
	// It prints what its iterations do, with modules of Node.
	build.onResolve({ filter: /^debug$/ }, () => ({
		path: "debug",
		namespace: "silent",
	}));
	build.onLoad({ filter: /.*/, namespace: "silent" }, () => ({
		contents: "module.exports = () => () => {};",
	}));
}

/** The folder of the package that a file lies in. */
function packageOf(path) {
	const [, above = "", name] =
		/^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
	return name === undefined ? undefined : above + name;
}

/** `NAME@VERSION` of each. */
export async function shippedPackages() {
	const { metafile } = await bundleDistributions({
		write: false,
		metafile: true,
	});
	const folders = Object.keys(metafile.inputs).flatMap(
		(path) => packageOf(path) ?? [],
	);
	const copied = COPIED.map((name) => `node_modules/${name}`);
	return new Set(
		[...folders, ...copied].map((folder) => {
			const { name, version } = JSON.parse(
				readFileSync(join(root, folder, "package.json"), "utf8"),
			);
			return `${name}@${version}`;
		}),
	);
}
