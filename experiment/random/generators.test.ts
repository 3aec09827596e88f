import assert from "node:assert/strict";
import { test } from "node:test";
import { openGenerator } from "./generators.ts";
import { openStream } from "./stream.ts";

// With seed 1: double, quick and int32, in this order, from seedrandom's own test/prngtest.js.
for (const [name, double, quick, int32] of [
	["xor128", 0.7963797148975774, 0.22171171731315553, 317177041],
	["xorwow", 0.8178000247146859, 0.8407576507888734, 533150816],
	["xorshift7", 0.21241471533241418, 0.9957620368804783, -1678071207],
	["tychei", 0.42331440041340196, 0.9365617581643164, -884984569],
	["arc4", 0.1776348083296759, 0.2160690303426236, 1397712774],
	["xor4096", 0.1520436450538547, 0.4206166828516871, 1312695376],
] as const)
	test(`${name} gives the values that seedrandom publishes`, () => {
		const generator = openGenerator(name, 1);
		assert.deepEqual(
			[generator.double(), generator.quick(), generator.int32()],
			[double, quick, int32],
		);
	});

test("alea and arc4 give the values of seedrandom's README", () => {
	const generator = openGenerator("alea", "hello.");
	assert.deepEqual(
		[generator(), generator.double(), generator.int32()],
		[0.4783254903741181, 0.8297006866124559, 1076136327],
	);
	const { 0: first, 1: second } = [0, 0].map(openGenerator("arc4", "hello."));
	assert.deepEqual([first, second], [0.9282578795792454, 0.3752569768646784]);
});

test("a stream of another generator follows seed and name like any stream", () => {
	const draw = (seed: string, name: string) => {
		const stream = openStream(seed, name, "alea");
		return [stream.next(), stream.next(), stream.draws];
	};
	assert.deepEqual(draw("1", "a"), draw("1", "a"));
	assert.notDeepEqual(draw("1", "a"), draw("2", "a"));
	assert.notDeepEqual(draw("1", "a"), draw("1", "b"));
	assert.equal(draw("1", "a")[2], 2);
	// As alea's numbers are: 32 bits.
	assert.equal(((draw("1", "a")[0] as number) * 2 ** 32) % 1, 0);
});

test("an unknown generator is an error with the nearest match", () => {
	assert.throws(() => openGenerator("xor12" as "xor128", "a"), {
		name: "UsageError",
		message: /there is no generator "xor12"; did you mean "?xor128/,
	});
});
