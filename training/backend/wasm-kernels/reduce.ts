import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	backend_util,
	type CumsumAttrs,
	type DataType,
	getKernel,
	type KernelConfig,
	type TensorInfo,
	util,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { address, release } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import { axesOf, copyStrided, sizeOf, stridesOf } from "./strided.ts";

/** Of `[outer, length, inner]`; `first` and `end` bound the outer places to compute. */
type Reduce = (
	x: number,
	y: number,
	first: number,
	end: number,
	length: number,
	inner: number,
	...rest: number[]
) => void;

/** assembly/reduce.ts, which documents them. */
interface ReduceLibrary {
	readonly sumFloats: Reduce;
	readonly sumIntegers: Reduce;
	readonly meanIntegers: Reduce;
	readonly productFloats: Reduce;
	readonly productIntegers: Reduce;
	readonly extremeFloats: Reduce;
	readonly extremeIntegers: Reduce;
	readonly extremeBooleans: Reduce;
	readonly whereExtremeFloats: Reduce;
	readonly whereExtremeIntegers: Reduce;
	readonly runFloats: Reduce;
	readonly runIntegers: Reduce;
}

interface Reduction {
	readonly name: keyof ReduceLibrary;
	readonly dtype: DataType;
	/** What else the kernel takes; of means, the number of values. */
	rest?(length: number): readonly number[];
}

interface Call {
	readonly inputs: unknown;
	readonly backend: unknown;
	readonly attrs?: unknown;
}

/** The axes that are named, in order. */
function namedAxes(
	name: string,
	axis: number | number[] | undefined,
	shape: readonly number[],
): number[] {
	// Undefined, and null, stand for every axis.
	const axes = util.parseAxisParam(axis as number, [...shape]);
	if (new Set(axes).size < axes.length)
		throw new UsageError(
			`${name}: the axes [${axis}] name one twice; a tensor of the shape [${shape}] has each once`,
		);
	return axes.sort((a, b) => a - b);
}

/** The tensor with the given axes behind the others, as a copy of its own. */
function movedBehind(
	backend: BackendWasm,
	x: TensorInfo,
	axes: readonly number[],
): TensorInfo {
	const { shape } = x;
	const order = [
		...shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)),
		...axes,
	];
	const y = backend.makeOutput(
		order.map((axis) => shape[axis] as number),
		x.dtype,
	);
	const [from, to] = [stridesOf(shape), stridesOf(y.shape)];
	copyStrided(backend, x, y, {
		axes: axesOf(
			y.shape,
			order.map((axis) => from[axis] as number),
			to,
		),
	});
	return y;
}

/** Do these axes lie beside each other, but for axes of one value? */
function areTogether(
	shape: readonly number[],
	axes: readonly number[],
): boolean {
	const [first = 0, last = -1] = [axes[0], axes.at(-1)];
	return shape.every(
		(size, axis) =>
			axis < first || axis > last || size === 1 || axes.includes(axis),
	);
}

/** Reduces axes of `x`. */
function reduced(
	backend: BackendWasm,
	x: TensorInfo,
	axes: readonly number[],
	keepDims: boolean,
	{ name, dtype, rest }: Reduction,
): TensorInfo {
	const { shape } = x;
	const length = sizeOf(axes.map((axis) => shape[axis] as number));
	const kept = shape.filter((_, axis) => !axes.includes(axis));
	const y = backend.makeOutput(
		keepDims ? backend_util.expandShapeToKeepDim(kept, [...axes]) : kept,
		dtype,
	);
	const together = areTogether(shape, axes);
	const of = together ? x : movedBehind(backend, x, axes);
	const inner = together
		? sizeOf(
				shape.filter(
					(_, axis) =>
						axis > (axes.at(-1) ?? shape.length) && !axes.includes(axis),
				),
			)
		: 1;
	kernelLibrary<ReduceLibrary>(backend)[name](
		address(backend, of),
		address(backend, y),
		0,
		inner > 0 ? sizeOf(kept) / inner : 0,
		length,
		inner,
		...(rest?.(length) ?? []),
	);
	if (of !== x) release(backend, of);
	return y;
}

/** The tensor as another type; a new one, unless it has that type already. */
function asType(
	backend: BackendWasm,
	x: TensorInfo,
	dtype: DataType,
): TensorInfo {
	return getKernel("Cast", "wasm").kernelFunc({
		inputs: { x },
		backend,
		attrs: { dtype },
	}) as TensorInfo;
}

interface AxisAttributes {
	readonly axis?: number | number[];
	readonly reductionIndices?: number | number[];
	readonly keepDims?: boolean;
}

/** A reduction over axes. Truth values are counted as whole numbers where `of` knows no better. */
const overAxes = (
	kernelName: string,
	of: Readonly<Partial<Record<DataType, Reduction>>>,
): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { x } = call.inputs as { x: TensorInfo };
		const attrs = call.attrs as AxisAttributes;
		const axes = namedAxes(
			kernelName,
			attrs.axis ?? attrs.reductionIndices,
			x.shape,
		);
		const own = of[x.dtype];
		const counted = own ? x : asType(backend, x, "int32");
		const reduction = own ?? of.int32;
		if (!reduction)
			throw new UsageError(
				`${kernelName} has nothing to compute with: the tensor has the type ${x.dtype}; give x.toFloat(), or x.toBool()`,
			);
		const y = reduced(
			backend,
			counted,
			axes,
			attrs.keepDims === true,
			reduction,
		);
		if (counted !== x) release(backend, counted);
		return y;
	},
});

const sign = (by: number) => () => [by];

const extreme = (kernelName: string, by: 1 | -1) =>
	overAxes(kernelName, {
		float32: { name: "extremeFloats", dtype: "float32", rest: sign(by) },
		int32: { name: "extremeIntegers", dtype: "int32", rest: sign(by) },
		bool: { name: "extremeBooleans", dtype: "bool", rest: sign(by) },
	});

const logical = (kernelName: string, by: 1 | -1) =>
	overAxes(kernelName, {
		bool: { name: "extremeBooleans", dtype: "bool", rest: sign(by) },
	});

const whereExtreme = (kernelName: string, by: 1 | -1): KernelConfig =>
	overAxes(kernelName, {
		float32: { name: "whereExtremeFloats", dtype: "int32", rest: sign(by) },
		int32: { name: "whereExtremeIntegers", dtype: "int32", rest: sign(by) },
	});

/** Sums and products that run along an axis. */
const running = (kernelName: string, isProduct: 0 | 1): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { x } = call.inputs as { x: TensorInfo };
		const { axis, exclusive, reverse } = call.attrs as CumsumAttrs;
		const [at = 0] = namedAxes(kernelName, axis, x.shape);
		const counted = x.dtype === "bool" ? asType(backend, x, "int32") : x;
		const y = backend.makeOutput(x.shape, counted.dtype);
		const library = kernelLibrary<ReduceLibrary>(backend);
		const run =
			counted.dtype === "float32" ? library.runFloats : library.runIntegers;
		run(
			address(backend, counted),
			address(backend, y),
			0,
			sizeOf(x.shape.slice(0, at)),
			// Of a single number, it is that number.
			x.shape[at] ?? 1,
			sizeOf(x.shape.slice(at + 1)),
			isProduct,
			Number(exclusive),
			Number(reverse),
		);
		if (counted !== x) release(backend, counted);
		return y;
	},
});

/**
 * Reductions of any axes. Those of tfjs add floats up in 32 bits, lose a NaN in
 * the place of a maximum, and know nothing of tensors without values.
 */
export const reduceKernels: readonly KernelConfig[] = [
	overAxes("Sum", {
		float32: { name: "sumFloats", dtype: "float32", rest: () => [1] },
		int32: { name: "sumIntegers", dtype: "int32" },
	}),
	overAxes("Mean", {
		float32: {
			name: "sumFloats",
			dtype: "float32",
			rest: (length) => [length],
		},
		int32: { name: "meanIntegers", dtype: "float32" },
	}),
	overAxes("Prod", {
		float32: { name: "productFloats", dtype: "float32" },
		int32: { name: "productIntegers", dtype: "int32" },
	}),
	extreme("Max", 1),
	extreme("Min", -1),
	logical("Any", 1),
	logical("All", -1),
	whereExtreme("ArgMax", 1),
	whereExtreme("ArgMin", -1),
	running("Cumsum", 0),
	running("Cumprod", 1),
];
