import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	type DataType,
	getKernel,
	type KernelBackend,
	type KernelConfig,
	type NamedTensorInfoMap,
	type TensorInfo,
	util,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { type Grid, gridOf } from "./grid.ts";
import { address } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import { computeOn } from "./on-any-backend.ts";

type Unary = (x: number, y: number, first: number, end: number) => void;

/** Returns how many numbers have no result. */
type Binary = (
	a: number,
	b: number,
	y: number,
	first: number,
	end: number,
	...grid: Grid
) => number;

type Clip = (
	x: number,
	y: number,
	first: number,
	end: number,
	low: number,
	high: number,
) => void;

type WithParameter = (
	x: number,
	y: number,
	first: number,
	end: number,
	parameter: number,
) => void;

type Select = (
	condition: number,
	a: number,
	b: number,
	y: number,
	first: number,
	end: number,
	inner: number,
) => void;

/** assembly/elementwise.ts, which documents them. */
interface ElementwiseLibrary {
	sin: Unary;
	cos: Unary;
	log1p: Unary;
	selu: Unary;
	sign: Unary;
	absolute: Unary;
	absInt: Unary;
	negate: Unary;
	negInt: Unary;
	square: Unary;
	squareInt: Unary;
	squareRoot: Unary;
	reciprocalRoot: Unary;
	reciprocal: Unary;
	floorOf: Unary;
	ceilingOf: Unary;
	exp: Unary;
	expm1: Unary;
	log: Unary;
	sigmoid: Unary;
	tanh: Unary;
	elu: Unary;
	softplus: Unary;
	floatToInt: Unary;
	floatToBool: Unary;
	intToBool: Unary;
	intToFloat: Unary;
	boolToFloat: Unary;
	boolToInt: Unary;
	add: Binary;
	addInt: Binary;
	subtract: Binary;
	subtractInt: Binary;
	multiply: Binary;
	multiplyInt: Binary;
	divide: Binary;
	squaredDifference: Binary;
	squaredDifferenceInt: Binary;
	maximum: Binary;
	minimum: Binary;
	prelu: Binary;
	floorDiv: Binary;
	mod: Binary;
	floorDivInt: Binary;
	modInt: Binary;
	powInt: Binary;
	select: Select;
	selectBytes: Select;
	clip: Clip;
	compare(
		comparison: number,
		isFloat: boolean,
		...rest: Parameters<Binary>
	): void;
	clipInt: Clip;
	softmax: WithParameter;
	leakyRelu: WithParameter;
	step: WithParameter;
}

type Named<Kind> = {
	[Name in keyof ElementwiseLibrary]: ElementwiseLibrary[Name] extends Kind
		? Name
		: never;
}[keyof ElementwiseLibrary];

interface Call {
	readonly inputs: NamedTensorInfoMap;
	readonly backend: unknown;
	readonly attrs?: unknown;
}

const libraryOf = (backend: BackendWasm) =>
	kernelLibrary<ElementwiseLibrary>(backend);

/** Computes `name` of every number of `x`. */
function computeUnary(
	name: Named<Unary>,
	{ inputs, backend: given }: Call,
	dtype?: DataType,
): TensorInfo {
	const backend = given as BackendWasm;
	const { x } = inputs as { x: TensorInfo };
	const y = backend.makeOutput(x.shape, dtype ?? x.dtype);
	(libraryOf(backend)[name] as Unary)(
		address(backend, x),
		address(backend, y),
		0,
		util.sizeFromShape(x.shape),
	);
	return y;
}

/** Ours for the types that are named, and that of tfjs for the others. */
function unary(
	kernelName: string,
	names: { readonly float32?: Named<Unary>; readonly int32?: Named<Unary> },
): KernelConfig {
	const original = getKernel(kernelName, "wasm");
	return {
		...original,
		kernelFunc: (call) => {
			const { dtype } = call.inputs.x as TensorInfo;
			const name = names[dtype as keyof typeof names];
			return name ? computeUnary(name, call) : original.kernelFunc(call);
		},
	};
}

function computeBinary(
	name: Named<Binary>,
	backend: unknown,
	a: TensorInfo,
	b: TensorInfo,
	problem = "",
): TensorInfo {
	const { outShape, rows, grid } = gridOf(a.shape, b.shape);
	const dtype = a.dtype as "float32" | "int32";
	let refused = 0;
	const [y] = computeOn<ElementwiseLibrary>(backend, {
		inputs: [a, b],
		outputs: [{ shape: outShape, dtype }],
		compute(library, { inputs: [fromA = 0, fromB = 0], outputs: [to = 0] }) {
			refused = library[name](fromA, fromB, to, 0, rows, ...grid);
		},
	}) as [TensorInfo];
	if (refused === 0) return y;
	(backend as KernelBackend).disposeData(y.dataId);
	throw new UsageError(problem);
}

/** What computes numbers of a type; tfjs does where nothing is named. */
interface BinaryKernels {
	readonly float32?: Named<Binary>;
	readonly int32?: Named<Binary>;
	/** What is wrong where a number has no result. */
	readonly problem?: string;
}

const binary = (
	kernelName: string,
	{ problem, ...names }: BinaryKernels,
	backendName = "wasm",
): KernelConfig => {
	const original = getKernel(kernelName, backendName);
	return {
		...original,
		kernelFunc: (call) => {
			const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
			const name = names[a.dtype as keyof typeof names];
			return name
				? computeBinary(name, call.backend, a, b, problem)
				: original.kernelFunc(call);
		},
	};
};

/** The same on the backend in JavaScript, which gives quotients of floats the type of whole numbers, and has no word for a division by 0. */
const onBothBackends = (
	kernelName: string,
	kernels: BinaryKernels,
): KernelConfig[] =>
	["wasm", "cpu"].map((backendName) =>
		binary(kernelName, kernels, backendName),
	);

/** In the order of assembly/elementwise.ts. */
const COMPARISONS = [
	"Equal",
	"NotEqual",
	"Greater",
	"GreaterEqual",
	"Less",
	"LessEqual",
] as const;

/** Numbers by 16 at once, which tfjs compares one by one. */
function comparison(
	kernelName: (typeof COMPARISONS)[number],
	code: number,
): KernelConfig {
	const original = getKernel(kernelName, "wasm");
	return {
		...original,
		kernelFunc: (call) => {
			const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
			const isFloat = a.dtype === "float32";
			if (a.dtype !== b.dtype || !(isFloat || a.dtype === "int32"))
				return original.kernelFunc(call);
			const backend = call.backend as BackendWasm;
			const { outShape, rows, grid } = gridOf(a.shape, b.shape);
			const y = backend.makeOutput(outShape, "bool");
			libraryOf(backend).compare(
				code,
				isFloat,
				address(backend, a),
				address(backend, b),
				address(backend, y),
				0,
				rows,
				...grid,
			);
			return y;
		},
	};
}

const BY_ZERO =
	"a whole number is divided by 0, and no whole number is the result: divide floats, as in tf.div(a.toFloat(), b), or keep 0 out of the divisor";

/** Slopes of another size than the tensor's are refused before: see kernel-arguments.ts. */
const prelu: KernelConfig = {
	kernelName: "Prelu",
	backendName: "wasm",
	kernelFunc: ({ inputs, backend }) =>
		computeBinary(
			"prelu",
			backend,
			inputs.x as TensorInfo,
			inputs.alpha as TensorInfo,
		),
};

/** Keeps numbers between two bounds. */
function clip(
	{ inputs, backend: given }: Call,
	low: number,
	high: number,
): TensorInfo {
	const backend = given as BackendWasm;
	const { x } = inputs as { x: TensorInfo };
	const y = backend.makeOutput(x.shape, x.dtype);
	const library = libraryOf(backend);
	const isWhole = x.dtype === "int32";
	const within = (bound: number) =>
		Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), bound));
	(isWhole ? library.clipInt : library.clip)(
		address(backend, x),
		address(backend, y),
		0,
		util.sizeFromShape(x.shape),
		// Whole numbers lie between these just where they lie between the bounds.
		isWhole ? Math.ceil(within(low)) : low,
		isWhole ? Math.floor(within(high)) : high,
	);
	return y;
}

/** tfjs takes the bits of integers for a float's, and makes the lower bound of NaN. */
const clipByValue: KernelConfig = {
	kernelName: "ClipByValue",
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const { clipValueMin, clipValueMax } = call.attrs as {
			clipValueMin: number;
			clipValueMax: number;
		};
		return clip(call, clipValueMin, clipValueMax);
	},
};

/** tfjs makes 0 of NaN whose sign bit is set, as that of 0 / 0 is on x86. */
const relu: KernelConfig = {
	kernelName: "Relu",
	backendName: "wasm",
	kernelFunc: (call: Call) => clip(call, 0, Number.POSITIVE_INFINITY),
};

/** tfjs makes 0 of NaN. */
const relu6: KernelConfig = {
	kernelName: "Relu6",
	backendName: "wasm",
	kernelFunc: (call: Call) => clip(call, 0, 6),
};

/** Along the last axis, as tfjs calls it. */
const softmax: KernelConfig = {
	kernelName: "Softmax",
	backendName: "wasm",
	kernelFunc: ({ inputs, backend: given }) => {
		const backend = given as BackendWasm;
		const { logits } = inputs as { logits: TensorInfo };
		const y = backend.makeOutput(logits.shape, "float32");
		const size = logits.shape.at(-1) ?? 1;
		libraryOf(backend).softmax(
			address(backend, logits),
			address(backend, y),
			0,
			util.sizeFromShape(logits.shape) / size,
			size,
		);
		return y;
	},
};

/** Functions of floats with a parameter; integers are left to tfjs, which has them at most in one of the two. */
const withParameter = (
	kernelName: string,
	name: Named<WithParameter>,
): KernelConfig => {
	const original = getKernel(kernelName, "wasm");
	return {
		...original,
		kernelFunc: (call) => {
			const { x } = call.inputs as { x: TensorInfo };
			if (x.dtype !== "float32") return original.kernelFunc(call);
			const backend = call.backend as BackendWasm;
			const y = backend.makeOutput(x.shape, "float32");
			libraryOf(backend)[name](
				address(backend, x),
				address(backend, y),
				0,
				util.sizeFromShape(x.shape),
				(call.attrs as { alpha: number }).alpha,
			);
			return y;
		},
	};
};

/** tfjs converts floats as JavaScript does: 3e9 is below 0, and 0.5 and 256 are no truth. */
function cast(): KernelConfig {
	const original = getKernel("Cast", "wasm");
	const conversions: Readonly<Record<string, Named<Unary>>> = {
		"float32 int32": "floatToInt",
		"float32 bool": "floatToBool",
		"int32 bool": "intToBool",
		"int32 float32": "intToFloat",
		"bool float32": "boolToFloat",
		"bool int32": "boolToInt",
	};
	return {
		...original,
		kernelFunc: (call) => {
			const { dtype } = call.attrs as { dtype: DataType };
			const x = call.inputs.x as TensorInfo;
			const from = x.dtype;
			// Nothing to convert, and nothing to copy.
			if (from === dtype) {
				(call.backend as BackendWasm).incRef(x.dataId);
				return { dataId: x.dataId, shape: x.shape, dtype };
			}
			const name = conversions[`${from} ${dtype}`];
			return name ? computeUnary(name, call, dtype) : original.kernelFunc(call);
		},
	};
}

/** tfjs takes the type of `t` for that of both. The types are made one before: see kernel-types.ts. */
const select: KernelConfig = {
	kernelName: "Select",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const { condition, t, e } = call.inputs as {
			condition: TensorInfo;
			t: TensorInfo;
			e: TensorInfo;
		};
		const y = backend.makeOutput(t.shape, t.dtype);
		const conditions = util.sizeFromShape(condition.shape);
		const size = util.sizeFromShape(t.shape);
		const library = libraryOf(backend);
		const compute = t.dtype === "bool" ? library.selectBytes : library.select;
		compute(
			address(backend, condition),
			address(backend, t),
			address(backend, e),
			address(backend, y),
			0,
			conditions,
			size / conditions,
		);
		return y;
	},
};

/** Fills a new list with numbers that follow from their places. */
const series = (
	kernelName: string,
	sizeAndType: (attrs: never) => { size: number; dtype: DataType },
	at: (attrs: never, place: number) => number,
): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const attrs = call.attrs as never;
		const { size, dtype } = sizeAndType(attrs);
		const y = backend.makeOutput([size], dtype);
		const values = backend.typedArrayFromHeap(y);
		for (let place = 0; place < size; place++) values[place] = at(attrs, place);
		return y;
	},
});

/** tfjs adds up its steps in 32 bits, so it misses the end. */
const linSpace = series(
	"LinSpace",
	({ num }: { num: number }) => ({ size: num, dtype: "float32" }),
	(
		{ start, stop, num }: { start: number; stop: number; num: number },
		place,
	) =>
		place === num - 1 && place > 0
			? stop
			: start + ((stop - start) / Math.max(1, num - 1)) * place,
);

interface RangeAttrs {
	start: number;
	stop: number;
	step: number;
	dtype: DataType;
}

/** tfjs lets a range that goes down have a step of 1. */
const stepOf = ({ start, stop, step }: RangeAttrs) =>
	stop < start && step === 1 ? -1 : step;

/** The same with `tf.range`, whose error grows with its length. */
const range = series(
	"Range",
	(attrs: RangeAttrs) => ({
		size: Math.max(
			0,
			Math.ceil((attrs.stop - attrs.start) / stepOf(attrs)) || 0,
		),
		dtype: attrs.dtype,
	}),
	(attrs: RangeAttrs, place) => attrs.start + stepOf(attrs) * place,
);

/** Called when those of tfjs are registered: some of these compute by them. */
export const elementwiseKernels = (): readonly KernelConfig[] => [
	// Off by 2e-7 near 0, and by anything for large angles.
	unary("Sin", { float32: "sin" }),
	unary("Cos", { float32: "cos" }),
	// No digit is right near 0.
	unary("Log1p", { float32: "log1p" }),
	unary("Selu", { float32: "selu" }),
	// NaN was lost.
	unary("Sign", { float32: "sign" }),
	// Integers were computed as floats, which have 24 digits.
	unary("Abs", { float32: "absolute", int32: "absInt" }),
	unary("Neg", { float32: "negate", int32: "negInt" }),
	// Of the same bits as tfjs's, whose calls take longer than most of what they compute.
	unary("Square", { float32: "square", int32: "squareInt" }),
	unary("Sqrt", { float32: "squareRoot" }),
	unary("Rsqrt", { float32: "reciprocalRoot" }),
	unary("Reciprocal", { float32: "reciprocal" }),
	unary("Floor", { float32: "floorOf" }),
	unary("Ceil", { float32: "ceilingOf" }),
	// Within one unit in the last place, on every machine: tfjs's come from the C library that it was compiled with.
	unary("Exp", { float32: "exp" }),
	unary("Expm1", { float32: "expm1" }),
	unary("Log", { float32: "log" }),
	unary("Sigmoid", { float32: "sigmoid" }),
	unary("Tanh", { float32: "tanh" }),
	unary("Elu", { float32: "elu" }),
	unary("Softplus", { float32: "softplus" }),
	softmax,
	withParameter("LeakyRelu", "leakyRelu"),
	withParameter("Step", "step"),
	binary("Add", { float32: "add", int32: "addInt" }),
	binary("Sub", { float32: "subtract", int32: "subtractInt" }),
	binary("Multiply", { float32: "multiply", int32: "multiplyInt" }),
	binary("RealDiv", { float32: "divide" }),
	binary("SquaredDifference", {
		float32: "squaredDifference",
		int32: "squaredDifferenceInt",
	}),
	...COMPARISONS.map(comparison),
	binary("Maximum", { float32: "maximum" }),
	binary("Minimum", { float32: "minimum" }),
	...onBothBackends("FloorDiv", {
		float32: "floorDiv",
		int32: "floorDivInt",
		problem: BY_ZERO,
	}),
	...onBothBackends("Mod", {
		float32: "mod",
		int32: "modInt",
		problem: BY_ZERO,
	}),
	...onBothBackends("Pow", {
		int32: "powInt",
		problem:
			"a whole number to a power below 0 is no whole number: give the base as floats, as in tf.pow(a.toFloat(), b)",
	}),
	prelu,
	clipByValue,
	relu,
	relu6,
	cast(),
	select,
	linSpace,
	range,
];
