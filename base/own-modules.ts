import { readFileSync } from "../host/files.ts";

/** The few files that the build makes of many modules (`scripts/bundle.mjs`). */
interface Bundle {
	/** URL of one of the files, all of which lie in one folder. */
	readonly place: string;
	/** Files by the modules that are looked up in them: paths as `ownModule` takes them, and relative URLs. */
	readonly modules: Readonly<Record<OwnModule, string>>;
}

/** The bundle that this code is in: the build puts it here. Undefined where each module is a file of its own. */
const bundle = undefined as Bundle | undefined;

/** A module that is looked up where it is needed, not imported: it is user code's, or another process's. */
export type OwnModule =
	| "cli/main"
	| "experiment/random/worker-boot"
	| "index"
	| "kernel/engine/display/tslab"
	| "kernel/engine/main"
	| "training/backend/seeding"
	| "training/backend/tf";

/**
 * Where a module of this package is. A process that gets one this way has the copy
 * that our own imports lead to.
 *
 * @param path from the project's folder, without the ending
 */
export function ownModule(path: OwnModule): URL {
	if (bundle) return new URL(bundle.modules[path], bundle.place);
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	return new URL(`../${path}.${extension}`, import.meta.url);
}

/** Of each file of the bundle: from which line (1-based) on it has the code of which module. */
type Lines = Readonly<Record<string, readonly (readonly [number, string])[]>>;

let lines: Lines | undefined;

/**
 * The module that a line of the package's code comes from, by its path from
 * the project's folder; in a bundle a file has many.
 *
 * @param path of the file, from the folder of the code
 * @param line 1-based
 */
export function moduleOfLine(path: string, line: number): string {
	if (!bundle || !/^bundle[\\/]/.test(path)) return path;
	const name = path.split(/[\\/]/).at(-1) ?? "";
	lines ??= JSON.parse(
		readFileSync(new URL("lines.json", bundle.place), "utf8"),
	) as Lines;
	const modules = lines[name] ?? [];
	return modules.findLast(([first]) => first <= line)?.[1] ?? path;
}
