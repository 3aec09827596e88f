import {
	abs,
	add,
	cast,
	clipByValue,
	div,
	engine,
	equal,
	floor,
	log,
	max,
	maximum,
	mean,
	mul,
	neg,
	oneHot,
	prod,
	relu,
	reshape,
	softplus,
	sqrt,
	square,
	sub,
	sum,
	type Tensor,
} from "@tensorflow/tfjs-core";

/*
 * The losses that `model.compile` knows by name, as Keras defines them. They take labels
 * of any type, and give one number for each example (and each step of a sequence).
 */

export type ModelLoss = (labels: Tensor, predictions: Tensor) => Tensor;

/** Whole numbers and truth values count as the real numbers they stand for. */
export const real = (tensor: Tensor): Tensor =>
	tensor.dtype === "float32" ? tensor : cast(tensor, "float32");

const epsilon = () => engine().backend.epsilon();

/** Keeps shares off 0 and 1, whose logarithms are none. */
const clipped = (share: Tensor) => clipByValue(share, epsilon(), 1 - epsilon());

const atLeast = (least: number, values: Tensor) =>
	clipByValue(values, least, Number.MAX_VALUE);

/** Labels of 0 and 1 alone become -1 and 1. */
function signs(labels: Tensor): Tensor {
	const isBinary = prod(cast(equal(mul(labels, sub(labels, 1)), 0), "float32"));
	return add(labels, mul(isBinary, sub(labels, 1)));
}

const margin: ModelLoss = (labels, predictions) =>
	relu(sub(1, mul(signs(labels), predictions)));

function categoricalCrossentropy(labels: Tensor, predictions: Tensor): Tensor {
	const shares = div(predictions, sum(predictions, -1, true));
	return neg(sum(mul(labels, log(clipped(shares))), -1));
}

function normalized(vectors: Tensor): Tensor {
	const squares = sum(square(vectors), -1, true);
	return div(vectors, sqrt(atLeast(epsilon(), squares)));
}

const FORMULAS = {
	meanSquaredError: (labels, predictions) =>
		mean(square(sub(predictions, labels)), -1),
	meanAbsoluteError: (labels, predictions) =>
		mean(abs(sub(predictions, labels)), -1),
	meanAbsolutePercentageError: (labels, predictions) =>
		mul(
			100,
			mean(
				abs(div(sub(labels, predictions), atLeast(epsilon(), abs(labels)))),
				-1,
			),
		),
	meanSquaredLogarithmicError(labels, predictions) {
		const [one, other] = [predictions, labels].map((values) =>
			log(add(1, atLeast(epsilon(), values))),
		) as [Tensor, Tensor];
		return mean(square(sub(one, other)), -1);
	},
	squaredHinge: (labels, predictions) =>
		mean(square(margin(labels, predictions)), -1),
	hinge: (labels, predictions) => mean(margin(labels, predictions), -1),
	categoricalHinge(labels, predictions) {
		const right = sum(mul(labels, predictions), -1);
		const wrong = max(mul(sub(1, labels), predictions), -1);
		return maximum(0, add(1, sub(wrong, right)));
	},
	logcosh(labels, predictions) {
		const error = sub(predictions, labels);
		return mean(sub(add(error, softplus(mul(-2, error))), Math.LN2), -1);
	},
	categoricalCrossentropy,
	/** Labels are indices: of the shape of the predictions without their last axis, or with 1 in its place. */
	sparseCategoricalCrossentropy(labels, predictions) {
		const { shape } = predictions;
		const classes = cast(floor(labels), "int32");
		const rows = reshape(
			oneHot(reshape(classes, [classes.size]), shape.at(-1) as number),
			shape,
		);
		return categoricalCrossentropy(real(rows), clipped(predictions));
	},
	binaryCrossentropy(labels, predictions) {
		const share = clipped(predictions);
		return neg(
			mean(
				add(mul(labels, log(share)), mul(sub(1, labels), log(sub(1, share)))),
				-1,
			),
		);
	},
	kullbackLeiblerDivergence(labels, predictions) {
		const [truth, share] = [labels, predictions].map((values) =>
			clipByValue(values, epsilon(), 1),
		) as [Tensor, Tensor];
		return sum(mul(truth, log(div(truth, share))), -1);
	},
	poisson: (labels, predictions) =>
		mean(sub(predictions, mul(labels, log(add(predictions, epsilon())))), -1),
	cosineProximity: (labels, predictions) =>
		neg(sum(mul(normalized(labels), normalized(predictions)), -1)),
} satisfies Record<string, ModelLoss>;

export type LossName = keyof typeof FORMULAS;

export const lossNames = Object.keys(FORMULAS) as LossName[];

const isLossName = (name: unknown): name is LossName =>
	typeof name === "string" && Object.hasOwn(FORMULAS, name);

/** The loss of this name, if there is one. */
export const lossNamed = (name: unknown): ModelLoss | undefined =>
	isLossName(name)
		? (labels, predictions) => FORMULAS[name](real(labels), real(predictions))
		: undefined;
