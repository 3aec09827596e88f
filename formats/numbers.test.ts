import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeNpy } from "./npy.ts";
import {
	compareNumbers,
	decodeNpy,
	type NumberFormat,
	numbersOf,
	ulps,
} from "./numbers.ts";

const { EPSILON, MIN_VALUE, MAX_VALUE } = Number;
const after32 = (value: number) => Math.fround(value + value * 2 ** -23);

const distances: [string, number, number, NumberFormat, number][] = [
	["neighbours", 1, 1 + EPSILON, "float64", 1],
	["neighbours across a power of two", 1, 1 - EPSILON / 2, "float64", 1],
	["0 and -0", 0, -0, "float64", 1],
	["0 and the smallest number", 0, MIN_VALUE, "float64", 1],
	["the smallest numbers of both signs", -MIN_VALUE, MIN_VALUE, "float64", 3],
	["the largest number and infinity", MAX_VALUE, 1 / 0, "float64", 1],
	["a number and NaN", 1, Number.NaN, "float64", Number.POSITIVE_INFINITY],
	["neighbours of float32", 0.5, after32(0.5), "float32", 1],
	["1 and 2 in float32", 1, 2, "float32", 2 ** 23],
	["1 and 2 in float16", 1, 2, "float16", 1024],
	["the smallest float16 and 0", 2 ** -24, 0, "float16", 1],
	["1 and -1 in float16", 1, -1, "float16", 2 * 15 * 1024 + 1],
	["0 and -0 in float32", 0, -0, "float32", 1],
	["the smallest of float32", -(2 ** -149), 2 ** -149, "float32", 3],
	["1 and -1 in float32", 1, -1, "float32", 2 * 127 * 2 ** 23 + 1],
	["0 and -0 in float16", 0, -0, "float16", 1],
	["infinities of float16", -1 / 0, 1 / 0, "float16", 2 * 31 * 1024 + 1],
	["whole numbers", 3, 5, "int32", 2],
];
for (const [what, a, b, format, expected] of distances)
	test(`${what} lie ${expected} units in the last place apart (${format})`, () => {
		assert.equal(ulps(a, b, format), expected);
		assert.equal(ulps(b, a, format), expected);
	});

test("every float16 is one unit from its neighbour, and is decoded to its value", () => {
	const bytes = Buffer.alloc(2 * 0x10000);
	for (let bits = 0; bits <= 0xffff; bits++)
		bytes.writeUInt16LE(bits, 2 * bits);
	const all = numbersOf(bytes, "float16", 0x10000).values;
	for (let bits = 0; bits <= 0x7fff; bits++)
		assert.equal(all[bits + 0x8000], -(all[bits] as number));
	assert.ok(Number.isNaN(all[0x7c01]) && Number.isNaN(all[0x7fff]));
	const { values } = numbersOf(bytes, "float16", 0x7c01);
	assert.equal(values[0x3c00], 1);
	assert.equal(values[0x7bff], 65504);
	assert.equal(values[0x7c00], Number.POSITIVE_INFINITY);
	for (let bits = 0; bits < 0x7c00; bits++)
		assert.equal(
			ulps(values[bits] as number, values[bits + 1] as number, "float16"),
			1,
		);
});

const series = (format: NumberFormat, ...values: number[]) => [
	{ format, values },
];

test("a comparison counts what differs and says by how much at most", () => {
	assert.deepEqual(
		compareNumbers(
			series("float64", 1, Number.NaN, 100, 0),
			series("float64", 1, Number.NaN, 101, 0),
		),
		{
			numbers: 4,
			differing: 1,
			maxUlps: ulps(100, 101, "float64"),
			maxAbsolute: 1,
			maxRelative: 1 / 101,
		},
	);
});

test("where a number became NaN or infinite, no tolerance is wide enough", () => {
	for (const other of [Number.NaN, Number.POSITIVE_INFINITY])
		assert.equal(
			compareNumbers(series("float32", 1), series("float32", other))
				?.maxRelative,
			Number.POSITIVE_INFINITY,
		);
	assert.deepEqual(
		compareNumbers(series("float64", 2, 5), series("float64", Number.NaN, 4)),
		{
			numbers: 2,
			differing: 2,
			maxUlps: Number.POSITIVE_INFINITY,
			maxAbsolute: Number.POSITIVE_INFINITY,
			maxRelative: Number.POSITIVE_INFINITY,
		},
	);
});

test("0 and -0 differ, and no tolerance is too narrow for it", () => {
	const difference = compareNumbers(
		series("float32", 0),
		series("float32", -0),
	);
	assert.equal(difference?.differing, 1);
	assert.equal(difference.maxRelative, 0);
});

test("lists of other lengths or types are not compared", () => {
	assert.equal(
		compareNumbers(series("float32", 1), series("float32", 1, 2)),
		undefined,
	);
	assert.equal(
		compareNumbers(series("float32", 1), series("float64", 1)),
		undefined,
	);
});

const arrays = [
	Float32Array.of(1.5, -0, Number.NaN),
	Float64Array.of(Math.PI),
	Int8Array.of(-3),
	Int16Array.of(-300),
	Int32Array.of(-70000),
	BigInt64Array.of(-5n),
	Uint8Array.of(200),
	Uint16Array.of(60000),
	Uint32Array.of(4e9),
	BigUint64Array.of(5n),
];
for (const array of arrays)
	test(`a .npy file of ${array[Symbol.toStringTag]} is read back`, () => {
		const { series } = decodeNpy(encodeNpy(array, [array.length]));
		assert.deepEqual(
			Array.from(series.values),
			Array.from(array as Iterable<number | bigint>, Number),
		);
	});

test("a file that is no .npy file is refused", () => {
	assert.throws(() => decodeNpy(Buffer.from("hello")), RangeError);
	const cut = encodeNpy(Float32Array.of(1, 2), [2]).subarray(0, -1);
	assert.throws(() => decodeNpy(cut), RangeError);
});
