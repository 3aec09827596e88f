import assert from "node:assert/strict";
import { test } from "node:test";
import { findMultirun, type StoredMultirun } from "./multiruns.ts";

const multiruns = [
	["3f2a", "moons"],
	["3f2a91", "moons"],
	["77", "rings"],
	["ab", "3f"],
].map(([id = "", experiment = ""]): StoredMultirun => {
	const began = { started: "2026-01-01T00:00:00.000Z", members: [] };
	return { id, experiment, total: 1, ...began };
});
const found = (reference: string) => findMultirun(reference, multiruns).id;

test("a multirun is found by its id, its experiment's name, or the beginning of its id", () => {
	assert.equal(found("3f2a91"), "3f2a91");
	assert.equal(found("3f2a9"), "3f2a91");
	assert.equal(found("moons"), "3f2a91");
	assert.equal(found("last"), "ab");
});

test("what is written whole wins over what begins with it", () => {
	assert.equal(found("3f2a"), "3f2a");
	assert.equal(found("3f"), "ab");
	assert.throws(() => found("3f2"), {
		name: "UsageError",
		message: "2 multiruns begin with 3f2: 3f2a, 3f2a91; write more of it",
	});
	for (const reference of ["", "moo"])
		assert.throws(() => found(reference), {
			message: `there is no multirun ${reference}; "deepdiva multirun list" shows those that there are`,
		});
});
