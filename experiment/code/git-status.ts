import { git } from "./git-command.ts";
import { type GitPath, shownPath } from "./git-path.ts";

/** A file that is not as the commit has it. */
export interface CodeChange {
	/** Relative to the repository's top. */
	readonly path: string;
	readonly kind: "modified" | "added" | "deleted" | "untracked" | "conflict";
}

/** A file as the index or a commit holds it. */
export interface IndexEntry {
	readonly path: GitPath;
	readonly mode: string;
	readonly object: string;
}

/** Copies that Jupyter makes beside a notebook whenever it saves. */
const CHECKPOINTS = ":(exclude,glob)**/.ipynb_checkpoints/**";

/** What git finds to differ from the commit, untracked and ignored paths included. */
export function workTreeStatus(
	top: string,
	excluded: readonly string[],
): Promise<Buffer> {
	return git(top, [
		"status",
		"--porcelain=v2",
		"--branch",
		"-z",
		"--untracked-files=all",
		"--ignored=matching",
		"--ignore-submodules=none",
		"--no-renames",
		"--no-ahead-behind",
		"--",
		".",
		CHECKPOINTS,
		...excluded.map((path) => `:(exclude,literal)${path}`),
	]);
}

/** A path that differs from the commit. */
export interface StatusEntry {
	readonly path: GitPath;
	readonly kind: CodeChange["kind"];
	readonly submodule?: {
		/** Is it at another commit? */
		readonly moved: boolean;
		/** Are there changes in its own work tree? */
		readonly changedWithin: boolean;
	};
	/** As the commit has it. */
	readonly committed?: IndexEntry;
}

/**
 * Reads what `workTreeStatus` found: headers by name, paths that differ, and paths that git ignores.
 * @see https://git-scm.com/docs/git-status#_porcelain_format_version_2
 */
export function parseStatus(output: Buffer): {
	headers: Map<string, string>;
	entries: StatusEntry[];
	ignored: GitPath[];
} {
	const headers = new Map<string, string>();
	const entries: StatusEntry[] = [];
	const ignored: GitPath[] = [];
	for (const line of output.toString("latin1").split("\0")) {
		const fields = line.split(" ");
		const rest = (count: number) => fields.slice(count).join(" ");
		switch (fields[0]) {
			case "#":
				headers.set(fields[1] as string, shownPath(rest(2)));
				break;
			case "?":
				entries.push({ path: rest(1), kind: "untracked" });
				break;
			case "!":
				ignored.push(rest(1));
				break;
			case "u":
				entries.push({ path: rest(10), kind: "conflict" });
				break;
			case "1": {
				const [, xy = "", sub = "", mode = "", , , object = ""] = fields;
				const path = rest(8);
				entries.push({
					path,
					kind: kindOf(xy),
					...(sub.startsWith("S")
						? {
								submodule: {
									moved: xy !== ".M" || sub[1] === "C",
									changedWithin: /[MU]/.test(sub.slice(2)),
								},
							}
						: {}),
					...(xy.startsWith("A") ? {} : { committed: { path, mode, object } }),
				});
			}
		}
	}
	return { headers, entries, ignored };
}

function kindOf(xy: string): CodeChange["kind"] {
	if (xy.includes("D")) return "deleted";
	return xy.includes("A") ? "added" : "modified";
}
