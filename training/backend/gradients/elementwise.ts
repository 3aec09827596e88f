import {
	add,
	div,
	exp,
	type GradConfig,
	greater,
	greaterEqual,
	less,
	lessEqual,
	minimum,
	mul,
	type NamedAttrMap,
	neg,
	sign,
	sqrt,
	sub,
	type Tensor,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { float, sumTo } from "./sum-to.ts";

/** Of a function of one tensor. */
const unary = (
	kernelName: string,
	slope: (dy: Tensor, x: Tensor, attrs: NamedAttrMap) => Tensor,
): GradConfig => ({
	kernelName,
	inputsToSave: ["x"],
	gradFunc: (dy, [x], attrs) => ({
		x: () => slope(dy as Tensor, x as Tensor, attrs),
	}),
});

/** (1 - x)(1 + x), which keeps the digits near 1 that 1 - x² loses. */
const belowOne = (x: Tensor): Tensor => mul(sub(1, x), add(1, x));

/** The gradient where both hold. */
function between(dy: Tensor, above: Tensor, below: Tensor): Tensor {
	const none = zerosLike(dy);
	return where(above, where(below, dy, none), none);
}

/** Gradients of functions number by number. At kinks they are those of PyTorch. */
export const elementwiseGradients: readonly GradConfig[] = [
	// 0 at 0, where tfjs has -1.
	unary("Abs", (dy, x) => mul(dy, float(sign(x)))),
	unary("Acos", (dy, x) => neg(div(dy, sqrt(belowOne(float(x)))))),
	unary("Asin", (dy, x) => div(dy, sqrt(belowOne(float(x))))),
	unary("Atanh", (dy, x) => div(dy, belowOne(float(x)))),
	// A product of roots: x² is infinite long before it.
	unary("Acosh", (dy, x) =>
		div(dy, mul(sqrt(sub(float(x), 1)), sqrt(add(float(x), 1)))),
	),
	{
		kernelName: "Elu",
		outputsToSave: [true],
		// Of operations that have gradients, which tfjs's kernel has not.
		gradFunc: (dy, [y]) => ({
			x: () => mul(dy as Tensor, add(minimum(y as Tensor, 0), 1)),
		}),
	},
	unary("Selu", (dy, x) => {
		const scale = 1.0507009873554805;
		const scaleAlpha = scale * 1.6732632423543772;
		// Above 0 the exponential may be infinite, and 0 · ∞ is no gradient.
		const below = mul(scaleAlpha, exp(minimum(float(x), 0)));
		return where(greater(x, 0), mul(dy, scale), mul(dy, below));
	}),
	// 0 at 6, as at 0.
	unary("Relu6", (dy, x) => between(dy, greater(x, 0), less(x, 6))),
	unary("ClipByValue", (dy, x, { clipValueMin, clipValueMax }) =>
		between(
			dy,
			greaterEqual(x, clipValueMin as number),
			lessEqual(x, clipValueMax as number),
		),
	),
	{
		kernelName: "Prelu",
		inputsToSave: ["x", "alpha"],
		gradFunc: (given, saved) => {
			const dy = given as Tensor;
			const [x, alpha] = saved as [Tensor, Tensor];
			return {
				x: () => where(greater(x, 0), dy, mul(dy, float(alpha))),
				alpha: () =>
					sumTo(
						where(greater(x, 0), zerosLike(dy), mul(dy, float(x))),
						alpha.shape,
					),
			};
		},
	},
	{
		kernelName: "Select",
		inputsToSave: ["condition"],
		gradFunc: (given, saved) => {
			const dy = given as Tensor;
			const [condition] = saved as [Tensor];
			return {
				condition: () => zerosLike(float(condition)),
				// Chosen and not multiplied: 0 · ∞ is no gradient.
				t: () => where(condition, dy, zerosLike(dy)),
				e: () => where(condition, zerosLike(dy), dy),
			};
		},
	},
];
