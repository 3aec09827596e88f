import assert from "node:assert/strict";
import { test } from "node:test";
import { notebookOf } from "../test/command-line.ts";
import { divideOverrides } from "./declared.ts";
import { parseNotebook } from "./notebook/format.ts";

const notebook = (...sources: readonly string[]) =>
	parseNotebook(notebookOf(...sources), "nb.ipynb");

test("an override that no run declares is refused before anything runs", () => {
	assert.throws(
		() => divideOverrides({ epoch: "3" }, notebook("%dd run task=points")),
		{
			name: "UsageError",
			message: 'no run declares a parameter "epoch"; did you mean "epochs"?',
		},
	);
});

test("an override of a task that cells or packages define is left to its run", () => {
	assert.deepEqual(
		divideOverrides(
			{ rate: "3" },
			notebook('import "my-tasks";', "%dd run task=packed"),
		),
		{ parameters: {}, ofRuns: { rate: "3" } },
	);
});
