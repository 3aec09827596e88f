import assert from "node:assert/strict";
import { test } from "node:test";
import { describeVerification } from "./describe.ts";
import type { Verification } from "./verify.ts";

const VERIFICATION: Verification = {
	status: "unchanged",
	directory: "data/pets",
	manifest: "/home/ada/data/pets.manifest-sha256.txt",
	mode: "quick",
	root: `sha256:${"0123456789abcdef".repeat(4)}`,
	files: 12345,
	bytes: 2_716_000,
	hashed: 0,
	changes: { added: [], removed: [], modified: [], renamed: [] },
	seconds: 0.0512,
};

test("an unchanged folder is one line with files, bytes, root and time", () => {
	assert.equal(
		describeVerification(VERIFICATION),
		"data/pets: unchanged · 12,345 files · 2.7 MB · root sha256:0123456789ab · quick check in 0.05 s",
	);
});

test("a folder seen for the first time is said to be trusted", () => {
	assert.equal(
		describeVerification({
			...VERIFICATION,
			status: "created",
			mode: "init",
			files: 1,
			bytes: 999,
		}),
		"data/pets: no manifest yet, so what is there now is trusted and was written to /home/ada/data/pets.manifest-sha256.txt · 1 file · 999 bytes · root sha256:0123456789ab · 0.05 s",
	);
});

test("a changed folder lists twenty changes and counts the rest", () => {
	const text = describeVerification({
		...VERIFICATION,
		status: "changed",
		changes: {
			added: Array.from({ length: 1500 }, (_, k) => `new/${k}.png`),
			removed: ["old\n.png"],
			modified: [],
			renamed: [{ from: "a", to: "b" }],
		},
	});
	const lines = text.split("\n");
	assert.match(lines[0] ?? "", /CHANGED \(1,500 added, 1 removed, 1 renamed\)/);
	assert.equal(lines.length, 22);
	assert.equal(lines[1], "  added     new/0.png");
	assert.equal(lines[21], "  … 1,482 more");
});

test("names with control characters cannot reach the terminal", () => {
	const text = describeVerification({
		...VERIFICATION,
		status: "changed",
		changes: {
			added: [],
			removed: ["evil\u001b[2J\n.png"],
			modified: ["plain", "é\u00a0"],
			renamed: [{ from: "a\u009b2J", to: "b\u007f\u0080\u009f" }],
		},
	});
	assert.deepEqual(text.split("\n").slice(1), [
		'  removed   "evil\\u001b[2J\\n.png"',
		"  modified  plain",
		"  modified  é\u00a0",
		'  renamed   "a\\u009b2J" → "b\\u007f\\u0080\\u009f"',
	]);
});

test("sizes have two or three digits, whatever they are rounded to", () => {
	const sizeOf = (bytes: number) =>
		describeVerification({ ...VERIFICATION, bytes }).split(" · ")[2];
	for (const [bytes, size] of [
		[0, "0 bytes"],
		[1, "1 byte"],
		[999, "999 bytes"],
		[1000, "1.0 kB"],
		[9949, "9.9 kB"],
		[10_400, "10 kB"],
		[999_499, "999 kB"],
		[999_500, "1.0 MB"],
		[999_500_000, "1.0 GB"],
		[5e15, "5000 TB"],
	] as const)
		assert.equal(sizeOf(bytes), size);
});

test("a chance is certain only where it is", () => {
	const text = describeVerification({
		...VERIFICATION,
		mode: "sample",
		sample: {
			fraction: 0.5,
			files: 7,
			seed: "9",
			detection: [
				{ changed: 1, probability: 0.5 },
				{ changed: 10, probability: 0.9999 },
				{ changed: 100, probability: 1 },
			],
		},
	});
	assert.match(
		text,
		/sample of 7 files \(seed 9\);.*: 50 % for 1 file, >99\.9 % for 10 files, 100 % for 100 files$/,
	);
});
