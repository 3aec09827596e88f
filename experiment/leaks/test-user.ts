import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import type { ActiveRun } from "../record/active-run.ts";
import { recordRun } from "../record/test-record.ts";

let count = 0;

/** A function whose code lies in a file of a user's, as our own is not watched. */
export async function userFunction(
	code: string,
	files: Readonly<Record<string, string>> = {},
): Promise<(run?: ActiveRun) => unknown> {
	const folder = temporaryFolder();
	const name = `user-${++count}.mjs`;
	writeFiles(folder, {
		...files,
		[name]: code.includes("export default")
			? code
			: `export default async (run) => { ${code} };`,
	});
	const module = (await import(pathToFileURL(join(folder, name)).href)) as {
		default: (run?: ActiveRun) => unknown;
	};
	return module.default;
}

/** The record of a run with this code as its body. */
export async function runUserCode(
	code: string,
	plan: Parameters<typeof recordRun>[1] = {},
) {
	const body = await userFunction(code);
	return recordRun((run) => body(run), plan);
}
