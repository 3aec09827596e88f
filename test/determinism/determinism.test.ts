import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { interpretersFor } from "./interpreters.ts";
import { type Matrix, measure, withTable } from "./matrix.ts";

const read = (path: string) =>
	readFileSync(new URL(path, import.meta.url), "utf8");
const result = JSON.parse(read("./result.json")) as Matrix;

test("README's table of determinism is what the command found last", () => {
	const readme = read("../../README.md");
	assert.equal(withTable(readme, result), readme);
});

// Seven interpreters start and train: minutes, where other tests run beside it.
const PATIENCE = { timeout: 1_200_000 };

test(
	"the runs give the digests on every interpreter that the table says",
	PATIENCE,
	async (context) => {
		const interpreters = interpretersFor(context);
		if (!interpreters) return;
		assert.deepEqual(await measure(interpreters), result);
	},
);

test("under strict math every run is identical on every interpreter, and training is so without it", () => {
	const differing = Object.entries(result.runs)
		.filter(([, interpreters]) => Object.keys(interpreters).length > 0)
		.map(([run]) => run);
	assert.deepEqual(differing, ["functions"]);
});
