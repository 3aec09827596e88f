/** The scalars and texts of an event. */
export interface EventValue {
	readonly step: number;
	readonly tag: string;
	readonly scalar?: number;
	readonly text?: string;
}

/** A field of a Protocol Buffers message: a number, or bytes. */
type Field = readonly [field: number, value: number | Buffer];

/** A value of a summary, its parts by their field numbers. */
interface SummaryValue {
	readonly step: number;
	readonly tag: string;
	readonly parts: ReadonlyMap<number, number | Buffer>;
}

/** Fields of the messages Event, Summary.Value and TensorProto. */
const STEP = 2;
const SUMMARY = 5;
const TAG = 1;
const SCALAR = 2;
const TENSOR = 8;
const TENSOR_TEXT = 8;

/**
 * The scalars and texts of a TensorBoard file, in order. Stops at the first
 * incomplete record, as TensorBoard does.
 */
export function* readEvents(file: Buffer): Generator<EventValue> {
	for (const { step, tag, parts } of valuesIn(file)) {
		const scalar = parts.get(SCALAR);
		const text = within(parts.get(TENSOR), TENSOR_TEXT);
		if (typeof scalar === "number") yield { step, tag, scalar };
		else if (text) yield { step, tag, text: String(text) };
	}
}

/** The bytes of a field of a message. */
export function within(
	message: number | Buffer | undefined,
	field: number,
): Buffer | undefined {
	if (!(message instanceof Buffer)) return undefined;
	const value = new Map(fieldsOf(message)).get(field);
	return value instanceof Buffer ? value : undefined;
}

/** Values of the summaries in a TensorBoard file, in order. */
export function* valuesIn(file: Buffer): Generator<SummaryValue> {
	// Length, its sum, the data, their sum. The sums are not checked: they do not
	// show who wrote the file.
	for (let at = 0; at + 12 <= file.length; ) {
		const length = Number(file.readBigUInt64LE(at));
		const end = at + 12 + length;
		if (end + 4 > file.length) return;
		yield* valuesOf(file.subarray(at + 12, end));
		at = end + 4;
	}
}

function* valuesOf(event: Buffer): Generator<SummaryValue> {
	const fields = [...fieldsOf(event)];
	const step = Number(fields.find(([field]) => field === STEP)?.[1] ?? 0);
	for (const [field, summary] of fields) {
		if (field !== SUMMARY || typeof summary === "number") continue;
		for (const [, value] of fieldsOf(summary)) {
			if (typeof value === "number") continue;
			const parts = new Map(fieldsOf(value));
			yield { step, tag: String(parts.get(TAG) ?? ""), parts };
		}
	}
}

function* fieldsOf(message: Buffer): Generator<Field> {
	let at = 0;
	const varint = (): number => {
		let end = at;
		while ((message[end] ?? 0) & 0x80) end++;
		let value = 0n;
		for (let k = end; k >= at; k--)
			value = (value << 7n) | BigInt((message[k] as number) & 0x7f);
		at = end + 1;
		// Negative numbers are 64-bit two's complements.
		return Number(BigInt.asIntN(64, value));
	};
	while (at < message.length) {
		const tag = varint();
		const field = Math.floor(tag / 8);
		switch (tag % 8) {
			case 0:
				yield [field, varint()];
				break;
			case 1:
				yield [field, message.readDoubleLE(at)];
				at += 8;
				break;
			case 5:
				yield [field, message.readFloatLE(at)];
				at += 4;
				break;
			case 2: {
				const length = varint();
				yield [field, message.subarray(at, at + length)];
				at += length;
				break;
			}
			default:
				throw new Error(`wire type ${tag % 8} of field ${field}`);
		}
	}
}
