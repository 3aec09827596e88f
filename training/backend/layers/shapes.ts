import { concat, reshape, type Tensor } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { isChannelsFirst } from "./channels.ts";
import {
	type AnyLayer,
	axisOf,
	mend,
	mendMaking,
	only,
	onlyShape,
	prototypeOf,
	type Shape,
} from "./classes.ts";

interface Flatten extends AnyLayer {
	inputSpec: { minNDim: number }[];
}

/** tfjs refuses what is flat already. */
mendMaking("flatten", "Flatten", (config, make) =>
	Object.assign(make(config), { inputSpec: [{ minNDim: 1 }] }),
);
const flatten = prototypeOf<Flatten>("Flatten");
mend(
	flatten,
	"computeOutputShape",
	() =>
		function (this: Flatten, shape) {
			const [batch = null, ...rest] = onlyShape(shape);
			return [
				batch,
				rest.includes(null)
					? null
					: (rest as number[]).reduce((product, size) => product * size, 1),
			];
		},
);
mend(
	flatten,
	"call",
	(call) =>
		function (this: Flatten, inputs, args) {
			const x = only(inputs);
			return x.rank === 1
				? reshape(x, [x.size, 1])
				: call.call(this, inputs, args);
		},
);

interface Reshape extends AnyLayer {
	readonly targetShape: Shape;
	fixUnknownDimension(from: Shape, to: Shape): Shape;
}

/** tfjs takes the batch, which is unknown, for a reason not to compute what can be known. */
mend(
	prototypeOf<Reshape>("Reshape"),
	"computeOutputShape",
	() =>
		function (this: Reshape, shape) {
			const [batch = null, ...rest] = onlyShape(shape);
			return [
				batch,
				...(rest.includes(null)
					? this.targetShape
					: this.fixUnknownDimension(rest, this.targetShape)),
			];
		},
);

interface Cropping extends AnyLayer {
	readonly cropping: readonly [
		readonly [number, number],
		readonly [number, number],
	];
	readonly dataFormat: string;
}

const cropping2d = prototypeOf<Cropping>("Cropping2D");
/** tfjs computes with sizes that are not known as with 0. */
mend(
	cropping2d,
	"computeOutputShape",
	() =>
		function (this: Cropping, shape) {
			const cropped = onlyShape(shape);
			const first = isChannelsFirst(this) ? 2 : 1;
			for (const [at, [before, after]] of this.cropping.entries()) {
				const size = cropped[first + at] ?? null;
				cropped[first + at] = size === null ? null : size - before - after;
			}
			return cropped;
		},
);

/** tfjs takes all that is there for what would be less than nothing. */
mend(
	cropping2d,
	"call",
	(call) =>
		function (this: Cropping, inputs, args) {
			const { shape } = only(inputs);
			const sizes = this.computeOutputShape(shape) as number[];
			if (sizes.some((size, axis) => size < 1 && shape[axis] !== size))
				throw new UsageError(
					`the layer ${this.name} would leave [${sizes}] of an image of the shape [${shape}]: give it a smaller cropping than ${JSON.stringify(this.cropping)}`,
				);
			return call.call(this, inputs, args);
		},
);

interface Concatenate extends AnyLayer {
	readonly axis: number;
	mergeFunction(inputs: Tensor[]): Tensor;
}

/** tfjs takes every negative axis for the last one. */
mend(
	prototypeOf<Concatenate>("Concatenate"),
	"mergeFunction",
	() =>
		function (this: Concatenate, inputs) {
			return concat(inputs, axisOf(this.axis, inputs[0]?.rank ?? 0));
		},
);

interface Dot extends AnyLayer {
	readonly axes: number | number[];
	interpretAxes(first: Shape, second: Shape): number[];
}

/** tfjs counts from the end where one axis is given for both, and not where each has its own. */
mend(
	prototypeOf<Dot>("Dot"),
	"interpretAxes",
	() =>
		function (this: Dot, first, second) {
			const [one, other] = [this.axes, this.axes].map((axes, at) =>
				Array.isArray(axes) ? axes[at] : axes,
			) as [number, number];
			const axes = [axisOf(one, first.length), axisOf(other, second.length)];
			if (axes.includes(0))
				throw new UsageError(
					`the layer ${this.name} has the axes ${JSON.stringify(this.axes)}, and axis 0 counts examples: give axes from 1 on, of which one example's products are added up`,
				);
			return axes;
		},
);
