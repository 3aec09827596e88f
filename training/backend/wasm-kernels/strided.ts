import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { address } from "./heap.ts";
import { kernelLibrary } from "./library.ts";

/** assembly/copy.ts, which documents them. */
interface CopyLibrary {
	copyStrided(x: number, y: number, width: number, ...axes: number[]): void;
	fillWords(y: number, bits: number, size: number): void;
	fillBytes(y: number, value: number, size: number): void;
}

/** An axis of a walk over values: how many, and how far apart they are on each side. */
export interface Axis {
	readonly size: number;
	readonly from: number;
	readonly to: number;
}

/** Which values are copied where. Everything is counted in values. */
export interface Walk {
	/** From the slowest to the fastest. */
	readonly axes: readonly Axis[];
	/** Where the first value is read. */
	readonly start?: number;
	/** Where it is written. */
	readonly at?: number;
}

/** Axes that the kernel takes at once. */
const MOST_AXES = 4;

const NO_AXIS: Axis = { size: 1, from: 0, to: 0 };

/** Fewest axes that visit the same values in the same order. */
function joined(axes: readonly Axis[]): Axis[] {
	const result: Axis[] = [];
	for (const axis of axes) {
		if (axis.size === 1) continue;
		const outer = result.at(-1);
		const goesOn =
			outer?.from === axis.from * axis.size && outer.to === axis.to * axis.size;
		if (outer && goesOn)
			result[result.length - 1] = { ...axis, size: outer.size * axis.size };
		else result.push(axis);
	}
	return result;
}

/** Copies values of `x` into `y`, which has the same type. What the walk does not visit stays. */
export function copyStrided(
	backend: BackendWasm,
	x: TensorInfo,
	y: TensorInfo,
	walk: Walk,
): void {
	if (walk.axes.some(({ size }) => size === 0)) return;
	const width = util.bytesPerElement(x.dtype as DataType);
	const axes = joined(walk.axes);
	const inner = axes.slice(-MOST_AXES);
	while (inner.length < MOST_AXES) inner.unshift(NO_AXIS);
	const outer = axes.slice(0, -MOST_AXES);
	const numbers = [
		...inner.map(({ size }) => size),
		...inner.map(({ from }) => from),
		...inner.map(({ to }) => to),
	];
	const library = kernelLibrary<CopyLibrary>(backend);
	const visit = (depth: number, from: number, to: number): void => {
		const axis = outer[depth];
		if (!axis) {
			library.copyStrided(from, to, width, ...numbers);
			return;
		}
		for (let k = 0; k < axis.size; k++)
			visit(depth + 1, from + k * axis.from * width, to + k * axis.to * width);
	};
	visit(
		0,
		address(backend, x) + (walk.start ?? 0) * width,
		address(backend, y) + (walk.at ?? 0) * width,
	);
}

const word = new DataView(new ArrayBuffer(4));

/** The bits of a 32-bit number. */
export function bitsOf(value: number, dtype: DataType): number {
	if (dtype === "int32") word.setInt32(0, value);
	else word.setFloat32(0, value);
	return word.getInt32(0);
}

/** Writes one value into all of `y`. */
export function fillWith(
	backend: BackendWasm,
	y: TensorInfo,
	value: number,
): void {
	const library = kernelLibrary<CopyLibrary>(backend);
	const [at, size] = [address(backend, y), sizeOf(y.shape)];
	if (y.dtype === "bool") {
		library.fillBytes(at, Number(Boolean(value)), size);
		return;
	}
	library.fillWords(at, bitsOf(value, y.dtype), size);
}

/** How many values a tensor of this shape has. */
export const sizeOf = (shape: readonly number[]): number =>
	shape.reduce((all, size) => all * size, 1);

/** Axes of these sizes, and how far apart their values are on each side. */
export const axesOf = (
	sizes: readonly number[],
	from: readonly number[],
	to: readonly number[],
): Axis[] =>
	sizes.map((size, axis) => ({
		size,
		from: from[axis] as number,
		to: to[axis] as number,
	}));

/** How far neighbours of each axis of a tensor without gaps are apart. */
export function stridesOf(shape: readonly number[]): number[] {
	const strides = new Array<number>(shape.length);
	let stride = 1;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		strides[axis] = stride;
		stride *= shape[axis] as number;
	}
	return strides;
}

/** The same along the axes of `outShape`, to which the tensor is broadcast: 0 where it has one value for all. */
export function stridesIn(
	shape: readonly number[],
	outShape: readonly number[],
): number[] {
	const ahead = outShape.length - shape.length;
	const own = stridesOf(shape);
	return outShape.map((_, axis) =>
		(shape[axis - ahead] ?? 1) === 1 ? 0 : (own[axis - ahead] as number),
	);
}

/** The tensor as one of this shape, to which it is broadcast. */
export function spread(
	backend: BackendWasm,
	x: TensorInfo,
	shape: readonly number[],
): TensorInfo {
	const y = backend.makeOutput([...shape], x.dtype);
	copyStrided(backend, x, y, {
		axes: axesOf(shape, stridesIn(x.shape, shape), stridesOf(shape)),
	});
	return y;
}
