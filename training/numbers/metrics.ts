import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { metricsByName } from "../backend/fit/metrics.ts";
import * as tf from "../backend/tf.ts";
import type { Row } from "./row.ts";

interface Recorded {
	readonly shape: number[];
	readonly values: number[];
}

/** What another library found over all rows; recorded/metrics.py writes it. */
export interface Case {
	readonly metric: string;
	readonly labels: Recorded;
	readonly predictions: Recorded;
	readonly value: number;
}

export const cases = JSON.parse(
	readFileSync(new URL("recorded/metrics.json", import.meta.url), "utf8"),
) as Case[];

/** 11 rows are divided evenly by none. */
const BATCHES = [3, 11, 32];
const TRAINED = 4;
const TOLERANCE = 1e-5;

/** Gives its input, and keeps its weights. */
function passing({ metric, predictions }: Case): tf.Sequential {
	const shape = predictions.shape.slice(1);
	const model = tf.sequential({
		layers: [
			tf.layers.dense({
				units: shape.at(-1) as number,
				inputShape: shape,
				useBias: false,
				kernelInitializer: "identity",
			}),
		],
	});
	const isSparse = /^sparse/.test(metric);
	model.compile({
		optimizer: tf.train.sgd(0),
		loss: isSparse ? "sparseCategoricalCrossentropy" : "meanSquaredError",
		metrics: [metric],
	});
	return model;
}

const number = (value: unknown): number =>
	typeof value === "number"
		? value
		: ((value as tf.Tensor).dataSync()[0] as number);

/** How far the metric is off at most, in each way there is. */
export async function checkMetric(one: Case): Promise<number> {
	const { metric, labels, predictions, value } = one;
	let worst = 0;
	const note = (actual: unknown, way: string) => {
		const off = Math.abs(number(actual) - value) / Math.max(1, Math.abs(value));
		assert.ok(
			off <= TOLERANCE,
			`${metric}, ${way}: ${number(actual)}, not ${value}`,
		);
		worst = Math.max(worst, off);
	};
	const isSparse = /^sparse/.test(metric);
	const x = tf.tensor(predictions.values, predictions.shape);
	const y = tf.tensor(
		labels.values,
		labels.shape,
		isSparse ? "int32" : "float32",
	);
	const direct = metricsByName[metric] as (
		a: tf.Tensor,
		b: tf.Tensor,
	) => tf.Tensor;
	note(
		tf.tidy(() => direct(y, x).mean()),
		"of tensors",
	);
	const model = passing(one);
	const rows = tf.data.zip({
		xs: tf.data.array((await x.array()) as number[]),
		ys: tf.data.array((await y.array()) as number[]),
	} as never) as unknown as tf.data.Dataset<{ xs: tf.Tensor; ys: tf.Tensor }>;
	for (const batchSize of BATCHES)
		note((model.evaluate(x, y, { batchSize }) as tf.Scalar[])[1], "evaluate");
	const data = rows.batch(TRAINED) as never;
	note(
		((await model.evaluateDataset(data, {})) as tf.Scalar[])[1],
		"evaluateDataset",
	);
	const common = { epochs: 2, verbose: 0 } as const;
	const { history: fitted } = await model.fit(x, y, {
		...common,
		batchSize: TRAINED,
		validationData: [x, y],
	});
	const { history: streamed } = await model.fitDataset(data, {
		...common,
		validationData: data,
	});
	for (const [way, history] of Object.entries({ fitted, streamed }))
		for (const epoch of [0, 1]) {
			note(history[metric]?.[epoch], way);
			note(history[`val_${metric}`]?.[epoch], `${way}, validation`);
		}
	model.dispose();
	tf.dispose([x, y]);
	return worst;
}

/** One row of the table for each metric. */
export async function rows(): Promise<Row[]> {
	const worst = new Map<string, number>();
	for (const one of cases) {
		const off = await checkMetric(one);
		worst.set(one.metric, Math.max(off, worst.get(one.metric) ?? 0));
	}
	return [...worst].map(([name, forward]) => ({
		kind: "metric",
		name,
		dtypes: ["float32", "int32"],
		forward: "right",
		gradient: "none",
		second: "none",
		oracles: ["Keras"],
		worst: { forward },
	}));
}
