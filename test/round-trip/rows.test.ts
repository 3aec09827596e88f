import assert from "node:assert/strict";
import { test } from "node:test";
import * as dd from "../../index.ts";
import { magics } from "../../magics/registry.ts";
import { tasks } from "../../training/tasks/index.ts";
import { ROWS, WITHOUT_RESULT } from "./rows.ts";

test("every magic, task and function that defines has a row", () => {
	const covered = new Set([
		...WITHOUT_RESULT,
		...ROWS.flatMap(({ covers }) => covers),
	]);
	const all = [
		...magics().map(({ name, mark }) => (mark === "!" ? "!" : name)),
		...tasks.keys(),
		...Object.keys(dd).filter((name) => /^define|^magic$/.test(name)),
	];
	assert.deepEqual(
		all.filter((name) => !covered.has(name)),
		[],
	);
});
