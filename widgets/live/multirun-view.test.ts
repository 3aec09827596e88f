import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunInfo } from "../../experiment/record/observer.ts";
import type { MultirunMetric } from "../kinds/multirun/metric.ts";
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
	const picture = place<readonly MultirunMetric[]>();
	const view = new MultirunView(multirun, { line, picture });
	const log = (index: number, step: number) =>
		view.event(member(index), { type: "metric", step, values: { loss: step } });
	view.runStarted(member(0));
	view.runStarted(member(1));
	for (const step of [1, 2]) log(0, step);
	view.runStarted(member(0));
	log(0, 1);
	view.event(member(0), { type: "progress", done: 1, total: 2, unit: "epoch" });

	const [group] = picture.told.at(-1)?.[0]?.groups ?? [];
	assert.deepEqual(group?.runs, [[{ step: 1, value: 1 }]]);
	assert.match(line.told.at(-1) ?? "", /0 of 2 runs, 2 are running/);
});
