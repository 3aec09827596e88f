import { type Scalar, serialization, tidy } from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { NO_ACTIVITY_REGULARIZER } from "../../explain/explanation.ts";
import { Container, mend, mendFactories } from "./classes.ts";

/** A layer, or what holds layers. */
interface Penalized {
	readonly _losses?: readonly (() => Scalar)[];
	readonly layers?: readonly Penalized[];
	readonly layer?: Penalized;
	readonly forwardLayer?: Penalized;
	readonly backwardLayer?: Penalized;
	readonly cell?: Penalized;
	readonly cells?: readonly Penalized[];
}

function collect(layer: Penalized, found: Set<() => Scalar>): void {
	for (const loss of layer._losses ?? []) found.add(loss);
	const { layers, cells, forwardLayer, backwardLayer, cell } = layer;
	const within = [
		...(layers ?? []),
		...(cells ?? []),
		forwardLayer,
		backwardLayer,
		cell,
		layer.layer,
	];
	for (const one of within) if (one) collect(one, found);
}

/** The penalties of weights of a model, or of a layer, each once. */
export function penaltiesOf(layer: object): Set<() => Scalar> {
	const found = new Set<() => Scalar>();
	collect(layer, found);
	return found;
}

/** Of a layer that is used several times, tfjs counts the penalty on its weights each time. */
mend(
	Container.prototype as unknown as { calculateLosses(): Scalar[] },
	"calculateLosses",
	() =>
		function (this: object) {
			return tidy(() => [...penaltiesOf(this)].map((penalty) => penalty()));
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
