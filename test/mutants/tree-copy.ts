import { execFileSync, spawn } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { projectFiles } from "../project-files.ts";
import { Coverage } from "./coverage.ts";

/** How a test file ended: with every test passed, with a failure, or not in time. */
export interface Outcome {
	readonly end: "passed" | "failed" | "late";
	readonly seconds: number;
	/** What it printed. */
	readonly output: string;
}

const FAILURE = /^\s*not ok (?!.*# (?:TODO|SKIP))/m;

/**
 * A copy of the project's files in which mistakes are planted, with a home and a
 * folder for temporary files of its own: what a mistake writes or deletes at a
 * wrong place is not the user's.
 */
export class TreeCopy {
	readonly root: string;
	readonly #folder: string;

	constructor(original: string, folder: string) {
		this.#folder = folder;
		this.root = join(folder, "tree");
		for (const file of projectFiles(original)) {
			mkdirSync(dirname(join(this.root, file)), { recursive: true });
			cpSync(join(original, file), join(this.root, file));
		}
		cpSync(join(original, "dist"), join(this.root, "dist"), {
			recursive: true,
		});
		symlinkSync(
			join(original, "node_modules"),
			join(this.root, "node_modules"),
		);
		const git = (...words: string[]) =>
			execFileSync(
				"git",
				["-c", "user.name=mutants", "-c", "user.email=mutants", ...words],
				{ cwd: this.root, stdio: "ignore" },
			);
		git("init");
		git("add", "--all");
		git("commit", "--message=copy");
	}

	/** Runs a test file until its end or its first failure. */
	run(test: string, milliseconds: number): Promise<Outcome> {
		return this.#run(test, milliseconds, {
			NODE_COMPILE_CACHE: join(this.#folder, "compiled"),
		});
	}

	/** The same, with the places that were executed. */
	async runCovered(
		test: string,
		milliseconds: number,
	): Promise<Outcome & { readonly coverage: Coverage }> {
		const folder = join(this.#folder, "coverage");
		mkdirSync(folder, { recursive: true });
		try {
			const outcome = await this.#run(test, milliseconds, {
				NODE_V8_COVERAGE: folder,
			});
			return { ...outcome, coverage: Coverage.read(folder, this.root) };
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	}

	/** What `action` gives while a file has another text. */
	async with<T>(
		file: string,
		text: string,
		action: () => Promise<T>,
	): Promise<T> {
		const path = join(this.root, file);
		const original = readFileSync(path);
		writeFileSync(path, text);
		try {
			return await action();
		} finally {
			writeFileSync(path, original);
		}
	}

	async #run(
		test: string,
		milliseconds: number,
		environment: NodeJS.ProcessEnv,
	): Promise<Outcome> {
		const home = join(this.#folder, "home");
		const temporary = join(this.#folder, "tmp");
		for (const folder of [home, temporary]) {
			rmSync(folder, { recursive: true, force: true });
			mkdirSync(folder);
		}
		const begin = performance.now();
		const child = spawn(
			process.execPath,
			[
				"--disable-warning=ExperimentalWarning",
				"--test-reporter=tap",
				join(this.root, test),
			],
			{
				cwd: this.root,
				// With a group of its own, so that what it started ends with it.
				detached: true,
				stdio: ["ignore", "pipe", "pipe"],
				env: {
					...process.env,
					HOME: home,
					XDG_CACHE_HOME: join(home, ".cache"),
					XDG_CONFIG_HOME: join(home, ".config"),
					XDG_DATA_HOME: join(home, ".local/share"),
					TMPDIR: temporary,
					...environment,
				},
			},
		);
		const kill = () => {
			try {
				process.kill(-(child.pid as number), "SIGKILL");
			} catch {
				// All of it has ended.
			}
		};
		process.once("exit", kill);
		let output = "";
		let isLate = false;
		let hasFailed = false;
		const timer = setTimeout(() => {
			isLate = true;
			kill();
		}, milliseconds);
		const read = (chunk: string) => {
			output += chunk;
			if (hasFailed || !FAILURE.test(output)) return;
			hasFailed = true;
			// The reason follows the line.
			setTimeout(kill, 100);
		};
		child.stdout.setEncoding("utf8").on("data", read);
		child.stderr.setEncoding("utf8").on("data", read);
		const code = await new Promise<number | null>((resolve) => {
			child.once("exit", resolve);
		});
		clearTimeout(timer);
		process.off("exit", kill);
		kill();
		const seconds = (performance.now() - begin) / 1000;
		const end =
			hasFailed || (code !== 0 && !isLate)
				? "failed"
				: isLate
					? "late"
					: "passed";
		return { end, seconds, output };
	}
}
