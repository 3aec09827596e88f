import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import workerThreads, { type WorkerOptions } from "node:worker_threads";
import { fileURLToPath, pathToFileURL } from "../../host/paths.ts";
import * as system from "../../host/system-random.ts";
import { INHERITANCE, type Inheritance } from "./inherited.ts";
import { currentStreams } from "./scope.ts";

const BOOT = fileURLToPath(
	new URL(
		`./worker-boot.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`,
		import.meta.url,
	),
);

/** Loads the boot module before anything else; a worker that evaluates text does not wait for `--import`. */
const BOOT_FLAGS = (process.features as { require_module?: boolean })
	.require_module
	? ["--require", BOOT]
	: ["--import", pathToFileURL(BOOT).href];

/** Flags of Node that carry a program, which a worker has of its own. */
const PROGRAM = new Set(["-e", "--eval", "-p", "--print", "-pe"]);

function ownFlags(): string[] {
	const { execArgv } = process;
	return execArgv.filter(
		(flag, i) => !PROGRAM.has(flag) && !PROGRAM.has(execArgv[i - 1] ?? ""),
	);
}

/** The streams of the next worker; none where no seed holds. */
function nextInheritance(): string | undefined {
	const streams = currentStreams();
	return streams
		? JSON.stringify({
				seed: streams.seed,
				name: streams.nextWorker(),
				isChosen: streams.isChosen,
			} satisfies Inheritance)
		: undefined;
}

/** The flags that Node says no worker can have: they hold for the whole process. */
function refusedFlags(error: unknown): string[] | undefined {
	const { code, message } = error as NodeJS.ErrnoException;
	if (code !== "ERR_WORKER_INVALID_EXEC_ARGV") return undefined;
	return message.slice(message.lastIndexOf(": ") + 2).split(", ");
}

function construct(
	file: string | URL,
	options: WorkerOptions,
	target: new () => object,
): object {
	const start = (execArgv: string[]) =>
		Reflect.construct(
			system.Worker,
			[file, { ...options, execArgv: [...execArgv, ...BOOT_FLAGS] }],
			target,
		);
	if (options.execArgv) return start(options.execArgv);
	const flags = ownFlags();
	try {
		return start(flags);
	} catch (error) {
		const refused = refusedFlags(error);
		if (!refused) throw error;
		return start(flags.filter((flag) => !refused.includes(flag)));
	}
}

const SeededWorker = new Proxy(system.Worker, {
	construct(_, [file, options = {}], target) {
		const inheritance = nextInheritance();
		if (inheritance === undefined)
			return Reflect.construct(system.Worker, [file, options], target);
		// A worker takes a copy of the environment data when it is constructed.
		workerThreads.setEnvironmentData(INHERITANCE, inheritance);
		try {
			return construct(file, options, target as new () => object);
		} finally {
			workerThreads.setEnvironmentData(INHERITANCE, undefined);
		}
	},
});

function fork(
	file: string | URL,
	first?: readonly string[] | childProcess.ForkOptions | null,
	second?: childProcess.ForkOptions,
): childProcess.ChildProcess {
	const [words, options = {}] = Array.isArray(first)
		? [first as readonly string[], second]
		: [[], second ?? (first as childProcess.ForkOptions | null) ?? undefined];
	const isThisNode =
		options.execPath === undefined || options.execPath === process.execPath;
	const inheritance = isThisNode ? nextInheritance() : undefined;
	if (inheritance === undefined) return system.fork(file, words, options);
	return system.fork(file, words, {
		...options,
		env: { ...(options.env ?? process.env), [INHERITANCE]: inheritance },
		execArgv: [...(options.execArgv ?? ownFlags()), ...BOOT_FLAGS],
	});
}

/** Workers and forked Node processes draw from streams of their own, `worker:0` and so on, whatever flags they are started with. */
export function installWorkers(): void {
	Object.assign(workerThreads, { Worker: SeededWorker });
	Object.assign(childProcess, { fork });
	syncBuiltinESMExports();
}
