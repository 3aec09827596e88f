import {
	abs,
	add,
	cast,
	losses as coreLosses,
	div,
	greaterEqual,
	log,
	logSoftmax,
	mul,
	neg,
	onesLike,
	op,
	Reduction,
	relu,
	scalar,
	sign,
	softplus,
	squaredDifference,
	step,
	sub,
	sum,
	Tensor,
	type TensorLike,
	util,
	where,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";

/*
 * The losses of `tf.losses`. They replace those of tfjs, in which the gradient of the
 * softmax cross-entropy with respect to labels is that of the logits with another
 * sign, and that with respect to logits takes for granted that labels sum to 1; in
 * which label smoothing takes the second axis for that of the classes; and weights
 * that are all 0 give NaN. Composed of operations, so that each gradient has a
 * gradient of its own, and without a kink where a loss has none.
 */

type Input = Tensor | TensorLike;

/** Whole numbers and truth values count as the real numbers they stand for. */
const real = (value: Input): Tensor =>
	value instanceof Tensor && value.dtype === "float32"
		? value
		: cast(value as Tensor, "float32");

function realPair(loss: string, labels: Input, predictions: Input) {
	const pair = [real(labels), real(predictions)] as const;
	const [{ shape: a }, { shape: b }] = pair;
	if (!util.arraysEqual(a, b))
		throw new UsageError(
			`tf.losses.${loss}: labels have the shape [${a}] and predictions [${b}]; give each prediction its label, for example with reshape`,
		);
	return pair;
}

/** 0 where there is nothing to share among, as in TensorFlow. */
function share(total: Tensor, among: Tensor): Tensor {
	const isAny = step(abs(among));
	return mul(div(total, add(among, sub(1, isAny))), isAny);
}

/** Multiplies losses by their weights and sums them up as `reduction` says. */
function reduced(
	losses: Tensor,
	weights: Input | null | undefined,
	reduction: Reduction = Reduction.SUM_BY_NONZERO_WEIGHTS,
): Tensor {
	const by =
		weights === undefined || weights === null ? undefined : real(weights);
	const weighted = by ? mul(losses, by) : losses;
	const each = () => mul(by as Tensor, onesLike(losses));
	switch (reduction) {
		case Reduction.NONE:
			return weighted;
		case Reduction.SUM:
			return sum(weighted);
		case Reduction.MEAN:
		case Reduction.SUM_BY_NONZERO_WEIGHTS: {
			const total = sum(weighted);
			if (!by)
				return losses.size === 0 ? total : div(total, scalar(losses.size));
			const among =
				reduction === Reduction.MEAN ? sum(each()) : sum(step(abs(each())));
			return share(total, among);
		}
		default:
			throw new UsageError(
				`there is no reduction ${JSON.stringify(reduction)}: give tf.Reduction.NONE, MEAN, SUM or SUM_BY_NONZERO_WEIGHTS`,
			);
	}
}

function absoluteDifference_(
	labels: Input,
	predictions: Input,
	weights?: Input | null,
	reduction?: Reduction,
): Tensor {
	const [truth, guess] = realPair("absoluteDifference", labels, predictions);
	return reduced(abs(sub(truth, guess)), weights, reduction);
}

function computeWeightedLoss_(
	losses: Input,
	weights?: Input | null,
	reduction?: Reduction,
): Tensor {
	return reduced(real(losses), weights, reduction);
}

function cosineDistance_(
	labels: Input,
	predictions: Input,
	axis: number,
	weights?: Input | null,
	reduction?: Reduction,
): Tensor {
	const [truth, guess] = realPair("cosineDistance", labels, predictions);
	const { rank } = truth;
	if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
		throw new UsageError(
			`tf.losses.cosineDistance: tensors of the shape [${truth.shape}] have no axis ${axis}; give the one along which the vectors lie, such as -1`,
		);
	return reduced(
		sub(1, sum(mul(truth, guess), axis, true)),
		weights,
		reduction,
	);
}

function hingeLoss_(
	labels: Input,
	predictions: Input,
	weights?: Input | null,
	reduction?: Reduction,
): Tensor {
	const [truth, guess] = realPair("hingeLoss", labels, predictions);
	const sign = sub(mul(2, truth), 1);
	return reduced(relu(sub(1, mul(sign, guess))), weights, reduction);
}

function huberLoss_(
	labels: Input,
	predictions: Input,
	weights?: Input | null,
	delta = 1,
	reduction?: Reduction,
): Tensor {
	const [truth, guess] = realPair("huberLoss", labels, predictions);
	if (!(delta >= 0))
		throw new UsageError(
			`tf.losses.huberLoss: delta is ${delta}, and it is the distance from which on the loss grows evenly: give a number of at least 0`,
		);
	const error = sub(guess, truth);
	const isNear = greaterEqual(delta, abs(error));
	const near = where(isNear, error, mul(delta, sign(error)));
	return reduced(mul(near, sub(error, mul(0.5, near))), weights, reduction);
}

function logLoss_(
	labels: Input,
	predictions: Input,
	weights?: Input | null,
	epsilon = 1e-7,
	reduction?: Reduction,
): Tensor {
	const [truth, guess] = realPair("logLoss", labels, predictions);
	const losses = neg(
		add(
			mul(truth, log(add(guess, epsilon))),
			mul(sub(1, truth), log(add(sub(1, guess), epsilon))),
		),
	);
	return reduced(losses, weights, reduction);
}

function meanSquaredError_(
	labels: Input,
	predictions: Input,
	weights?: Input | null,
	reduction?: Reduction,
): Tensor {
	const [truth, guess] = realPair("meanSquaredError", labels, predictions);
	return reduced(squaredDifference(truth, guess), weights, reduction);
}

function sigmoidCrossEntropy_(
	multiClassLabels: Input,
	logits: Input,
	weights?: Input | null,
	labelSmoothing = 0,
	reduction?: Reduction,
): Tensor {
	const [labels, x] = realPair("sigmoidCrossEntropy", multiClassLabels, logits);
	const truth =
		labelSmoothing > 0
			? add(mul(labels, 1 - labelSmoothing), 0.5 * labelSmoothing)
			: labels;
	// Exact for large logits, too, and smooth at 0, where a network begins.
	const losses = add(
		mul(truth, softplus(neg(x))),
		mul(sub(1, truth), softplus(x)),
	);
	return reduced(losses, weights, reduction);
}

function softmaxCrossEntropy_(
	onehotLabels: Input,
	logits: Input,
	weights?: Input | null,
	labelSmoothing = 0,
	reduction?: Reduction,
): Tensor {
	const [labels, x] = realPair("softmaxCrossEntropy", onehotLabels, logits);
	const classes = x.shape.at(-1);
	if (classes === undefined)
		throw new UsageError(
			"tf.losses.softmaxCrossEntropy: a single number has no classes; give labels and logits of the shape [batch, classes]",
		);
	const truth =
		labelSmoothing > 0
			? add(mul(labels, 1 - labelSmoothing), labelSmoothing / classes)
			: labels;
	const losses = neg(sum(mul(truth, logSoftmax(x)), -1));
	return reduced(losses, weights, reduction);
}

/** Puts them in the place of those of tfjs. */
export function installLosses(): void {
	Object.assign(coreLosses, {
		absoluteDifference: op({ absoluteDifference_ }),
		computeWeightedLoss: op({ computeWeightedLoss_ }),
		cosineDistance: op({ cosineDistance_ }),
		hingeLoss: op({ hingeLoss_ }),
		huberLoss: op({ huberLoss_ }),
		logLoss: op({ logLoss_ }),
		meanSquaredError: op({ meanSquaredError_ }),
		sigmoidCrossEntropy: op({ sigmoidCrossEntropy_ }),
		softmaxCrossEntropy: op({ softmaxCrossEntropy_ }),
	} satisfies Record<keyof typeof coreLosses, unknown>);
}
