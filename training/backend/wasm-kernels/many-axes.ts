import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	backend_util,
	getKernel,
	type KernelConfig,
	type TensorInfo,
} from "@tensorflow/tfjs-core";
import { release } from "./heap.ts";
import { sizeOf, spread } from "./strided.ts";

/** Axes that kernels of two operands know, those of XNNPACK and ours. */
const MOST_AXES = 6;

const NAMES = [
	"Add",
	"Atan2",
	"BitwiseAnd",
	"Equal",
	"FloorDiv",
	"Greater",
	"GreaterEqual",
	"Less",
	"LessEqual",
	"LogicalAnd",
	"LogicalOr",
	"LogicalXor",
	"Maximum",
	"Minimum",
	"Mod",
	"Multiply",
	"NotEqual",
	"Pow",
	"Prelu",
	"RealDiv",
	"SquaredDifference",
	"Sub",
];

/**
 * The kernel, of tensors of any rank. Those of tfjs, and ours, count along six axes:
 * of more they give numbers that were in memory, or write beyond the result.
 */
function ofAnyRank(config: KernelConfig): KernelConfig {
	return {
		...config,
		kernelFunc: (call) => {
			const entries = Object.entries(call.inputs) as [string, TensorInfo][];
			if (entries.every(([, { shape }]) => shape.length <= MOST_AXES))
				return config.kernelFunc(call);
			const backend = call.backend as BackendWasm;
			const outShape = entries.reduce<number[]>(
				(shape, [, x]) =>
					backend_util.assertAndGetBroadcastShape(shape, x.shape),
				[],
			);
			// Operands that are as long as the result, as lists.
			const shape = [sizeOf(outShape)];
			const lists = entries.map(
				([name, x]) =>
					[name, { ...spread(backend, x, outShape), shape }] as const,
			);
			const result = config.kernelFunc({
				...call,
				inputs: Object.fromEntries(lists),
			}) as TensorInfo;
			for (const [, list] of lists) release(backend, list);
			return { ...result, shape: outShape };
		},
	};
}

/** Kernels of two operands as they are registered, for tensors of any rank. */
export const anyRankKernels = (): readonly KernelConfig[] =>
	NAMES.flatMap((name) => {
		const kernel = getKernel(name, "wasm");
		return kernel ? [ofAnyRank(kernel)] : [];
	});
