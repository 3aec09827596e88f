import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../../base/errors.ts";
import { installLeakWatch } from "../../experiment/leaks/install.ts";
import { setLocate } from "../../experiment/leaks/source-place.ts";
import { installRandom } from "../../experiment/random/install.ts";
import {
	configureSession,
	type SessionOptions,
	session,
} from "../../experiment/session.ts";
import {
	type MultirunConfig,
	readMultirunConfig,
} from "../../experiment/sweep/config-file.ts";
import { installConsole } from "../../kernel/engine/display/console.ts";
import {
	readClearOptions,
	readDisplayOptions,
} from "../../kernel/engine/display/display-options.ts";
import { describeError } from "../../kernel/engine/errors/describe-error.ts";
import { locateSource } from "../../kernel/engine/errors/sources.ts";
import { installStacks } from "../../kernel/engine/errors/stack.ts";
import {
	installModuleHooks,
	ownRoot,
} from "../../kernel/engine/modules/resolve.ts";
import { encodeMarker } from "../../kernel/protocol/markers.ts";
import {
	CONDITION_OPTIONS,
	CONFIG_OPTION,
	FAIL_OPTION,
	GIT_OPTION,
	JOBS_OPTION,
	RESUME_OPTIONS,
	readConditions,
	readResumption,
	readVaryOption,
	VARY_OPTION,
} from "../../magics/arguments/run-arguments.ts";
import { observeTerminal } from "../../widgets/live/terminal-observer.ts";
import { defineCommand } from "../command.ts";
import { EXIT_INTERRUPTED, EXIT_STOPPED } from "../exit-codes.ts";
import { isReaderGone, READER_GONE } from "../reader.ts";
import { SCRIPT_BOOT_VARIABLE } from "../script-boot.ts";
import {
	checkMember,
	checkScriptOverrides,
	describeParameters,
} from "../script-parameters.ts";
import type { ScriptStart } from "../script-workers.ts";
import { stopOnSignals } from "../stop-signals.ts";
import { named } from "../unsettled.ts";

/** What `display` does without a notebook: prints the text of a value. */
async function displayText(
	value: unknown,
	options?: unknown,
	...rest: readonly unknown[]
): Promise<void> {
	const { raw } = readDisplayOptions(options, rest);
	const { asBundle, format, formatBundle } = await import(
		"../../kernel/engine/display/format.ts"
	);
	const tell = (problem: unknown) =>
		console.error(describeError(problem, ownRoot).traceback.join("\n"));
	const { data } = await (raw
		? formatBundle(asBundle(value), tell)
		: format(value, tell));
	console.log(data["text/plain"] ?? Object.keys(data).join(", "));
}

/** Marks in both streams where the outputs of a member begin, or end. */
function markStreams(token: string, index: number | undefined): void {
	const cell = index === undefined ? 0 : index + 1;
	for (const name of ["stdout", "stderr"] as const)
		process[name].write(encodeMarker(token, { kind: "cell", cell, name }));
}

/** Runs a script in this process, seeded and observed; resolves to the exit code. */
async function runScript(
	path: string,
	overrides: Readonly<Record<string, string>>,
	options: Pick<
		SessionOptions,
		| "rootSeed"
		| "git"
		| "conditions"
		| "member"
		| "fail"
		| "jobs"
		| "vary"
		| "resume"
		| "code"
	>,
): Promise<number> {
	const boot = JSON.parse(
		process.env[SCRIPT_BOOT_VARIABLE] ?? "{}",
	) as SessionOptions;
	delete process.env[SCRIPT_BOOT_VARIABLE];
	const start: ScriptStart = {
		script: path,
		cwd: process.cwd(),
		environment: { ...process.env },
	};
	installRandom();
	installLeakWatch();
	setLocate(locateSource);
	configureSession({
		overrides,
		...options,
		...boot,
	});
	installModuleHooks();
	installStacks(ownRoot);
	installConsole();
	Object.assign(globalThis, {
		display: displayText,
		clearOutput: (options?: unknown) => void readClearOptions(options),
	});
	const abort = new AbortController();
	const interrupt = () => abort.abort();
	// Ctrl-C in a terminal reaches a process of --jobs as well as the one that passes it on: the second signal must not end it before its record is sealed.
	if (session().worker) process.on("SIGINT", interrupt);
	else process.once("SIGINT", interrupt);
	stopOnSignals(abort);
	session().source = {
		kind: "script",
		text: readFileSync(path, "utf8"),
		path,
		signal: abort.signal,
	};
	const { worker } = session();
	if (worker) {
		const { connectSource } = await import(
			"../../kernel/jobs/member-source.ts"
		);
		session().members = connectSource(worker, (index) =>
			markStreams(worker.token, index),
		);
	} else session().observers.add(observeTerminal(process.stdout));
	session().workers = async () => {
		const { scriptWorkers } = await import("../script-workers.ts");
		return scriptWorkers(start);
	};
	process.chdir(dirname(path));
	try {
		await named(basename(path), () => import(pathToFileURL(path).href));
	} catch (error) {
		if (isReaderGone()) process.exit(READER_GONE);
		console.error(describeError(error, ownRoot).traceback.join("\n"));
		// Whatever the script still waits for would keep the process alive.
		if (abort.signal.aborted)
			process.exit(process.exitCode ?? EXIT_INTERRUPTED);
		return 1;
	}
	if (process.exitCode === EXIT_STOPPED) return EXIT_STOPPED;
	// Overrides that no run declared were allowed when it was recorded, so a
	// replay does not fail because of them.
	if (boot.replay) return 0;
	const { unusedOverrides } = await import("../../training/overrides.ts");
	const unused = unusedOverrides();
	if (unused !== undefined) throw new UsageError(unused);
	return 0;
}

/** @throws UsageError for a notebook, and for a script in another language */
function requireScript(script: string): void {
	if (script.endsWith(".ipynb"))
		throw new UsageError(
			`${script} is a notebook, and no script; execute it with: deepdiva execute ${script}`,
		);
	if (/\.(py|r|jl|sh|ipy)$/i.test(script))
		throw new UsageError(
			`${script} is in another language; only TypeScript and JavaScript run here`,
		);
}

/** @throws UsageError for a file that says what is a script's own affair */
function configOf(config: string): MultirunConfig {
	const said = readMultirunConfig(config);
	const own = (["name", "task", "n"] as const).filter(
		(key) => said[key] !== undefined,
	);
	if (own.length > 0)
		throw new UsageError(
			`--config ${config}: ${own.join(" and ")} ${own.length === 1 ? "is" : "are"} the script's own; for deepdiva run, leave params, vary and fail in the file, or name the file in the code: dd.multirun({ config: ${JSON.stringify(config)} })`,
		);
	return said;
}

export const runCommand = defineCommand({
	name: "run",
	summary: "Runs a script in the guard: seeded, verified, recorded.",
	positionals: [
		{
			name: "script",
			placeholder: "SCRIPT.ts",
			required: true,
			description: "The script.",
			path: true,
		},
	],
	assignments: "Override a parameter that a run of the script declares.",
	options: [
		{
			name: "seed",
			type: "text",
			placeholder: "SEED",
			description: "Root seed until the script sets its own.",
		},
		...CONDITION_OPTIONS,
		{
			name: "member",
			type: "integer",
			least: 0,
			description:
				"Of the script's one multirun, compute this member alone; the first is 0.",
		},
		VARY_OPTION,
		FAIL_OPTION,
		JOBS_OPTION,
		...RESUME_OPTIONS,
		{
			...CONFIG_OPTION,
			description:
				"A YAML file with params, vary and fail; what is said here wins over it.",
		},
		GIT_OPTION,
	],
	examples: [
		"deepdiva run replay.ts",
		"deepdiva run replay.ts lr=0.3 epochs=5",
		"deepdiva run replay.ts --git require",
		"deepdiva run replay.ts --resume",
		"deepdiva run replay.ts --help",
	],
	async details(words) {
		const script = words.find((word) => /\.[cm]?[jt]s$/.test(word));
		if (script === undefined || !existsSync(script)) return undefined;
		return describeParameters(script, readFileSync(script, "utf8"));
	},
	async run({ values, assignments }) {
		const { script, member, seed: rootSeed, git, jobs, config } = values;
		const conditions = readConditions(values);
		const resumption = readResumption(values);
		const vary = readVaryOption(values);
		const path = resolve(script);
		if (!existsSync(path)) throw new UsageError(`there is no script ${script}`);
		requireScript(script);
		const said = config === undefined ? undefined : configOf(config);
		const overrides = { ...said?.params, ...Object.fromEntries(assignments) };
		const code = readFileSync(path, "utf8");
		checkScriptOverrides(overrides, code);
		if (member !== undefined) checkMember(code);
		const fail = values.fail ?? said?.fail;
		return runScript(path, overrides, {
			conditions,
			...resumption,
			...(said?.vary === undefined ? {} : { vary: said.vary }),
			...vary,
			...(fail === undefined ? {} : { fail }),
			...(jobs === undefined ? {} : { jobs }),
			...(rootSeed === undefined ? {} : { rootSeed }),
			...(git === undefined ? {} : { git }),
			...(member === undefined ? {} : { member }),
		});
	},
});
