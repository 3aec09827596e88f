import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as tf from "../backend/tf.ts";
import { Steps } from "../executor/steps.ts";
import { createOptimizer } from "../optimizer.ts";
import { optimizerNames } from "../optimizer-names.ts";
import type { Row } from "./row.ts";

/** Twenty steps of another library, in float64; recorded/optimizers.py writes them. */
export interface Case {
	readonly optimizer: Exclude<keyof typeof tf.train, "prototype">;
	/** What `tf.train.NAME` is called with behind the learning rate. */
	readonly args: readonly (number | boolean)[];
	readonly by: string;
	/** The learning rate of each step. */
	readonly rates: readonly number[];
	/** After each step. */
	readonly values: readonly (readonly number[])[];
}

interface Recorded {
	readonly start: readonly number[];
	/** Of each step. */
	readonly gradients: readonly (readonly number[])[];
	readonly cases: readonly Case[];
}

export const { start, gradients, cases } = JSON.parse(
	readFileSync(new URL("recorded/optimizers.json", import.meta.url), "utf8"),
) as Recorded;

/** How far values may be off, in terms of the largest. Keras rounds factors of Adam to 32 bits. */
const TOLERANCE = 5e-6;

export type TestedOptimizer = tf.Optimizer & {
	setLearningRate(rate: number): void;
};

/** The optimizer of a case, with its first learning rate. */
export const optimizerOf = ({ optimizer, args, rates }: Case) =>
	(tf.train[optimizer] as (...args: unknown[]) => TestedOptimizer)(
		rates[0],
		...args,
	);

/** Makes a step with each gradient, and gives the values after each. */
type Way = (one: Case) => number[][] | Promise<number[][]>;

function stepByStep(
	one: Case,
	step: (
		optimizer: TestedOptimizer,
		variable: tf.Variable,
		gradient: tf.Tensor,
	) => void,
): number[][] {
	const variable = tf.variable(tf.tensor1d([...start]));
	const optimizer = optimizerOf(one);
	const values = gradients.map((row, k) =>
		Array.from(
			tf.tidy(() => {
				optimizer.setLearningRate(one.rates[k] as number);
				step(optimizer, variable, tf.tensor1d([...row]));
				return variable.dataSync();
			}),
		),
	);
	optimizer.dispose();
	variable.dispose();
	return values;
}

/** A model of which the gradient is its input. */
async function byFit(one: Case): Promise<number[][]> {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({
				units: 1,
				useBias: false,
				inputShape: [start.length],
			}),
		],
	});
	const optimizer = optimizerOf(one);
	model.compile({
		optimizer,
		loss: (_: tf.Tensor, output: tf.Tensor) => output,
	});
	tf.tidy(() => model.setWeights([tf.tensor2d([...start], [start.length, 1])]));
	const [weight] = model.trainableWeights;
	const [x, y] = [
		tf.tensor2d(gradients.map((row) => [...row])),
		tf.zeros([gradients.length, 1]),
	];
	const values: number[][] = [];
	await model.fit(x, y, {
		batchSize: 1,
		shuffle: false,
		verbose: 0,
		callbacks: {
			onBatchBegin: (k) => optimizer.setLearningRate(one.rates[k] as number),
			onBatchEnd: () => {
				values.push(Array.from(weight?.read().dataSync() ?? []));
			},
		},
	});
	model.dispose();
	optimizer.dispose();
	tf.dispose([x, y]);
	return values;
}

/** Every way to an update. */
export const ways: Readonly<Record<string, Way>> = {
	"applyGradients, of a list": (one) =>
		stepByStep(one, (optimizer, { name }, tensor) =>
			optimizer.applyGradients([{ name, tensor }]),
		),
	"applyGradients, by name": (one) =>
		stepByStep(one, (optimizer, { name }, tensor) =>
			optimizer.applyGradients({ [name]: tensor }),
		),
	minimize: (one) =>
		stepByStep(one, (optimizer, variable, gradient) => {
			optimizer.minimize(() => variable.mul(gradient).sum() as tf.Scalar);
		}),
	"minimize, of some variables": (one) =>
		stepByStep(one, (optimizer, variable, gradient) => {
			optimizer.minimize(
				() => variable.mul(gradient).sum() as tf.Scalar,
				true,
				[variable],
			);
		}),
	"model.fit": byFit,
};

/** @throws AssertionError where values differ. Returns how far they were off. */
export function assertValues(
	actual: readonly (readonly number[])[],
	expected: readonly (readonly number[])[],
	what: string,
): number {
	let worst = 0;
	for (const [k, row] of expected.entries()) {
		const scale = Math.max(...row.map(Math.abs));
		for (const [at, value] of row.entries()) {
			const off = Math.abs((actual[k]?.[at] ?? Number.NaN) - value) / scale;
			assert.ok(
				off <= TOLERANCE,
				`${what}: after step ${k + 1}, value ${at} is ${actual[k]?.[at]}, not ${value}`,
			);
			worst = Math.max(worst, off);
		}
	}
	return worst;
}

/** What a case is called. */
export const titleOf = ({ optimizer, args, by }: Case) =>
	`tf.train.${optimizer}(rate${args.map((arg) => `, ${arg}`).join("")}) as ${by} has it`;

/** The updates of tasks, which take ten steps with one learning rate. */
export function checkTaskOptimizer(one: Case): void {
	const name = optimizerNames.find((name) => name === one.optimizer);
	const isDefault = one.args.every((arg) => arg === 0.9);
	if (!name || !isDefault) return;
	const variable = tf.variable(tf.tensor1d([...start]));
	const steps = new Steps([variable]);
	const rate = one.rates[0] as number;
	const updater = createOptimizer(name, rate, [variable], steps);
	const values = gradients.slice(0, 10).map((row) => {
		updater.step([variable], [{ values: Float32Array.from(row) }]);
		steps.bringBack();
		return Array.from(variable.dataSync());
	});
	assertValues(values, one.values.slice(0, 10), `dd's ${name}`);
	updater.dispose();
	variable.dispose();
}

/** One row of the table for each optimizer. */
export async function rows(): Promise<Row[]> {
	const found = new Map<string, { by: Set<string>; worst: number }>();
	for (const one of cases) {
		const row = found.get(one.optimizer) ?? { by: new Set(), worst: 0 };
		found.set(one.optimizer, row);
		row.by.add(one.by);
		for (const [name, way] of Object.entries(ways))
			row.worst = Math.max(
				row.worst,
				assertValues(await way(one), one.values, `${titleOf(one)}, ${name}`),
			);
	}
	return [...found].map(([name, { by, worst }]) => ({
		kind: "optimizer",
		name: `tf.train.${name}`,
		dtypes: ["float32"],
		forward: "right",
		gradient: "none",
		second: "none",
		oracles: [...by],
		worst: { forward: worst },
	}));
}
