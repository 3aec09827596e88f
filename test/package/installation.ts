/** Folders in which the packed package is installed, and what is started there. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { listRuns } from "../../experiment/record/store/store.ts";

export interface Result {
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
}

const { DEEPDIVA_RUNS: _runs, NODE_OPTIONS: _options, ...rest } = process.env;
/** Nothing of npm, which may have started these tests, and nothing that a user has not. */
export const environment: NodeJS.ProcessEnv = {
	...Object.fromEntries(
		Object.entries(rest).filter(([name]) => !/^npm_/i.test(name)),
	),
	// Compiled code is found by its file's path; those of the installations are temporary, so a lasting cache would only grow.
	NODE_COMPILE_CACHE: temporaryFolder(),
};

/** Runs a program to its end, in a folder; it need not end well. */
export function run(
	cwd: string,
	file: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<Result> {
	return new Promise((resolve) => {
		const options = { cwd, env: { ...environment, ...env }, maxBuffer: 1e8 };
		execFile(file, args, options, (error, stdout, stderr) => {
			const status = error ? Number(error.code) || 1 : 0;
			resolve({ status, stdout, stderr });
		});
	});
}

/** What the program printed. @throws AssertionError when it fails, with its output */
export async function outputOf(
	...call: Parameters<typeof run>
): Promise<string> {
	const { status, stdout, stderr } = await run(...call);
	assert.equal(status, 0, `${call[2].join(" ")}\n${stdout}\n${stderr}`);
	return stdout;
}

/** A folder in which the package is installed. */
export interface Project {
	readonly folder: string;
	deepdiva(
		args: readonly string[],
		env?: Readonly<Record<string, string>>,
	): Promise<string>;
	/** Digests of the runs of an experiment, the first first. */
	digests(experiment: string): string[];
}

/** A folder in which the package is installed once more, as hard links where there are such, with a `type` of its own in package.json. */
export function projectLike(
	original: string,
	folder: string,
	type: string | undefined,
	files: Readonly<Record<string, string>>,
): Project {
	try {
		execFileSync("cp", ["-al", original, folder], { stdio: "ignore" });
	} catch {
		cpSync(original, folder, { recursive: true, verbatimSymlinks: true });
	}
	const manifest = join(folder, "package.json");
	const { type: _, ...others } = JSON.parse(readFileSync(manifest, "utf8"));
	// Else a link would change the original too.
	rmSync(manifest);
	writeFileSync(
		manifest,
		JSON.stringify(type === undefined ? others : { ...others, type }),
	);
	writeFiles(folder, files);
	const command = join(folder, "node_modules", ".bin", "deepdiva");
	return {
		folder,
		deepdiva: (args, env) => outputOf(folder, command, args, env),
		digests: (experiment) =>
			listRuns(join(folder, "runs"))
				.runs.filter(({ record }) => record.experiment === experiment)
				.map(({ record }) => record.digest),
	};
}
