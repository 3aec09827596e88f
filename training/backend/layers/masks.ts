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
	clone,
	concat,
	div,
	keep,
	logicalAnd,
	mul,
	notEqual,
	onesLike,
	reshape,
	stack,
	sum,
	Tensor,
	tidy,
	unstack,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { constant } from "../gradients/constant.ts";
import {
	type AnyLayer,
	axisOf,
	type CallArguments,
	Container,
	type Inputs,
	mend,
	only,
	parentOf,
	prototypeOf,
} from "./classes.ts";

type Mask = Tensor | null;

/** Of tensors that layers gave. */
const masks = new WeakMap<Tensor, Mask>();

/** The mask of what a layer or a model gave. */
export const maskOf = (x: Tensor): Mask => masks.get(x) ?? null;

/**
 * A tidy that gives its tensor on would dispose its mask, which is no result of it: each
 * tensor has a mask of its own, which goes when the tensor goes.
 */
function remember(x: Tensor, mask: Mask): void {
	masks.set(x, mask && keep(constant(() => clone(mask))));
	if (!mask || Object.hasOwn(x, "dispose")) return;
	Object.defineProperty(x, "dispose", {
		value(this: Tensor) {
			masks.get(this)?.dispose();
			Tensor.prototype.dispose.call(this);
		},
		configurable: true,
		writable: true,
	});
}

const listOf = <T>(value: T | T[]): T[] =>
	Array.isArray(value) ? value : [value];

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

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

/** A mask of the first axes beside a tensor of more axes. */
export const besideOf = (mask: Tensor, x: Tensor): Tensor =>
	mask.rank >= x.rank
		? mask
		: reshape(mask, [
				...mask.shape,
				...Array.from({ length: x.rank - mask.rank }, () => 1),
			]);

/** 1 or 0 for each value of a tensor: whether it counts by a mask of the first axes. */
export const countsOf = (mask: Tensor, x: Tensor): Tensor =>
	constant(() =>
		mul(besideOf(cast(mask, "float32"), x), cast(onesLike(x), "float32")),
	);

/** What counts of a tensor, and 0 or what is given elsewhere, even if what is there is no number. */
export function whereCounts(
	mask: Tensor,
	x: Tensor,
	elsewhere = zerosLike(x),
): Tensor {
	const whole = constant(() => cast(countsOf(mask, x), "bool"));
	return where(whole, x, elsewhere);
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
			// A model is no layer here: the layers in it see to the masks of what it gives.
			const isModel = this instanceof Container;
			delete args.mask;
			if (before[0] && !isModel) args.mask = before[0];
			if (isModel)
				return withMasks(list, before, () => apply.call(this, inputs, args));
			const result = apply.call(this, inputs, args) as Inputs;
			keepMasks(this, list, before, result);
			return result;
		},
);

/** The masks that a model is called with are its inputs' for this call alone. */
function withMasks<T>(inputs: Tensor[], given: Mask[], call: () => T): T {
	const added = inputs.filter((x, at) => given[at] && !masks.has(x));
	for (const x of added) masks.set(x, given[inputs.indexOf(x)] as Tensor);
	try {
		return call();
	} finally {
		for (const x of added) masks.delete(x);
	}
}

function keepMasks(
	layer: AnyLayer,
	inputs: Tensor[],
	before: Mask[],
	result: Inputs,
): void {
	const isMasked = before.some(Boolean);
	if (!isMasked && !makesMask(layer)) return;
	tidy(() => {
		const after = layer.supportsMasking
			? listOf(
					layer.computeMask(
						inputs.length === 1 ? (inputs[0] as Tensor) : inputs,
						inputs.length === 1 ? before[0] : before,
					),
				)
			: [];
		for (const [at, output] of listOf(result).entries())
			remember(output, after[at] ?? null);
	});
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
	constant(() => any(notEqual(x, maskValue), -1, keepDims));

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
					const ones = constant(() => cast(onesLike(x), "bool"));
					if (!own) return ones;
					return logicalAnd(besideOf(own, x), ones);
				});
				const joined = concat(whole, axisOf(this.axis, whole[0]?.rank ?? 0));
				return all(joined, -1);
			};
			return tidy(() => constant(combine));
		},
);

/** Which layers pass their mask on, where tfjs has it otherwise than Keras. */
const PASSES_ON = {
	LeakyReLU: true,
	ELU: true,
	ThresholdedReLU: true,
	Softmax: true,
	Rescaling: true,
	// Looks at it, and then has no steps left: computeMask is below.
	GlobalAveragePooling1D: true,
	// Its steps are others than those that the mask is of.
	RepeatVector: false,
};
// Constructors say no, or yes.
for (const [name, passesOn] of Object.entries(PASSES_ON))
	Object.defineProperty(prototypeOf(name), "supportsMasking", {
		get: () => passesOn,
		set: () => undefined,
		configurable: true,
	});

const globalAverage = prototypeOf("GlobalAveragePooling1D");
mend(globalAverage, "computeMask", () => () => null);
/** tfjs averages steps that do not count, too. Without any that does, there is no average: NaN, as in Keras. */
mend(
	globalAverage,
	"call",
	(call) =>
		function (this: AnyLayer, inputs, args) {
			const mask = args?.mask;
			if (!mask) return call.call(this, inputs, args);
			return tidy(() => {
				const x = only(inputs);
				const counts = constant(() => besideOf(cast(mask, "float32"), x));
				return div(sum(whereCounts(counts, x), 1), sum(counts, 1));
			});
		},
);

interface TimeDistributed extends AnyLayer {
	readonly layer: AnyLayer;
}

const timeDistributed = prototypeOf<TimeDistributed>("TimeDistributed");

/** What a mask says of each step to the layer inside, which sees one: whether it counts, or which parts of it do. */
function masksInside(
	x: Tensor,
	mask: Mask | undefined,
): (Tensor | undefined)[] {
	// A layer takes masks of one axis less than its input has.
	if (mask?.rank !== x.rank - 1) return [];
	return unstack(
		constant(() => cast(mask, "float32")),
		1,
	);
}

/** tfjs gives the layer inside the mask of all steps. */
mend(
	timeDistributed,
	"call",
	() =>
		function (this: TimeDistributed, inputs, { mask, ...args }) {
			return tidy(() => {
				const x = only(inputs);
				const own = masksInside(x, mask);
				return stack(
					unstack(x, 1).map((step, t) =>
						only(this.layer.call(step, { ...args, mask: own[t] ?? null })),
					),
					1,
				);
			});
		},
);
/** Where the layer inside leaves none of a step's parts, a step counts if any of them did: as in Keras 2. Keras 3 gives a mask that fits nothing. */
mend(
	timeDistributed,
	"computeMask",
	() =>
		function (this: TimeDistributed, inputs, given) {
			const mask = listOf(given ?? null)[0] ?? null;
			if (!mask || mask.rank <= 2) return mask;
			return tidy(() => {
				const x = only(inputs);
				const own = masksInside(x, mask);
				const inside = unstack(x, 1).map((step, t) =>
					this.layer.supportsMasking
						? listOf(this.layer.computeMask(step, own[t] ?? null))[0]
						: null,
				);
				if (inside.length > 0 && inside.every(isTensor))
					return constant(() => stack(inside as Tensor[], 1));
				const parts = mask.shape.slice(2).map((_, at) => at + 2);
				return constant(() => any(cast(mask, "bool"), parts));
			});
		},
);
