import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../tf.ts";

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** The values of a broadcast tensor, in the order of the result. */
function spread(shape: number[], out: number[], values: number[]): number[] {
	return Array.from({ length: size(out) }, (_, at) => {
		let [rest, index, stride] = [at, 0, 1];
		for (let axis = out.length - 1; axis >= 0; axis--) {
			const place = rest % (out[axis] as number);
			rest = Math.floor(rest / (out[axis] as number));
			const own = shape[axis - out.length + shape.length];
			if (own !== undefined && own !== 1) index += place * stride;
			stride *= own ?? 1;
		}
		return values[index] as number;
	});
}

test("two tensors of more than six axes are computed with as those of fewer", () => {
	const operations: Readonly<Record<string, (a: number, b: number) => number>> =
		{
			add: (a, b) => a + b,
			sub: (a, b) => a - b,
			mul: (a, b) => a * b,
			maximum: Math.max,
			squaredDifference: (a, b) => (a - b) ** 2,
			floorDiv: (a, b) => Math.floor(a / b),
			less: (a, b) => Number(a < b),
			notEqual: (a, b) => Number(a !== b),
		};
	const shapes: readonly (readonly [number[], number[]])[] = [
		[
			[1, 2, 1, 1, 2, 1, 2],
			[1, 2, 1, 1, 2, 1, 2],
		],
		[
			[2, 1, 2, 1, 2, 1, 2],
			[1, 2, 1, 2, 1, 2, 1],
		],
		[
			[2, 3, 2, 1, 2, 3, 2, 2],
			[2, 1, 3, 1, 2],
		],
	];
	for (const [name, of] of Object.entries(operations))
		for (const dtype of ["float32", "int32"] as const)
			for (const [a, b] of shapes) {
				const left = Array.from({ length: size(a) }, (_, k) => (k % 5) - 2);
				const right = Array.from({ length: size(b) }, (_, k) => (k % 3) + 1);
				const compute = (tf as unknown as Record<string, typeof tf.add>)[name];
				const y = (compute as typeof tf.add)(
					tf.tensor(left, a, dtype),
					tf.tensor(right, b, dtype),
				) as tf.Tensor;
				const [x, z] = [spread(a, y.shape, left), spread(b, y.shape, right)];
				assert.deepEqual(
					[...y.dataSync()],
					x.map((value, at) => of(value, z[at] as number)),
					`${name} of ${dtype}[${a}] and [${b}]`,
				);
			}
});
