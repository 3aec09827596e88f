import assert from "node:assert/strict";
import { test } from "node:test";
import { type LeakReport, mergeReports, NO_LEAKS } from "./report.ts";

const leak = (what: string, place: string, line: number, count: number) =>
	({ kind: "clock", what, place, line, count, code: `${what}();` }) as const;
const reads = (name: string, what: string, count: number) =>
	({ package: name, kind: "clock", what, count }) as const;

test("reports add up by place and by package, and so do the reads that nobody traced", () => {
	const reports: LeakReport[] = [
		{
			leaks: [leak("Date.now", "In [1]", 1, 2), leak("Date.now", "a.ts", 1, 1)],
			packages: [reads("tar", "Date.now", 5)],
			untraced: { "Date.now": 7 },
		},
		NO_LEAKS,
		{
			leaks: [
				leak("Date.now", "In [1]", 1, 3),
				leak("Date.now", "In [1]", 2, 4),
				{ ...leak("Date.now", "In [1]", 1, 9), code: "another line" },
			],
			packages: [reads("tar", "Date.now", 6), reads("pax", "Date.now", 1)],
			untraced: { "Date.now": 8, "new Date()": 1 },
		},
	];
	const merged = mergeReports(reports);
	assert.deepEqual(merged, {
		leaks: [
			leak("Date.now", "In [1]", 1, 5),
			leak("Date.now", "a.ts", 1, 1),
			leak("Date.now", "In [1]", 2, 4),
			{ ...leak("Date.now", "In [1]", 1, 9), code: "another line" },
		],
		packages: [reads("tar", "Date.now", 11), reads("pax", "Date.now", 1)],
		untraced: { "Date.now": 15, "new Date()": 1 },
	});
	assert.equal(reports[0]?.leaks[0]?.count, 2, "the reports stay as they were");
	assert.deepEqual(mergeReports([]), NO_LEAKS);
});
