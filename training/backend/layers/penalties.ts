import { type Scalar, tidy } from "@tensorflow/tfjs-core";
import { LayersModel } from "@tensorflow/tfjs-layers";
import { mend } from "./classes.ts";

interface Penalized {
	calculateLosses(): Scalar[];
}

interface Container extends Penalized {
	readonly layers: readonly Penalized[];
}

/** Of a layer that is used several times, tfjs counts the penalty on its weights each time. */
mend(
	Object.getPrototypeOf(LayersModel.prototype) as Container,
	"calculateLosses",
	() =>
		function (this: Container) {
			return tidy(() =>
				this.layers.flatMap((layer) => layer.calculateLosses()),
			);
		},
);
