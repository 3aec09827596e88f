import { type Scalar, serialization, tidy } from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../experiment/errors.ts";
import { NO_ACTIVITY_REGULARIZER } from "../../explain.ts";
import { Container, mend, mendFactories } from "./classes.ts";

interface Penalized {
	readonly layers: readonly Penalized[];
	calculateLosses(): Scalar[];
}

/** Of a layer that is used several times, tfjs counts the penalty on its weights each time. */
mend(
	Container.prototype as unknown as Penalized,
	"calculateLosses",
	() =>
		function (this: Penalized) {
			return tidy(() =>
				this.layers.flatMap((layer) => layer.calculateLosses()),
			);
		},
);

/**
 * No layer of tfjs penalizes what it computes. Some say so when they are applied; recurrent
 * layers, and the layer in a timeDistributed, drop the option without a word.
 */
function refuseActivityRegularizer(config: unknown): void {
	const { activityRegularizer, layer } = Object(config);
	if (activityRegularizer || Object(layer).activityRegularizer)
		throw new UsageError(NO_ACTIVITY_REGULARIZER);
}

mendFactories((_, make) => (config, ...rest) => {
	refuseActivityRegularizer(config);
	return make(config, ...rest);
});
const { classNameMap } = serialization.SerializationMap.getMap();
for (const entry of Object.values(classNameMap)) {
	if (!(entry[0].prototype instanceof layers.Layer)) continue;
	const make = entry[1] as (...args: unknown[]) => unknown;
	entry[1] = ((cls: unknown, config: unknown, ...rest: unknown[]) => {
		refuseActivityRegularizer(config);
		return make(cls, config, ...rest);
	}) as never;
}
