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

/** Lines of the tutorial, and what they are where only `images` digits of each part are wanted. */
const shorter = (images: number): readonly (readonly [string, string])[] => [
	["%dd run moons lr=0.02 epochs=40", "%dd run moons lr=0.02 epochs=10"],
	[
		"%dd multirun -n 5 task=points set=spiral epochs=40",
		"%dd multirun -n 5 task=points set=spiral epochs=8 --no-images",
	],
	[
		"%dd run task=image-classification data=data/digits epochs=5",
		`%dd run task=image-classification data=data/digits epochs=5 limit=${images} --no-images`,
	],
];

/**
 * Copies the first tutorial, as it is committed, into a new folder; returns its path.
 * @param images trains on so many digits of each part alone, in fewer epochs, and
 * the first run alone leaves images: where what takes a minute is not what is tested
 */
export function copyTutorial(folder: string, images?: number): string {
	mkdirSync(folder, { recursive: true });
	const copy = join(folder, TUTORIAL);
	let text = readFileSync(join(root, "tutorials", TUTORIAL), "utf8");
	for (const [line, short] of images === undefined ? [] : shorter(images)) {
		assert.ok(text.includes(line), line);
		text = text.replace(line, short);
	}
	writeFileSync(copy, text);
	return copy;
}
