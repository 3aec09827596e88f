import assert from "node:assert/strict";
import { test } from "node:test";
import {
	fixedSeed,
	identifyingParams,
	identityDigest,
	multirunId,
	runSeed,
	variedStreams,
} from "./identity.ts";

const identity = {
	experiment: "spiral",
	params: { lr: 0.1, set: "xor" },
	repeat: 2,
};

test("a run's seed and identity are these, so that no later version moves the runs that people have", () => {
	assert.equal(runSeed("42", identity, 2), "db626bc92f21adc9");
	assert.equal(
		identityDigest(identity),
		"sha256:b223edd546288c79d04f4efa8c1966dc0d75bd14fd88276fd3acd8b688787040",
	);
});

test("records of format 1 keep the seed that followed from the parameters, too", () => {
	assert.equal(runSeed("42", identity, 1), "6a0990ab7527b4e8");
	const other = { ...identity, params: { lr: 0.2, set: "xor" } };
	assert.notEqual(runSeed("42", other, 1), runSeed("42", identity, 1));
});

test("the order in which parameters are written does not matter", () => {
	const swapped = { ...identity, params: { set: "xor", lr: 0.1 } };
	assert.equal(runSeed("42", swapped, 1), runSeed("42", identity, 1));
	assert.equal(identityDigest(swapped), identityDigest(identity));
});

test("neither paths nor secrets make another run", () => {
	const { experiment, params, repeat } = identity;
	const all = { ...params, data: "/srv/data", apiKey: "abc", token: "def" };
	const identifying = identifyingParams(all, ["data"]);
	assert.deepEqual(identifying, params);
	assert.equal(
		identityDigest({ experiment, params: identifying, repeat }),
		identityDigest(identity),
	);
});

const elsewhere: [string, string, typeof identity][] = [
	["another root seed", "43", identity],
	["another name", "42", { ...identity, experiment: "spiral2" }],
	["another repeat", "42", { ...identity, repeat: 0 }],
];
for (const [name, root, other] of elsewhere)
	test(`${name} gives another seed`, () => {
		assert.notEqual(runSeed(root, other, 2), runSeed("42", identity, 2));
	});

const alike: [string, typeof identity.params][] = [
	["another value", { lr: 0.2, set: "xor" }],
	[
		"a text that looks like the number",
		{ lr: "0.1" as unknown as number, set: "xor" },
	],
];
for (const [name, params] of alike)
	test(`${name} makes another run, under the same seed: the two can be compared in pairs`, () => {
		const other = { ...identity, params };
		assert.notEqual(identityDigest(other), identityDigest(identity));
		assert.equal(runSeed("42", other, 2), runSeed("42", identity, 2));
	});

test("a later repeat in which only some streams vary is a run of its own, with the seeds of two repeats", () => {
	const later = { ...identity, repeat: 3 };
	const some = { ...later, vary: ["init"] };
	assert.notEqual(identityDigest(some), identityDigest(later));
	assert.notEqual(
		identityDigest(some),
		identityDigest({ ...later, vary: ["init", "order"] }),
	);
	assert.equal(runSeed("42", some, 2), runSeed("42", later, 2));
	assert.equal(
		fixedSeed("42", some, 2),
		runSeed("42", { ...later, repeat: 0 }, 2),
	);
	assert.equal(fixedSeed("42", later, 2), undefined);
	const multirun = { vary: ["init"] };
	assert.deepEqual(variedStreams({ repeat: 3, multirun }), multirun);
	assert.deepEqual(variedStreams({ repeat: 0, multirun }), {});
	assert.deepEqual(variedStreams({ repeat: 3 }), {});
});

const multirun = {
	experiment: "spiral",
	grid: { lr: [0.1, 0.2], set: ["xor"] },
	varied: ["lr"],
	repeats: 3,
	rootSeed: "42",
};

test("a multirun's id is this, in every process", () => {
	assert.equal(multirunId(multirun), "773a0c319c42d484");
	assert.equal(
		multirunId({ ...multirun, grid: { set: ["xor"], lr: [0.1, 0.2] } }),
		"773a0c319c42d484",
	);
});

for (const [what, change] of [
	["name", { experiment: "moons" }],
	["grid", { grid: { lr: [0.1, 0.3], set: ["xor"] } }],
	["number of repeats", { repeats: 4 }],
	["root seed", { rootSeed: "43" }],
	["choice of streams that vary", { vary: ["init"] }],
	["order of members", { varied: ["set", "lr"] }],
] as const)
	test(`another ${what} makes another multirun`, () => {
		assert.notEqual(
			multirunId({ ...multirun, ...change }),
			multirunId(multirun),
		);
	});

test("a record made when fewer names were secret keeps its identity", () => {
	const before = {
		pass: "hunter2",
		PGPASSWORD: "hunter2",
		password: "x",
		lr: 1,
	};
	assert.deepEqual(identifyingParams(before, []), {
		pass: "hunter2",
		PGPASSWORD: "hunter2",
		lr: 1,
	});
	const now = { pass: "[redacted]", PGPASSWORD: "[redacted]", lr: 1 };
	assert.deepEqual(identifyingParams(now, []), { lr: 1 });
});
