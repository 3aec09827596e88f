import { readFile } from "../../host/files.ts";
import { notebookSources } from "../record/surroundings/notebook-sources.ts";
import { git } from "./git-command.ts";
import { fileOf } from "./git-path.ts";
import type { IndexEntry, StatusEntry } from "./git-status.ts";

/** Notebooks whose cells are as the commit has them. */
export async function unchangedNotebooks(
	top: string,
	entries: readonly StatusEntry[],
): Promise<Set<StatusEntry>> {
	const notebooks = entries.filter(
		({ path, committed }) => committed && /\.ipynb$/i.test(path),
	);
	if (notebooks.length === 0) return new Set();
	const committed = await blobs(
		top,
		notebooks.map((entry) => (entry.committed as IndexEntry).object),
	);
	const same = await Promise.all(
		notebooks.map(async ({ path }, i) => {
			const text = await readFile(fileOf(top, path), "utf8").catch(() => "");
			const sources = notebookSources(text);
			return (
				sources !== undefined &&
				sources === notebookSources(committed[i] as string)
			);
		}),
	);
	return new Set(notebooks.filter((_, i) => same[i]));
}

/** The texts of these objects, in one call. */
async function blobs(
	top: string,
	objects: readonly string[],
): Promise<string[]> {
	const input = `${objects.join("\n")}\n`;
	const output = await git(top, ["cat-file", "--batch"], { input });
	const texts: string[] = [];
	let at = 0;
	for (const _ of objects) {
		const line = output.indexOf("\n", at);
		const size = Number(output.toString("latin1", at, line).split(" ")[2]);
		texts.push(output.toString("utf8", line + 1, line + 1 + size));
		at = line + 1 + size + 1;
	}
	return texts;
}
