import {
	add,
	div,
	moments,
	mul,
	reshape,
	rsqrt,
	square,
	sub,
	sum,
	type Tensor,
	tidy,
} from "@tensorflow/tfjs-core";
import {
	type AnyLayer,
	axisOf,
	mend,
	only,
	onlyShape,
	prototypeOf,
} from "./classes.ts";
import { countsOf, whereCounts } from "./masks.ts";

interface LayerVariable {
	read(): Tensor;
	write(value: Tensor): void;
}

interface Normalization extends AnyLayer {
	readonly epsilon: number;
	readonly gamma?: LayerVariable | null;
	readonly beta?: LayerVariable | null;
}

/** Normalized by operations whose gradients are right for every shape. */
function normalized(
	layer: Normalization,
	x: Tensor,
	mean: Tensor,
	variance: Tensor,
	own: number[],
): Tensor {
	const scaled = mul(
		sub(x, mean),
		rsqrt(add(variance, layer.epsilon)),
	) as Tensor;
	const { gamma, beta } = layer;
	const times = gamma ? mul(scaled, reshape(gamma.read(), own)) : scaled;
	return beta ? add(times, reshape(beta.read(), own)) : times;
}

/** Sizes of the axes that are told apart, and 1 for the others. */
const ownShape = (x: Tensor, axes: readonly number[]): number[] =>
	x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));

interface BatchNormalization extends Normalization {
	readonly trainable: boolean;
	readonly axis: number;
	readonly momentum: number;
	readonly movingMean: LayerVariable;
	readonly movingVariance: LayerVariable;
}

/** Of what counts: as in Keras, with a little more than its number, so that none at all has moments, too. */
function momentsWhere(mask: Tensor, x: Tensor, axes: number[]) {
	const counts = countsOf(mask, x);
	const number = add(sum(counts, axes, true), 1e-7);
	const mean = div(sum(whereCounts(counts, x), axes, true), number);
	const off = whereCounts(counts, sub(x, mean));
	return { mean, variance: div(sum(square(off), axes, true), number) };
}

/**
 * tfjs counts steps that a mask takes out, and knows ranks 2 to 4 alone. Its kernel takes the axis for the last one
 * wherever it is, and neither it nor the layer can do without center or scale. A frozen
 * layer normalizes by its moving statistics, which stay as they are, in training too.
 */
mend(
	prototypeOf<BatchNormalization>("BatchNormalization"),
	"call",
	(call) =>
		function (this: BatchNormalization, inputs, args) {
			const x = only(inputs);
			const axis = axisOf(this.axis, x.rank);
			const training = Boolean(args?.training) && this.trainable;
			const isPlain = axis === x.rank - 1 && x.rank >= 2 && x.rank <= 4;
			const mask = training ? args?.mask : null;
			if (isPlain && this.gamma && this.beta && !mask)
				return call.call(this, inputs, { ...args, training });
			return tidy(() => {
				const own = ownShape(x, [axis]);
				if (!training)
					return normalized(
						this,
						x,
						reshape(this.movingMean.read(), own),
						reshape(this.movingVariance.read(), own),
						own,
					);
				const others = x.shape.flatMap((_, at) => (at === axis ? [] : [at]));
				const { mean, variance } = mask
					? momentsWhere(mask, x, others)
					: moments(x, others, true);
				for (const [moving, value] of [
					[this.movingMean, mean],
					[this.movingVariance, variance],
				] as const)
					tidy(() => {
						const before = moving.read();
						const change = mul(
							sub(before, reshape(value, before.shape)),
							1 - this.momentum,
						);
						moving.write(sub(before, change));
					});
				return normalized(this, x, mean, variance, own);
			});
		},
);

interface LayerNormalization extends Normalization {
	axis: number | number[];
}

const layerNormalization =
	prototypeOf<LayerNormalization>("LayerNormalization");
/** tfjs changes the caller's list, and reads the weights of axes that are not in order at wrong places. */
mend(
	layerNormalization,
	"build",
	(build) =>
		function (this: LayerNormalization, shape) {
			const rank = onlyShape(shape).length;
			this.axis = [this.axis]
				.flat()
				.map((axis) => axisOf(axis, rank))
				.sort((a, b) => a - b);
			build.call(this, shape);
		},
);
mend(
	layerNormalization,
	"call",
	(call) =>
		function (this: LayerNormalization, inputs, args) {
			const x = only(inputs);
			if (x.rank <= 4 && this.gamma && this.beta)
				return call.call(this, inputs, args);
			return tidy(() => {
				const axes = [this.axis].flat();
				const { mean, variance } = moments(x, axes, true);
				return normalized(this, x, mean, variance, ownShape(x, axes));
			});
		},
);
