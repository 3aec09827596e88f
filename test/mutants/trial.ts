import type { Coverage } from "./coverage.ts";
import type { NearestTests } from "./nearest.ts";
import { type Mutant, planted } from "./plant.ts";
import type { Outcome, TreeCopy } from "./tree-copy.ts";

/** A mistake of the sample, with its file. */
export interface Candidate {
	readonly file: string;
	readonly source: string;
	readonly mutant: Mutant;
}

/**
 * What became of a mistake: `killed` by a test, or `late`, since a test did not end;
 * `survived` tests that execute its place; `unseen`, since no near test does.
 */
export type Fate = "killed" | "late" | "survived" | "unseen";

export interface Verdict extends Candidate {
	readonly fate: Fate;
	/** The tests that were asked; the last one noticed, if one did. */
	readonly tests: readonly string[];
}

/** A test file that takes longer without a mistake is not asked. */
export const LONGEST_SECONDS = 90;

/** So many test files that execute its place are asked about a mistake: what no near test notices, a far one seldom does. */
const MOST_ASKED = 4;

/** A test that takes so many times as long as without the mistake, and some seconds, has hung. */
const PATIENCE_FACTOR = 4;
const PATIENCE_SECONDS = 15;

interface Baseline extends Outcome {
	readonly coverage: Coverage;
}

/** Test files without a mistake, each run once. */
export class Baselines {
	readonly #known = new Map<string, Promise<Baseline>>();
	/** Those that fail as they are, with what they printed. */
	readonly failed = new Map<string, string>();
	/** Those that take too long to be asked. */
	readonly late: string[] = [];

	of(test: string, copy: TreeCopy): Promise<Baseline> {
		let known = this.#known.get(test);
		if (!known) {
			known = copy.runCovered(test, LONGEST_SECONDS * 1000);
			this.#known.set(test, known);
			known.then(({ end, output }) => {
				if (end === "failed") this.failed.set(test, output);
				if (end === "late") this.late.push(test);
			});
		}
		return known;
	}
}

/** Plants a mistake in a copy and asks the tests, nearest first, until one notices. */
export async function tryMutant(
	{ file, source, mutant }: Candidate,
	{ near, far }: NearestTests,
	copy: TreeCopy,
	baselines: Baselines,
): Promise<Verdict> {
	const asked: string[] = [];
	const verdict = (fate: Fate) => ({
		file,
		source,
		mutant,
		fate,
		tests: asked,
	});
	for (const test of [...near, ...far]) {
		if (asked.length === MOST_ASKED) break;
		if (asked.length > 0 && far.includes(test)) break;
		const baseline = await baselines.of(test, copy);
		if (baseline.end !== "passed") continue;
		if (!baseline.coverage.executes(file, mutant.place)) continue;
		asked.push(test);
		const limit = PATIENCE_SECONDS + PATIENCE_FACTOR * baseline.seconds;
		const { end } = await copy.with(file, planted(source, mutant), () =>
			copy.run(test, limit * 1000),
		);
		if (end === "failed") return verdict("killed");
		if (end === "late") return verdict("late");
	}
	return verdict(asked.length > 0 ? "survived" : "unseen");
}
