import { stat } from "../../../host/files.ts";
import { Readable } from "../../../host/streams.ts";
import {
	type ByteRange,
	ByteReader,
	badFormat,
	readerOf,
} from "./byte-reader.ts";

/**
 * The numeric arrays of a MAT file, level 5, as MATLAB 5 to 7 and SciPy write
 * it, compressed or not. What else a file holds (text, cells, structures,
 * objects, sparse or complex arrays) is passed over.
 *
 * Format: "MAT-File Format", The MathWorks,
 * https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf, chapter
 * "Level 5 MAT-File Format".
 */
export interface MatVariable {
	readonly name: string;
	/** The first changes fastest. */
	readonly dimensions: readonly number[];
	/** How the values are stored; MATLAB stores whole numbers in fewer bytes than their class has. */
	readonly type: MatType;
	/** Where the array lies. */
	readonly path: string;
	readonly range: ByteRange;
}

export type MatType = keyof typeof VALUES;

/** Bytes of a value, and how it is read. */
const VALUES = {
	int8: {
		bytes: 1,
		get: (view: DataView, at: number) => view.getInt8(at),
	},
	uint8: {
		bytes: 1,
		get: (view: DataView, at: number) => view.getUint8(at),
	},
	int16: {
		bytes: 2,
		get: (view: DataView, at: number) => view.getInt16(at, true),
	},
	uint16: {
		bytes: 2,
		get: (view: DataView, at: number) => view.getUint16(at, true),
	},
	int32: {
		bytes: 4,
		get: (view: DataView, at: number) => view.getInt32(at, true),
	},
	uint32: {
		bytes: 4,
		get: (view: DataView, at: number) => view.getUint32(at, true),
	},
	single: {
		bytes: 4,
		get: (view: DataView, at: number) => view.getFloat32(at, true),
	},
	double: {
		bytes: 8,
		get: (view: DataView, at: number) => view.getFloat64(at, true),
	},
} as const;

/** The format's numbers for the types of a data element. */
const TYPES: Readonly<Record<number, MatType>> = {
	1: "int8",
	2: "uint8",
	3: "int16",
	4: "uint16",
	5: "int32",
	6: "uint32",
	7: "single",
	9: "double",
};
const MATRIX = 14;
const COMPRESSED = 15;

const FILE_HEADER = 128;
/** Of array classes, 6 (double) to 13 (uint32) are numeric. */
const isNumeric = (arrayClass: number) => arrayClass >= 6 && arrayClass <= 13;
const COMPLEX_FLAG = 0x08;

interface Tag {
	readonly type: number;
	readonly bytes: number;
	/** The data themselves, where they are so short that they lie in the tag. */
	readonly small?: Uint8Array;
}

function parseTag(bytes: Uint8Array, name: string): Tag {
	if (bytes.length < 8) throw badFormat(name, "it ends within a data element");
	const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
	const first = view.getUint32(0, true);
	if (first >>> 16 === 0)
		return { type: first, bytes: view.getUint32(4, true) };
	return {
		type: first & 0xffff,
		bytes: first >>> 16,
		small: bytes.slice(4, 4 + (first >>> 16)),
	};
}

async function readTag(reader: ByteReader): Promise<Tag> {
	return parseTag(await reader.read(8), reader.name);
}

/** Data elements begin at multiples of eight bytes. */
const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** The most bytes that flags, dimensions or a name have. */
const SHORT = 1 << 10;

/** Tag and data of a short element. */
async function readElement(reader: ByteReader): Promise<DataView> {
	const tag = await readTag(reader);
	if (tag.bytes > SHORT)
		throw badFormat(reader.name, "an array's description is too long");
	const data = tag.small ?? (await reader.read(padded(tag.bytes)));
	if (data.length < tag.bytes)
		throw badFormat(reader.name, "it ends within a data element");
	return new DataView(data.buffer, data.byteOffset, tag.bytes);
}

interface FoundArray extends Omit<MatVariable, "path" | "range"> {
	readonly values: ByteReader;
}

/** Reads what comes before an array's values; undefined for an array that is not plain numbers. */
async function openArray(reader: ByteReader): Promise<FoundArray | undefined> {
	const matrix = await readTag(reader);
	if (matrix.type !== MATRIX || matrix.bytes === 0) return undefined;
	const flags = await readElement(reader);
	const dimensions = await readElement(reader);
	const nameData = await readElement(reader);
	if (flags.byteLength < 8)
		throw badFormat(reader.name, "an array has no flags");
	if (!isNumeric(flags.getUint8(0)) || flags.getUint8(1) & COMPLEX_FLAG)
		return undefined;
	const name = String.fromCharCode(
		...Array.from({ length: nameData.byteLength }, (_, k) =>
			nameData.getUint8(k),
		),
	);
	const shape = Array.from({ length: dimensions.byteLength / 4 }, (_, k) =>
		dimensions.getInt32(4 * k, true),
	);
	const values = await readTag(reader);
	const type = TYPES[values.type];
	const count = shape.reduce((product, size) => product * size, 1);
	if (!type || count * VALUES[type].bytes !== values.bytes)
		throw badFormat(
			reader.name,
			`array ${name} of ${shape.join(" × ")} values does not fit its ${values.bytes} bytes`,
		);
	return {
		name,
		dimensions: shape,
		type,
		values: values.small
			? new ByteReader(reader.name, Readable.from([values.small]))
			: reader,
	};
}

/**
 * The numeric arrays of a MAT file, without their values.
 * @throws DataError BAD_FORMAT, UNREADABLE
 */
export async function readMat(path: string): Promise<MatVariable[]> {
	const { size } = await stat(path);
	const whole = readerOf(path, { end: FILE_HEADER - 1 });
	const header = Buffer.from(await whole.read(FILE_HEADER));
	if (header.length < FILE_HEADER || header.toString("latin1", 126) !== "IM")
		throw badFormat(
			whole.name,
			"it is not a MAT file of level 5 in little-endian order",
		);
	const variables: MatVariable[] = [];
	for (let at = FILE_HEADER; at < size; ) {
		const tag = await readTag(readerOf(path, { start: at, end: at + 7 }));
		const compressed = tag.type === COMPRESSED;
		const next = at + 8 + (compressed ? tag.bytes : padded(tag.bytes));
		if (next > size)
			throw badFormat(whole.name, "it ends within a data element");
		const range: ByteRange = compressed
			? { start: at + 8, end: next - 1, compression: "zlib" }
			: { start: at, end: next - 1 };
		const reader = readerOf(path, range);
		try {
			const found = await openArray(reader);
			if (found) {
				const { name, dimensions, type } = found;
				variables.push({ name, dimensions, type, path, range });
			}
		} finally {
			await reader.close();
		}
		at = next;
	}
	return variables;
}

/** A reader that stands before the array's values. */
export async function openMatValues({
	path,
	range,
}: MatVariable): Promise<ByteReader> {
	const found = await openArray(readerOf(path, range));
	return (found as FoundArray).values;
}

/** All values of an array. @throws DataError BAD_FORMAT, UNREADABLE */
export async function readMatValues(variable: MatVariable): Promise<number[]> {
	const { bytes, get } = VALUES[variable.type];
	const count = variable.dimensions.reduce(
		(product, size) => product * size,
		1,
	);
	const reader = await openMatValues(variable);
	try {
		const data = await reader.read(count * bytes);
		if (data.length < count * bytes)
			throw badFormat(reader.name, `array ${variable.name} is cut`);
		const view = new DataView(data.buffer, data.byteOffset, data.length);
		return Array.from({ length: count }, (_, k) => get(view, k * bytes));
	} finally {
		await reader.close();
	}
}
