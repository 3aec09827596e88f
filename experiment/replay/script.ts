import { UsageError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { shellQuoted } from "../../base/shell.ts";
import { version } from "../../base/version.ts";
import { chmodSync } from "../../host/files.ts";
import { basename, dirname, relative, resolve } from "../../host/paths.ts";
import { projectRoot } from "../session.ts";
import { type BatchOptions, planBatch } from "./batch.ts";
import { commandOf } from "./project-command.ts";

/**
 * Writes an exported script and, beside it, a shell script that runs it from a
 * clone; missing folders are made. Returns the paths as they should be shown.
 * @param batch also writes what clusters and containers need
 */
export function writeScript(
	file: string,
	code: string,
	batch?: BatchOptions,
): string[] {
	if (!file.endsWith(".ts"))
		throw new UsageError(
			`"${file}" does not end in .ts; name the script, for example replay.ts`,
		);
	const path = resolve(file);
	// Before anything is written: it may refuse.
	const files = batch ? planBatch(path, batch) : [];
	const shell = path.replace(/\.ts$/, ".sh");
	writeFileAtomic(path, code);
	for (const { name, content } of files)
		writeFileAtomic(resolve(dirname(path), name), content);
	writeFileAtomic(shell, shellScript(path));
	chmodSync(shell, 0o755);
	const beside = (name: string) =>
		file.slice(0, file.length - basename(file).length) + name;
	return [
		file,
		beside(basename(shell)),
		...files.map(({ name }) => beside(name)),
	];
}

function shellScript(path: string): string {
	const project = projectRoot(dirname(path));
	const up = relative(dirname(path), project) || ".";
	const inProject = (name: string) => shellQuoted(`${up}/${name}`);
	return `#!/bin/sh
# Installs what the lock file says, where that was not done yet, and runs ${basename(path)}.
# Arguments of the form key=value override its parameters; --help lists them.
set -eu
cd "$(dirname "$0")"
if [ -f ${inProject("package-lock.json")} ] && [ ! -d ${inProject("node_modules")} ]; then
	(cd ${shellQuoted(up)} && npm ci)
fi
# The project's own DeepDIVA, else the launcher on PATH; nothing is fetched by name.
deepdiva=${inProject(commandOf(project))}
if [ ! -x "$deepdiva" ]; then
	deepdiva=$(command -v deepdiva) || deepdiva=
	case $deepdiva in
	/*) ;;
	*)
		echo "deepdiva is neither in this project's node_modules/.bin nor on PATH; in a clone of DeepDIVA ${version} run: npm ci && node bin/deepdiva.js install" >&2
		exit 2
		;;
	esac
fi
exec "$deepdiva" run ${shellQuoted(`./${basename(path)}`)} "$@"
`;
}
