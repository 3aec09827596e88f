import { UsageError } from "../../../base/errors.ts";
import { suggestion } from "../../../base/nearest.ts";
import { strictFunctions } from "../../../experiment/strict-math/functions.ts";

/** Points of the plane with a class each. */
export interface PointSet {
	readonly classes: readonly string[];
	readonly points: readonly LabelledPoint[];
}

export interface LabelledPoint {
	readonly x: number;
	readonly y: number;
	/** Index into the classes. */
	readonly label: number;
}

type Generator = (size: number, rng: () => number) => LabelledPoint[];

/** `k` values from 0 to 1, both included. */
function linspace(k: number): number[] {
	return Array.from({ length: k }, (_, i) => (k === 1 ? 0 : i / (k - 1)));
}

/** A label for every point of a grid of ⌊√size⌋² over the unit square, x first. */
function grid(
	label: (x: number, y: number, middle: number) => number,
): Generator {
	return (size) => {
		const axis = linspace(Math.floor(Math.sqrt(size)));
		const middle = axis[Math.floor(axis.length / 2)] as number;
		return axis.flatMap((x) =>
			axis.map((y) => ({ x, y, label: label(x, y, middle) })),
		);
	};
}

function squaredRadius(x: number, y: number, middle: number): number {
	const [dx, dy] = [x - middle, y - middle];
	return dx * dx + dy * dy;
}

// Engines have other last bits in theirs, and a set is the same wherever it is drawn.
const cos = (x: number) => strictFunctions().cos(x);
const sin = (x: number) => strictFunctions().sin(x);
const log = (x: number) => strictFunctions().log(x);

/** Standard normal, by Box and Muller. */
function normal(rng: () => number): number {
	// 1 - u is never 0, where the logarithm would be infinite.
	return Math.sqrt(-2 * log(1 - rng())) * cos(2 * Math.PI * rng());
}

function onSpiral(n: number, size: number, turn: number, angle: number) {
	const r = 0.05 + (0.4 * n) / size;
	return {
		x: 0.5 + r * cos(turn * r + angle),
		y: 0.5 + r * sin(turn * r + angle),
	};
}

function moon(index: number, size: number, rng: () => number): LabelledPoint {
	const half = Math.ceil(size / 2);
	const label = index < half ? 0 : 1;
	const count = label === 0 ? half : size - half;
	const t = (Math.PI * (label === 0 ? index : index - half)) / (count - 1 || 1);
	const [x, y] = label === 0 ? [cos(t), sin(t)] : [1 - cos(t), 0.5 - sin(t)];
	return { x: x + 0.1 * normal(rng), y: y + 0.1 * normal(rng), label };
}

/** Around the corners of an equilateral triangle; √3/2 without a library's sine. */
const blobCentres = [
	[0, 1],
	[-0.8660254037844386, -0.5],
	[0.8660254037844386, -0.5],
] as const;

const generators: Readonly<Record<string, [classes: number, Generator]>> = {
	diagonal: [2, grid((x, y) => (x > y ? 0 : 1))],
	circle: [2, grid((x, y, m) => (squaredRadius(x, y, m) < 0.15 ? 0 : 1))],
	donut: [
		2,
		grid((x, y, m) => {
			const r2 = squaredRadius(x, y, m);
			return r2 > 0.1 && r2 < 0.15 ? 0 : 1;
		}),
	],
	stripes: [5, grid((x) => Math.floor((x * 0.99 * 100) / 20))],
	spiral: [
		2,
		(size) =>
			Array.from({ length: 2 * size }, (_, index) => {
				const label = index < size ? 0 : 1;
				const n = index % size;
				return { ...onSpiral(n, size, 12 * Math.PI, label * Math.PI), label };
			}),
	],
	spiral_multi: [
		4,
		(size, rng) =>
			Array.from({ length: 4 * size }, (_, index) => {
				const label = Math.floor(index / size);
				const at = onSpiral(
					index % size,
					size,
					-4 * Math.PI,
					(label * Math.PI) / 2,
				);
				return { x: at.x + 0.07 * rng(), y: at.y + 0.07 * rng(), label };
			}),
	],
	xor: [2, grid((x, y) => (x < 0.5 === y < 0.5 ? 1 : 0))],
	// An odd grid has points at exactly 0.5, to which DeepDIVA gives no class: here they are right and top.
	flag: [4, grid((x, y) => (x < 0.5 ? 0 : 1) + (y < 0.5 ? 0 : 2))],
	moons: [
		2,
		(size, rng) => Array.from({ length: size }, (_, i) => moon(i, size, rng)),
	],
	blobs: [
		3,
		(size, rng) =>
			Array.from({ length: size }, (_, index) => {
				const label = index % 3;
				const [x, y] = blobCentres[label] as (typeof blobCentres)[number];
				return {
					x: x + 0.35 * normal(rng),
					y: y + 0.35 * normal(rng),
					label,
				};
			}),
	],
};

export const pointSetNames: readonly string[] = Object.keys(generators);

/** The fewest points from which every set has each class in every split. */
export const SMALLEST_SIZE = 50;

const MULTIPLES: Readonly<Record<string, number>> = {
	spiral: 2,
	spiral_multi: 4,
	moons: 1,
	blobs: 1,
};

/** How many points a set has; those that are not named are grids. */
export const pointCount = (name: string, size: number): number =>
	(MULTIPLES[name] ?? 0) * size || Math.floor(Math.sqrt(size)) ** 2;

/**
 * One of DeepDIVA's eight sets by its formula, or `moons` or `blobs`.
 * @example
 * const { points, classes } = dd.pointSet("blobs", 90, dd.rng("points"));
 * points.length; // → 90
 * @param size as DeepDIVA's `--size`: a grid of ⌊√size⌋² points, `spiral` 2 · size, `spiral_multi` 4 · size; `moons` and `blobs` size
 * @param rng uniform in [0, 1); used by `spiral_multi`, `moons` and `blobs`
 * @throws UsageError if there is no such set, or size is not a whole number of at least 50
 */
export function pointSet(
	name: string,
	size: number,
	rng: () => number,
): PointSet {
	const generator = Object.hasOwn(generators, name)
		? generators[name]
		: undefined;
	if (!generator)
		throw new UsageError(
			`pointSet: there is no set "${name}"${suggestion(name, pointSetNames)}; choose one of ${pointSetNames.join(", ")}`,
		);
	if (!Number.isInteger(size) || size < SMALLEST_SIZE)
		throw new UsageError(
			`pointSet: the size is a whole number of at least ${SMALLEST_SIZE}, not ${size}`,
		);
	const [classes, generate] = generator;
	return {
		classes: Array.from({ length: classes }, (_, index) => `${index}`),
		points: generate(size, rng),
	};
}
