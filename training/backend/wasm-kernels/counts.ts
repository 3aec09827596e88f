import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	type DenseBincountAttrs,
	getKernel,
	type KernelConfig,
	type TensorInfo,
	util,
} from "@tensorflow/tfjs-core";
import { ints, release } from "./heap.ts";

interface Call {
	readonly inputs: unknown;
	readonly backend: unknown;
	readonly attrs?: unknown;
}

const sizeOf = ({ shape }: TensorInfo) => util.sizeFromShape(shape);

/**
 * How often each whole number occurs, or what its weights add up to, row by row.
 * The original of one row counts where it should only note that a number occurs.
 */
const counting = (kernelName: string): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { x, weights } = call.inputs as Record<"x" | "weights", TensorInfo>;
		const { size, binaryOutput } = call.attrs as DenseBincountAttrs;
		const rows = x.shape.length > 1 ? (x.shape[0] as number) : 1;
		const y = backend.makeOutput(
			x.shape.length > 1 ? [rows, size] : [size],
			weights.dtype,
		);
		const values = ints(backend, x);
		const by =
			sizeOf(weights) > 0 ? backend.typedArrayFromHeap(weights) : undefined;
		// Sums in 64 bits: of many small weights none is lost.
		const counts = new Float64Array(rows * size);
		const length = values.length / Math.max(1, rows);
		for (let at = 0; at < values.length; at++) {
			const value = values[at] as number;
			if (value >= size) continue;
			const place = Math.floor(at / length) * size + value;
			counts[place] = binaryOutput
				? 1
				: (counts[place] as number) + (by ? (by[at] as number) : 1);
		}
		backend.typedArrayFromHeap(y).set(counts);
		return y;
	},
});

/** The original has no way with truth values: as whole numbers they have one. */
function asIntegers(
	kernelName: string,
	names: readonly string[],
): KernelConfig {
	const original = getKernel(kernelName, "wasm");
	const cast = getKernel("Cast", "wasm");
	return {
		...original,
		kernelFunc: (call) => {
			const inputs = call.inputs as Record<string, TensorInfo>;
			const backend = call.backend as BackendWasm;
			if (inputs[names[0] as string]?.dtype !== "bool")
				return original.kernelFunc(call);
			const as = (x: TensorInfo, dtype: "int32" | "bool") =>
				cast.kernelFunc({
					inputs: { x },
					backend,
					attrs: { dtype },
				}) as TensorInfo;
			const whole = Object.fromEntries(
				names.map((name) => [name, as(inputs[name] as TensorInfo, "int32")]),
			);
			const result = original.kernelFunc({ ...call, inputs: whole });
			for (const one of Object.values(whole)) release(backend, one);
			if (!Array.isArray(result)) return result;
			const [values, ...rest] = result as TensorInfo[];
			const back = as(values as TensorInfo, "bool");
			release(backend, values as TensorInfo);
			return [back, ...rest];
		},
	};
}

export const countKernels: readonly KernelConfig[] = [
	counting("Bincount"),
	counting("DenseBincount"),
];

/** What looks for places. Made when it is asked for: the kernels are those of tfjs. */
export const orderKernels = (): readonly KernelConfig[] => [
	asIntegers("TopK", ["x"]),
	asIntegers("SearchSorted", ["sortedSequence", "values"]),
];
