import { UsageError } from "../../../base/errors.ts";
import { Pace, type PaceOptions } from "../../../experiment/data/progress.ts";
import { availableParallelism } from "../../../host/machine.ts";
import { Worker } from "../../../host/system-random.ts";
import {
	addExamined,
	type Examined,
	examineFile,
	nothingExamined,
} from "./examine.ts";

export interface ExamineOptions extends PaceOptions {
	/** Processor cores to use; the default is what the machine has, at most 4. */
	readonly jobs?: number;
	/** After how many milliseconds of work on one core the others join in. */
	readonly aloneMs?: number;
}

/** A part of the list for one worker thread. */
export interface ExamineJob {
	readonly start: number;
	readonly paths: readonly string[];
}

/** Starting threads costs more than this much work alone is worth. */
const ALONE_MS = 1000;
const FILES_PER_JOB = 16;

/**
 * Decodes picture files, one at a time per core. The result does not depend on
 * the number of cores.
 * @param paths absolute
 * @throws the signal's reason when it is aborted
 */
export async function examineMany(
	paths: readonly string[],
	options: ExamineOptions = {},
): Promise<Examined> {
	const jobs = options.jobs ?? Math.min(4, availableParallelism());
	if (!Number.isInteger(jobs) || jobs < 1)
		throw new UsageError(
			`${jobs} is not a number of jobs; give an integer of at least 1`,
		);
	const total = nothingExamined();
	const pace = new Pace(options);
	const report = async (done: number) => {
		if (!pace.due()) return;
		await pace.report({
			done,
			total: paths.length,
			unit: "image",
			label: "reading",
		});
	};
	options.signal?.throwIfAborted();
	const begin = performance.now();
	let next = 0;
	const alone = () =>
		jobs === 1 || performance.now() - begin < (options.aloneMs ?? ALONE_MS);
	for (; next < paths.length && alone(); next++) {
		examineFile(total, paths[next] as string, next);
		await report(next + 1);
	}
	let done = next;
	const work = async (worker: Worker) => {
		while (next < paths.length) {
			const start = next;
			const job: ExamineJob = {
				start,
				paths: paths.slice(start, start + FILES_PER_JOB),
			};
			next += job.paths.length;
			const reply = await new Promise<Examined>((resolve, reject) => {
				worker.once("message", resolve).once("error", reject);
				worker.postMessage(job);
			});
			worker.removeAllListeners("message").removeAllListeners("error");
			addExamined(total, reply);
			done += job.paths.length;
			await report(done);
		}
	};
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const script = new URL(`./examine-worker.${extension}`, import.meta.url);
	const workers: Worker[] = [];
	try {
		const wanted = Math.min(
			jobs,
			Math.ceil((paths.length - next) / FILES_PER_JOB),
		);
		for (let k = 0; k < wanted; k++)
			// Loaders and seeds of the parent have no business in these threads.
			workers.push(new Worker(script, { execArgv: [] }));
		await Promise.all(workers.map(work));
	} finally {
		await Promise.all(workers.map((worker) => worker.terminate()));
	}
	return total;
}
