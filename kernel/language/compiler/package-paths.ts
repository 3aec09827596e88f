import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The compiler writes every path with slashes. */
export const slashes = (path: string): string => path.replaceAll("\\", "/");

const require = createRequire(import.meta.url);

/** Folder of a package that deepdiva depends on, wherever npm has put it. */
function packageFolder(name: string): string | undefined {
	try {
		return slashes(dirname(require.resolve(`${name}/package.json`)));
	} catch {
		return undefined;
	}
}

/** The package of TypeScript's compiler for this platform, e.g. "@typescript/typescript-linux-x64". */
export const compilerPackage = `@typescript/typescript-${process.platform}-${process.arch}`;

/** Its folder, with the compiler and its libraries in `lib`; undefined where it is not installed. */
export function compilerFolder(): string | undefined {
	const typescript = packageFolder("typescript");
	if (typescript === undefined) return undefined;
	try {
		// As TypeScript itself looks for it: npm may have put it below.
		const from = createRequire(join(typescript, "package.json"));
		return slashes(dirname(from.resolve(`${compilerPackage}/package.json`)));
	} catch {
		return undefined;
	}
}

/**
 * The compiler itself.
 * @throws Error where its package is not installed
 */
export function compilerProgram(): string {
	const folder = compilerFolder();
	if (folder === undefined)
		throw new Error(`the package ${compilerPackage} is not installed`);
	const name = process.platform === "win32" ? "tsc.exe" : "tsc";
	return join(folder, "lib", name);
}

/** A folder of this package, among the sources here and the declarations once compiled. */
export const ownFolder = (path: string): string =>
	slashes(fileURLToPath(new URL(`../../../${path}`, import.meta.url)));

/** Types of a module of this package: its source here, its declarations once compiled. */
const ownTypes = (path: string): string =>
	ownFolder(path) + (extname(import.meta.url) === ".js" ? ".d.ts" : ".ts");

const TENSORFLOW_PARTS = [
	"core",
	"layers",
	"data",
	"backend-cpu",
	"backend-wasm",
];

/**
 * `paths` for the compiler: a notebook gets the deepdiva that runs it and that one's
 * TensorFlow.js, whether or not they are installed beside the notebook.
 */
export function packagePaths(): Record<string, string[]> {
	const parts = TENSORFLOW_PARTS.flatMap((part) => {
		const name = `@tensorflow/tfjs-${part}`;
		const folder = packageFolder(name);
		// Modules below it, too: those that add methods to tensors add them to these.
		return folder === undefined
			? []
			: [
					[name, [folder]],
					[`${name}/*`, [`${folder}/*`]],
				];
	});
	return {
		deepdiva: [ownTypes("index")],
		tslab: [ownTypes("kernel/engine/display/tslab")],
		"@tensorflow/tfjs": [ownTypes("training/backend/tf")],
		...Object.fromEntries(parts),
	};
}

/** Folders to look for `@types/node` in: those above the notebook, then deepdiva's own. */
export function typeRoots(cwd: string): string[] {
	const roots: string[] = [];
	for (let folder = cwd; ; folder = dirname(folder)) {
		const root = join(folder, "node_modules", "@types");
		if (existsSync(join(root, "node"))) roots.push(slashes(root));
		if (dirname(folder) === folder) break;
	}
	const own = packageFolder("@types/node");
	return own === undefined ? roots : [...roots, dirname(own)];
}
