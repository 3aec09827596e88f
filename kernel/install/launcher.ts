import {
	chmodSync,
	existsSync,
	lstatSync,
	readFileSync,
	realpathSync,
	rmSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { shellQuoted } from "../../base/shell.ts";
import {
	type Again,
	explainMissing,
	findMissing,
	installation,
	remedy,
} from "./installation.ts";
import { binFolder, type Target } from "./location.ts";

/** In a launcher's second line, before the folder of its installation as JSON. */
const MARK = "deepdiva-launcher:";
const MARKED = /^(?:#|rem) deepdiva-launcher: (".*")$/;

const isWindows = process.platform === "win32";
const NAME = isWindows ? "deepdiva.cmd" : "deepdiva";

/**
 * Leaves the command `deepdiva` in the target's folder of commands: a small
 * script that starts this installation, and says so when it is gone.
 *
 * @returns the launcher's path, absolute
 * @throws UsageError when a file of that name is not a launcher of ours, or cannot be written
 */
export function installLauncher(options: Again = {}): string {
	const path = join(binFolder(options), NAME);
	if (leadsHere(path)) return path;
	if (isThere(path) && installationOf(path) === undefined)
		throw new UsageError(
			`${path} is no launcher of DeepDIVA, so it was left as it is; the kernel is installed. For the command, move that file away and install again, or start ${installation.command}`,
		);
	try {
		writeFileAtomic(
			path,
			isWindows ? commandFile(options) : shellScript(options),
		);
		chmodSync(path, 0o755);
	} catch (error) {
		throw new UsageError(
			`the command cannot be written to ${path}: ${(error as Error).message}; the kernel is installed. Use --prefix with a folder that is yours, or start ${installation.command}`,
		);
	}
	return path;
}

export interface RemovedLauncher {
	readonly path: string;
	/** Another installation that it starts, and that is still there: then it was not removed. */
	readonly startsOther?: string;
}

/** Removes the target's launcher, if it starts this installation or one that is gone. Undefined: there is none of ours. */
export function uninstallLauncher(
	target: Target = {},
): RemovedLauncher | undefined {
	const path = join(binFolder(target), NAME);
	const root = installationOf(path);
	if (root === undefined) return undefined;
	if (root !== installation.root && existsSync(root))
		return { path, startsOther: root };
	rmSync(path);
	return { path };
}

/** What keeps the user from starting a launcher as `deepdiva`; each with what to do. */
export function launcherAdvice(path: string, env = process.env): string[] {
	const folder = resolve(path, "..");
	const folders = (env.PATH ?? env.Path ?? "").split(delimiter);
	const place = folders.findIndex((one) => one !== "" && isSame(one, folder));
	if (place < 0)
		return [
			`${folder} is not on PATH; this adds it:\n  ${additionToPath(folder, env)}`,
		];
	const names = isWindows
		? ["deepdiva.exe", "deepdiva.cmd", "deepdiva"]
		: [NAME];
	const first = folders
		.slice(0, place)
		.flatMap((one) => names.map((name) => join(one || ".", name)))
		.find((one) => existsSync(one) && !leadsHere(one));
	return first === undefined
		? []
		: [
				`${first} comes earlier on PATH, so \`deepdiva\` starts that; remove it, or put ${folder} before it`,
			];
}

/** One line for the user's shell. */
function additionToPath(folder: string, env: NodeJS.ProcessEnv): string {
	if (isWindows)
		return `[Environment]::SetEnvironmentVariable("Path", '${folder.replaceAll("'", "''")};' + [Environment]::GetEnvironmentVariable("Path", "User"), "User")`;
	if (/(^|\/)fish$/.test(env.SHELL ?? ""))
		return `fish_add_path '${folder.replace(/['\\]/g, "\\$&")}'`;
	return `export PATH="${folder.replace(/["\\$`]/g, "\\$&")}:$PATH"`;
}

function shellScript(again: Again): string {
	const { root, node, command, built, packages } = installation;
	return `#!/bin/sh
# ${MARK} ${JSON.stringify(root)}
# Starts that DeepDIVA. Written by: deepdiva install
${findMissing([command, built, packages])}
if [ -n "$missing" ]; then
	${explainMissing(again)}
	printf '%s\\n' "deepdiva: $message" >&2
	exit 2
fi
node=${shellQuoted(node)}
if [ ! -x "$node" ]; then
	# An absolute path only: nothing of the working folder is started.
	node=$(command -v node) || node=
	case $node in
	/*) ;;
	*)
		echo "deepdiva: there is no node on PATH; install Node 20 or newer" >&2
		exit 2
		;;
	esac
fi
exec "$node" ${shellQuoted(command)} "$@"
`;
}

/** The same for Windows. `%%~$PATH:` looks in PATH alone, where a bare name would be searched in the working folder first. */
export function commandFile(again: Again): string {
	const { root, node, command, built, packages } = installation;
	const text = (one: string) => one.replaceAll("%", "%%");
	const echoed = text(
		`deepdiva: DeepDIVA was installed from ${root}, but it is not whole any more. ${remedy(again)}`,
	).replace(/[&|<>^]/g, "^$&");
	return [
		"@echo off",
		`rem ${MARK} ${text(JSON.stringify(root))}`,
		"rem Starts that DeepDIVA. Written by: deepdiva install",
		"setlocal DisableDelayedExpansion",
		...[command, built, packages].map(
			(file) => `if not exist "${text(file)}" goto missing`,
		),
		`set "node=${text(node)}"`,
		'if not exist "%node%" for %%I in (node.exe) do set "node=%%~$PATH:I"',
		"if not defined node goto nonode",
		`"%node%" "${text(command)}" %*`,
		"exit /b %errorlevel%",
		":nonode",
		"echo deepdiva: there is no node on PATH; install Node 20 or newer 1>&2",
		"exit /b 2",
		":missing",
		`echo ${echoed} 1>&2`,
		"exit /b 2",
		"",
	].join("\r\n");
}

/** The folder that a launcher starts; undefined for any other file. */
function installationOf(path: string): string | undefined {
	try {
		if (!lstatSync(path).isFile()) return undefined;
		const line = readFileSync(path, "utf8").split(/\r?\n/)[1] ?? "";
		const [, json] = MARKED.exec(line) ?? [];
		if (json === undefined) return undefined;
		return JSON.parse(isWindows ? json.replaceAll("%%", "%") : json) as string;
	} catch {
		return undefined;
	}
}

function isThere(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Does a path lead to the start of this installation, as the links do that npm makes? */
const leadsHere = (path: string) => isSame(path, installation.command);

function isSame(a: string, b: string): boolean {
	const real = (path: string) => {
		try {
			return realpathSync(path);
		} catch {
			return resolve(path);
		}
	};
	return real(a) === real(b);
}
