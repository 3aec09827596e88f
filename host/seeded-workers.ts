import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import workerThreads, { type WorkerOptions } from "node:worker_threads";
import { pathToFileURL } from "./paths.ts";
import * as system from "./system-random.ts";

/** What workers and forked processes load before anything else, and what each of them is told. */
export interface WorkerStart {
	/** Path of the module. */
	readonly boot: string;
	/** Where they are told: a variable of the process's environment, or of the environment data of a worker. */
	readonly variable: string;
	/** What the next one is told; undefined where it starts as Node has it. */
	readonly next: () => string | undefined;
}

/** Flags of Node that carry a program, which a worker has of its own. */
const PROGRAM = new Set(["-e", "--eval", "-p", "--print", "-pe"]);

function ownFlags(): string[] {
	const { execArgv } = process;
	return execArgv.filter(
		(flag, i) => !PROGRAM.has(flag) && !PROGRAM.has(execArgv[i - 1] ?? ""),
	);
}

/** A worker that evaluates text does not wait for `--import`. */
const flagsFor = (boot: string): string[] =>
	(process.features as { require_module?: boolean }).require_module
		? ["--require", boot]
		: ["--import", pathToFileURL(boot).href];

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
	bootFlags: readonly string[],
): object {
	const start = (execArgv: string[]) =>
		Reflect.construct(
			system.Worker,
			[file, { ...options, execArgv: [...execArgv, ...bootFlags] }],
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

/** Workers and forked Node processes start with a module of ours, whatever flags they are started with. */
export function installWorkers({ boot, variable, next }: WorkerStart): void {
	const bootFlags = flagsFor(boot);
	const Worker = new Proxy(system.Worker, {
		construct(_, [file, options = {}], target) {
			const told = next();
			if (told === undefined)
				return Reflect.construct(system.Worker, [file, options], target);
			// A worker takes a copy of the environment data when it is constructed.
			workerThreads.setEnvironmentData(variable, told);
			try {
				return construct(file, options, target as new () => object, bootFlags);
			} finally {
				workerThreads.setEnvironmentData(variable, undefined);
			}
		},
	});
	const fork = (
		file: string | URL,
		first?: readonly string[] | childProcess.ForkOptions | null,
		second?: childProcess.ForkOptions,
	): childProcess.ChildProcess => {
		const [words, options = {}] = Array.isArray(first)
			? [first as readonly string[], second]
			: [[], second ?? (first as childProcess.ForkOptions | null) ?? undefined];
		const isThisNode =
			options.execPath === undefined || options.execPath === process.execPath;
		const told = isThisNode ? next() : undefined;
		if (told === undefined) return system.fork(file, words, options);
		return system.fork(file, words, {
			...options,
			env: { ...(options.env ?? process.env), [variable]: told },
			execArgv: [...(options.execArgv ?? ownFlags()), ...bootFlags],
		});
	};
	Object.assign(workerThreads, { Worker });
	Object.assign(childProcess, { fork });
	syncBuiltinESMExports();
}
