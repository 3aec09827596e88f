import assert from "node:assert/strict";
import { test } from "node:test";
import { createWork } from "./work.ts";

/** A notebook's output: what was shown, in place, and what was printed. */
function output() {
	const shown: unknown[] = [];
	const printed: string[] = [];
	return {
		shown,
		printed,
		display(value: unknown) {
			const place = shown.push(value) - 1;
			return {
				async update(next: unknown) {
					shown[place] = next;
				},
			};
		},
		print: (line: string) => void printed.push(line),
	};
}

const progress = { done: 5, total: 10, unit: "file", label: "hashing" };

test("long work shows one line of progress, and its outcome in the same place", async () => {
	const { shown, printed, display, print } = output();
	const { show, done } = createWork(display, print, 0);
	show(progress);
	show({ ...progress, done: 6 });
	await new Promise((later) => setTimeout(later));
	assert.match(
		JSON.stringify(shown),
		/^\[\{"text\/plain":"hashing ━.* 50 %"\}\]$/,
	);
	await done("all is well");
	assert.deepEqual(shown, [{ "text/plain": "all is well" }]);
	assert.deepEqual(printed, []);
});

test("work that is over within its quiet time prints its outcome and shows no progress", async () => {
	const { shown, printed, display, print } = output();
	const { show, done } = createWork(display, print);
	show(progress);
	await done("all is well");
	assert.deepEqual(shown, []);
	assert.deepEqual(printed, ["all is well"]);
});
