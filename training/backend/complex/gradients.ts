import {
	complex,
	div,
	equal,
	type GradConfig,
	getGradient,
	imag,
	mul,
	neg,
	onesLike,
	real,
	registerGradient,
	spectral,
	type Tensor,
	unregisterGradient,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { sumTo } from "../gradients/sum-to.ts";

const conjugate = (x: Tensor): Tensor =>
	x.dtype === "complex64" ? complex(real(x), neg(imag(x))) : x;

/** Part by part: the backend in JavaScript multiplies complex tensors of one shape alone. */
const scaled = (x: Tensor, by: number): Tensor =>
	complex(mul(real(x), by), mul(imag(x), by));

/**
 * Gradients of operations of complex numbers; tfjs has none. The gradient of a
 * complex tensor z = x + iy is dL/dx + i · dL/dy, as in PyTorch and TensorFlow.
 */
export const complexGradients: readonly GradConfig[] = [
	{
		kernelName: "Complex",
		gradFunc: (dy) => ({
			real: () => real(dy as Tensor),
			imag: () => imag(dy as Tensor),
		}),
	},
	{ kernelName: "Real", gradFunc: (dy) => ({ input: () => dy as Tensor }) },
	{
		kernelName: "Imag",
		gradFunc: (dy) => ({
			input: () => complex(zerosLike(dy as Tensor), dy as Tensor),
		}),
	},
	{
		kernelName: "ComplexAbs",
		inputsToSave: ["x"],
		outputsToSave: [true],
		gradFunc: (dy, saved) => ({
			x: () => {
				const [x, y] = saved as [Tensor, Tensor];
				const isZero = equal(y, 0);
				// No direction leads away from 0.
				const share = where(
					isZero,
					zerosLike(y),
					div(dy as Tensor, where(isZero, onesLike(y), y)),
				);
				return complex(mul(share, real(x)), mul(share, imag(x)));
			},
		}),
	},
	{
		kernelName: "FFT",
		gradFunc: (dy) => ({
			input: () => {
				const given = dy as Tensor;
				return scaled(spectral.ifft(given), given.shape.at(-1) as number);
			},
		}),
	},
	{
		kernelName: "IFFT",
		gradFunc: (dy) => ({
			input: () => {
				const given = dy as Tensor;
				return scaled(spectral.fft(given), 1 / (given.shape.at(-1) as number));
			},
		}),
	},
];

/** Gradients of operations that take complex numbers as well as real ones, where the latter's is another. */
const beside: readonly GradConfig[] = [
	{
		kernelName: "Identity",
		gradFunc: (dy) => ({ x: () => (dy as Tensor).clone() }),
	},
	{
		kernelName: "Multiply",
		inputsToSave: ["a", "b"],
		gradFunc: (dy, saved) => {
			const [a, b] = saved as [Tensor, Tensor];
			return {
				a: () => sumTo(mul(dy as Tensor, conjugate(b)), a.shape),
				b: () => sumTo(mul(dy as Tensor, conjugate(a)), b.shape),
			};
		},
	},
	{
		kernelName: "RealDiv",
		inputsToSave: ["a", "b"],
		gradFunc: (dy, saved) => {
			const [a, b] = saved as [Tensor, Tensor];
			const by = () => div(dy as Tensor, conjugate(b));
			return {
				a: () => sumTo(by(), a.shape),
				b: () => sumTo(neg(mul(by(), conjugate(div(a, b)))), b.shape),
			};
		},
	},
];

/** Puts the gradients of complex numbers beside those of real ones, once these are registered. */
export function registerComplexGradients(): void {
	for (const { kernelName, gradFunc } of beside) {
		const ofReal = getGradient(kernelName);
		unregisterGradient(kernelName);
		registerGradient({
			...ofReal,
			gradFunc: (dy, saved, attrs) =>
				(dy as Tensor).dtype === "complex64"
					? gradFunc(dy, saved, attrs)
					: ofReal.gradFunc(dy, saved, attrs),
		});
	}
}
