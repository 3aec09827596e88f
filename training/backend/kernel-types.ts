import {
	type DataType,
	getKernel,
	getKernelsForBackend,
	type KernelBackend,
	type KernelConfig,
	type NamedTensorInfoMap,
	registerKernel,
	type TensorInfo,
	unregisterKernel,
	upcastType,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../base/errors.ts";

/**
 * Types of numbers that a kernel computes with. One of the wasm backend is given
 * pointers, and many take the bits of an integer for those of a float; those of the
 * backend in JavaScript give what they computed the type of what they were given.
 */
type TypeRule =
	/** A function of real numbers: integers and truth values are cast to floats, and so is the result. */
	| "real"
	/** Floats and integers; truth values are refused. */
	| "numbers"
	/** `t` and `e` have one type, as the result has. */
	| "alike"
	/** `data` is real; the others are indices. */
	| "real data";

const named = (rule: TypeRule, kernels: string): [string, TypeRule][] =>
	kernels
		.trim()
		.split(/\s+/)
		.map((name) => [name, rule]);

const RULES: ReadonlyMap<string, TypeRule> = new Map([
	...named(
		"real",
		`Acos Acosh Asin Asinh Atan Atan2 Atanh Ceil Cos Cosh Elu Erf Exp Expm1
		Floor FusedBatchNorm IsFinite IsInf IsNan LRN LeakyRelu Log Log1p Prelu RealDiv Reciprocal
		Rsqrt Selu Sigmoid Sin Sinh Softplus Sqrt Tan Tanh`,
	),
	...named(
		"numbers",
		`Abs ClipByValue FloorDiv Mod Neg Pow RaggedRange Relu Relu6 Round Sign Square
		SparseFillEmptyRows SparseSegmentSum SquaredDifference Step Sub`,
	),
	...named("alike", "Select"),
	["SparseSegmentMean", "real data"],
]);

/** The types that the inputs are to be cast to, by name, or what is wrong with them. */
export type Typed =
	| { readonly casts: readonly (readonly [string, DataType])[] }
	| { readonly problem: string };

const AS_THEY_ARE: Typed = { casts: [] };

/** What a kernel's inputs have to be cast to before it reads them. */
export function typesFor(
	kernelName: string,
): ((inputs: NamedTensorInfoMap) => Typed) | undefined {
	const rule = RULES.get(kernelName);
	if (rule === "real") return real;
	if (rule === "numbers") return numbers;
	if (rule === "real data") return ({ data }) => real({ data } as never);
	return rule && alike;
}

/** Without those that were not given, such as an offset. */
const entriesOf = (inputs: NamedTensorInfoMap): [string, TensorInfo][] =>
	Object.entries(inputs).filter(
		(entry): entry is [string, TensorInfo] =>
			entry[1] !== undefined && entry[1] !== null,
	);

function real(inputs: NamedTensorInfoMap): Typed {
	const casts = entriesOf(inputs).flatMap(([name, { dtype }]) =>
		dtype === "int32" || dtype === "bool" ? [[name, "float32"] as const] : [],
	);
	return casts.length > 0 ? { casts } : AS_THEY_ARE;
}

function numbers(inputs: NamedTensorInfoMap): Typed {
	for (const name in inputs)
		if (inputs[name]?.dtype === "bool")
			return {
				problem:
					"truth values are no numbers to compute with: give x.toInt() or x.toFloat()",
			};
	return AS_THEY_ARE;
}

function alike({ t, e }: NamedTensorInfoMap): Typed {
	const [one, other] = [(t as TensorInfo).dtype, (e as TensorInfo).dtype];
	if (one === other) return AS_THEY_ARE;
	const both = upcastType(one, other);
	return { casts: [one === both ? ["e", both] : ["t", both]] };
}

type Call = Parameters<KernelConfig["kernelFunc"]>[0];

function release({ backend }: Call, tensors: readonly TensorInfo[]): void {
	for (const { dataId } of tensors)
		(backend as KernelBackend).disposeData(dataId);
}

const NOTHING: readonly TensorInfo[] = [];

/** The call with its inputs in types that the kernel can read, and the tensors that were made for that. */
export function castInputs(
	{ kernelName, backendName }: KernelConfig,
	call: Call,
	types: ReturnType<typeof typesFor>,
): { call: Call; temporary: readonly TensorInfo[] } {
	const typed = types?.(call.inputs);
	if (!typed) return { call, temporary: NOTHING };
	if ("problem" in typed)
		throw new UsageError(`${kernelName}: ${typed.problem}`);
	if (typed.casts.length === 0) return { call, temporary: NOTHING };
	const inputs = { ...call.inputs };
	const temporary: TensorInfo[] = [];
	try {
		for (const [name, dtype] of typed.casts) {
			const cast = getKernel("Cast", backendName).kernelFunc({
				inputs: { x: inputs[name] as TensorInfo },
				attrs: { dtype },
				backend: call.backend,
			}) as TensorInfo;
			inputs[name] = cast;
			temporary.push(cast);
		}
	} catch (error) {
		release(call, temporary);
		throw error;
	}
	return { call: { ...call, inputs }, temporary };
}

/** Has the kernels of the backend in JavaScript keep to the types as well. */
export function castForJavaScript(): void {
	for (const config of getKernelsForBackend("cpu")) {
		const { kernelName, kernelFunc } = config;
		const types = typesFor(kernelName);
		if (!types) continue;
		unregisterKernel(kernelName, "cpu");
		registerKernel({
			...config,
			kernelFunc(given) {
				const { call, temporary } = castInputs(config, given, types);
				try {
					return kernelFunc(call);
				} finally {
					release(call, temporary);
				}
			},
		});
	}
}
