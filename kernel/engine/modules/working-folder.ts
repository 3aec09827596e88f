import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What depends on the working folder: a cell is a module there. */
export interface WorkingFolder {
	/** Stands for `import.meta`. */
	readonly meta: Readonly<Record<string, unknown>>;
	/** Makes `require` and `meta` those of the present working folder. */
	follow(): void;
}

/**
 * Gives cells a `require`, unless they declare one.
 * @param moved is told each new working folder
 */
export function createWorkingFolder(
	moved: (folder: string) => void,
): WorkingFolder {
	let folder: string | undefined;
	let meta: WorkingFolder["meta"] = {};
	let given: unknown;
	const globals = globalThis as { require?: unknown };
	const self: WorkingFolder = {
		get meta() {
			return meta;
		},
		follow() {
			if (folder === process.cwd()) return;
			if (folder !== undefined) moved(process.cwd());
			folder = process.cwd();
			meta = metaOf(folder);
			// A user's own stays.
			if (globals.require !== given) return;
			given = createRequire(join(folder, "notebook.js"));
			globals.require = given;
		},
	};
	self.follow();
	return self;
}

/** What a module in the folder would find as `import.meta`. */
function metaOf(folder: string): WorkingFolder["meta"] {
	const filename = join(folder, "notebook.ts");
	const { resolve } = createRequire(filename);
	return {
		dirname: folder,
		filename,
		url: pathToFileURL(filename).href,
		resolve: (specifier: string) =>
			isBuiltin(specifier) ? specifier : pathToFileURL(resolve(specifier)).href,
	};
}
