import { UsageError } from "../base/errors.ts";
import type { BoundaryPoint, DecisionBoundary } from "../experiment/events.ts";
import * as tf from "./backend/tf.ts";

/** A model of two inputs, or any function from points `[n, 2]` to class scores `[n, classes]`. */
export type PointClassifier =
	| Pick<tf.LayersModel, "predict">
	| ((points: tf.Tensor2D) => tf.Tensor);

export interface BoundaryOptions {
	/** Names of the classes; by default "0", "1", …. */
	readonly classes?: readonly string[];
	/** Grid points along x, at least 2. Default 100. */
	readonly columns?: number;
	/** Grid points along y, at least 2. Default 100. */
	readonly rows?: number;
	/** Added on every side, as a share of the points' bounding box. Default 0.1. */
	readonly margin?: number;
}

function domain(
	values: readonly number[],
	margin: number,
): readonly [number, number] {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const value of values) {
		low = Math.min(low, value);
		high = Math.max(high, value);
	}
	// All points on one line: any width shows them.
	const space = high > low ? (high - low) * margin : 1;
	return [low - space, high + space];
}

/**
 * Scores as probabilities that sum to 1 over the classes. Rows that do so
 * already are kept, logits go through a softmax, a single column is a sigmoid
 * unit's probability of class 1.
 */
function toProbabilities(scores: tf.Tensor2D): tf.Tensor2D {
	const classes = scores.shape[1];
	const lowest = scores.min().dataSync()[0] as number;
	const highest = scores.max().dataSync()[0] as number;
	if (classes === 1) {
		const one = lowest >= 0 && highest <= 1 ? scores : scores.sigmoid();
		return tf.concat([tf.sub(1, one) as tf.Tensor2D, one as tf.Tensor2D], 1);
	}
	const off = scores.sum(1).sub(1).abs().max().dataSync()[0] as number;
	return lowest >= 0 && off < 1e-3 ? scores : scores.softmax(1);
}

/**
 * What `classifier` says over the rectangle around `points`: class
 * probabilities on a regular grid, normalised over the classes.
 *
 * @throws UsageError if there are no points, or the classifier does not give `[n, classes]`
 */
export function decisionBoundary(
	classifier: PointClassifier,
	points: readonly BoundaryPoint[],
	options: BoundaryOptions = {},
): DecisionBoundary {
	const { columns = 100, rows = 100, margin = 0.1 } = options;
	if (points.length === 0)
		throw new UsageError(
			"a decision boundary needs at least one point to know which part of the plane to show",
		);
	if (Math.min(columns, rows) < 2)
		throw new UsageError(
			`a decision boundary needs at least 2 × 2 grid points, not ${columns} × ${rows}`,
		);
	const xDomain = domain(
		points.map(({ x }) => x),
		margin,
	);
	const yDomain = domain(
		points.map(({ y }) => y),
		margin,
	);
	const grid = new Float32Array(rows * columns * 2);
	const dx = (xDomain[1] - xDomain[0]) / (columns - 1);
	const dy = (yDomain[1] - yDomain[0]) / (rows - 1);
	for (let row = 0, at = 0; row < rows; row++)
		for (let column = 0; column < columns; column++) {
			grid[at++] = xDomain[0] + column * dx;
			grid[at++] = yDomain[0] + row * dy;
		}
	let probabilities = new Float32Array();
	// `tidy` returns nothing: it would search every value for tensors.
	tf.tidy(() => {
		const input = tf.tensor2d(grid, [rows * columns, 2]);
		const scores =
			typeof classifier === "function"
				? classifier(input)
				: classifier.predict(input, { batchSize: 4096 });
		if (
			Array.isArray(scores) ||
			scores.rank !== 2 ||
			scores.shape[0] !== rows * columns
		)
			throw new UsageError(
				`a decision boundary needs class scores of shape [${rows * columns}, classes] for points [${rows * columns}, 2], not ${Array.isArray(scores) ? "several outputs" : `[${scores.shape}]`}`,
			);
		// A copy: on some backends the values are the tensor's own memory.
		probabilities = Float32Array.from(
			toProbabilities(scores as tf.Tensor2D).dataSync(),
		);
	});
	const count = probabilities.length / (rows * columns);
	const classes =
		options.classes ?? Array.from({ length: count }, (_, index) => `${index}`);
	if (classes.length !== count)
		throw new UsageError(
			`the classifier tells ${count} classes apart, but ${classes.length} are named: ${classes.join(", ")}; name each once`,
		);
	return {
		classes,
		xDomain,
		yDomain,
		columns,
		rows,
		probabilities,
		points,
	};
}
