import { endianness } from "../host/machine.ts";

type TypedArray = Exclude<NodeJS.ArrayBufferView, DataView<ArrayBufferLike>>;

/**
 * By `Symbol.toStringTag`, so that a Buffer counts as what it is, a Uint8Array.
 */
const DESCRIPTORS = new Map<string, string>([
	["Float16Array", "<f2"],
	["Float32Array", "<f4"],
	["Float64Array", "<f8"],
	["BigInt64Array", "<i8"],
	["Int32Array", "<i4"],
	["Int16Array", "<i2"],
	["Int8Array", "|i1"],
	["BigUint64Array", "<u8"],
	["Uint32Array", "<u4"],
	["Uint16Array", "<u2"],
	["Uint8Array", "|u1"],
	["Uint8ClampedArray", "|u1"],
]);

/** Can this value be written as .npy? */
export function isNumericArray(value: unknown): value is TypedArray {
	return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/**
 * The array as a NumPy .npy file, version 1.0, little endian, C order.
 * NaNs become the one quiet NaN, since their bits differ between engines.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpy(
	values: TypedArray,
	shape: readonly number[],
): Uint8Array {
	const descriptor = DESCRIPTORS.get(values[Symbol.toStringTag]);
	const shapeText = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
	const fields = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${shapeText}, }`;
	const preamble = 10;
	const padding = 63 - ((preamble + fields.length) % 64);
	const header = `${fields}${" ".repeat(padding)}\n`;
	const body = canonicalBytes(values);
	const out = new Uint8Array(preamble + header.length + body.length);
	out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
	out[8] = header.length & 0xff;
	out[9] = header.length >>> 8;
	out.set(Buffer.from(header, "latin1"), preamble);
	out.set(body, preamble + header.length);
	return out;
}

function isFloatArray(
	values: TypedArray,
): values is Extract<
	TypedArray,
	{ readonly [Symbol.toStringTag]: `Float${string}` }
> {
	return values[Symbol.toStringTag].startsWith("Float");
}

function canonicalBytes(given: TypedArray): Uint8Array {
	let values = given;
	if (isFloatArray(given)) {
		const copy = given.slice();
		copy.forEach((value, i) => {
			if (Number.isNaN(value)) copy[i] = Number.NaN;
		});
		values = copy;
	}
	const bytes = Buffer.from(
		new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
	);
	if (endianness() === "BE") {
		if (values.BYTES_PER_ELEMENT === 2) bytes.swap16();
		if (values.BYTES_PER_ELEMENT === 4) bytes.swap32();
		if (values.BYTES_PER_ELEMENT === 8) bytes.swap64();
	}
	return bytes;
}
