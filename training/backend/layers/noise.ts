import { mul, type Tensor } from "@tensorflow/tfjs-core";
import { type AnyLayer, mend, only, prototypeOf } from "./classes.ts";

interface Dropout extends AnyLayer {
	readonly rate: number;
}

/** tfjs drops nothing where everything is to be dropped. */
mend(
	prototypeOf<Dropout>("Dropout"),
	"call",
	(call) =>
		function (this: Dropout, inputs, args) {
			return this.rate === 1 && args?.training
				? mul(only(inputs), 0)
				: call.call(this, inputs, args);
		},
);

interface AlphaDropout extends AnyLayer {
	readonly noiseShape?: (number | null)[] | null;
	_getNoiseShape(inputs: Tensor | Tensor[]): number[];
}

const alphaDropout = prototypeOf<AlphaDropout>("AlphaDropout");
/** tfjs makes noise of the size null, and does not save the shape. */
mend(
	alphaDropout,
	"_getNoiseShape",
	() =>
		function (this: AlphaDropout, inputs) {
			const { shape } = only(inputs);
			return this.noiseShape
				? this.noiseShape.map((size, axis) => size ?? (shape[axis] as number))
				: shape;
		},
);
mend(
	alphaDropout,
	"getConfig",
	(getConfig) =>
		function (this: AlphaDropout) {
			const config = getConfig.call(this);
			return this.noiseShape
				? { ...config, noiseShape: this.noiseShape }
				: config;
		},
);
