import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { changeCount, findChanges, findMoves, linesOf } from "./changes.ts";
import { SharedTexts } from "./hashing/shared-texts.ts";
import { parseManifest } from "./manifest.ts";

const digestOf = (content: string) =>
	createHash("sha256").update(content).digest("hex");

/** The lines of files by their contents, in byte order as `parseManifest` gives them. */
const linesFor = (files: Readonly<Record<string, string>>) =>
	parseManifest(
		Buffer.from(
			Object.entries(files)
				.map(([path, content]) => `${digestOf(content)}  ${path}\n`)
				.join(""),
		),
		"m.txt",
	).lines;

/** Two states of a folder, by paths and contents. */
function compare(
	recorded: Readonly<Record<string, string>>,
	now: Readonly<Record<string, string>>,
) {
	const [before, after] = [linesFor(recorded), linesFor(now)];
	const lines = linesOf(SharedTexts.from(after.paths()), before);
	return findChanges({
		before,
		lines,
		holds: (index) =>
			before.digest(lines[index] as number) === after.digest(index),
		entry: (index) => after.at(index),
	});
}

test("of several equal files that moved each is renamed once, and the one that kept its name first", () => {
	const changes = compare(
		{ "a/1": "x", "a/2": "x", "a/3": "x", "a/4": "x" },
		{ "b/3": "x", "b/9": "x", "c/1": "x", "c/5": "y" },
	);
	assert.deepEqual(changes, {
		added: ["c/5"],
		removed: ["a/4"],
		modified: [],
		renamed: [
			{ from: "a/3", to: "b/3" },
			{ from: "a/1", to: "b/9" },
			{ from: "a/2", to: "c/1" },
		],
	});
	assert.equal(changeCount(changes), 5);
});

test("a file that is copied, and one that two become, are no renames", () => {
	assert.deepEqual(compare({ a: "x" }, { a: "x", b: "x" }), {
		added: ["b"],
		removed: [],
		modified: [],
		renamed: [],
	});
	assert.deepEqual(compare({ a: "x", b: "x" }, { c: "x" }), {
		added: [],
		removed: ["b"],
		modified: [],
		renamed: [{ from: "a", to: "c" }],
	});
});

test("a file in whose place another one has come was modified, wherever else its bytes are", () => {
	assert.deepEqual(compare({ a: "x", b: "y", c: "z" }, { a: "y", b: "x" }), {
		added: [],
		removed: ["c"],
		modified: ["a", "b"],
		renamed: [],
	});
});

test("changes come in the order of bytes, at the beginning, in the middle and at the end", () => {
	const { added, removed, modified } = compare(
		{ b: "1", c: "2", d: "3", "\ue000": "4", "😀": "5" },
		{ a: "6", b: "1", c: "7", e: "8", "😀": "9", "😁": "0" },
	);
	assert.deepEqual(added, ["a", "e", "😁"]);
	assert.deepEqual(removed, ["d", "\ue000"]);
	assert.deepEqual(modified, ["c", "😀"]);
	assert.equal(changeCount(compare({}, {})), 0);
});

test("the work of finding renames among equal files grows with their number, not with its square", () => {
	const readsOf = (files: number) => {
		let reads = 0;
		const entries = (folder: string) =>
			Array.from({ length: files }, (_, k) => {
				const path = `${folder}/${String(k).padStart(6, "0")}`;
				return {
					digest: "x",
					get path() {
						reads++;
						return path;
					},
				};
			});
		const { renamed } = findMoves(entries("a"), entries("b"));
		assert.equal(renamed.length, files);
		// Other names: each takes the first that is left.
		const { added } = findMoves(entries("a"), entries("b").slice(1));
		assert.equal(added.length, 0);
		return reads;
	};
	assert.ok(readsOf(4_000) < 8 * readsOf(1_000));
});
