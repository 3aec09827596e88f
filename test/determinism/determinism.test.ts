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

// Interpreters start and train: minutes, where other tests run beside it.
const PATIENCE = { timeout: 1_200_000 };

/** The oldest Node that is promised, and one with another engine; `npm run test:all` measures all. */
const isMeasured = (name: string) =>
	process.env.DEEPDIVA_TEST_ALL !== undefined || /^(Node 20|Bun)/.test(name);

/** A matrix of some interpreters alone. */
const measuredIn = ({ reference, interpreters, runs }: Matrix): Matrix => ({
	reference,
	interpreters: interpreters.filter(isMeasured),
	runs: Object.fromEntries(
		Object.entries(runs).map(([run, differing]) => [
			run,
			Object.fromEntries(
				Object.entries(differing).filter(([name]) => isMeasured(name)),
			),
		]),
	),
});

test(
	"the runs give the digests on every interpreter that the table says",
	PATIENCE,
	async (context) => {
		const interpreters = interpretersFor(context);
		if (!interpreters) return;
		const some = interpreters.filter(({ name }) => isMeasured(name));
		assert.ok(some.length >= 2);
		assert.deepEqual(await measure(some), measuredIn(result));
	},
);

test("under strict math every run is identical on every interpreter, and training is so without it", () => {
	const differing = Object.entries(result.runs)
		.filter(([, interpreters]) => Object.keys(interpreters).length > 0)
		.map(([run]) => run);
	assert.deepEqual(differing, ["functions"]);
});
