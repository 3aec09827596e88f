import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeNpy, isNumericArray } from "./npy.ts";

/** Reads a file as the format's specification says, version 1.0. */
function parse(file: Uint8Array): {
	descr: string;
	shape: number[];
	start: number;
} {
	const bytes = Buffer.from(file);
	assert.equal(bytes.toString("latin1", 0, 6), "\x93NUMPY");
	assert.deepEqual([...bytes.subarray(6, 8)], [1, 0]);
	const start = 10 + bytes.readUInt16LE(8);
	assert.equal(start % 64, 0, "the data is aligned");
	const header = bytes.toString("latin1", 10, start);
	assert.ok(header.endsWith("\n"));
	const fields =
		/^\{'descr': '(.*)', 'fortran_order': False, 'shape': \((.*)\), \} *\n$/.exec(
			header,
		);
	assert.ok(fields, header);
	const [, descr = "", shape = ""] = fields;
	return {
		descr,
		shape: shape
			.split(",")
			.filter((part) => part.trim())
			.map(Number),
		start,
	};
}

const arrays: [string, Parameters<typeof encodeNpy>[0], string, string][] = [
	["Float16Array", Float16Array.of(1.5), "<f2", "003e"],
	["Float32Array", Float32Array.of(1.5), "<f4", "0000c03f"],
	["Float64Array", Float64Array.of(-0), "<f8", "0000000000000080"],
	["Int8Array", Int8Array.of(-1), "|i1", "ff"],
	["Int16Array", Int16Array.of(-2), "<i2", "feff"],
	["Int32Array", Int32Array.of(258), "<i4", "02010000"],
	["BigInt64Array", BigInt64Array.of(-1n), "<i8", "ffffffffffffffff"],
	["Uint8Array", Uint8Array.of(7), "|u1", "07"],
	["Uint8ClampedArray", Uint8ClampedArray.of(300), "|u1", "ff"],
	["Uint16Array", Uint16Array.of(258), "<u2", "0201"],
	["Uint32Array", Uint32Array.of(258), "<u4", "02010000"],
	["BigUint64Array", BigUint64Array.of(1n), "<u8", "0100000000000000"],
	["Buffer", Buffer.from([7]), "|u1", "07"],
];

for (const [name, values, descr, hex] of arrays)
	test(`a ${name} is written as NumPy's ${descr}`, () => {
		assert.ok(isNumericArray(values));
		const file = encodeNpy(values, [1]);
		const header = parse(file);
		assert.equal(header.descr, descr);
		assert.equal(Buffer.from(file.subarray(header.start)).toString("hex"), hex);
	});

for (const shape of [[], [6], [2, 3], [1, 2, 3, 1], Array(20).fill(1)])
	test(`shape [${shape}] is in the header, and the data stays aligned`, () => {
		const size = shape.reduce((a, b) => a * b, 1);
		const file = encodeNpy(new Float32Array(size), shape);
		const header = parse(file);
		assert.deepEqual(header.shape, shape);
		assert.equal(file.length, header.start + 4 * size);
	});

test("a part of a larger buffer is written alone, and nothing is changed", () => {
	const whole = Float32Array.of(1, Number.NaN, 3, 4);
	const before = Buffer.from(whole.buffer).toString("hex");
	const file = encodeNpy(whole.subarray(1, 3), [2]);
	assert.equal(file.length - parse(file).start, 8);
	assert.equal(Buffer.from(whole.buffer).toString("hex"), before);
});

test("all NaNs have the same bytes", () => {
	const bits = new Uint32Array([0x7fc00000, 0xffc00001, 0x7f800001]);
	const file = encodeNpy(new Float32Array(bits.buffer), [3]);
	const data = Buffer.from(file.subarray(parse(file).start));
	assert.equal(data.toString("hex"), "0000c07f".repeat(3));
});

test("a list or a DataView is no numeric array", () => {
	assert.equal(isNumericArray([1, 2]), false);
	assert.equal(isNumericArray(new DataView(new ArrayBuffer(8))), false);
});

test("a header longer than 255 bytes says so in both bytes of its length", () => {
	const shape = new Array<number>(100).fill(1);
	const file = encodeNpy(Float32Array.of(7), shape);
	const header = parse(file);
	assert.deepEqual(header.shape, shape);
	assert.ok(header.start > 256 && header.start % 64 === 0);
	assert.equal(file[header.start - 1], 10);
	assert.equal(Buffer.from(file).readFloatLE(header.start), 7);
});
