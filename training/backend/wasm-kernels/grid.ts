import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf, stridesIn } from "./strided.ts";

/** Sizes of the axes of a result but the first, and how far apart neighbours along each axis are in its two operands. */
export type Grid = readonly [
	n1: number,
	n2: number,
	n3: number,
	n4: number,
	n5: number,
	...aStrides: SixStrides,
	...bStrides: SixStrides,
];

type SixStrides = [number, number, number, number, number, number];

interface Axis {
	size: number;
	/** Neighbours of each operand; 0 where it is broadcast. */
	strides: [number, number];
}

/** Axes of 1 are left out, and neighbours that lie in both operands without a gap are one. */
function merged(axes: readonly Axis[]): Axis[] {
	const kept: Axis[] = [];
	for (const axis of axes) {
		if (axis.size === 1) continue;
		const last = kept.at(-1);
		const isDense = last?.strides.every(
			(stride, k) => stride === (axis.strides[k] as number) * axis.size,
		);
		if (last && isDense) {
			last.size *= axis.size;
			last.strides = axis.strides;
		} else kept.push({ ...axis });
	}
	return kept;
}

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
	a.length === b.length && a.every((size, axis) => size === b[axis]);

/**
 * What two tensors give together: its shape, its rows and the axes of it as
 * assembly/elementwise.ts takes them.
 *
 * @throws where the shapes do not broadcast
 */
export function gridOf(
	a: readonly number[],
	b: readonly number[],
): { outShape: number[]; rows: number; grid: Grid } {
	if (isSame(a, b)) {
		const size = sizeOf(a);
		// As below, where all axes are one; a lone number is broadcast.
		const stride = size === 1 ? 0 : 1;
		// biome-ignore format: one operand per line
		const grid: Grid = [
			1, 1, 1, 1, size,
			0, 0, 0, 0, 0, stride,
			0, 0, 0, 0, 0, stride,
		];
		return { outShape: [...a], rows: 1, grid };
	}
	const outShape = backend_util.assertAndGetBroadcastShape([...a], [...b]);
	const [inA, inB] = [stridesIn(a, outShape), stridesIn(b, outShape)];
	const axes = merged(
		outShape.map((size, axis) => ({
			size,
			strides: [inA[axis] as number, inB[axis] as number],
		})),
	);
	while (axes.length < 6) axes.unshift({ size: 1, strides: [0, 0] });
	const sizes = axes.map(({ size }) => size);
	const rows = sizeOf(sizes.slice(0, -1));
	const grid = [
		...sizes.slice(1),
		...axes.map(({ strides }) => strides[0]),
		...axes.map(({ strides }) => strides[1]),
	];
	return { outShape, rows, grid: grid as unknown as Grid };
}
