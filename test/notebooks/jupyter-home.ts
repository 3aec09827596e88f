import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const launcher = join(root, "bin", "deepdiva.js");
const TUTORIAL = "01-first-experiment.ipynb";

/** A home folder of its own for Jupyter: our kernel is installed there, and nothing of the user's is read or changed. */
export interface JupyterHome {
	readonly folder: string;
	readonly env: NodeJS.ProcessEnv;
	/** `deepdiva ...args` as a user starts it, in this home; rejects when it does not end with 0. */
	deepdiva(args: readonly string[], options: CommandOptions): Promise<void>;
	remove(): void;
}

interface CommandOptions {
	readonly cwd: string;
	readonly env?: NodeJS.ProcessEnv;
}

/** Makes a home with the kernel of the built package, by `deepdiva install`. */
export async function jupyterHome(): Promise<JupyterHome> {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-jupyter-"));
	const env: NodeJS.ProcessEnv = {
		...process.env,
		HOME: folder,
		USERPROFILE: folder,
		JUPYTER_PATH: join(folder, "share", "jupyter"),
		JUPYTER_CONFIG_DIR: join(folder, "config"),
		JUPYTER_DATA_DIR: join(folder, "data"),
		JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
		JUPYTERLAB_SETTINGS_DIR: join(folder, "lab", "settings"),
		JUPYTERLAB_WORKSPACES_DIR: join(folder, "lab", "workspaces"),
		IPYTHONDIR: join(folder, "ipython"),
		DEEPDIVA_HISTORY: join(folder, "history.jsonl"),
		// Another front end's default would decide what colours a traceback has.
		NO_COLOR: undefined,
		FORCE_COLOR: undefined,
	};
	const home: JupyterHome = {
		folder,
		env,
		async deepdiva(args, options) {
			await run(process.execPath, [launcher, ...args], {
				cwd: options.cwd,
				env: { ...env, ...options.env },
			}).catch(({ code, stdout, stderr }) => {
				throw new Error(
					`deepdiva ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`,
				);
			});
		},
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
	await home.deepdiva(["install", "--prefix", folder], { cwd: folder });
	return home;
}

/**
 * Copies the first tutorial, as it is committed, into a new folder; returns its path.
 * @param images trains on so many digits of each part alone, where what takes a minute is not what is tested
 */
export function copyTutorial(folder: string, images?: number): string {
	mkdirSync(folder, { recursive: true });
	const copy = join(folder, TUTORIAL);
	const text = readFileSync(join(root, "tutorials", TUTORIAL), "utf8");
	const line = "%dd run task=image-classification data=data/digits epochs=5";
	assert.ok(text.includes(line));
	writeFileSync(
		copy,
		images === undefined ? text : text.replace(line, `${line} limit=${images}`),
	);
	return copy;
}
