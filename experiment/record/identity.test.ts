import assert from "node:assert/strict";
import { test } from "node:test";
import { identityDigest, runSeed } from "./identity.ts";

const identity = {
	experiment: "spiral",
	params: { lr: 0.1, set: "xor" },
	repeat: 2,
};

test("a run's seed is a fixed function of root seed and identity", () => {
	// Written down, so that no later version moves the runs that people have.
	assert.equal(runSeed("42", identity), "6a0990ab7527b4e8");
	assert.equal(
		identityDigest(identity),
		"sha256:b223edd546288c79d04f4efa8c1966dc0d75bd14fd88276fd3acd8b688787040",
	);
});

test("the order in which parameters are written does not matter", () => {
	const swapped = { ...identity, params: { set: "xor", lr: 0.1 } };
	assert.equal(runSeed("42", swapped), runSeed("42", identity));
	assert.equal(identityDigest(swapped), identityDigest(identity));
});

const others: [string, string, typeof identity][] = [
	["another root seed", "43", identity],
	["another name", "42", { ...identity, experiment: "spiral2" }],
	["another value", "42", { ...identity, params: { lr: 0.2, set: "xor" } }],
	[
		"a text that looks like the number",
		"42",
		{ ...identity, params: { lr: "0.1" as unknown as number, set: "xor" } },
	],
	["another repeat", "42", { ...identity, repeat: 0 }],
];

for (const [name, root, other] of others)
	test(`${name} gives another seed`, () => {
		assert.notEqual(runSeed(root, other), runSeed("42", identity));
	});
