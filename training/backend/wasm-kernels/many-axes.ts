import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	backend_util,
	getKernel,
	type KernelConfig,
	type TensorInfo,
} from "@tensorflow/tfjs-core";
import { release } from "./heap.ts";
import { type Axis, copyStrided, stridesOf } from "./strided.ts";

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

/** How the axes of a result lie in an operand that is broadcast to it. */
function axesIn(shape: readonly number[], outShape: readonly number[]): Axis[] {
	const [own, to] = [stridesOf(shape), stridesOf(outShape)];
	const ahead = outShape.length - shape.length;
	return outShape.map((size, axis) => {
		const isOwn = axis >= ahead && shape[axis - ahead] === size;
		return {
			size,
			from: isOwn ? (own[axis - ahead] as number) : 0,
			to: to[axis] as number,
		};
	});
}

/** The operand as a list that is as long as the result. */
function spread(
	backend: BackendWasm,
	x: TensorInfo,
	outShape: readonly number[],
): TensorInfo {
	const size = outShape.reduce((all, one) => all * one, 1);
	const y = backend.makeOutput([size], x.dtype);
	copyStrided(backend, x, y, { axes: axesIn(x.shape, outShape) });
	return y;
}

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
			const lists = entries.map(
				([name, x]) => [name, spread(backend, x, outShape)] as const,
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
