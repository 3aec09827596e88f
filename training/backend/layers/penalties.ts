import { type Scalar, serialization, tidy } from "@tensorflow/tfjs-core";
import { LayersModel, layers } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../experiment/errors.ts";
import { NO_ACTIVITY_REGULARIZER } from "../../explain.ts";
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

/**
 * No layer of tfjs penalizes what it computes. Some say so when they are applied; recurrent
 * layers, and the layer in a timeDistributed, drop the option without a word.
 */
function refuseActivityRegularizer(config: unknown): void {
	const { activityRegularizer, layer } = Object(config);
	if (activityRegularizer || Object(layer).activityRegularizer)
		throw new UsageError(NO_ACTIVITY_REGULARIZER);
}

const factories = layers as unknown as Record<
	string,
	(config: unknown) => unknown
>;
for (const [name, make] of Object.entries(factories)) {
	if (/^[A-Z]/.test(name)) continue;
	const checked = (config: unknown) => {
		refuseActivityRegularizer(config);
		return make(config);
	};
	factories[name] = Object.defineProperty(checked, "name", { value: name });
}
const { classNameMap } = serialization.SerializationMap.getMap();
for (const entry of Object.values(classNameMap)) {
	if (!(entry[0].prototype instanceof layers.Layer)) continue;
	const make = entry[1] as (...args: unknown[]) => unknown;
	entry[1] = ((cls: unknown, config: unknown, ...rest: unknown[]) => {
		refuseActivityRegularizer(config);
		return make(cls, config, ...rest);
	}) as never;
}
