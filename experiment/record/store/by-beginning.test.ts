import assert from "node:assert/strict";
import { test } from "node:test";
import { byBeginning } from "./by-beginning.ts";

const all = ["3f", "3f2a", "3f2b", "91"];
const meant = (reference: string) =>
	byBeginning(reference, all, (id) => [id]).join(" ");

test("the beginning of an id means all that begin with it, and a whole id its own alone", () => {
	assert.equal(meant("3f2"), "3f2a 3f2b");
	assert.equal(meant("3f"), "3f");
	assert.equal(meant("9"), "91");
	assert.equal(meant("f2"), "");
	assert.equal(meant(""), "");
});
