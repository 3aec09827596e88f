/*
 * What is frozen does not move: not by `fit`, and not by `optimizer.minimize` or
 * `tf.variableGrads`, which train every variable that says it can be.
 *
 * In tfjs, `trainable` of a model reaches the weights that its layers have themselves: none
 * of recurrent layers, wrappers and models. That of a recurrent layer does not reach its
 * cell, and weights that a frozen layer makes can be trained.
 */
import type { Variable } from "@tensorflow/tfjs-core";
import { layers, RNN, Sequential } from "@tensorflow/tfjs-layers";
import {
	type AnyLayer,
	Container,
	mend,
	mendGetter,
	mendMaking,
	parentOf,
	prototypeOf,
} from "./classes.ts";

interface Weight {
	trainable: boolean;
	read(): Variable;
}

interface Trainable extends AnyLayer {
	trainable: boolean;
	readonly weights: Weight[];
	addWeight(...args: unknown[]): Weight;
}

const isLayer = (value: unknown): value is Trainable =>
	value instanceof layers.Layer;

/** What a layer, a cell or a model is made of: of classes of the user's own, too, whatever they call it. */
const partsOf = (layer: object): Trainable[] =>
	Object.values(layer).flat().filter(isLayer);

/** While tfjs puts the layers of a row into a model of its own: that says nothing of the layers. */
let isBuilding = false;

/** Layers that are being set: a part may know the layer that it is part of. */
const being = new Set<object>();

function setParts(layer: Trainable, value: boolean): void {
	if (being.has(layer) || (isBuilding && value)) return;
	being.add(layer);
	try {
		for (const part of partsOf(layer))
			if (!being.has(part)) part.trainable = value;
	} finally {
		being.delete(layer);
	}
}

const layer = layers.Layer.prototype as unknown as Trainable;
const bidirectional = prototypeOf<Trainable>("Bidirectional");
const timeDistributed = prototypeOf<Trainable>("TimeDistributed");
const container = Container.prototype as unknown as Trainable;

for (const owner of [
	layer,
	container,
	parentOf<Trainable>(timeDistributed),
	bidirectional,
]) {
	const { get, set } = Object.getOwnPropertyDescriptor(
		owner,
		"trainable",
	) as Required<PropertyDescriptor>;
	Object.defineProperty(owner, "trainable", {
		get,
		set(this: Trainable, value: boolean) {
			set.call(this, value);
			setParts(this, value);
		},
		configurable: true,
	});
}

/** Weights that no training changes, such as moving averages. */
const fixed = new WeakSet<Weight>();

mend(
	layer,
	"addWeight",
	(addWeight) =>
		function (this: Trainable, ...args) {
			const weight = addWeight.apply(this, args);
			if (!weight.trainable) fixed.add(weight);
			if (!this.trainable) weight.trainable = false;
			return weight;
		},
);

// In tfjs, weights change places when a part is frozen: `setWeights` takes those of before for others.
for (const [owner, ...holds] of [
	[container, "layers"],
	[parentOf<Trainable>(timeDistributed), "layer"],
	[bidirectional, "forwardLayer", "backwardLayer"],
	[RNN.prototype as unknown as Trainable, "cell"],
	[prototypeOf<Trainable>("StackedRNNCells"), "cells"],
] as const satisfies [Trainable, ...string[]][])
	mendGetter(owner, "weights", function () {
		const held = this as unknown as Record<string, Trainable | Trainable[]>;
		const all = holds
			.flatMap((name) => held[name] ?? [])
			.flatMap(({ weights }) => weights);
		return [
			...all.filter((weight) => !fixed.has(weight)),
			...all.filter((weight) => fixed.has(weight)),
		];
	});

/** Layers that were asked once whether they were frozen before they had all their parts. */
const settled = new WeakSet<object>();

function settle(layer: Trainable): void {
	// A model has its parts from the start.
	if (settled.has(layer) || layer instanceof Container) return;
	settled.add(layer);
	if (!layer.trainable) setParts(layer, false);
}

mend(
	layer,
	"apply",
	(apply) =>
		function (this: Trainable, inputs, args) {
			const result = apply.call(this, inputs, args);
			settle(this);
			return result;
		},
);
mend(
	RNN.prototype as unknown as Trainable,
	"build",
	(build) =>
		function (this: Trainable, shape) {
			build.call(this, shape);
			settle(this);
		},
);

mend(
	Sequential.prototype as unknown as Trainable,
	"build",
	(build) =>
		function (this: Trainable, shape) {
			isBuilding = true;
			try {
				build.call(this, shape);
			} finally {
				isBuilding = false;
			}
		},
);

// tfjs looks for `trainable` of these in the layers inside, and trains what was made, or saved, not to be trained.
for (const [factory, className] of [
	["timeDistributed", "TimeDistributed"],
	["bidirectional", "Bidirectional"],
	["stackedRNNCells", "StackedRNNCells"],
] as const)
	mendMaking(factory, className, (config, make) => {
		const layer = make(config) as Trainable;
		if (config.trainable === false) layer.trainable = false;
		return layer;
	});
