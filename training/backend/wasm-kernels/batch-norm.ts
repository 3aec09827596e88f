import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type {
	FusedBatchNormAttrs,
	KernelConfig,
	NamedTensorInfoMap,
	TensorInfo,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { address, release } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import { fillWith, sizeOf, spread } from "./strided.ts";

/** assembly/batch-norm.ts, which documents it. */
interface BatchNormLibrary {
	batchNorm(...args: number[]): void;
}

/** Does a tensor of this shape broadcast to the other? */
const fits = (own: readonly number[], shape: readonly number[]): boolean =>
	own.length <= shape.length &&
	own.every((size, axis) => {
		const all = shape[axis + shape.length - own.length];
		return size === 1 || size === all;
	});

const NAMES = ["mean", "variance", "offset", "scale"] as const;

/**
 * Normalisation by given means and variances. That of tfjs reads each of its inputs
 * round and round, so it is right for one number per channel, or one for each
 * number, and takes whatever else for one of these.
 */
export const fusedBatchNorm: KernelConfig = {
	kernelName: "FusedBatchNorm",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const inputs = call.inputs as NamedTensorInfoMap;
		const { varianceEpsilon } = call.attrs as unknown as FusedBatchNormAttrs;
		const x = inputs.x as TensorInfo;
		const { shape } = x;
		const y = backend.makeOutput(shape, "float32");
		const all = sizeOf(shape);
		if (all === 0) return y;
		const size = shape.at(-1) ?? 1;
		const made: TensorInfo[] = [y];
		try {
			const operands = NAMES.map((name) => {
				const given = inputs[name] as TensorInfo | undefined;
				if (given && !fits(given.shape, shape))
					throw new UsageError(
						`batchNorm: ${name} of the shape [${given.shape}] does not fit x of the shape [${shape}]: give one number per channel, or a shape that broadcasts to that of x`,
					);
				const own = given ?? backend.makeOutput([1], "float32");
				if (!given) {
					made.push(own);
					fillWith(backend, own, name === "scale" ? 1 : 0);
				}
				const count = sizeOf(own.shape);
				if (count === 1) return { at: own, strides: [0, 0] };
				if (count === size && own.shape.at(-1) === size)
					return { at: own, strides: [0, 1] };
				if (count === all) return { at: own, strides: [size, 1] };
				const whole = spread(backend, own, shape);
				made.push(whole);
				return { at: whole, strides: [size, 1] };
			});
			const scratch = backend.makeOutput([2 * size], "float32");
			made.push(scratch);
			kernelLibrary<BatchNormLibrary>(backend).batchNorm(
				address(backend, x),
				...operands.map(({ at }) => address(backend, at)),
				address(backend, y),
				address(backend, scratch),
				0,
				all / size,
				size,
				varianceEpsilon,
				...operands.flatMap(({ strides }) => strides),
			);
			made.shift();
			return y;
		} finally {
			for (const tensor of made) release(backend, tensor);
		}
	},
};
