/**
 * Masks travel beside tensors. tfjs-layers hands a layer the mask of its first input
 * alone, gives all outputs the mask of the first, and one object of arguments to all
 * layers of a model: a mask, or an initial state, of one layer is taken by the next
 * that has none.
 */
import {
	all,
	any,
	cast,
	concat,
	expandDims,
	logicalAnd,
	mul,
	notEqual,
	onesLike,
	stack,
	Tensor,
	tidy,
} from "@tensorflow/tfjs-core";
import { LayersModel, layers } from "@tensorflow/tfjs-layers";
import {
	type AnyLayer,
	axisOf,
	type CallArguments,
	type Inputs,
	mend,
	only,
	parentOf,
	prototypeOf,
} from "./classes.ts";
import { constantOf } from "./constant.ts";
import { stepsOf } from "./steps.ts";

type Mask = Tensor | null;

/** Of tensors that layers gave. */
const masks = new WeakMap<Tensor, Mask>();

const listOf = <T>(value: T | T[]): T[] =>
	Array.isArray(value) ? value : [value];

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** A model is no layer here: the layers in it see to the masks of what it gives. */
const Container = Object.getPrototypeOf(LayersModel) as typeof LayersModel;

const layer = layers.Layer.prototype as unknown as AnyLayer & {
	setMaskMetadata(inputs: Inputs, outputs: Inputs): void;
};

/** Arguments of a layer's own. A list of inputs, as in a model, takes the mask out of the arguments that the model hands on. */
export function ownArguments(
	inputs: unknown,
	args: CallArguments | null | undefined,
): CallArguments {
	const own = { ...args };
	if (Array.isArray(inputs) && args && "mask" in args) delete args.mask;
	return own;
}

mend(
	layer,
	"apply",
	(apply) =>
		function (this: AnyLayer, inputs, given) {
			const args = ownArguments(inputs, given);
			const list = listOf(inputs);
			if (!list.every(isTensor)) return apply.call(this, inputs, args);
			const before = list.map((x, at) =>
				masks.has(x)
					? (masks.get(x) as Mask)
					: at === 0
						? (args.mask ?? null)
						: null,
			);
			const isModel = this instanceof Container;
			delete args.mask;
			if (before[0] && !isModel) args.mask = before[0];
			if (isModel)
				for (const [at, x] of list.entries())
					if (before[at]) masks.set(x, before[at]);
			const result = apply.call(this, inputs, args) as Inputs;
			if (!isModel) keepMasks(this, list, before, result);
			return result;
		},
);

function keepMasks(
	layer: AnyLayer,
	inputs: Tensor[],
	before: Mask[],
	result: Inputs,
): void {
	const isMasked = before.some(Boolean);
	if (!isMasked && !makesMask(layer)) return;
	const outputs = listOf(result);
	const after = layer.supportsMasking
		? listOf(
				layer.computeMask(
					inputs.length === 1 ? (inputs[0] as Tensor) : inputs,
					inputs.length === 1 ? before[0] : before,
				),
			)
		: [];
	for (const [at, output] of outputs.entries())
		masks.set(output, after[at] ?? null);
}

/** Layers that look at their input for a mask. */
const makesMask = (layer: AnyLayer & { maskZero?: boolean }): boolean =>
	layer instanceof (MaskingClass as never) || layer.maskZero === true;

const masking = prototypeOf<AnyLayer & { readonly maskValue: number }>(
	"Masking",
);
const MaskingClass = masking.constructor;

// tfjs looks once more, without the masks of the inputs.
mend(layer, "setMaskMetadata", () => () => undefined);

/** Places with a value that counts: a constant, which has no gradient. */
const counting = (x: Tensor, maskValue: number, keepDims: boolean): Tensor =>
	constantOf(() => any(notEqual(x, maskValue), -1, keepDims));

mend(
	masking,
	"computeMask",
	() =>
		function (this: typeof masking, inputs) {
			return tidy(() => counting(only(inputs), this.maskValue, false));
		},
);
mend(
	masking,
	"call",
	() =>
		function (this: typeof masking, inputs) {
			return tidy(() => {
				const x = only(inputs);
				return mul(x, cast(counting(x, this.maskValue, true), x.dtype));
			});
		},
);

/** What counts in every input, counts; tfjs forgets the last of them, and adds an axis. */
mend(parentOf<AnyLayer>(prototypeOf("Add")), "computeMask", () => (_, mask) => {
	const known = listOf(mask ?? null).filter(isTensor);
	return known.length === 0 ? null : tidy(() => known.reduce(both));
});

const both = (one: Tensor, other: Tensor): Tensor => logicalAnd(one, other);

interface Concatenate extends AnyLayer {
	readonly axis: number;
}

/** tfjs joins masks with an axis of 1 to masks that have the whole of it. */
mend(
	prototypeOf<Concatenate>("Concatenate"),
	"computeMask",
	() =>
		function (this: Concatenate, inputs, mask) {
			const known = listOf(mask ?? null);
			if (!known.some(isTensor)) return null;
			const combine = () => {
				const whole = listOf(inputs).map((x, at) => {
					const own = known[at];
					const ones = constantOf(() => cast(onesLike(x), "bool"));
					if (!own) return ones;
					let wide: Tensor = own;
					while (wide.rank < x.rank) wide = expandDims(wide, -1);
					return logicalAnd(wide, ones);
				});
				const joined = concat(whole, axisOf(this.axis, whole[0]?.rank ?? 0));
				return all(joined, -1);
			};
			return tidy(() => constantOf(combine));
		},
);

interface TimeDistributed extends AnyLayer {
	readonly layer: AnyLayer;
}

/** A mask tells steps of time, and the layer inside sees one of them: the mask is not for it. */
mend(
	prototypeOf<TimeDistributed>("TimeDistributed"),
	"call",
	() =>
		function (this: TimeDistributed, inputs, { mask: _, ...args }) {
			return tidy(() =>
				stack(
					stepsOf(only(inputs), 1).map((step) =>
						only(this.layer.call(step, args)),
					),
					1,
				),
			);
		},
);
