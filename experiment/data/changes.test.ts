import assert from "node:assert/strict";
import { test } from "node:test";
import { compareBytes } from "./byte-order.ts";
import { changeCount, compareManifests } from "./changes.ts";

const manifest = (files: Readonly<Record<string, string>>) =>
	Object.entries(files)
		.map(([path, digest]) => ({ path, digest }))
		.sort((a, b) => compareBytes(a.path, b.path));

const compare = (
	before: Readonly<Record<string, string>>,
	after: Readonly<Record<string, string>>,
) => compareManifests(manifest(before), manifest(after));

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
		const { renamed } = compareManifests(entries("a"), entries("b"));
		assert.equal(renamed.length, files);
		// Other names: each takes the first that is left.
		const { added } = compareManifests(entries("a"), entries("b").slice(1));
		assert.equal(added.length, 0);
		return reads;
	};
	assert.ok(readsOf(4_000) < 8 * readsOf(1_000));
});
