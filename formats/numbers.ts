/** How a number is stored, little endian. */
export type NumberFormat =
	| "float16"
	| "float32"
	| "float64"
	| "int8"
	| "int16"
	| "int32"
	| "int64"
	| "uint8"
	| "uint16"
	| "uint32"
	| "uint64";

/** Numbers of one type. */
export interface NumberSeries {
	readonly format: NumberFormat;
	readonly values: ArrayLike<number>;
}

type Read = (view: DataView, at: number) => number;

const FORMATS: Readonly<Record<NumberFormat, readonly [bytes: number, Read]>> =
	{
		float16: [2, (view, at) => halfFloat(view.getUint16(at, true))],
		float32: [4, (view, at) => view.getFloat32(at, true)],
		float64: [8, (view, at) => view.getFloat64(at, true)],
		int8: [1, (view, at) => view.getInt8(at)],
		int16: [2, (view, at) => view.getInt16(at, true)],
		int32: [4, (view, at) => view.getInt32(at, true)],
		int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
		uint8: [1, (view, at) => view.getUint8(at)],
		uint16: [2, (view, at) => view.getUint16(at, true)],
		uint32: [4, (view, at) => view.getUint32(at, true)],
		uint64: [8, (view, at) => Number(view.getBigUint64(at, true))],
	};

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 0x1f;
	const fraction = bits & 0x3ff;
	if (exponent === 0x1f) return fraction ? Number.NaN : sign / 0;
	return exponent === 0
		? sign * fraction * 2 ** -24
		: sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** `count` numbers from the beginning of `bytes`. @throws RangeError where there are fewer */
export function numbersOf(
	bytes: Uint8Array,
	format: NumberFormat,
	count: number,
): NumberSeries & { bytesPerNumber: number } {
	const [bytesPerNumber, read] = FORMATS[format];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const values = new Float64Array(count);
	for (let i = 0; i < count; i++) values[i] = read(view, i * bytesPerNumber);
	return { format, values, bytesPerNumber };
}

const NPY_TYPES: Readonly<Record<string, NumberFormat>> = {
	"<f2": "float16",
	"<f4": "float32",
	"<f8": "float64",
	"|i1": "int8",
	"<i2": "int16",
	"<i4": "int32",
	"<i8": "int64",
	"|u1": "uint8",
	"<u2": "uint16",
	"<u4": "uint32",
	"<u8": "uint64",
};

/**
 * Reads a `.npy` file of version 1.0, as runs write them.
 * @throws RangeError for another file
 */
export function decodeNpy(bytes: Uint8Array): {
	header: string;
	series: NumberSeries;
} {
	const length =
		bytes.length >= 10 ? 10 + (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0) : 0;
	const header = Buffer.from(bytes.subarray(10, length)).toString("latin1");
	const [, type = "", shape = ""] =
		/^\{'descr': '(.{3})', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/.exec(
			header,
		) ?? [];
	const format = NPY_TYPES[type];
	if (!format)
		throw new RangeError("this is not a .npy file as runs write them");
	const count = (shape.match(/\d+/g) ?? []).reduce(
		(product, size) => product * Number(size),
		1,
	);
	return { header, series: numbersOf(bytes.subarray(length), format, count) };
}

/** How far two lists of numbers lie apart. */
export interface NumericDifference {
	readonly numbers: number;
	readonly differing: number;
	/**
	 * Largest distance in units in the last place of the type in which they are
	 * stored: how many such numbers lie between, plus one. 1 for whole numbers
	 * that differ by 1; Infinity between a number and NaN.
	 */
	readonly maxUlps: number;
	readonly maxAbsolute: number;
	/** |a - b| / max(|a|, |b|): at most 2 for finite numbers. */
	readonly maxRelative: number;
}

/**
 * Compares number by number. NaN equals NaN, and 0 differs from -0 by one unit
 * in the last place. Undefined where there are more numbers on one side.
 */
export function compareNumbers(
	recorded: readonly NumberSeries[],
	replayed: readonly NumberSeries[],
): NumericDifference | undefined {
	const lengths = (list: readonly NumberSeries[]) =>
		list.map(({ format, values }) => `${format} ${values.length}`).join();
	if (lengths(recorded) !== lengths(replayed)) return undefined;
	let numbers = 0;
	let differing = 0;
	let maxUlps = 0;
	let maxAbsolute = 0;
	let maxRelative = 0;
	for (const [i, { format, values }] of recorded.entries()) {
		const others = (replayed[i] as NumberSeries).values;
		numbers += values.length;
		for (let k = 0; k < values.length; k++) {
			const [a, b] = [values[k] as number, others[k] as number];
			if (Object.is(a, b)) continue;
			differing++;
			const absolute = Math.abs(a - b);
			maxUlps = largest(maxUlps, ulps(a, b, format));
			maxAbsolute = largest(maxAbsolute, absolute);
			if (absolute !== 0)
				maxRelative = largest(
					maxRelative,
					Number.isFinite(absolute)
						? absolute / Math.max(Math.abs(a), Math.abs(b))
						: Number.POSITIVE_INFINITY,
				);
		}
	}
	return { numbers, differing, maxUlps, maxAbsolute, maxRelative };
}

/**
 * The larger distance. NaN, which is the distance of a number from NaN or an
 * infinity, counts as infinite.
 */
const largest = (a: number, b: number) =>
	Number.isNaN(b) ? Number.POSITIVE_INFINITY : Math.max(a, b);

/** Numbers of the format between `a` and `b`, plus one. */
export function ulps(a: number, b: number, format: NumberFormat): number {
	if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
	if (!format.startsWith("float")) return Math.abs(a - b);
	if (format === "float64") {
		const distance = ordinal64(a) - ordinal64(b);
		return Number(distance < 0n ? -distance : distance);
	}
	const ordinal = format === "float32" ? ordinal32 : ordinal16;
	return Math.abs(ordinal(a) - ordinal(b));
}

const scratch = new DataView(new ArrayBuffer(8));

/** Place of a float64 among all of them, in their order; -0 comes right before 0. */
function ordinal64(value: number): bigint {
	scratch.setFloat64(0, value);
	const bits = scratch.getBigInt64(0);
	return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) - 1n : bits;
}

function ordinal32(value: number): number {
	scratch.setFloat32(0, value);
	const bits = scratch.getInt32(0);
	return bits < 0 ? -(bits & 0x7fff_ffff) - 1 : bits;
}

/** Of a number that a float16 holds exactly. */
function ordinal16(value: number): number {
	const size = Math.abs(value);
	const negative = value < 0 || Object.is(value, -0);
	let bits: number;
	if (size === Number.POSITIVE_INFINITY) bits = 0x7c00;
	else if (size < 2 ** -14) bits = size * 2 ** 24;
	else {
		const exponent = Math.floor(Math.log2(size));
		bits = ((exponent + 15) << 10) + (size / 2 ** exponent - 1) * 1024;
	}
	return negative ? -bits - 1 : bits;
}
