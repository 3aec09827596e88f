import assert from "node:assert/strict";
import { test } from "node:test";
import { type Place, placeOf } from "./place.ts";

const here = {
	node: "24.21.0",
	v8: "13.6",
	platform: "linux",
	arch: "x64",
	machine: "a",
	cpu: "abacus",
	cores: 2,
	memory: 1024,
};

const cases: [string, object, Place][] = [
	["the same", {}, "same machine"],
	["the same without an id", { machine: undefined }, "same machine"],
	["of another id", { machine: "b" }, "other machine"],
	["of the same id and more memory", { memory: 2048 }, "other machine"],
	[
		"of another processor, without an id",
		{ cpu: "x", machine: undefined },
		"other machine",
	],
	[
		"of another architecture",
		{ arch: "arm64" },
		"other engine or architecture",
	],
	[
		"under another system",
		{ platform: "darwin" },
		"other engine or architecture",
	],
	["with another V8", { v8: "14.0" }, "other engine or architecture"],
	["of more cores", { cores: 4 }, "other machine"],
	["with another Node", { node: "26.1.0" }, "other engine or architecture"],
];
for (const [what, change, place] of cases)
	test(`a machine that is ${what} is: ${place}`, () => {
		assert.equal(placeOf(here, { ...here, ...change }), place);
		assert.equal(placeOf({ ...here, ...change }, here), place);
	});
