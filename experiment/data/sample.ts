import { openStream } from "../random/stream.ts";
import { DataError } from "./data-error.ts";

/** What a sampled check looked at, and how much that is worth. */
export interface SampleReport {
	/** Share of the files asked for, in (0, 1]. */
	readonly fraction: number;
	/** Files read for the sample. */
	readonly files: number;
	/** Repeats the same choice of files. */
	readonly seed: string;
	/** Probability that the sample holds at least one of `changed` altered files. */
	readonly detection: readonly {
		readonly changed: number;
		readonly probability: number;
	}[];
}

/**
 * Probability that `sampled` of `files` files, drawn without replacement, hold
 * at least one of `changed` altered ones: 1 − C(n−k, m) / C(n, m).
 */
export function detectionProbability(
	files: number,
	sampled: number,
	changed: number,
): number {
	let missed = 1;
	for (let k = 0; k < changed; k++)
		missed *= Math.max(0, files - sampled - k) / (files - k);
	return 1 - missed;
}

/**
 * `Math.ceil(fraction * files)` different indices below `files`, ascending.
 * @throws DataError BAD_ARGUMENT
 */
export function drawSample(
	files: number,
	fraction: number,
	seed: string,
): { indices: number[]; report: SampleReport } {
	if (!(fraction > 0 && fraction <= 1))
		throw new DataError(
			"BAD_ARGUMENT",
			`a sample of ${fraction * 100} % cannot be checked; give more than 0 % and at most 100 %`,
		);
	const stream = openStream(seed, "verify-data");
	const pool = Array.from({ length: files }, (_, index) => index);
	const count = Math.ceil(fraction * files);
	for (let k = 0; k < count; k++) {
		const other = k + Math.floor(stream.next() * (files - k));
		[pool[k], pool[other]] = [pool[other] as number, pool[k] as number];
	}
	return {
		indices: pool.slice(0, count).sort((a, b) => a - b),
		report: {
			fraction,
			files: count,
			seed,
			detection: [1, 10, 100]
				.filter((changed) => changed <= files)
				.map((changed) => ({
					changed,
					probability: detectionProbability(files, count, changed),
				})),
		},
	};
}
