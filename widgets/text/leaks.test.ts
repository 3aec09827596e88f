import assert from "node:assert/strict";
import { test } from "node:test";
import { leaksLine, leaksText } from "./leaks.ts";

const leak = (line: number) => ({
	kind: "clock",
	what: "Date.now",
	count: 3,
	place: "In [2]",
	line,
	code: "const started = Date.now();",
});

test("a run that leaked is told kind, what, how often, where and the line", () => {
	assert.equal(
		leaksText({
			leaks: [leak(7)],
			packages: [{ package: "nanoid", what: "crypto.randomUUID", count: 2 }],
			untraced: { "performance.now": 9 },
		}),
		[
			"read here, and not the same in a replay:",
			"kind   read      times  where     line",
			"─────  ────────  ─────  ────────  ───────────────────────────",
			"clock  Date.now      3  In [2]:7  const started = Date.now();",
			"read by packages: crypto.randomUUID 2× in nanoid",
			"read too often to be traced: performance.now 9× more",
		].join("\n"),
	);
});

test("of many runs one line says what was read how often", () => {
	assert.equal(
		leaksLine({
			leaks: [{ ...leak(1), what: "process.pid", count: 1 }, leak(2), leak(3)],
			packages: [],
			untraced: {},
		}),
		"Date.now 6×, process.pid 1×",
	);
});

test("nothing is said of a run that only packages' reads are known of", () => {
	assert.equal(
		leaksText({
			leaks: [],
			packages: [{ package: "nanoid", what: "crypto.randomUUID", count: 2 }],
			untraced: {},
		}),
		"",
	);
});

test("of many places twelve are shown, and the rest counted", () => {
	const text = leaksText({
		leaks: Array.from({ length: 15 }, (_, i) => leak(i + 1)),
		packages: [],
		untraced: {},
	});
	assert.match(text, /In \[2\]:12 .*\n… and 3 more places$/);
});
