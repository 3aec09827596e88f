import {
	add,
	backend_util,
	broadcastTo,
	type CumprodAttrs,
	type CumsumAttrs,
	cumprod,
	cumsum,
	div,
	type GradConfig,
	type MeanAttrs,
	mul,
	type ProdAttrs,
	pad,
	reshape,
	reverse,
	type SumAttrs,
	slice,
	type Tensor,
	transpose,
	util,
} from "@tensorflow/tfjs-core";

/** tfjs's transposes the result where the axis is not the last one. */
const cumulativeSum: GradConfig = {
	kernelName: "Cumsum",
	gradFunc: (dy, _, attrs) => {
		const { axis, exclusive, reverse } = attrs as unknown as CumsumAttrs;
		return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) };
	},
};

/** Lines of a tensor, `[lines, length]`, that run along its axes, one after the other, and the way back. */
function lines(
	shape: readonly number[],
	axes: readonly number[],
): { of(x: Tensor): Tensor; back(x: Tensor): Tensor } {
	const kept = shape.map((_, at) => at).filter((at) => !axes.includes(at));
	const order = [...kept, ...axes];
	const turned = order.map((at) => shape[at] as number);
	const count = util.sizeFromShape(turned.slice(0, kept.length));
	return {
		of: (x) => reshape(transpose(x, order), [count, -1]),
		back: (x) =>
			transpose(reshape(x, turned), backend_util.getUndoAxesPermutation(order)),
	};
}

/** Each line moved `by` places towards its beginning; zeros follow. */
function ahead(x: Tensor, by: number): Tensor {
	const [count = 0, length = 0] = x.shape;
	if (by >= length) return mul(x, 0);
	return pad(slice(x, [0, by], [count, length - by]), [
		[0, 0],
		[0, by],
	]);
}

/**
 * s, where s[k] = a[k] + b[k] · s[k + 1], and nothing follows the end of a line. In
 * as many steps as the length has binary digits: after each one, twice as many of
 * the terms are in.
 */
function recurrence(a: Tensor, b: Tensor): Tensor {
	const length = a.shape[1] as number;
	let [sums, factors] = [a, b];
	for (let reach = 1; reach < length; reach *= 2) {
		sums = add(sums, mul(factors, ahead(sums, reach)));
		factors = mul(factors, ahead(factors, reach));
	}
	return sums;
}

/**
 * tfjs has none. A value is a factor of its own product and of those after it:
 * what comes before it, times what the factors in between leave of each product's
 * gradient. Without a division, so zeros are no trouble.
 */
const cumulativeProduct: GradConfig = {
	kernelName: "Cumprod",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [x] = saved as [Tensor];
		const {
			axis,
			exclusive,
			reverse: isReverse,
		} = attrs as unknown as CumprodAttrs;
		return {
			x: () => {
				if (x.size === 0) return reshape(dy as Tensor, x.shape);
				const axes = util.parseAxisParam(axis, x.shape);
				const { of, back } = lines(x.shape, axes);
				const turn = (line: Tensor) => (isReverse ? reverse(line, 1) : line);
				const [values, slopes] = [turn(of(x)), turn(of(dy as Tensor))];
				const before = cumprod(values, 1, true);
				const after = exclusive
					? ahead(recurrence(slopes, values), 1)
					: recurrence(slopes, ahead(values, 1));
				return back(turn(mul(before, after)));
			},
		};
	},
};

/** tfjs's takes axes as they are written: from the end, or out of order, they are others. */
const product: GradConfig = {
	kernelName: "Prod",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [x] = saved as [Tensor];
		const { axis } = attrs as unknown as ProdAttrs;
		return {
			x: () => {
				if (x.size === 0) return mul(x, 0);
				const axes = util.parseAxisParam(axis as number, x.shape);
				const { of, back } = lines(x.shape, axes);
				const values = of(x);
				// Of each value, the product of all others.
				const others = mul(
					cumprod(values, 1, true),
					cumprod(values, 1, true, true),
				);
				return back(mul(others, reshape(dy as Tensor, [-1, 1])));
			},
		};
	},
};

/** The gradient of what axes of `x` were reduced to, for each of its values: tfjs makes a tensor of ones for it, in JavaScript. */
function spread(dy: Tensor, x: Tensor, axes: readonly number[]): Tensor {
	if (x.size === 0) return mul(x, 0);
	const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
	return broadcastTo(reshape(dy, shape), x.shape);
}

const sum: GradConfig = {
	kernelName: "Sum",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [x] = saved as [Tensor];
		const { axis } = attrs as unknown as SumAttrs;
		const axes = util.parseAxisParam(axis, x.shape);
		return { x: () => spread(dy as Tensor, x, axes) };
	},
};

const mean: GradConfig = {
	kernelName: "Mean",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [x] = saved as [Tensor];
		const { axis } = attrs as unknown as MeanAttrs;
		const axes = util.parseAxisParam(axis, x.shape);
		const count = axes.reduce((all, at) => all * (x.shape[at] as number), 1);
		return { x: () => spread(div(dy as Tensor, count), x, axes) };
	},
};

export const reductionGradients: readonly GradConfig[] = [
	sum,
	mean,
	cumulativeSum,
	cumulativeProduct,
	product,
];
