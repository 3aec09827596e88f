/**
 * Philox4x32-10 in WebAssembly: JavaScript has no 64-bit product, and pays four
 * multiplications for each. Assembled here from its instructions, which are
 * few, so that no binary file and no compiler is part of the package.
 * @see https://webassembly.github.io/spec/core/binary/index.html
 */
import {
	MULTIPLIER_0,
	MULTIPLIER_1,
	ROUNDS,
	WEYL_0,
	WEYL_1,
} from "./philox.ts";

type Code = readonly number[];

const I32 = 0x7f;
const I64 = 0x7e;

const op = {
	loop: [0x03, 0x40],
	branchIf: [0x0d, 0],
	end: [0x0b],
	isZero: [0x45],
	lessUnsigned: [0x49],
	add: [0x6a],
	xor: [0x73],
	shiftRight: [0x76],
	store: (offset: number): Code => [0x39, 3, offset],
	multiplyDouble: [0xa2],
	lowWord: [0xa7],
	widen: [0xad],
	toDouble: [0xba],
	multiply: [0x7e],
	or: [0x84],
	shiftLeftWide: [0x86],
	shiftRightWide: [0x88],
} as const;

/** LEB128 of a non-negative number. */
function unsigned(value: number): number[] {
	const low = value & 0x7f;
	const rest = value >>> 7;
	return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

/** LEB128 in two's complement. */
function signed(value: bigint): number[] {
	const low = Number(value & 0x7fn);
	const rest = value >> 7n;
	const isLast = rest === (low & 0x40 ? -1n : 0n);
	return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

const vector = (items: readonly Code[]): number[] => [
	...unsigned(items.length),
	...items.flat(),
];
const section = (id: number, content: Code): number[] => [
	id,
	...unsigned(content.length),
	...content,
];
const text = (value: string) => vector([...Buffer.from(value)].map((b) => [b]));
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const word = (value: number): Code => [0x41, ...signed(BigInt(value | 0))];
const wide = (value: number): Code => [0x42, ...signed(BigInt(value))];
const double = (value: number): Code => [
	0x44,
	...new Uint8Array(new Float64Array([value]).buffer),
];

// Parameters first, as `fill` takes them.
const [BLOCK_LOW, BLOCK_HIGH, KEY_0, KEY_1, END] = [0, 1, 2, 3, 4] as const;
const [C0, C1, C2, C3, K0, K1, AT] = [5, 6, 7, 8, 9, 10, 11] as const;
const [PRODUCT_0, PRODUCT_1] = [12, 13] as const;
const LOCALS = vector([
	[7, I32],
	[2, I64],
]);

const product = (counter: number, multiplier: number): Code => [
	...get(counter),
	...op.widen,
	...wide(multiplier),
	...op.multiply,
];
const highWord = (value: number): Code => [
	...get(value),
	...wide(32),
	...op.shiftRightWide,
	...op.lowWord,
];
const increase = (local: number, by: number): Code => [
	...get(local),
	...word(by),
	...op.add,
	...set(local),
];

const round: Code = [
	...product(C0, MULTIPLIER_0),
	...set(PRODUCT_0),
	...product(C2, MULTIPLIER_1),
	...set(PRODUCT_1),
	...highWord(PRODUCT_1),
	...get(C1),
	...op.xor,
	...get(K0),
	...op.xor,
	...set(C0),
	...highWord(PRODUCT_0),
	...get(C3),
	...op.xor,
	...get(K1),
	...op.xor,
	...set(C2),
	...get(PRODUCT_1),
	...op.lowWord,
	...set(C1),
	...get(PRODUCT_0),
	...op.lowWord,
	...set(C3),
	...increase(K0, WEYL_0),
	...increase(K1, WEYL_1),
];

/** 27 bits of one word and 26 of the next as a double in [0, 1). */
const storeUniform = (high: number, low: number, offset: number): Code => [
	...get(AT),
	...get(high),
	...word(5),
	...op.shiftRight,
	...op.widen,
	...wide(26),
	...op.shiftLeftWide,
	...get(low),
	...word(6),
	...op.shiftRight,
	...op.widen,
	...op.or,
	...op.toDouble,
	...double(2 ** -53),
	...op.multiplyDouble,
	...op.store(offset),
];

const body: Code = [
	...LOCALS,
	...op.loop,
	...get(BLOCK_LOW),
	...set(C0),
	...get(BLOCK_HIGH),
	...set(C1),
	...word(0),
	...set(C2),
	...word(0),
	...set(C3),
	...get(KEY_0),
	...set(K0),
	...get(KEY_1),
	...set(K1),
	...Array.from({ length: ROUNDS }, () => round).flat(),
	...storeUniform(C0, C1, 0),
	...storeUniform(C2, C3, 8),
	...increase(BLOCK_LOW, 1),
	...get(BLOCK_HIGH),
	...get(BLOCK_LOW),
	...op.isZero,
	...op.add,
	...set(BLOCK_HIGH),
	...increase(AT, 16),
	...get(AT),
	...get(END),
	...op.lessUnsigned,
	...op.branchIf,
	...op.end,
	...op.end,
];

const MAGIC_AND_VERSION: Code = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const FUNCTION = 0x60;

function assemble(): Uint8Array<ArrayBuffer> {
	return Uint8Array.from([
		...MAGIC_AND_VERSION,
		// One function of five words.
		...section(
			1,
			vector([
				[FUNCTION, ...vector(Array.from({ length: 5 }, () => [I32])), 0],
			]),
		),
		...section(3, vector([[0]])),
		// One page of memory.
		...section(5, vector([[0, 1]])),
		...section(
			7,
			vector([
				[...text("memory"), 2, 0],
				[...text("fill"), 0, 0],
			]),
		),
		...section(10, vector([[...unsigned(body.length), ...body]])),
	]);
}

/** Fills `out`, whose length is even, with uniforms: two from each block. */
export type FillUniforms = (
	out: Float64Array,
	blockLow: number,
	blockHigh: number,
	key0: number,
	key1: number,
) => void;

/** @param length of every array that will be filled, at most 8192 */
export function compilePhilox(length: number): FillUniforms {
	const { memory, fill } = new WebAssembly.Instance(
		new WebAssembly.Module(assemble()),
	).exports as {
		memory: WebAssembly.Memory;
		fill(...words: [number, number, number, number, number]): void;
	};
	const filled = new Float64Array(memory.buffer, 0, length);
	return (out, ...blockAndKey) => {
		fill(...blockAndKey, filled.byteLength);
		out.set(filled);
	};
}
