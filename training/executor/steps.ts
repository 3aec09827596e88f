import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TypedArray } from "@tensorflow/tfjs-core";
import * as tf from "../backend/tf.ts";
import { ownLayerProblem } from "./own-layers.ts";
import { Program, Room } from "./program.ts";
import { type Recording, record, type Values } from "./recording.ts";

/** What a step is given: values that JavaScript has. */
export interface Input {
	readonly values: Float32Array;
	readonly shape: readonly number[];
}

/** What a step gave: a tensor, or a place in the room. Both are there until it is read. */
export interface Output {
	readonly values: Float32Array;
	readonly tensor?: tf.Tensor;
	/** In bytes. */
	readonly place?: number;
}

export type Outputs = Readonly<Record<string, Output>>;

/** Of one kind of step: with the same variables, and inputs of the same shapes. */
type State =
	/** Computed as TensorFlow.js does, for this reason. */
	| { readonly problem: string }
	/** To be believed once it gave the bits of a step that was computed eagerly. */
	| { readonly program: Compiled; isBelieved: boolean };

interface Compiled {
	readonly program: Program;
	readonly inputs: readonly number[];
	readonly outputs: Readonly<
		Record<string, { readonly values: Values; readonly size: number }>
	>;
}

const sameBits = (a: Uint8Array, b: Uint8Array): boolean =>
	a.length === b.length && a.every((byte, at) => byte === b[at]);

const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array =>
	new Uint8Array(buffer, byteOffset, byteLength);

/**
 * Steps over the same variables, such as those of a training. The first of a kind is computed
 * by TensorFlow.js and recorded, the second by both, and from then on by the program that was
 * recorded, which has its own memory and needs nothing of TensorFlow.js. What cannot be
 * recorded, or gives other bits, goes on as before.
 *
 * A program changes variables in its room; `bringBack` makes tensors of what they have come to.
 */
export class Steps {
	readonly room = new Room();
	readonly #given: readonly tf.Variable[];
	readonly #variables: readonly tf.Variable[];
	/** Where each variable is. */
	readonly #places: readonly number[];
	readonly #states = new Map<string, State>();
	/** What each variable's tensor had when it was last as the room is, or was. */
	#dataIds: unknown[] = [];
	/** Room that is kept for a variable, by what for. */
	readonly #kept = new Map<string, number>();
	#settings: string | undefined;
	#isAhead = false;
	#problem: string | undefined;

	/** @param problem why no step of theirs can be recorded, if that is known */
	constructor(variables: readonly tf.Variable[], problem?: string) {
		this.#given = variables;
		// Steps that depend on others cannot be recorded.
		this.#variables = variables.filter(({ dtype }) => dtype === "float32");
		this.#problem = problem;
		this.#places = this.#variables.map(({ size }) => this.room.keep(size * 4));
	}

	/** Why some steps go on as TensorFlow.js computes them, if they do. */
	get problem(): string | undefined {
		if (this.#problem !== undefined) return this.#problem;
		for (const state of this.#states.values())
			if ("problem" in state) return state.problem;
		return undefined;
	}

	/** Has all steps be computed as TensorFlow.js does, from now on. */
	refuse(problem: string): void {
		this.#problem = problem;
		this.#states.clear();
	}

	/** Are these its variables? */
	isOf(variables: readonly tf.Variable[]): boolean {
		return (
			variables.length === this.#given.length &&
			variables.every((variable, at) => variable === this.#given[at])
		);
	}

	/** Where a variable is in the room, in bytes. */
	placeOf(variable: tf.Variable): number {
		const at = this.#places[this.#variables.indexOf(variable)];
		if (at === undefined)
			throw new Error(`${variable.name} is no variable of these steps`);
		return at;
	}

	/** Room for as many numbers as the variable has, the same each time for one purpose. All are 0. */
	zerosFor(variable: tf.Variable, purpose: string): number {
		const key = `${variable.id} ${purpose}`;
		const at = this.#kept.get(key) ?? this.room.keep(variable.size * 4);
		this.#kept.set(key, at);
		this.room.floats(at, variable.size).fill(0);
		return at;
	}

	/** Forgets what was recorded if the model's layers have other settings than before. */
	check(model: tf.LayersModel): void {
		if (this.#problem !== undefined) return;
		const settings = JSON.stringify(model.getConfig());
		if (settings !== this.#settings) this.#states.clear();
		this.#settings = settings;
	}

	/** To be called where the variables in the room were changed. */
	advance(): void {
		this.#isAhead = true;
	}

	/** Copies values into the room, of those variables that were assigned to outside of it. */
	bringIn(): void {
		for (const [at, variable] of this.#variables.entries()) {
			if (variable.dataId === this.#dataIds[at]) continue;
			this.room
				.bytes(this.#places[at] as number, variable.size * 4)
				.set(bytesOf(variable.dataSync()));
			this.#dataIds[at] = variable.dataId;
		}
	}

	/** Makes tensors of the variables' values. */
	bringBack(): void {
		if (!this.#isAhead) return;
		// What was assigned to meanwhile is newer.
		this.bringIn();
		for (const at of this.#variables.keys())
			this.#assign(
				at,
				this.room.floats(
					this.#places[at] as number,
					(this.#variables[at] as tf.Variable).size,
				),
			);
		this.#isAhead = false;
	}

	#assign(at: number, values: Float32Array): void {
		const variable = this.#variables[at] as tf.Variable;
		const next = tf.tensor(values.slice(), variable.shape, "float32");
		variable.assign(next);
		next.dispose();
		this.#dataIds[at] = variable.dataId;
	}

	/** Gives each variable values of its own: two may share them, as those do that were set to the weights of another layer. */
	#separate(): void {
		const seen = new Set<unknown>();
		for (const [at, variable] of this.#variables.entries()) {
			if (seen.has(variable.dataId)) {
				this.#assign(at, variable.dataSync() as Float32Array);
				// The room has others yet.
				this.#dataIds[at] = undefined;
			}
			seen.add(variable.dataId);
		}
	}

	/**
	 * One step.
	 *
	 * @param kind says all that decides which operations it consists of, but for the shapes of inputs
	 * @param compute the step by TensorFlow.js
	 * @param read is given what the step gave, by the same names
	 */
	run<Result>(
		kind: string,
		inputs: readonly Input[],
		compute: (inputs: tf.Tensor[]) => Readonly<Record<string, tf.Tensor>>,
		read: (outputs: Outputs) => Result,
	): Result {
		const key = `${kind} ${inputs.map(({ shape }) => shape.join("×")).join(" ")}`;
		const backend = tf.backend();
		const isHere = backend instanceof BackendWasm;
		const state = isHere ? this.#states.get(key) : undefined;
		if (state && "program" in state && state.isBelieved) {
			this.bringIn();
			return read(this.#runProgram(state.program, inputs));
		}
		// Eagerly, on what is newest.
		this.bringBack();
		const isNew = this.#problem === undefined && isHere && !state;
		if (isNew) this.#separate();
		if (state && "program" in state) this.bringIn();
		const computed: tf.Tensor[] = [];
		try {
			return tf.tidy(() => {
				const given = inputs.map(({ values, shape }) =>
					tf.tensor(values, [...shape]),
				);
				const dataIds = this.#variables.map(({ dataId }) => dataId);
				let outputs: Readonly<Record<string, tf.Tensor>>;
				if (isNew) {
					const { result, recorded } = record(backend, () => compute(given));
					outputs = result;
					this.#states.set(
						key,
						"problem" in recorded
							? recorded
							: this.#compile(recorded, given, dataIds, outputs),
					);
				} else outputs = compute(given);
				computed.push(...Object.values(outputs));
				if (state && "program" in state)
					this.#compare(key, state, inputs, outputs);
				// In an object: `tidy` would search for tensors in what it is given back.
				return { result: read(eagerOutputs(outputs)) } as never as {
					result: Result;
				} & tf.TensorContainer;
			}).result;
		} finally {
			tf.dispose(computed);
		}
	}

	#runProgram(
		{ program, inputs: places, outputs }: Compiled,
		inputs: readonly Input[],
	): Outputs {
		const { room } = this;
		for (const [at, { values }] of inputs.entries())
			room.floats(places[at] as number, values.length).set(values);
		program.run();
		if (program.changesVariables) this.#isAhead = true;
		const result: Record<string, Output> = {};
		for (const name in outputs) {
			const { values, size } = outputs[name] as (typeof outputs)[string];
			const place = program.at(values);
			result[name] = { place, values: room.floats(place, size) };
		}
		return result;
	}

	#compile(
		recording: Recording,
		inputs: readonly tf.Tensor[],
		dataIds: readonly tf.Tensor["dataId"][],
		outputs: Readonly<Record<string, tf.Tensor>>,
	): State {
		const places = new Map<Values, number>();
		for (const [at, dataId] of dataIds.entries()) {
			const values = recording.valuesOf({ dataId });
			if (values) places.set(values, this.#places[at] as number);
		}
		for (const { variable, before } of recording.assigned) {
			if (!this.#variables.includes(variable))
				return { problem: "it changes a variable that is none of its own" };
			places.set(before, this.placeOf(variable));
		}
		const own = inputs.map((input) => {
			const at = this.room.keep(input.size * 4);
			const values = recording.valuesOf(input);
			if (values) places.set(values, at);
			return at;
		});
		const results: Record<string, { values: Values; size: number }> = {};
		for (const [name, output] of Object.entries(outputs)) {
			const values = recording.valuesOf(output);
			if (!values) return { problem: "it returns what it did not compute" };
			results[name] = { values, size: output.size };
		}
		try {
			const program = new Program(this.room, {
				recording,
				places,
				outputs: Object.values(results).map(({ values }) => values),
			});
			return {
				isBelieved: false,
				program: { program, inputs: own, outputs: results },
			};
		} catch (error) {
			return { problem: (error as Error).message };
		}
	}

	/** Believes a program, or gives it up. Variables that the step changes are in the tensors by now, and compared likewise. */
	#compare(
		key: string,
		state: Extract<State, { program: Compiled }>,
		inputs: readonly Input[],
		expected: Readonly<Record<string, tf.Tensor>>,
	): void {
		// From what the variables were before the step.
		const outputs = this.#runProgram(state.program, inputs);
		const isSame =
			Object.entries(expected).every(([name, tensor]) =>
				sameBits(
					bytesOf((outputs[name] as Output).values),
					bytesOf(tensor.dataSync()),
				),
			) &&
			this.#variables.every((variable, at) =>
				sameBits(
					this.room.bytes(this.#places[at] as number, variable.size * 4),
					bytesOf(variable.dataSync()),
				),
			);
		// The tensors have what is right in either case.
		this.#isAhead = false;
		this.#dataIds = isSame ? this.#variables.map(({ dataId }) => dataId) : [];
		if (isSame) state.isBelieved = true;
		else
			this.#states.set(key, {
				problem: "its numbers depend on more than its inputs and variables",
			});
	}
}

/** Read when they are asked for: on some backends that takes long. */
function eagerOutputs(tensors: Readonly<Record<string, tf.Tensor>>): Outputs {
	const outputs: Record<string, Output> = {};
	for (const [name, tensor] of Object.entries(tensors))
		outputs[name] = {
			tensor,
			get values() {
				return tensor.dataSync() as Float32Array;
			},
		};
	return outputs;
}

const known = new WeakMap<tf.LayersModel, Steps>();

/** Steps over the weights of a model, as it is now. */
export function stepsOf(model: tf.LayersModel): Steps {
	const weights = model.weights.map(
		(weight) => (weight as unknown as { val: tf.Variable }).val,
	);
	let steps = known.get(model);
	if (!steps?.isOf(weights)) {
		steps = new Steps(weights, ownLayerProblem(model));
		known.set(model, steps);
	}
	steps.check(model);
	return steps;
}
