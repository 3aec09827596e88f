import type { Array64 } from "./array.ts";

/** What an operation computes, in float64. */
export type Reference = (
	inputs: Readonly<Record<string, Array64>>,
) => readonly Array64[];

/** Σ weights · outputs: one number to differentiate. Outputs of whole numbers have no gradient and no weights. */
function weighted(
	outputs: readonly Array64[],
	weights: readonly (Array64 | undefined)[],
): number {
	let total = 0;
	for (const [k, { values }] of outputs.entries()) {
		const by = weights[k]?.values;
		if (by)
			for (let i = 0; i < values.length; i++) {
				const [weight, value] = [by[i] as number, values[i] as number];
				// 0 · ∞ is no part of the sum.
				if (weight !== 0) total += weight * value;
			}
	}
	return total;
}

const moved = (
	inputs: Readonly<Record<string, Array64>>,
	name: string,
	change: (value: number, index: number) => number,
): Record<string, Array64> => {
	const input = inputs[name] as Array64;
	return {
		...inputs,
		[name]: { ...input, values: Array.from(input.values, change) },
	};
};

/** The gradient of Σ weights · reference(inputs) with respect to one input, by central differences. */
export function gradientOf(
	reference: Reference,
	inputs: Readonly<Record<string, Array64>>,
	name: string,
	weights: readonly (Array64 | undefined)[],
	step = 1e-5,
): Array64 {
	const { shape, values } = inputs[name] as Array64;
	const slope = Float64Array.from({ length: values.length }, (_, index) => {
		const by = step * Math.max(1, Math.abs(values[index] as number));
		const [above, below] = [by, -by].map((delta) =>
			weighted(
				reference(
					moved(inputs, name, (value, at) =>
						at === index ? value + delta : value,
					),
				),
				weights,
			),
		) as [number, number];
		return (above - below) / (2 * by);
	});
	return { shape, values: slope };
}

/**
 * The gradient of ⟨direction, gradient with respect to `by`⟩ with respect to `name`,
 * by central differences of central differences: the Hessian times a direction, where
 * both are one input.
 */
export function secondOrderOf(
	reference: Reference,
	inputs: Readonly<Record<string, Array64>>,
	name: string,
	weights: readonly (Array64 | undefined)[],
	direction: Array64,
	by = name,
): Array64 {
	const step = 1e-3;
	const along =
		(way: number): Reference =>
		(given) =>
			reference(
				moved(
					given,
					by,
					(value, at) => value + way * (direction.values[at] as number),
				),
			);
	const [above, below] = [step, -step].map(
		(way) => gradientOf(along(way), inputs, name, weights, step).values,
	) as [ArrayLike<number>, ArrayLike<number>];
	return {
		shape: (inputs[name] as Array64).shape,
		values: Array.from(
			above,
			(value, at) => (value - (below[at] as number)) / (2 * step),
		),
	};
}
