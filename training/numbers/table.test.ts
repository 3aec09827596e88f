import assert from "node:assert/strict";
import { test } from "node:test";
import { families } from "./all.ts";
import { readTable } from "./table.ts";

test("training/numbers/README.md has a row for every operation, and its types", () => {
	const rows = readTable()
		.split("\n")
		.filter((line) => line.startsWith("| `"))
		.map((line) => line.split("|").map((cell) => cell.trim()));
	const written = new Map(
		rows.map(([, name, dtypes]) => [name, dtypes] as const),
	);
	const stale = families
		.flatMap(({ ops }) => ops)
		.filter(
			({ name, dtypes = ["float32"] }) =>
				written.get(`\`tf.${name}\``) !== dtypes.join(", "),
		);
	assert.deepEqual(
		stale.map(({ name }) => name),
		[],
		"run npm run coverage:numbers",
	);
});
