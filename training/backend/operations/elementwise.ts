/**
 * Operations of TensorFlow.js that are wrong above their kernels: put in the place
 * of those that it exports, so that tfjs-layers finds them too. Loaded before
 * any module that takes them by name.
 */

import type * as Core from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { requirePackage } from "../../../host/modules.ts";

const core = requirePackage("@tensorflow/tfjs-core") as typeof Core;

type Given = Core.Tensor | Core.TensorLike;

const tensorOf = (x: Given, dtype?: Core.DataType): Core.Tensor =>
	x instanceof core.Tensor ? x : core.tensor(x, undefined, dtype);

/** a / b, and 0 where b is 0. tfjs divides by the 0 before it takes the quotient away, and what is left of that in the gradient is NaN. */
function divideOrNothing(a: Given, b: Given): Core.Tensor {
	const { dtype } = tensorOf(b);
	const isZero = core.equal(b, dtype === "float32" ? 0 : core.cast(0, dtype));
	const divisor = core.where(isZero, core.onesLike(b), b);
	const quotient = core.div(a, divisor);
	return core.where(isZero, core.zerosLike(quotient), quotient);
}

/** log(1 / (1 + e^-x)), of integers as floats: the smallest has no negative among them. tfjs's gradient asks for what is released by then. */
function logSigmoidOfAny(x: Given): Core.Tensor {
	const given = tensorOf(x);
	return core.neg(
		core.softplus(
			core.neg(given.dtype === "float32" ? given : core.cast(given, "float32")),
		),
	);
}

const { clipByValue: clipBetween } = core;

/** tfjs forgets the tensor where both bounds are one number: NaN becomes that number, and there is no gradient. */
function clip(x: Given, low: number, high: number): Core.Tensor {
	if (typeof low !== "number" || typeof high !== "number")
		throw new UsageError(
			"clipByValue takes a lower and an upper bound: give -Infinity or Infinity where there is none",
		);
	if (low !== high) return clipBetween(x, low, high);
	return core
		.engine()
		.runKernel(
			"ClipByValue",
			{ x: tensorOf(x) },
			{ clipValueMin: low, clipValueMax: high },
		);
}

const { where: choose } = core;

/** tfjs leaves a tensor as it is where it is to be broadcast to nothing. */
function chooseOfAny(condition: Given, a: Given, b: Given): Core.Tensor {
	const given = [tensorOf(condition, "bool"), tensorOf(a), tensorOf(b)];
	if (!given.some((x) => x.shape.includes(0))) return choose(condition, a, b);
	const shape = given
		.map((x) => x.shape)
		.reduce(core.broadcast_util.assertAndGetBroadcastShape);
	if (!shape.includes(0)) return choose(condition, a, b);
	const [none, one, other] = given.map((x) =>
		core.mul(x, core.zeros(shape, x.dtype as "float32")),
	) as [Core.Tensor, Core.Tensor, Core.Tensor];
	return choose(none, one, other);
}

Object.assign(core, {
	clipByValue: core.op({ clipByValue_: clip }),
	divNoNan: core.op({ divNoNan_: divideOrNothing }),
	logSigmoid: core.op({ logSigmoid_: logSigmoidOfAny }),
	where: core.op({ where_: chooseOfAny }),
});

/** As they are now: modules that loaded tfjs earlier keep the old ones. */
export const { clipByValue, divNoNan, logSigmoid, where } = core;
