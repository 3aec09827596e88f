import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	broadcast_util,
	type KernelConfig,
	type NamedTensorInfoMap,
	type TensorInfo,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { address, release } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import { sizeOf, stridesIn } from "./strided.ts";

/** Rows, columns and the numbers between neighbours of a matrix. */
type Strides = readonly [
	columns: number,
	inner: number,
	aRowStride: number,
	aColumnStride: number,
	bRowStride: number,
	bColumnStride: number,
];

/** assembly/mat-mul.ts, which documents them. `first` and `end` bound the rows to compute. */
interface MatMulLibrary {
	matMulScratch(columns: number, inner: number): number;
	matMul(
		a: number,
		b: number,
		c: number,
		scratch: number,
		first: number,
		end: number,
		...strides: Strides
	): void;
	matMulIntegers(
		a: number,
		b: number,
		c: number,
		first: number,
		end: number,
		...strides: Strides
	): void;
}

interface Transposed {
	readonly transposeA?: boolean;
	readonly transposeB?: boolean;
}

/** How an operand is to be read: `[…, rows, columns]`, and where each matrix of the batch begins. */
interface Operand {
	readonly batch: readonly number[];
	readonly rows: number;
	readonly columns: number;
	readonly rowStride: number;
	readonly columnStride: number;
}

function operandOf({ shape }: TensorInfo, transposed: boolean): Operand {
	if (shape.length < 2)
		throw new UsageError(
			`matMul multiplies matrices, and a tensor of the shape [${shape}] is none: take tf.dot for vectors, or make a matrix of it with reshape`,
		);
	const [rows, columns] = shape.slice(-2) as [number, number];
	const batch = shape.slice(0, -2);
	return transposed
		? {
				batch,
				rows: columns,
				columns: rows,
				rowStride: 1,
				columnStride: columns,
			}
		: { batch, rows, columns, rowStride: columns, columnStride: 1 };
}

/** Which matrix of an operand each matrix of the product takes. */
function matricesOf(
	own: readonly number[],
	batch: readonly number[],
): (index: number) => number {
	const size = sizeOf(own);
	if (size === sizeOf(batch)) return (index) => index;
	if (size === 1) return () => 0;
	const strides = stridesIn(own, batch);
	return (index) => {
		let matrix = 0;
		for (let axis = batch.length - 1; axis >= 0; axis--) {
			const axisSize = batch[axis] as number;
			matrix += (index % axisSize) * (strides[axis] as number);
			index = Math.floor(index / axisSize);
		}
		return matrix;
	};
}

function batchOf(a: TensorInfo, b: TensorInfo, one: Operand, other: Operand) {
	try {
		return broadcast_util.assertAndGetBroadcastShape(
			[...one.batch],
			[...other.batch],
		);
	} catch {
		throw new UsageError(
			`matMul of [${a.shape}] by [${b.shape}]: the axes before the last two are not the same, and neither is 1`,
		);
	}
}

function product(
	backend: BackendWasm,
	a: TensorInfo,
	b: TensorInfo,
	{ transposeA = false, transposeB = false }: Transposed,
): TensorInfo {
	const dtype = a.dtype;
	if (dtype !== b.dtype || (dtype !== "float32" && dtype !== "int32"))
		throw new UsageError(
			`matMul multiplies floats or whole numbers, and these are ${a.dtype} and ${b.dtype}: give tensor.toFloat()`,
		);
	const one = operandOf(a, transposeA);
	const other = operandOf(b, transposeB);
	if (one.columns !== other.rows)
		throw new UsageError(
			`matMul of [${a.shape}]${transposeA ? " transposed" : ""} by [${b.shape}]${transposeB ? " transposed" : ""}: the left has ${one.columns} columns and the right ${other.rows} rows, which must be as many`,
		);
	const batch = batchOf(a, b, one, other);
	const c = backend.makeOutput([...batch, one.rows, other.columns], dtype);
	let count = sizeOf(batch);
	let { rows } = one;
	// All rows of the batch are multiplied by one matrix: they are rows of one.
	const isFlat = sizeOf(other.batch) === 1 && !transposeA;
	if (isFlat) [count, rows] = [1, count * rows];
	const strides: Strides = [
		other.columns,
		one.columns,
		one.rowStride,
		one.columnStride,
		other.rowStride,
		other.columnStride,
	];
	const left = matricesOf(one.batch, isFlat ? one.batch : batch);
	const right = matricesOf(other.batch, batch);
	const library = kernelLibrary<MatMulLibrary>(backend);
	const scratch =
		dtype === "float32"
			? productScratch(backend, other.columns, one.columns)
			: undefined;
	const at = address(backend, scratch ?? c);
	for (let index = 0; index < count; index++) {
		const aAt = address(backend, a) + left(index) * one.rows * one.columns * 4;
		const bAt =
			address(backend, b) + right(index) * other.rows * other.columns * 4;
		const cAt = address(backend, c) + index * rows * other.columns * 4;
		if (scratch) library.matMul(aAt, bAt, cAt, at, 0, rows, ...strides);
		else library.matMulIntegers(aAt, bAt, cAt, 0, rows, ...strides);
	}
	if (scratch) release(backend, scratch);
	return c;
}

/** Where operands and product lie in the backend's memory, in bytes, and scratch memory for it. */
export interface ProductPlaces {
	readonly a: number;
	readonly b: number;
	readonly c: number;
	readonly scratch: number;
}

/** Scratch memory for products of floats with so many columns and sums of so many terms, to release. */
export const productScratch = (
	backend: BackendWasm,
	columns: number,
	inner: number,
): TensorInfo =>
	backend.makeOutput(
		[kernelLibrary<MatMulLibrary>(backend).matMulScratch(columns, inner) / 4],
		"float32",
	);

/** The product of floats `[rows, inner]` by `[inner, columns]`, each of which may lie transposed. */
export function multiply(
	backend: BackendWasm,
	{ a, b, c, scratch }: ProductPlaces,
	[rows, inner, columns]: readonly [number, number, number],
	{ transposeA = false, transposeB = false }: Transposed = {},
): void {
	kernelLibrary<MatMulLibrary>(backend).matMul(
		a,
		b,
		c,
		scratch,
		0,
		rows,
		columns,
		inner,
		...((transposeA ? [1, rows] : [inner, 1]) as [number, number]),
		...((transposeB ? [1, inner] : [columns, 1]) as [number, number]),
	);
}

/**
 * Products of matrices. The original, XNNPACK, keeps each right-hand matrix packed
 * under its tensor's id, and takes it for another's whose shape differs: reshaped
 * tensors share their data. Where a batch is broadcast, or a matrix transposed, it
 * has a loop that is 10 to 40 times slower and reads beside the shorter batch.
 */
const batchMatMul: KernelConfig = {
	kernelName: "BatchMatMul",
	backendName: "wasm",
	kernelFunc: (call) => {
		const { a, b } = call.inputs as NamedTensorInfoMap & {
			a: TensorInfo;
			b: TensorInfo;
		};
		const attrs = (call.attrs ?? {}) as Transposed;
		return product(call.backend as BackendWasm, a, b, attrs);
	},
};

export const matMulKernels: readonly KernelConfig[] = [batchMatMul];
