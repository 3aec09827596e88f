import assert from "node:assert/strict";
import { test } from "node:test";
import { type SeedState, seedTable } from "./seed-table.ts";

const nothing: SeedState = {
	root: "42",
	origin: "given",
	draws: {},
	leaks: { leaks: [], packages: [], untraced: {} },
};

test("the table has the root seed, where it comes from, and draws by stream", () => {
	assert.equal(
		seedTable({ ...nothing, draws: { "cell:2386dd42": 2, "moons/init": 130 } }),
		[
			"root seed 42 (given) · Philox4x32-10",
			"stream         draws",
			"─────────────  ─────",
			"cell:2386dd42      2",
			"moons/init       130",
			"runs so far read nothing that a replay cannot repeat",
		].join("\n"),
	);
});

test("what no seed governs stands below, with its line", () => {
	const text = seedTable({
		...nothing,
		origin: "drawn",
		leaks: {
			...nothing.leaks,
			leaks: [
				{
					kind: "clock",
					what: "Date.now",
					count: 3,
					place: "In [4]",
					line: 7,
					code: "const t = Date.now();",
				},
			],
		},
	});
	assert.match(text, /^root seed 42 \(drawn\).*\nno number was drawn yet\n/);
	assert.match(text, /clock +Date\.now +3 +In \[4\]:7 +const t = Date\.now/);
});

test("of many streams the last are shown, and the others counted", () => {
	const draws = Object.fromEntries(
		Array.from({ length: 23 }, (_, i) => [`cell:${i}`, 1]),
	);
	const text = seedTable({ ...nothing, draws });
	assert.ok(!text.includes("cell:2 ") && text.includes("cell:22"));
	assert.ok(text.includes("… and 3 earlier streams"));
});
