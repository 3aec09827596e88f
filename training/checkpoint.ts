import { UsageError } from "../base/errors.ts";
import type { Checkpoint } from "../experiment/record/checkpoint.ts";
import type { NamedTensor, NamedTensors } from "../formats/safetensors.ts";
import { isDeepStrictEqual } from "../host/inspect.ts";
import * as tf from "./backend/tf.ts";

/**
 * What a checkpoint can hold and give back in place: models (with the optimizer
 * they were compiled with), optimizers, variables, typed arrays, and objects
 * and lists of JSON.
 */
export type Restorable = Readonly<Record<string, unknown>>;

type State = Pick<Checkpoint, "tensors" | "values">;

/** How an optimizer of tfjs keeps what its `getWeights` leaves out, e.g. Adam's powers of beta. */
function ownTensors(optimizer: tf.Optimizer): [string, tf.Variable][] {
	return Object.entries(optimizer).filter(
		(entry): entry is [string, tf.Variable] => entry[1] instanceof tf.Variable,
	);
}

const optimizerOf = (model: tf.LayersModel): tf.Optimizer | undefined =>
	(model as { optimizer?: tf.Optimizer }).optimizer;

async function named(tensor: tf.Tensor): Promise<NamedTensor> {
	const { shape } = tensor;
	// A copy: the data of some backends is the tensor's own memory.
	const values = (await tensor.data()).slice() as NamedTensor["values"];
	return { values, shape };
}

type Entries = readonly (readonly [name: string, tensor: NamedTensor])[];

/**
 * The values of what a training goes on from. They are those of the call: every
 * tensor is read before anything is awaited, so a caller may train on meanwhile.
 */
export async function collectState(parts: Restorable): Promise<State> {
	const read: Promise<Entries>[] = [];
	const values: Record<string, unknown> = {};
	const tensor = (name: string, value: tf.Tensor) =>
		read.push(named(value).then((copy) => [[name, copy]]));
	for (const [name, value] of Object.entries(parts)) {
		if (value === undefined || value === null) jsonOf(name, value);
		else if (value instanceof tf.LayersModel) {
			for (const [i, weight] of value.getWeights().entries())
				tensor(`${name}/weights/${i}`, weight);
			const compiled = optimizerOf(value);
			if (compiled) read.push(readOptimizer(`${name}/optimizer`, compiled));
		} else if (value instanceof tf.Optimizer)
			read.push(readOptimizer(name, value));
		else if (value instanceof tf.Variable) tensor(name, value);
		else if (ArrayBuffer.isView(value)) {
			const array = value as NamedTensor["values"];
			const copy = { values: array.slice(), shape: [array.length] };
			read.push(Promise.resolve([[name, copy]]));
		} else values[name] = jsonOf(name, value);
	}
	const tensors = Object.fromEntries((await Promise.all(read)).flat());
	return { tensors, values };
}

/** Where an optimizer of tfjs keeps its moments and the like. */
function slotsOf(optimizer: tf.Optimizer): tf.Variable[] {
	return Object.values(optimizer)
		.filter(Array.isArray)
		.flat()
		.map((slot: { variable?: unknown }) => slot.variable)
		.filter((variable) => variable instanceof tf.Variable);
}

async function readOptimizer(
	name: string,
	optimizer: tf.Optimizer,
): Promise<Entries> {
	// Now: `getWeights` answers later, with the variables themselves.
	const slots = new Map<tf.Tensor, Promise<NamedTensor>>(
		slotsOf(optimizer).map((variable) => [variable, named(variable)]),
	);
	const own = ownTensors(optimizer).map(
		([key, variable]) => [`${name}/own/${key}`, named(variable)] as const,
	);
	const weights = (await optimizer.getWeights()).map(
		({ tensor }, i) =>
			[`${name}/weights/${i}`, slots.get(tensor) ?? named(tensor)] as const,
	);
	return Promise.all(
		[...weights, ...own].map(async ([key, copy]) => [key, await copy] as const),
	);
}

function jsonOf(name: string, value: unknown): unknown {
	const isContainer = typeof value === "object" && value !== null;
	const copy: unknown = isContainer
		? JSON.parse(JSON.stringify(value))
		: undefined;
	if (!isContainer || !isDeepStrictEqual(copy, value))
		throw new UsageError(
			`dd.checkpoint cannot restore ${name} in place: give a model, an optimizer, a variable, a typed array, or an object or list of JSON; put a number or text into an object: { ${name}: { value } }`,
		);
	return copy;
}

/** Puts the values back into the parts. @throws UsageError when they do not fit */
export async function restoreState(
	parts: Restorable,
	{ tensors, values }: State,
): Promise<void> {
	for (const [name, value] of Object.entries(parts)) {
		if (value instanceof tf.LayersModel) {
			const count = value.getWeights().length;
			const weights = listOf(tensors, name, count).map(tensorOf);
			value.setWeights(weights);
			tf.dispose(weights);
			const compiled = optimizerOf(value);
			if (compiled)
				await restoreOptimizer(`${name}/optimizer`, compiled, tensors);
		} else if (value instanceof tf.Optimizer)
			await restoreOptimizer(name, value, tensors);
		else if (value instanceof tf.Variable) {
			const tensor = tensorOf(storedIn(tensors, name));
			value.assign(tensor);
			tensor.dispose();
		} else if (ArrayBuffer.isView(value))
			(value as Float32Array).set(
				storedIn(tensors, name).values as Float32Array,
			);
		else restoreJson(name, value, values[name]);
	}
}

async function restoreOptimizer(
	name: string,
	optimizer: tf.Optimizer,
	tensors: NamedTensors,
): Promise<void> {
	const weights = listOf(tensors, name).map((tensor, i) => ({
		name: String(i),
		tensor: tensorOf(tensor),
	}));
	// It keeps the slots as they are, the number of iterations it reads.
	await optimizer.setWeights(weights);
	for (const [key, variable] of ownTensors(optimizer)) {
		const tensor = tensorOf(storedIn(tensors, `${name}/own/${key}`));
		variable.assign(tensor);
		tensor.dispose();
	}
}

/** `NAME/weights/0` and so on. */
function listOf(
	tensors: NamedTensors,
	name: string,
	count?: number,
): NamedTensor[] {
	const found: NamedTensor[] = [];
	for (let i = 0; tensors[`${name}/weights/${i}`]; i++)
		found.push(tensors[`${name}/weights/${i}`] as NamedTensor);
	if (count !== undefined && found.length !== count)
		throw new UsageError(
			`the checkpoint has ${found.length} weights of ${name}, and the code's has ${count}; resume with the code that began the run`,
		);
	return found;
}

function storedIn(tensors: NamedTensors, name: string): NamedTensor {
	const found = tensors[name];
	if (!found)
		throw new UsageError(
			`the checkpoint has no ${name}; resume with the code that began the run`,
		);
	return found;
}

function tensorOf({ values, shape }: NamedTensor): tf.Tensor {
	return tf.tensor(
		values as Float32Array,
		[...shape],
		values instanceof Int32Array ? "int32" : "float32",
	);
}

function restoreJson(name: string, target: unknown, value: unknown): void {
	if (Array.isArray(target) && Array.isArray(value))
		target.splice(0, target.length, ...value);
	else if (
		typeof target === "object" &&
		target !== null &&
		typeof value === "object" &&
		value !== null
	) {
		for (const key of Object.keys(target))
			delete (target as Record<string, unknown>)[key];
		Object.assign(target, value);
	} else
		throw new UsageError(
			`the checkpoint cannot restore ${name}; give dd.restore the same parts as dd.checkpoint`,
		);
}
