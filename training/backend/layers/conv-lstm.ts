import {
	add,
	conv2d,
	reshape,
	type Tensor,
	type Tensor4D,
} from "@tensorflow/tfjs-core";
import { asGiven, channelsLast, isChannelsFirst } from "./channels.ts";
import {
	type AnyLayer,
	mend,
	onlyShape,
	parentOf,
	prototypeOf,
} from "./classes.ts";

interface Cell extends AnyLayer {
	readonly strides: [number, number];
	readonly dilationRate: [number, number];
	readonly dataFormat: string;
	inputConv(
		x: Tensor,
		kernel: Tensor,
		bias: Tensor | null,
		padding: "same" | "valid",
	): Tensor;
	recurrentConv(x: Tensor, kernel: Tensor): Tensor;
}

const cell = prototypeOf<Cell>("ConvLSTM2DCell");

// The backends convolve with channels last alone.
mend(
	cell,
	"inputConv",
	(inputConv) =>
		function (this: Cell, x, kernel, bias, padding) {
			if (!isChannelsFirst(this))
				return inputConv.call(this, x, kernel, bias, padding);
			const y = conv2d(
				channelsLast<Tensor4D>(this, x),
				kernel as Tensor4D,
				this.strides,
				padding,
				"NHWC",
				this.dilationRate,
			);
			return asGiven(
				this,
				bias ? add(y, reshape(bias, [1, 1, 1, bias.size])) : y,
			);
		},
);
mend(
	cell,
	"recurrentConv",
	(recurrentConv) =>
		function (this: Cell, x, kernel) {
			if (!isChannelsFirst(this)) return recurrentConv.call(this, x, kernel);
			const y = conv2d(
				channelsLast<Tensor4D>(this, x),
				kernel as Tensor4D,
				1,
				"same",
			);
			return asGiven(this, y);
		},
);

interface ConvRnn extends AnyLayer {
	stateSpec: unknown;
}

const convRnn = parentOf<ConvRnn>(prototypeOf("ConvLSTM2D"));
/** tfjs looks for the channels of an initial state in its last axis. */
mend(
	convRnn,
	"build",
	(build) =>
		function (this: ConvRnn, shape) {
			this.stateSpec = null;
			build.call(this, shape);
		},
);
/** tfjs takes the shapes of a sequence and its initial states for one shape. */
mend(
	convRnn,
	"computeOutputShape",
	(computeOutputShape) =>
		function (this: ConvRnn, shape) {
			return computeOutputShape.call(this, onlyShape(shape));
		},
);
