import { now } from "../../../base/clock.ts";
import { availableParallelism } from "../../../host/machine.ts";
import { Worker } from "../../../host/system-random.ts";
import { DataError, type DataErrorCode } from "../data-error.ts";
import { Pace, type PaceOptions } from "../progress.ts";
import { type HashFileOptions, hashFile } from "./hash-file.ts";
import { HashedFiles, type PackedFiles } from "./packed-files.ts";
import { type SharedParts, SharedTexts } from "./shared-texts.ts";

export interface HashManyOptions
	extends PaceOptions,
		Pick<HashFileOptions, "as" | "since"> {
	/** Where the paths start; without it they are absolute. */
	readonly folder?: string;
	/** Indices of the paths to hash, which threads share; default: all. */
	readonly only?: Uint32Array<SharedArrayBuffer>;
	/** Processor cores to use; the default is what the machine has, at most 4. */
	readonly jobs?: number;
	/** How many milliseconds of work for one core must be left for the others to join in. */
	readonly sharedMs?: number;
}

/** What a worker thread is started with. */
export interface HashWork {
	readonly paths: SharedParts;
	readonly folder: string | undefined;
	readonly queue: FileQueue;
	readonly options: Pick<HashFileOptions, "as" | "since">;
}

export type HashReply =
	| PackedFiles
	| { readonly code: DataErrorCode; readonly message: string };

/** Below this, starting threads costs more than they save. */
const SHARED_MS = 500;

/** The files that are to be hashed, from which each thread takes one after the other. */
export interface FileQueue {
	/** One Int32: how many were taken. */
	readonly taken: SharedArrayBuffer;
	readonly count: number;
	/** Indices of their paths; absent where all are hashed. */
	readonly only: Uint32Array<SharedArrayBuffer> | undefined;
}

/** Takes the next file for one thread: its path's index; undefined when all are taken. */
export function takeNext({
	taken,
	count,
	only,
}: FileQueue): number | undefined {
	const place = Atomics.add(new Int32Array(taken), 0, 1);
	return place >= count ? undefined : only ? only[place] : place;
}

export const pathIn = (folder: string | undefined, path: string): string =>
	folder === undefined ? path : `${folder}/${path}`;

/**
 * Hashes files; each has its path's place in the result. One core works alone at
 * first; what takes longer is done by `jobs` threads. The result does not depend on their number.
 * @throws DataError as `hashFile`
 */
export async function hashMany(
	given: Iterable<string>,
	options: HashManyOptions = {},
): Promise<HashedFiles> {
	const paths = SharedTexts.from(given);
	const jobs = options.jobs ?? Math.min(4, availableParallelism());
	if (!Number.isInteger(jobs) || jobs < 1)
		throw new DataError(
			"BAD_ARGUMENT",
			`${jobs} is not a number of jobs; give an integer of at least 1`,
		);
	const { as, since, signal, folder, only, sharedMs = SHARED_MS } = options;
	const total = only?.length ?? paths.length;
	const queue = { taken: new SharedArrayBuffer(4), count: total, only };
	const files = new HashedFiles(paths.length, as);
	const pace = new Pace(options);
	let done = 0;
	const report = () =>
		pace.report({ done, total, unit: "file", label: "hashing" });
	const begin = now();
	const worthSharing = () => {
		const spent = now() - begin;
		const left = total - done;
		// A tenth is enough to tell how long the rest will take.
		return (
			left > 0 && spent >= sharedMs / 10 && (spent / done) * left >= sharedMs
		);
	};
	let threads: Threads | undefined;
	try {
		// Once they run, this thread has only to listen.
		while (!threads?.working) {
			const index = takeNext(queue);
			if (index === undefined) break;
			files.set(
				index,
				hashFile(pathIn(folder, paths.at(index)), {
					as,
					since,
					onBytes: () => signal?.throwIfAborted(),
				}),
			);
			done++;
			if (pace.due()) await report();
			if (threads) await new Promise((heard) => setImmediate(heard));
			else if (jobs > 1 && worthSharing())
				threads = startThreads(
					jobs,
					{ paths: paths.parts, folder, queue, options: { as, since } },
					async (hashed) => {
						done += files.take(hashed);
						if (pace.due()) await report();
					},
				);
		}
		await threads?.over;
	} finally {
		await threads?.stop();
	}
	return files;
}

interface Threads {
	/** Has any of them delivered? */
	readonly working: boolean;
	/** Settles when all files are done, or with the first error. */
	readonly over: Promise<unknown>;
	stop(): Promise<unknown>;
}

function startThreads(
	count: number,
	work: HashWork,
	onHashed: (reply: PackedFiles) => Promise<void>,
): Threads {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const script = new URL(`./hash-worker.${extension}`, import.meta.url);
	let working = false;
	const workers = Array.from(
		{ length: count },
		// Loaders and seeds of the parent have no business in these threads.
		() => new Worker(script, { workerData: work, execArgv: [] }),
	);
	const over = Promise.all(
		workers.map(
			(worker) =>
				new Promise<void>((resolve, reject) => {
					worker.on("error", reject).on("exit", () => resolve());
					worker.on("message", (reply: HashReply) => {
						working = true;
						if ("code" in reply)
							reject(new DataError(reply.code, reply.message));
						else onHashed(reply).catch(reject);
					});
				}),
		),
	);
	// Whoever awaits it gets the error, but that may be later.
	over.catch(() => {});
	return {
		get working() {
			return working;
		},
		over,
		stop: () => Promise.all(workers.map((worker) => worker.terminate())),
	};
}
