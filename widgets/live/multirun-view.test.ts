import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunInfo } from "../../experiment/record/observer.ts";
import type { Drawing } from "../drawing/picture.ts";
import { MultirunView } from "./multirun-view.ts";
import type { Throttle } from "./throttle.ts";

/** Keeps all that it is to show. */
function place<T>(): Throttle<T> & { readonly told: T[] } {
	const told: T[] = [];
	return {
		told,
		push: (value) => void told.push(value),
		flush: async () => {},
	};
}

const multirun = {
	...{ id: "0123456789abcdef", experiment: "m", total: 2, repeats: 2 },
	varied: [],
};

const member = (index: number): RunInfo => ({
	...{ id: `0000000${index}`, recorded: true, experiment: "m", params: {} },
	...{ rootSeed: "42", seed: "", repeat: index, directory: "" },
	multirun: { ...multirun, index },
});

test("a member whose process was killed counts once, and its curve begins anew", () => {
	const line = place<string>();
	const picture = place<() => Drawing>();
	const view = new MultirunView(multirun, { line, picture });
	const log = (index: number, step: number) =>
		view.event(member(index), { type: "metric", step, values: { loss: step } });
	view.runStarted(member(0));
	view.runStarted(member(1));
	for (const step of [1, 2]) log(0, step);
	view.runStarted(member(0));
	log(0, 1);
	view.event(member(0), { type: "progress", done: 1, total: 2, unit: "epoch" });

	for (const step of [2, 3]) log(0, step);
	assert.match(picture.told.at(-1)?.().text ?? "", /^loss +1 of 2 +3 +3 /m);
	assert.match(line.told.at(-1) ?? "", /0 of 2 runs, 2 are running/);
});

test("members that come out of order are drawn in the order of the grid, and one that failed to where it came", () => {
	const picture = place<() => Drawing>();
	const info = { ...multirun, total: 4, varied: ["lr"] };
	const of = (index: number): RunInfo => ({
		...member(index),
		params: { lr: index < 2 ? 0.1 : 0.2 },
		multirun: { ...info, index },
	});
	const view = new MultirunView(info, { line: place(), picture });
	const outcome = { metrics: {}, data: {}, digest: "", milliseconds: 1 };
	for (const index of [3, 0, 2, 1]) {
		view.runStarted(of(index));
		for (const step of index === 1 ? [1] : [1, 2])
			view.event(of(index), {
				...{ type: "metric", step, values: { loss: index + step } },
			});
		view.runEnded(of(index), {
			...{ ...outcome, leaks: [] as never, onLeak: "ignore" },
			status: index === 1 ? "failed" : "finished",
		});
	}
	const text = picture.told.at(-1)?.().text ?? "";
	assert.deepEqual(text.match(/lr=0\.\d +\d( of \d)? +2 +[\d.]+/g), [
		"lr=0.1  1 of 2     2      2",
		"lr=0.2       2     2  4.500",
	]);
	assert.match(text, /^lr=0\.1: 1 of 2 failed at step 1$/m);
});
