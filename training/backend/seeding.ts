/**
 * TensorFlow.js draws from `Math.random`, from the clock, or again and again
 * from one seed. Here its randomness gets streams by name: `init` for weights,
 * `dropout` and `noise` for layers, `augment` for layers that vary images, `order`
 * for shuffling. Loaded before anything else of tfjs, whose parts find each
 * other's functions in their exports.
 *
 * A layer's or initializer's own seed tells its numbers apart from others of the
 * same run; which numbers they are, the run's seed decides. Otherwise all repeats
 * of a run would share one mask.
 */

import type * as Core from "@tensorflow/tfjs-core";
import type * as Data from "@tensorflow/tfjs-data";
import { UsageError } from "../../base/errors.ts";
import { currentStreams, inStream } from "../../experiment/random/scope.ts";
import { StreamSet } from "../../experiment/random/stream.ts";
import { inspect } from "../../host/inspect.ts";
import { requirePackage } from "../../host/modules.ts";
import { checkListsFirst } from "./lists.ts";
import "./operations/list-arguments.ts";
import { type TensorLike, tensorHead, tensorText } from "./tensor-text.ts";

type Function = (this: unknown, ...args: unknown[]) => unknown;

const core = requirePackage("@tensorflow/tfjs-core") as typeof Core;
// Registers the classes of layers and initializers.
requirePackage("@tensorflow/tfjs-layers");
const data = requirePackage("@tensorflow/tfjs-data") as typeof Data;

checkListsFirst();

// Loaded before any tensor is made: `console.log(tensor)` shows its values.
Object.defineProperty(core.Tensor.prototype, inspect.custom, {
	value(this: TensorLike, depth: number) {
		if (depth < 0) return `[${tensorHead(this)}]`;
		try {
			return tensorText(this);
		} catch (error) {
			return `${tensorHead(this)}, ${(error as Error).message}`;
		}
	},
});
// What `tensor.print()` and templates show: that of TensorFlow.js shifts a single row, and leaves a comma behind it.
core.Tensor.prototype.toString = function () {
	return tensorText(this);
};

function replace(
	owner: object,
	name: string,
	make: (original: Function) => Function,
): void {
	const functions = owner as Record<string, Function>;
	const original = functions[name];
	if (!original)
		throw new Error(
			`@tensorflow/tfjs ${core.version_core} has no ${name} to seed.`,
		);
	functions[name] = Object.defineProperty(make(original), "name", {
		value: name,
	});
}

/** All that `owner.name` draws comes from the stream. */
function drawFrom(stream: string, owner: object, name: string): void {
	replace(
		owner,
		name,
		(original) =>
			function (...args) {
				return inStream(stream, () => original.apply(this, args));
			},
	);
}

/** The prototype of a class of tfjs-layers, by the name that models are saved under. */
function layerClass(name: string): object {
	const { classNameMap } = core.serialization.SerializationMap.getMap();
	const [found] = classNameMap[name] ?? [];
	if (!found)
		throw new Error(
			`@tensorflow/tfjs-layers for ${core.version_core} has no class ${name} to seed.`,
		);
	return found.prototype as object;
}

// Where these take a seed among their arguments: 0 counts as none, but not as a text.
const SEED_POSITIONS = {
	multinomial: 2,
	randomGamma: 4,
	randomNormal: 4,
	randomStandardNormal: 2,
	truncatedNormal: 4,
} as const;
for (const [name, position] of Object.entries(SEED_POSITIONS))
	replace(core, name, (original) => (...args) => {
		if (args[position] === 0) args[position] = "0";
		return original(...args);
	});

type Parameter = readonly [
	name: string,
	must: string,
	is: (x: number) => boolean,
];

const finite = (name: string): Parameter => [
	name,
	"a finite number",
	Number.isFinite,
];
const positive = (name: string): Parameter => [
	name,
	"a finite number above 0",
	(x) => Number.isFinite(x) && x > 0,
];
const deviation: Parameter = [
	"stddev",
	"a finite number of at least 0",
	(x) => Number.isFinite(x) && x >= 0,
];

// What comes after the shape. With others, tfjs gives NaN or draws again for ever, until a number lies within bounds that hold none.
const PARAMETERS: Readonly<Record<string, readonly Parameter[]>> = {
	randomGamma: [positive("alpha"), positive("beta")],
	randomNormal: [finite("mean"), deviation],
	randomUniform: [finite("minval"), finite("maxval")],
	randomUniformInt: [finite("minval"), finite("maxval")],
	truncatedNormal: [finite("mean"), deviation],
};
for (const [operation, parameters] of Object.entries(PARAMETERS))
	replace(core, operation, (original) => (...args) => {
		for (const [at, [name, must, is]] of parameters.entries()) {
			const value = args[at + 1];
			// Left out: tfjs has a default.
			if (value === undefined || is(value as number)) continue;
			throw new UsageError(
				`${operation}: ${name} is ${inspect(value)}, and it must be ${must}`,
			);
		}
		return original(...args);
	});

/** Runs that were recorded before are replayed by their own rules. */
const isFormat1 = ({ format }: StreamSet) => format === 1;

interface Seeded {
	seed?: unknown;
}

const hasSeed = ({ seed }: Seeded): boolean =>
	seed !== undefined && seed !== null;

/** Calls `body` while `owner` has another seed than the one its config shows. */
function withSeed<T>(owner: Seeded, seed: unknown, body: () => T): T {
	const own = owner.seed;
	owner.seed = seed;
	try {
		return body();
	} finally {
		owner.seed = own;
	}
}

// GlorotUniform, HeNormal and their like are kinds of VarianceScaling.
for (const name of [
	"RandomUniform",
	"RandomNormal",
	"TruncatedNormal",
	"VarianceScaling",
	"Orthogonal",
])
	replace(
		layerClass(name),
		"apply",
		(original) =>
			function (...args) {
				const initializer = this as Seeded;
				const apply = () => original.apply(this, args);
				const streams = currentStreams();
				if (!streams || !hasSeed(initializer) || isFormat1(streams))
					return inStream("init", apply);
				// The same each time that it is applied, as Keras has it.
				const seed = streams.constant(`init:${initializer.seed}`);
				return withSeed(initializer, seed, apply);
			},
	);

drawFrom("noise", layerClass("GaussianNoise"), "call");
drawFrom("dropout", layerClass("GaussianDropout"), "call");
drawFrom("dropout", layerClass("AlphaDropout"), "call");
// The layers Dropout and SpatialDropout1D and recurrent cells come here too.
drawFrom("dropout", core, "dropout");

/** Where no seed holds, a layer's own seed still does. */
const withoutSeed = new StreamSet("");

/** A layer with a seed of its own would drop the same units in every step. */
replace(
	layerClass("Dropout"),
	"call",
	(original) =>
		function (...args) {
			const layer = this as Seeded;
			const call = () => original.apply(this, args);
			const { training } = args[1] as { training?: boolean };
			if (!hasSeed(layer) || !training) return call();
			const streams = currentStreams() ?? withoutSeed;
			const name = `dropout:${layer.seed}`;
			const masks = isFormat1(streams)
				? streams.seeded(name, String(layer.seed))
				: streams.stream(name);
			return withSeed(layer, masks.next(), call);
		},
);

/** It counts its own seed up at each call, so its config would tell another one. */
replace(
	layerClass("RandomWidth"),
	"call",
	(original) =>
		function (...args) {
			const { randomGenerator } = this as { randomGenerator: Seeded };
			const call = () => original.apply(this, args);
			const streams = currentStreams();
			if (streams && isFormat1(streams)) return call();
			if (!hasSeed(randomGenerator))
				return withSeed(randomGenerator, undefined, () =>
					inStream("augment", call),
				);
			if (!streams) return call();
			const { seed } = randomGenerator;
			const width = streams.stream(`augment:${seed}`).next();
			return withSeed(randomGenerator, width, call);
		},
);

// `model.fit` shuffles by the first of these.
drawFrom("order", core.util, "shuffle");
drawFrom("order", core.util, "shuffleCombo");
replace(
	core.util,
	"createShuffledIndices",
	(original) =>
		function (...args) {
			const draw = () => original.apply(this, args);
			const streams = currentStreams();
			return streams && isFormat1(streams) ? draw() : inStream("order", draw);
		},
);

const drawSeed = () => inStream("order", () => String(Math.random()));

type Shuffle = (
	this: Data.Dataset<Core.TensorContainer>,
	bufferSize: number,
	seed?: string | number | null,
	reshuffleEachIteration?: boolean,
) => Data.Dataset<Core.TensorContainer>;

/**
 * tfjs takes a seed from the clock where none is given, and goes on with it at
 * every iteration, so that a cell that is run again sees another order. Here a
 * given seed begins anew in every run and every execution of a cell, and
 * without `reshuffleEachIteration` one order stays.
 */
replace(data.Dataset.prototype, "shuffle", (original) => {
	const shuffle = original as unknown as Shuffle;
	const seeded: Shuffle = function (size, seed, reshuffle = true) {
		const own = seed === undefined || seed === null ? undefined : String(seed);
		const make = (text: string) => shuffle.call(this, size, text, true);
		const fixed = reshuffle ? undefined : (own ?? drawSeed());
		const begun = new WeakMap<StreamSet, ReturnType<typeof make>>();
		const continued = (text: string) => {
			const streams = currentStreams() ?? withoutSeed;
			const dataset = begun.get(streams) ?? make(text);
			begun.set(streams, dataset);
			return dataset;
		};
		return Object.assign(make("0"), {
			iterator() {
				const dataset =
					fixed !== undefined
						? make(fixed)
						: own !== undefined
							? continued(own)
							: make(drawSeed());
				return dataset.iterator();
			},
		});
	};
	return seeded as unknown as Function;
});

// The class of iterators is not exported. Whoever awaits one gets it after us.
void data
	.array([0])
	.iterator()
	.then((iterator) => {
		let prototype: object = iterator;
		while (!Object.hasOwn(prototype, "shuffle"))
			prototype = Object.getPrototypeOf(prototype);
		replace(
			prototype,
			"shuffle",
			(original) =>
				function (size, seed) {
					return original.call(
						this,
						size,
						seed === undefined || seed === null ? drawSeed() : String(seed),
					);
				},
		);
	});

/** The functions that take seeds, as they are now: modules that loaded tfjs earlier keep the old ones. */
export const {
	dropout,
	multinomial,
	randomGamma,
	randomNormal,
	randomStandardNormal,
	randomUniform,
	randomUniformInt,
	truncatedNormal,
} = core;
