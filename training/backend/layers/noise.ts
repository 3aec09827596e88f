import {
	add,
	cast,
	greaterEqual,
	mul,
	randomUniform,
	sub,
	type Tensor,
	tidy,
} from "@tensorflow/tfjs-core";
import { inStream } from "../../../experiment/random/scope.ts";
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
	readonly rate: number;
	readonly noiseShape?: (number | null)[] | null;
	_getNoiseShape(inputs: Tensor | Tensor[]): number[];
}

const alphaDropout = prototypeOf<AlphaDropout>("AlphaDropout");
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** tfjs puts what a unit is to have when it is dropped there with the other sign, so that means move. */
mend(
	alphaDropout,
	"call",
	() =>
		function (this: AlphaDropout, inputs, args) {
			const x = only(inputs);
			const { rate } = this;
			if (!(rate > 0 && rate < 1) || !args?.training) return x;
			return tidy(() => {
				const dropped = -SELU_ALPHA * SELU_SCALE;
				const chances = inStream("dropout", () =>
					randomUniform(this._getNoiseShape(x)),
				);
				const kept = cast(greaterEqual(chances, rate), "float32");
				const scale = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5;
				const y = add(mul(x, kept), mul(sub(1, kept), dropped));
				return add(mul(y, scale), -scale * dropped * rate);
			});
		},
);
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
