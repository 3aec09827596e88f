import { UsageError } from "../base/errors.ts";

/** Numbers with the name of their type and their shape. */
export interface NamedTensor {
	readonly values:
		| Float32Array
		| Float64Array
		| Int32Array
		| Uint32Array
		| Uint16Array
		| Uint8Array;
	readonly shape: readonly number[];
}

export type NamedTensors = Readonly<Record<string, NamedTensor>>;

const TYPES = {
	F32: Float32Array,
	F64: Float64Array,
	I32: Int32Array,
	U32: Uint32Array,
	U16: Uint16Array,
	U8: Uint8Array,
} as const;
type TypeName = keyof typeof TYPES;

function typeName(values: NamedTensor["values"]): TypeName {
	const found = Object.entries(TYPES).find(
		([, type]) => values instanceof type,
	);
	return (found as [TypeName, unknown])[0];
}

interface Entry {
	readonly dtype: TypeName;
	readonly shape: readonly number[];
	readonly data_offsets: readonly [number, number];
}

const LENGTH_BYTES = 8;
/**
 * Values begin at a multiple of this, so that every type can be read in place.
 */
const ALIGNMENT = 8;

/**
 * Tensors and a few texts as one file, in the byte order of this machine,
 * which is little-endian wherever Node runs.
 * @see https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors(
	tensors: NamedTensors,
	metadata: Readonly<Record<string, string>>,
): Uint8Array {
	const header: Record<string, Entry | Readonly<Record<string, string>>> = {
		__metadata__: metadata,
	};
	let at = 0;
	// Types with more bytes first: then all values are aligned.
	const entries = Object.entries(tensors).sort(
		([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT,
	);
	for (const [name, { values, shape }] of entries) {
		header[name] = {
			dtype: typeName(values),
			shape,
			data_offsets: [at, at + values.byteLength],
		};
		at += values.byteLength;
	}
	const json = Buffer.from(JSON.stringify(header));
	const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
	const out = new Uint8Array(LENGTH_BYTES + headerBytes + at).fill(0x20);
	new DataView(out.buffer).setBigUint64(0, BigInt(headerBytes), true);
	out.set(json, LENGTH_BYTES);
	let to = LENGTH_BYTES + headerBytes;
	for (const [, { values }] of entries) {
		out.set(
			new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
			to,
		);
		to += values.byteLength;
	}
	return out;
}

/** @throws UsageError for bytes that are no such file */
export function decodeSafetensors(
	bytes: Uint8Array,
	path: string,
): { tensors: NamedTensors; metadata: Readonly<Record<string, string>> } {
	const damaged = (why: string) =>
		new UsageError(
			`${path} is damaged (${why}): it cannot be resumed from; run without --resume`,
		);
	// A copy of its own: views of other types need an aligned beginning.
	const { buffer } = Uint8Array.from(bytes);
	if (buffer.byteLength < LENGTH_BYTES) throw damaged("it has no header");
	const length = Number(new DataView(buffer).getBigUint64(0, true));
	const start = LENGTH_BYTES + length;
	if (start > buffer.byteLength) throw damaged("its header is cut off");
	let header: Record<string, Entry>;
	try {
		header = JSON.parse(
			Buffer.from(buffer, LENGTH_BYTES, length).toString(),
		) as Record<string, Entry>;
	} catch {
		throw damaged("its header is not JSON");
	}
	const { __metadata__: metadata = {}, ...entries } = header;
	const tensors: Record<string, NamedTensor> = {};
	for (const [name, { dtype, shape, data_offsets }] of Object.entries(
		entries,
	)) {
		const type = TYPES[dtype];
		const [from, to] = data_offsets;
		if (!type || start + to > buffer.byteLength)
			throw damaged(`${name} is cut off or of an unknown type`);
		const count = (to - from) / type.BYTES_PER_ELEMENT;
		tensors[name] = { values: new type(buffer, start + from, count), shape };
	}
	return { tensors, metadata: metadata as Readonly<Record<string, string>> };
}
