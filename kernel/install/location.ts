import { execFileSync } from "node:child_process";
import { isAbsolute, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { homeFolder, userFolder } from "../../base/home.ts";

/** Where a kernelspec and the launcher go. One of them; without any it is the user's folder. */
export interface Target {
	/** For this user, in every Python environment. The default. */
	readonly user?: boolean;
	/** In the active Python environment. */
	readonly sysPrefix?: boolean;
	/** Below this folder, e.g. `/usr/local`. */
	readonly prefix?: string;
}

/**
 * The folder of kernelspecs of a target, absolute.
 * https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files
 *
 * @throws UsageError when more than one target is named, or no Python environment is found
 */
export function kernelsFolder(target: Target): string {
	requireOne(target);
	const data =
		target.prefix !== undefined
			? join(target.prefix, "share", "jupyter")
			: target.sysPrefix
				? join(pythonPrefix(), "share", "jupyter")
				: userData();
	return resolve(data, "kernels");
}

/**
 * The folder of commands of a target, absolute.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 *
 * @throws UsageError when more than one target is named, or no Python environment is found
 */
export function binFolder(target: Target): string {
	requireOne(target);
	const windows = process.platform === "win32";
	if (target.prefix !== undefined) return resolve(target.prefix, "bin");
	if (target.sysPrefix)
		return resolve(pythonPrefix(), windows ? "Scripts" : "bin");
	const { XDG_BIN_HOME = "", LOCALAPPDATA } = process.env;
	if (windows)
		return join(
			LOCALAPPDATA ?? join(homeFolder(), "AppData", "Local"),
			"deepdiva",
			"bin",
		);
	return isAbsolute(XDG_BIN_HOME)
		? resolve(XDG_BIN_HOME)
		: join(homeFolder(), ".local", "bin");
}

function requireOne({ user, sysPrefix, prefix }: Target): void {
	if ([user, sysPrefix, prefix !== undefined].filter(Boolean).length > 1)
		throw new UsageError("Name one of --user, --sys-prefix and --prefix.");
}

function userData(): string {
	const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
	if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
	switch (process.platform) {
		case "darwin":
			return join(homeFolder(), "Library", "Jupyter");
		case "win32":
			return join(
				APPDATA ?? join(homeFolder(), "AppData", "Roaming"),
				"jupyter",
			);
		default:
			return join(userFolder(XDG_DATA_HOME, ".local", "share"), "jupyter");
	}
}

function pythonPrefix(): string {
	const active = process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX;
	if (active) return active;
	for (const python of ["python3", "python"])
		try {
			return execFileSync(python, ["-c", "import sys; print(sys.prefix)"], {
				encoding: "utf8",
				stdio: ["ignore", "pipe", "ignore"],
			}).trim();
		} catch {
			// Not this one: the next, then the error below.
		}
	throw new UsageError(
		"--sys-prefix needs a Python environment, and none was found: no VIRTUAL_ENV, no CONDA_PREFIX, no python3 in the PATH. Activate the environment of Jupyter first, or use --user or --prefix DIR.",
	);
}
