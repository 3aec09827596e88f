import assert from "node:assert/strict";
import { installRandom } from "../../experiment/random/install.ts";
import { inStream, withStreams } from "../../experiment/random/scope.ts";
import { StreamSet } from "../../experiment/random/stream.ts";
import * as tf from "../backend/tf.ts";
import type { Row } from "./row.ts";

installRandom();

interface Initializer {
	apply(shape: number[]): tf.Tensor;
}

/** How numbers are to be distributed. */
interface Distribution {
	readonly mean: number;
	readonly deviation: number;
	/** Beyond these lies none. */
	readonly from?: number;
	readonly to?: number;
	readonly shape: "uniform" | "normal" | "cut";
}

const normal = (mean: number, deviation: number): Distribution => ({
	mean,
	deviation,
	shape: "normal",
});

/** The deviation that is left when all beyond two of them is cut off. */
const LEFT = 0.8796256610342398;

/** Of which that is the deviation before its ends are cut off. */
const cut = (mean: number, before: number): Distribution => ({
	mean,
	deviation: LEFT * before,
	from: mean - 2 * before,
	to: mean + 2 * before,
	shape: "cut",
});

const uniform = (from: number, to: number): Distribution => ({
	mean: (from + to) / 2,
	deviation: (to - from) / Math.sqrt(12),
	from,
	to,
	shape: "uniform",
});

const byVariance = (
	variance: number,
	shape: "uniform" | "normal",
): Distribution => {
	const deviation = Math.sqrt(variance);
	return shape === "uniform"
		? uniform(-deviation * Math.sqrt(3), deviation * Math.sqrt(3))
		: cut(0, deviation / LEFT);
};

/** Kernels, and what comes into and goes out of each of their units. */
const KERNELS: readonly (readonly [number[], number, number])[] = [
	[[100, 30], 100, 30],
	[[20, 200], 20, 200],
	[[3, 10, 100], 30, 300],
	[[3, 5, 10, 40], 150, 600],
	[[2, 3, 4, 10, 20], 240, 480],
	[[4000], 4000, 4000],
];

type Kind = keyof typeof tf.initializers;

interface Case {
	readonly name: Kind;
	readonly args?: object;
	readonly kernel: number[];
	readonly is: Distribution;
}

/** Those of a variance of their own, by what it is divided by. */
const VARIANCES: readonly (readonly [
	Kind,
	object | undefined,
	(into: number, out: number) => number,
	"uniform" | "normal",
])[] = [
	["glorotNormal", {}, (into, out) => 2 / (into + out), "normal"],
	["glorotUniform", {}, (into, out) => 2 / (into + out), "uniform"],
	["heNormal", {}, (into) => 2 / into, "normal"],
	["heUniform", {}, (into) => 2 / into, "uniform"],
	["leCunNormal", {}, (into) => 1 / into, "normal"],
	["leCunUniform", {}, (into) => 1 / into, "uniform"],
	["varianceScaling", undefined, (into) => 1 / into, "normal"],
	[
		"varianceScaling",
		{ scale: 3, mode: "fanOut", distribution: "uniform" },
		(_, out) => 3 / out,
		"uniform",
	],
	[
		"varianceScaling",
		{ scale: 0.5, mode: "fanAvg", distribution: "normal" },
		(into, out) => 1 / (into + out),
		"normal",
	],
];

const plain: readonly (readonly [Kind, object | undefined, Distribution])[] = [
	["randomUniform", undefined, uniform(-0.05, 0.05)],
	["randomUniform", { minval: 0, maxval: 1 }, uniform(0, 1)],
	["randomUniform", { minval: -3, maxval: 0 }, uniform(-3, 0)],
	["randomNormal", undefined, normal(0, 0.05)],
	["randomNormal", { mean: -2, stddev: 3 }, normal(-2, 3)],
	["truncatedNormal", undefined, cut(0, 0.05)],
	["truncatedNormal", { mean: 1, stddev: 2 }, cut(1, 2)],
];

export const cases: readonly Case[] = [
	...plain.map(([name, args, is]) => ({
		name,
		...(args ? { args } : {}),
		kernel: [40, 100],
		is,
	})),
	...VARIANCES.flatMap(([name, args, variance, shape]) =>
		KERNELS.map(([kernel, into, out]) => ({
			name,
			...(args ? { args } : {}),
			kernel,
			is: byVariance(variance(into, out), shape),
		})),
	),
];

export const make = (name: Kind, args?: object): Initializer =>
	(tf.initializers[name] as (args?: object) => Initializer)(args);

/** Draws by the stream of weights, the same each time. */
export const drawn = (initializer: Initializer, shape: number[]): number[] =>
	withStreams(new StreamSet("initializers"), () =>
		inStream("init", () =>
			Array.from(tf.tidy(() => initializer.apply(shape).dataSync())),
		),
	);

/**
 * Compares the moments of what is drawn with those of the distribution, to within
 * five standard errors.
 *
 * @returns how far the deviation is off, in terms of what it is to be
 */
export function checkDistribution({ name, args, kernel, is }: Case): number {
	const values = drawn(make(name, args), kernel);
	const what = `${name}(${JSON.stringify(args) ?? ""}) for [${kernel}]`;
	const count = values.length;
	const mean = values.reduce((sum, value) => sum + value, 0) / count;
	const moment = (power: number) =>
		values.reduce(
			(sum, value) => sum + ((value - is.mean) / is.deviation) ** power,
			0,
		) / count;
	const within = (
		actual: number,
		expected: number,
		error: number,
		of: string,
	) =>
		assert.ok(
			Math.abs(actual - expected) <= (5 * error) / Math.sqrt(count),
			`${what}: ${of} is ${actual}, not ${expected}`,
		);
	within((mean - is.mean) / is.deviation, 0, 1, "the mean (in deviations)");
	within(moment(2), 1, Math.sqrt(2), "the variance (of what it is to be)");
	// A uniform distribution has 9/5, a normal one 3.
	const fourth = { uniform: 1.8, normal: 3, cut: 2.366 }[is.shape];
	within(moment(4), fourth, 10, "the fourth moment");
	for (const value of values)
		assert.ok(
			value >= (is.from ?? -Infinity) - 1e-6 &&
				value <= (is.to ?? Infinity) + 1e-6,
			`${what}: ${value} is beyond its bounds`,
		);
	return Math.abs(Math.sqrt(moment(2)) - 1);
}

/** Rows or columns, whichever are fewer, that stand at right angles to each other and are as long as the gain. */
export function checkOrthogonal(shape: number[], gain?: number): number {
	const values = drawn(
		make("orthogonal", gain === undefined ? undefined : { gain }),
		shape,
	);
	const columns = shape.at(-1) as number;
	const rows = values.length / columns;
	const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
	const at = (one: number, place: number) =>
		values[
			rows < columns ? one * columns + place : place * columns + one
		] as number;
	let worst = 0;
	for (let a = 0; a < count; a++)
		for (let b = a; b < count; b++) {
			let product = 0;
			for (let place = 0; place < length; place++)
				product += at(a, place) * at(b, place);
			worst = Math.max(
				worst,
				Math.abs(product - (a === b ? (gain ?? 1) ** 2 : 0)),
			);
		}
	assert.ok(worst < 1e-5, `orthogonal of [${shape}] is off by ${worst}`);
	return worst;
}

export const ORTHOGONAL: readonly (readonly [number[], number?])[] = [
	[[5, 5]],
	[[7, 3]],
	[[3, 7], 2],
	[[1, 4]],
	[[4, 1], 0.5],
	[[2, 3, 4]],
	[[3, 3, 2, 5]],
];

/** What is no matter of chance. */
export const FIXED: readonly (readonly [
	Kind,
	object | undefined,
	number[],
	(row: number, column: number) => number,
])[] = [
	["zeros", undefined, [3, 4], () => 0],
	["ones", undefined, [3, 4], () => 1],
	["constant", { value: 2.5 }, [2, 3], () => 2.5],
	["constant", { value: 0 }, [2, 3], () => 0],
	["identity", undefined, [3, 3], (row, column) => Number(row === column)],
	[
		"identity",
		{ gain: 2 },
		[3, 3],
		(row, column) => 2 * Number(row === column),
	],
	[
		"identity",
		{ gain: 2 },
		[2, 4],
		(row, column) => 2 * Number(row === column),
	],
	["identity", {}, [4, 2], (row, column) => Number(row === column)],
	["randomNormal", { mean: 1, stddev: 0 }, [2, 3], () => 1],
	["truncatedNormal", { mean: 1, stddev: 0 }, [2, 3], () => 1],
	["randomUniform", { minval: 0, maxval: 0 }, [2, 3], () => 0],
];

export function checkFixed([
	name,
	args,
	shape,
	of,
]: (typeof FIXED)[number]): void {
	const columns = shape.at(-1) as number;
	const values = drawn(make(name, args), shape);
	assert.deepEqual(
		values,
		values.map((_, at) => of(Math.floor(at / columns), at % columns)),
		`${name}(${JSON.stringify(args) ?? ""})`,
	);
}

/** One row of the table for each initializer. */
export function rows(): Row[] {
	const worst = new Map<string, number>();
	const note = (name: string, off: number) =>
		worst.set(name, Math.max(off, worst.get(name) ?? 0));
	for (const one of FIXED) {
		checkFixed(one);
		note(one[0], 0);
	}
	for (const one of cases) note(one.name, checkDistribution(one));
	for (const [shape, gain] of ORTHOGONAL)
		note("orthogonal", checkOrthogonal(shape, gain));
	return [...worst].map(([name, forward]) => ({
		kind: "initializer",
		name: `tf.initializers.${name}`,
		dtypes: ["float32"],
		forward: "right",
		gradient: "none",
		second: "none",
		oracles: ["moments"],
		worst: { forward },
	}));
}
