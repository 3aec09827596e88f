import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Paths of the project's files from its folder, as git lists them: committed, or new and not ignored. */
export const projectFiles = (root: string): string[] =>
	execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
		cwd: root,
		encoding: "utf8",
	})
		.split("\n")
		.filter((path) => path !== "" && existsSync(join(root, path)));
