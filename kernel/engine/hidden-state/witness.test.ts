import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_USAGE } from "../../../cell/usage-of-state.ts";
import { NotebookState } from "./witness.ts";

/** Names that count how often they are looked at. */
class Counted extends Set<string> {
	static looks = 0;
	override has(name: string): boolean {
		Counted.looks++;
		return super.has(name);
	}
	override [Symbol.iterator]() {
		Counted.looks++;
		return super[Symbol.iterator]();
	}
}

/** Looks at the names of cells for one run after so many cells. */
function looksForRun(cells: number): number {
	const state = new NotebookState({
		names: () => [],
		read: (names) => names.map(() => 1),
	});
	let count = 0;
	const execute = (reads: string[], writes: string[]) => {
		const execution = state.executing({
			executionCount: ++count,
			usage: {
				...NO_USAGE,
				reads: new Counted(reads),
				writes: new Counted(writes),
			},
		});
		state.executed(execution);
		return execution;
	};
	for (let cell = 0; cell < cells; cell++) execute([], [`v${cell}`]);
	const run = execute(["v1", "v2"], ["out"]);
	Counted.looks = 0;
	state.begin(run).end();
	return Counted.looks;
}

test("what a run depends on is found without a look at every cell of the session", () => {
	assert.equal(looksForRun(2_000), looksForRun(200));
});

test("a chain of dependencies may be as long as a session", () => {
	const state = new NotebookState({
		names: () => [],
		read: (names) => names.map(() => 1),
	});
	const x = new Set(["x"]);
	for (let cell = 1; cell <= 20_000; cell++)
		state.executing({
			executionCount: cell,
			usage: { ...NO_USAGE, reads: x, writes: x },
		});
	const run = state.executing({
		executionCount: 20_001,
		usage: { ...NO_USAGE, reads: x },
	});
	assert.doesNotThrow(() => state.begin(run));
});
