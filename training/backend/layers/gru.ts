import * as core from "@tensorflow/tfjs-core";
import {
	add,
	keep,
	matMul,
	mul,
	onesLike,
	split,
	sub,
	type Tensor,
	tidy,
	unstack,
} from "@tensorflow/tfjs-core";
import {
	type AnyLayer,
	mend,
	mendMaking,
	onlyShape,
	prototypeOf,
} from "./classes.ts";

interface Variable {
	read(): Tensor;
}

interface Activation {
	apply(x: Tensor): Tensor;
}

interface Cell extends AnyLayer {
	resetAfter?: boolean;
	readonly units: number;
	readonly useBias: boolean;
	readonly activation: Activation;
	readonly recurrentActivation: Activation;
	readonly dropout: number;
	readonly recurrentDropout: number;
	readonly dropoutFunc?: (x: Tensor, rate: number) => Tensor;
	dropoutMask: Tensor | Tensor[] | null;
	recurrentDropoutMask: Tensor | Tensor[] | null;
	kernel: Variable;
	recurrentKernel: Variable;
	bias: Variable | null;
	readonly kernelInitializer: unknown;
	readonly kernelRegularizer: unknown;
	readonly kernelConstraint: unknown;
	readonly recurrentInitializer: unknown;
	readonly recurrentRegularizer: unknown;
	readonly recurrentConstraint: unknown;
	readonly biasInitializer: unknown;
	readonly biasRegularizer: unknown;
	readonly biasConstraint: unknown;
	addWeight(
		name: string,
		shape: number[],
		dtype: null,
		...rest: unknown[]
	): Variable;
}

// tfjs refuses resetAfter, which Keras takes where nothing is said.
mendMaking("gruCell", "GRUCell", (config, make) => {
	const { resetAfter, ...rest } = config;
	return Object.assign(make(rest), { resetAfter: resetAfter === true });
});
mendMaking("gru", "GRU", (config, make) => {
	const { resetAfter, ...rest } = config;
	const layer = make(rest) as { cell: Cell };
	layer.cell.resetAfter = resetAfter === true;
	return layer;
});

const cell = prototypeOf<Cell>("GRUCell");

mend(
	cell,
	"getConfig",
	(getConfig) =>
		function (this: Cell) {
			return {
				...getConfig.call(this),
				resetAfter: this.resetAfter === true,
			};
		},
);
mend(
	cell,
	"build",
	(build) =>
		function (this: Cell, shape) {
			if (!this.resetAfter) {
				build.call(this, shape);
				return;
			}
			const inputs = onlyShape(shape).at(-1) as number;
			const all = 3 * this.units;
			this.kernel = this.addWeight(
				"kernel",
				[inputs, all],
				null,
				this.kernelInitializer,
				this.kernelRegularizer,
				true,
				this.kernelConstraint,
			);
			this.recurrentKernel = this.addWeight(
				"recurrent_kernel",
				[this.units, all],
				null,
				this.recurrentInitializer,
				this.recurrentRegularizer,
				true,
				this.recurrentConstraint,
			);
			// One of the input, one of the state.
			this.bias = this.useBias
				? this.addWeight(
						"bias",
						[2, all],
						null,
						this.biasInitializer,
						this.biasRegularizer,
						true,
						this.biasConstraint,
					)
				: null;
			this.built = true;
		},
);

/** Dropped once for all steps of a call; the layer forgets the mask after it. */
function dropped(
	layer: Cell,
	name: "dropoutMask" | "recurrentDropoutMask",
	x: Tensor,
	rate: number,
	isTraining: boolean,
): Tensor {
	if (!(rate > 0 && rate < 1) || !isTraining) return x;
	layer[name] ??= keep(
		(layer.dropoutFunc ?? core.dropout)(onesLike(x), rate).clone(),
	);
	return mul(x, layer[name] as Tensor);
}

mend(
	cell,
	"call",
	(call) =>
		function (this: Cell, inputs, args) {
			if (!this.resetAfter) return call.call(this, inputs, args);
			return tidy(() => {
				const isTraining = args?.training === true;
				const [x, h] = inputs as [Tensor, Tensor];
				const [ofInput, ofState] = this.bias
					? unstack(this.bias.read())
					: [undefined, undefined];
				const given = dropped(this, "dropoutMask", x, this.dropout, isTraining);
				const state = dropped(
					this,
					"recurrentDropoutMask",
					h,
					this.recurrentDropout,
					isTraining,
				);
				const product = (x: Tensor, kernel: Variable, bias?: Tensor) => {
					const y = matMul(x, kernel.read());
					return split(bias ? add(y, bias) : y, 3, 1) as Tensor[];
				};
				const [xZ, xR, xH] = product(given, this.kernel, ofInput) as Gates;
				const [hZ, hR, hH] = product(
					state,
					this.recurrentKernel,
					ofState,
				) as Gates;
				const z = this.recurrentActivation.apply(add(xZ, hZ));
				const r = this.recurrentActivation.apply(add(xR, hR));
				const candidate = this.activation.apply(add(xH, mul(r, hH)));
				const next = add(mul(z, state), mul(sub(1, z), candidate)) as Tensor;
				return [next, next];
			});
		},
);

type Gates = [update: Tensor, reset: Tensor, candidate: Tensor];
