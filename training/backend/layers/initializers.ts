/*
 * The initializers of `tf.initializers`, and constraints. They are those of tfjs, in which a
 * bound or deviation of 0 counts as none given; a normal distribution with a share of
 * its ends cut off has less than the variance that VarianceScaling, HeNormal and their like
 * promise; and some cannot be made without options.
 */
import {
	eye,
	mul,
	serialization,
	type Tensor,
	tidy,
} from "@tensorflow/tfjs-core";
import {
	constraints as originalConstraints,
	initializers as originals,
} from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { mend, prototypeOf } from "./classes.ts";

type Shape = readonly number[];

interface Initializer {
	apply(shape: Shape, dtype?: string): Tensor;
}

interface InitializerClass {
	new (args: serialization.ConfigDict): Initializer;
	readonly prototype: Initializer;
	readonly className: string;
}

/** The class that models are saved with under this name. */
const classOf = (name: string): InitializerClass =>
	prototypeOf<{ constructor: unknown }>(name).constructor as InitializerClass;

/** A class that takes 0 for what it says (and NaN, so that it is refused), and no options for none. */
function takingZeros(
	name: string,
	fields: readonly string[],
): InitializerClass {
	const Base = classOf(name);
	class Mended extends Base {
		constructor(args: serialization.ConfigDict = {}) {
			super(args);
			for (const field of fields) {
				const value = args[field];
				if (value === 0 || Number.isNaN(value))
					Object.assign(this, { [field]: value });
			}
		}
	}
	return Mended;
}

function identityClass(): InitializerClass {
	const Base = takingZeros("Identity", []);
	return class Identity extends Base {
		/** 1 where row and column are the same; the matrix need not be square. */
		override apply(shape: Shape): Tensor {
			if (shape.length !== 2)
				throw new UsageError(
					`tf.initializers.identity makes matrices, and the weight has the shape [${shape}]: take orthogonal or another initializer`,
				);
			const { gain } = this as unknown as { readonly gain: number };
			const [rows, columns] = shape as [number, number];
			return tidy(() => mul(gain, eye(rows, columns)));
		}
	};
}

/** The standard deviation that is left of a normal distribution when all beyond two of them is cut off. */
const LEFT = 0.8796256610342398;

/** Numbers that come in, and that go out of, a unit: as tfjs counts them, and as Keras does. */
function fansOf(shape: Shape): {
	tfjs: [number, number];
	keras: [number, number];
} {
	const size = shape.reduce((product, length) => product * length, 1);
	const root = Math.sqrt(size);
	const [from = 1, to = 1] = shape.slice(-2);
	const window = from * to === 0 ? 0 : size / (from * to);
	const keras: [number, number] =
		shape.length === 0
			? [1, 1]
			: shape.length === 1
				? [size, size]
				: [from * window, to * window];
	return {
		tfjs: shape.length >= 2 && shape.length <= 5 ? keras : [root, root],
		keras,
	};
}

interface VarianceScaling extends Initializer {
	scale: number;
	readonly mode: "fanIn" | "fanOut" | "fanAvg";
	readonly distribution: string;
}

const divisorOf = (
	mode: VarianceScaling["mode"],
	[into, out]: [number, number],
) =>
	Math.max(
		1,
		mode === "fanIn" ? into : mode === "fanOut" ? out : (into + out) / 2,
	);

function mendVarianceScaling(): void {
	mend(
		prototypeOf<VarianceScaling>("VarianceScaling"),
		"apply",
		(apply) =>
			function (this: VarianceScaling, shape, dtype) {
				const { scale, mode, distribution } = this;
				const { tfjs, keras } = fansOf(shape);
				const isCut = distribution !== "uniform";
				this.scale *=
					divisorOf(mode, tfjs) /
					divisorOf(mode, keras) /
					(isCut ? LEFT ** 2 : 1);
				try {
					return apply.call(this, shape, dtype);
				} finally {
					this.scale = scale;
				}
			},
	);
}

type Factories = typeof originals;
type Args = serialization.ConfigDict;

/** `tf.initializers` */
export const initializers: Factories = { ...originals };
/** `tf.constraints` */
export const constraints: typeof originalConstraints = {
	...originalConstraints,
	maxNorm: (args) => originalConstraints.maxNorm(args ?? {}),
	unitNorm: (args) => originalConstraints.unitNorm(args ?? {}),
	minMaxNorm: (args) => originalConstraints.minMaxNorm(args ?? {}),
};

/** Puts them in the place of those of tfjs. After seeding.ts, whose streams they draw from. */
export function mendInitializers(): void {
	mendVarianceScaling();
	const mended: Partial<Record<keyof Factories, InitializerClass>> = {
		randomUniform: takingZeros("RandomUniform", ["minval", "maxval"]),
		randomNormal: takingZeros("RandomNormal", ["mean", "stddev"]),
		truncatedNormal: takingZeros("TruncatedNormal", ["mean", "stddev"]),
		identity: identityClass(),
		orthogonal: takingZeros("Orthogonal", []),
		varianceScaling: takingZeros("VarianceScaling", []),
	};
	for (const [name, Mended] of Object.entries(mended)) {
		serialization.registerClass(Mended as never);
		Object.assign(initializers, {
			[name]: (args?: Args) => new Mended(args ?? {}),
		});
	}
}
