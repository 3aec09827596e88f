import {
	add,
	div,
	equal,
	floorDiv,
	type GradConfig,
	greater,
	greaterEqual,
	less,
	log,
	logicalAnd,
	mul,
	neg,
	pow,
	square,
	sub,
	type Tensor,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { float, sumTo } from "./sum-to.ts";

type Slope = (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

/** Of an operation on two tensors that are broadcast to one shape, from the gradients of each as if they had that shape. */
const binary = (kernelName: string, ofA: Slope, ofB: Slope): GradConfig => ({
	kernelName,
	inputsToSave: ["a", "b"],
	outputsToSave: [true],
	gradFunc: (dy, saved) => {
		const [a, b, y] = saved as [Tensor, Tensor, Tensor];
		return {
			a: () => sumTo(ofA(dy as Tensor, a, b, y), a.shape),
			b: () => sumTo(ofB(dy as Tensor, a, b, y), b.shape),
		};
	},
});

/** The same where no output is used: keeping one would hold its memory. */
const ofInputs = (
	kernelName: string,
	ofA: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
	ofB: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): GradConfig => ({ ...binary(kernelName, ofA, ofB), outputsToSave: [] });

/**
 * The gradient of the larger or smaller of two. Both have half of it where they
 * are equal, as in PyTorch, and all of it where they cannot be compared.
 */
const extremum = (kernelName: string, loses: typeof less): GradConfig => {
	const share = (dy: Tensor, own: Tensor, other: Tensor) => {
		const isLost = loses(own, other);
		// 1, 1/2 or 0, of the shape of the result.
		const half = mul(float(equal(own, other)), 0.5);
		return where(isLost, zerosLike(dy), sub(dy, mul(dy, half)));
	};
	return ofInputs(
		kernelName,
		(dy, a, b) => share(dy, a, b),
		(dy, a, b) => share(dy, b, a),
	);
};

/** The gradient of x^0 at 0 is 0, and not 0 · 0^-1. */
const powerOfBase: Slope = (dy, a, b) => {
	// 1 where both are 0.
	const isFlat = mul(float(equal(a, 0)), float(equal(b, 0)));
	const base = add(float(a), isFlat);
	const exponent = float(b);
	return mul(dy, mul(exponent, pow(base, sub(exponent, 1))));
};

/** Of 0 to a power of at least 0 it is 0, and of a negative number NaN, as in PyTorch: next to a whole power there is none. */
const powerOfExponent: Slope = (dy, a, b, y) => {
	const isFlat = logicalAnd(equal(a, 0), greaterEqual(b, 0));
	const base = add(float(a), float(isFlat));
	return where(isFlat, zerosLike(y), mul(dy, mul(y, log(base))));
};

const nothing = (dy: Tensor) => zerosLike(dy);

/** Gradients of operations on two tensors. tfjs forgets that of these one may be broadcast, or what holds at ties, zeros and large numbers. */
export const binaryGradients: readonly GradConfig[] = [
	ofInputs(
		"Add",
		(dy) => dy.clone(),
		(dy) => dy.clone(),
	),
	ofInputs(
		"Sub",
		(dy) => dy.clone(),
		(dy) => neg(dy),
	),
	ofInputs(
		"Multiply",
		(dy, _, b) => mul(dy, float(b)),
		(dy, a) => mul(dy, float(a)),
	),
	ofInputs(
		"RealDiv",
		(dy, _, b) => div(dy, float(b)),
		// Not divided by b², which is infinite or 0 before the quotient is.
		(dy, a, b) => neg(mul(dy, div(div(float(a), float(b)), float(b)))),
	),
	ofInputs("FloorDiv", nothing, nothing),
	ofInputs(
		"Mod",
		(dy) => dy.clone(),
		(dy, a, b) => mul(dy, neg(float(floorDiv(a, b)))),
	),
	binary("Pow", powerOfBase, powerOfExponent),
	ofInputs(
		"Atan2",
		(dy, a, b) => mul(dy, div(float(b), squares(a, b))),
		(dy, a, b) => neg(mul(dy, div(float(a), squares(a, b)))),
	),
	ofInputs(
		"SquaredDifference",
		(dy, a, b) => mul(dy, mul(2, sub(a, b))),
		(dy, a, b) => mul(dy, mul(2, sub(b, a))),
	),
	extremum("Maximum", less),
	extremum("Minimum", greater),
];

function squares(a: Tensor, b: Tensor): Tensor {
	return add(square(float(a)), square(float(b)));
}
