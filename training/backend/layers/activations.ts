import {
	add,
	cast,
	exp,
	expm1,
	lessEqual,
	logSumExp,
	minimum,
	mul,
	relu,
	serialization,
	sub,
	type Tensor,
	tidy,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { constant } from "../gradients/constant.ts";
import { softmax } from "../operations/normalized-exponentials.ts";
import {
	type AnyLayer,
	axisOf,
	type CallArguments,
	type Inputs,
	mend,
	mendMaking,
	only,
	prototypeOf,
} from "./classes.ts";
import { besideOf } from "./masks.ts";

interface ThresholdedReLU extends AnyLayer {
	readonly theta: number;
}

/** tfjs asks for the gradient of the comparison, which has none, and makes NaN of -Infinity. */
mend(
	prototypeOf<ThresholdedReLU>("ThresholdedReLU"),
	"call",
	() =>
		function (this: ThresholdedReLU, inputs) {
			return tidy(() => {
				const x = only(inputs);
				const isBelow = constant(() => lessEqual(x, this.theta));
				return where(isBelow, zerosLike(x), x);
			});
		},
);

interface Elu extends AnyLayer {
	alpha: number;
}

/** tfjs takes no other alpha than 1. */
mendMaking("elu", "ELU", (config, make) => {
	const { alpha, ...rest } = config ?? {};
	const layer = make(rest) as Elu;
	layer.alpha = (alpha as number | undefined) ?? 1;
	return layer;
});
mend(
	prototypeOf<Elu>("ELU"),
	"call",
	(call) =>
		function (this: Elu, inputs, args) {
			if (this.alpha === 1) return call.call(this, inputs, args);
			return tidy(() => {
				const x = only(inputs);
				// Of the positive part nothing, so that no exponential overflows.
				const negative = minimum(x, zerosLike(x));
				return add(relu(x), mul(expm1(negative), this.alpha));
			});
		},
);

interface Softmax extends AnyLayer {
	axis: number | number[];
}

/** tfjs takes axis 1 where none is given, which is the last one of [batch, features] alone, and computes no other than the last. */
mendMaking("softmax", "Softmax", (config, make) =>
	make({ ...config, axis: config?.axis ?? -1 }),
);
mend(
	prototypeOf<Softmax>("Softmax"),
	"call",
	() =>
		function (this: Softmax, inputs: Inputs, args: CallArguments) {
			return tidy(() => {
				const given = only(inputs);
				const axes = [this.axis].flat().map((axis) => axisOf(axis, given.rank));
				const x = masked(given, args?.mask, axes);
				if (axes.length > 1) return exp(sub(x, logSumExp(x, axes, true)));
				return softmax(x, axes[0]);
			});
		},
);

/**
 * Masked places get next to no share. A mask of steps, as layers pass it on, says nothing
 * of the shares within a step.
 */
function masked(
	x: Tensor,
	mask: Tensor | null | undefined,
	axes: readonly number[],
): Tensor {
	if (!mask) return x;
	const isOfFirst =
		mask.rank < x.rank && mask.shape.every((size, at) => size === x.shape[at]);
	if (isOfFirst && axes.every((axis) => axis >= mask.rank)) return x;
	const own = isOfFirst ? besideOf(mask, x) : mask;
	return add(x, mul(sub(1, cast(own, x.dtype)), -1e9));
}

/** Names in saved models have no underscores for tfjs, which then does not know its own. */
const { classNameMap } = serialization.SerializationMap.getMap();
classNameMap.geluNew ??= classNameMap.gelu_new as never;
