import {
	cast,
	dispose,
	reverse,
	stack,
	type Tensor,
	tidy,
	transpose,
	unstack,
} from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import {
	type AnyLayer,
	type CallArguments,
	mend,
	mendGetter,
	mendMaking,
	only,
	parentOf,
	prototypeOf,
} from "./classes.ts";
import { ownArguments, whereCounts } from "./masks.ts";

interface Cell extends AnyLayer {
	readonly stateSize: number | number[];
	readonly losses: unknown[];
	readonly weights: unknown[];
	/** Of a stack. */
	readonly cells?: Cell[];
	dropoutMask?: Tensor | Tensor[] | null;
	recurrentDropoutMask?: Tensor | Tensor[] | null;
	setWeights(weights: Tensor[]): void;
}

interface Rnn extends AnyLayer {
	readonly cell: Cell;
	readonly returnSequences: boolean;
	readonly returnState: boolean;
	readonly goBackwards: boolean;
	readonly stateful: boolean;
	states_: Tensor[] | null;
	keptStates: Tensor[][];
	/** Masked steps of a sequence give 0, not what the step before gave: in a layer of both directions. */
	zeroOutputForMask?: boolean;
	getInitialState(x: Tensor): Tensor[];
	resetStates(states: Tensor[], training: boolean | null | undefined): void;
}

const rnn = layers.RNN.prototype as unknown as Rnn;
const bidirectional = prototypeOf<Bidirectional>("Bidirectional");

// One object of arguments serves all layers of a model: an initial state must not stay in it.
for (const owner of [rnn, bidirectional as AnyLayer])
	mend(
		owner,
		"apply",
		(apply) =>
			function (this: AnyLayer, inputs, given) {
				const args = ownArguments(inputs, given);
				const result = apply.call(this, inputs, args);
				// Symbolic states are inputs of the node; what is saved of a model cannot hold them.
				const node = this.inboundNodes.at(-1) as
					| { callArgs?: CallArguments | null }
					| undefined;
				if (node?.callArgs && !("dataId" in Object(result)))
					delete node.callArgs.initialState;
				return result;
			},
	);

/** tfjs keeps the states of each step of a training until they are reset. A gradient has copies of those that it needs: only the last ones stay. */
for (const owner of [rnn, parentOf<Rnn>(prototypeOf("ConvLSTM2D"))])
	mend(
		owner,
		"resetStates",
		(resetStates) =>
			function (this: Rnn, states, training) {
				if (training === true) {
					dispose(this.keptStates);
					this.keptStates = [];
				}
				resetStates.call(this, states, training);
			},
	);

/** tfjs builds a layer once more that was built by hand. */
mend(
	rnn,
	"build",
	(build) =>
		function (this: Rnn, shape) {
			build.call(this, shape);
			this.built = true;
		},
);

/** Masks of dropout hold for the steps of one call. */
function forgetDropout(cell: Cell): void {
	for (const one of cell.cells ?? []) forgetDropout(one);
	for (const name of ["dropoutMask", "recurrentDropoutMask"] as const) {
		const mask = cell[name];
		if (!mask) continue;
		dispose(mask);
		cell[name] = null;
	}
}

interface Steps {
	readonly last: Tensor;
	readonly all: Tensor[];
	readonly states: Tensor[];
}

/** The steps of time one after another. */
function steps(
	layer: Rnn,
	inputs: Tensor[],
	masks: Tensor[] | undefined,
	initial: Tensor[],
	args: CallArguments,
): Steps {
	let states = initial;
	let last: Tensor | undefined;
	const all: Tensor[] = [];
	for (const [t, input] of inputs.entries()) {
		const [output, ...next] = tidy(() =>
			layer.cell.call([input, ...states], args),
		) as [Tensor, ...Tensor[]];
		const mask = masks?.[t];
		if (mask) {
			states = next.map((state, k) => whereCounts(mask, state, states[k]));
			last = whereCounts(mask, output, last);
			all.push(layer.zeroOutputForMask ? whereCounts(mask, output) : last);
		} else {
			states = next;
			last = output;
			all.push(output);
		}
	}
	if (!last)
		throw new UsageError(
			`the layer ${layer.name} was given sequences without a step: their second axis counts steps of time and has the size 0`,
		);
	return { last, all, states };
}

const timeFirst = (x: Tensor): Tensor =>
	transpose(
		x,
		x.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)),
	);

/**
 * tfjs takes the state for the output of a masked step, knows masks of sequences of vectors alone,
 * and keeps masks of dropout from one call to the next where cells are given to `rnn`.
 */
mend(
	rnn,
	"call",
	() =>
		function (this: Rnn, inputs, given) {
			return tidy(() => {
				const { mask, training, initialState } = given ?? {};
				const x = only(inputs);
				const initial =
					(initialState as Tensor[] | null | undefined) ??
					(this.stateful
						? (this.states_ as Tensor[])
						: this.getInitialState(x));
				const count = [this.cell.stateSize].flat().length;
				if (initial.length !== count)
					throw new UsageError(
						`the layer ${this.name} has ${count} states, and its initialState has ${initial.length}: give one tensor for each`,
					);
				const ordered = (x: Tensor) =>
					unstack(
						this.goBackwards ? reverse(timeFirst(x), 0) : timeFirst(x),
						0,
					);
				forgetDropout(this.cell);
				const { last, all, states } = steps(
					this,
					ordered(x),
					mask ? ordered(cast(mask, "float32")) : undefined,
					initial,
					{ training: training ?? null },
				);
				forgetDropout(this.cell);
				if (this.stateful) this.resetStates(states, training);
				const output = this.returnSequences ? stack(all, 1) : last;
				return this.returnState ? [output, ...states] : output;
			});
		},
);

// The weights of a recurrent layer are its cell's, and so are the penalties on them: tfjs forgets those.
mendGetter(rnn, "losses", function () {
	return this.cell?.losses ?? [];
});

const stacked = prototypeOf<Cell & { cells: Cell[] }>("StackedRNNCells");
mendGetter(stacked, "losses", function () {
	return this.cells.flatMap(({ losses }) => losses);
});
// What is read of a saved model gets another name.
mendMaking("stackedRNNCells", "StackedRNNCells", (config, make) => {
	const cell = make(config) as { name: string };
	if (typeof config.name === "string") cell.name = config.name;
	return cell;
});
/** tfjs gives each cell the weights of those after it. */
mend(
	stacked,
	"setWeights",
	() =>
		function (this: Cell & { cells: Cell[] }, weights) {
			let from = 0;
			for (const cell of this.cells) {
				cell.setWeights(weights.slice(from, from + cell.weights.length));
				from += cell.weights.length;
			}
		},
);

interface Bidirectional extends AnyLayer {
	readonly forwardLayer: Rnn & { readonly losses: unknown[] };
	readonly backwardLayer: Rnn & { readonly losses: unknown[] };
}

// tfjs counts the penalties of the layer that both are copies of, which has no weights.
mendGetter(bidirectional, "losses", function () {
	return [...this.forwardLayer.losses, ...this.backwardLayer.losses];
});
mend(
	bidirectional,
	"call",
	(call) =>
		function (this: Bidirectional, inputs, args) {
			for (const layer of [this.forwardLayer, this.backwardLayer])
				layer.zeroOutputForMask = layer.returnSequences;
			return call.call(this, inputs, args ?? {});
		},
);
