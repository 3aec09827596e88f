import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { shellQuoted } from "../../base/shell.ts";
import { isClone, packageRoot } from "../../base/version.ts";
import type { Target } from "./location.ts";

/** What `deepdiva install` notes of this installation, absolute. */
export const installation = {
	root: packageRoot,
	/** The interpreter: the pinned one, since it runs this. */
	node: process.execPath,
	/** What starts the command line. */
	command: join(packageRoot, "bin", "deepdiva.js"),
	/** What Jupyter starts; from source, or as the build bundles it. */
	server: fileURLToPath(
		new URL(
			extname(import.meta.url) === ".ts"
				? "../server/main.ts"
				: "../../bundle/kernel/server/main.js",
			import.meta.url,
		),
	),
	built: join(packageRoot, "dist", "bundle", "shared", "cli-main.js"),
	/** A file of its packages, which are not there after `rm -r node_modules`. */
	packages: createRequire(import.meta.url).resolve("zeromq"),
} as const;

/** The words that install again what is being installed. */
export interface Again extends Target {
	readonly name?: string | undefined;
}

/** What to do when the installation is not where it was, as the end of a sentence. */
export function remedy({ sysPrefix, prefix, name }: Again): string {
	const words = [
		"install",
		...(sysPrefix ? ["--sys-prefix"] : []),
		...(prefix === undefined ? [] : ["--prefix", word(prefix)]),
		...(name === undefined ? [] : ["--name", name]),
	].join(" ");
	return isClone
		? `In the place where its clone is now, run: npm ci && node bin/deepdiva.js ${words}`
		: `In the project where the package is now, run: npm install && node_modules/.bin/deepdiva ${words}`;
}

const word = (text: string) =>
	/^[\w/.:\\-]+$/.test(text) ? text : shellQuoted(text);

/** Lines of a shell script: `missing` is the first of these files that is not there, or empty. */
export function findMissing(files: readonly string[]): string {
	return `missing=
for part in ${files.map(shellQuoted).join(" ")}; do
	[ -e "$part" ] || missing=\${missing:-$part}
done`;
}

/** A line of a shell script: `message` says what is gone and what to do. */
export function explainMissing(again: Again): string {
	return `message=${shellQuoted(`DeepDIVA was installed from ${installation.root}, but `)}$missing${shellQuoted(` is gone. ${remedy(again)}`)}`;
}
