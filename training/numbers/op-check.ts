import assert from "node:assert/strict";
import { SAID_BELOW, UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import { explainError } from "../explain/explain.ts";
import {
	type Array64,
	type Attributes,
	array,
	arrayOf,
	type Example,
	type NumberType,
	sizeOf,
	tensorOf,
} from "./array.ts";
import { gradientOf, type Reference, secondOrderOf } from "./differences.ts";
import { type Draw, openDraw } from "./draw.ts";

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** An operation, what it should compute, and examples to compare the two on. */
export interface OpCheck {
	/** As users call it, without `tf.`: "conv2d", "image.resizeBilinear". */
	readonly name: string;
	/** Types of the inputs that it computes with; every other is refused. 32-bit floats where none is named. */
	readonly dtypes?: readonly NumberType[];
	/** An example, another on each call. `dtype` is one of `dtypes`. */
	draw(draw: Draw, dtype: NumberType): Example;
	/** Calls the operation. */
	// biome-ignore lint/suspicious/noExplicitAny: tensors of whatever rank the operation takes.
	compute(inputs: any, attrs: Attributes): tf.Tensor | readonly tf.Tensor[];
	/** The same in float64, as plainly as possible: this is the oracle. */
	reference(
		inputs: Readonly<Record<string, Array64>>,
		attrs: Attributes,
	): Array64 | readonly Array64[];
	/** Inputs that have a gradient: all, where none is named. Of the others it is refused. */
	readonly gradients?: readonly string[];
	/** Whether the gradient has a gradient of its own: proven, or refused by a sentence. Proven, where nothing is said. */
	readonly secondOrder?: "proven" | "refused";
	/** Inputs and outputs whose first axis counts examples: each is computed as if it were alone. */
	readonly batched?: readonly string[];
	/** How far numbers may be off, in terms of the largest expected one: 1e-5 where nothing is said. */
	readonly tolerance?: number;
	/** The same of gradients of gradients: 1e-4, where nothing is said. */
	readonly secondTolerance?: number;
	/** Fixed examples: ties, zeros, NaN, infinities, nothing at all. Their gradients are compared where `gradients` is given. */
	readonly edges?: readonly Edge[];
	/** What has to be refused by a sentence that says what to do instead. */
	readonly refused?: readonly Refusal[];
}

export interface Edge extends Example {
	readonly what: string;
	/** By hand or from a library, where the reference cannot tell: a tie, a kink. With ones as the gradient of the output. */
	readonly gradients?: Readonly<Record<string, readonly number[]>>;
}

export interface Refusal extends Example {
	readonly what: string;
	/** What the message has to name. */
	readonly says: RegExp;
}

/** How far an operation was off, at most. */
export interface Worst {
	forward: number;
	/** None, where no gradient was compared: there is none of whole numbers, or to them. */
	gradient?: number;
	second: number;
}

/** How far numbers may be off where an operation says nothing. */
export const TOLERANCE = 1e-5;
/** Differences of differences are only so exact. */
export const SECOND_TOLERANCE = 1e-4;

/** What an operation gives, one or several, as a list. */
export const listOf = <T>(value: T | readonly T[]): readonly T[] =>
	Array.isArray(value) ? value : [value as T];

const isSame = (a: number, b: number) => Object.is(a, b) || a === b;

/** The largest difference, in terms of the largest expected number; Infinity where one of them is no number and the other is. */
export function errorOf(
	actual: ArrayLike<number>,
	expected: ArrayLike<number>,
): number {
	let scale = 0;
	for (let i = 0; i < expected.length; i++) {
		const size = Math.abs(expected[i] as number);
		if (Number.isFinite(size)) scale = Math.max(scale, size);
	}
	let worst = 0;
	for (let i = 0; i < expected.length; i++) {
		const [a, b] = [actual[i] as number, expected[i] as number];
		if (isSame(a, b)) continue;
		const off = Math.abs(a - b) / Math.max(scale, 1e-3);
		if (!Number.isFinite(off)) return Number.POSITIVE_INFINITY;
		worst = Math.max(worst, off);
	}
	return worst;
}

const shown = ({ shape, values, dtype }: Array64) =>
	`${dtype ?? "float32"}[${shape}] ${JSON.stringify(Array.from(values).slice(0, 32), (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value))}`;

/** The smallest thing that lets a reader repeat what failed. */
const exampleText = ({ inputs, attrs }: Example) =>
	[
		...Object.entries(inputs).map(
			([name, input]) => `${name}: ${shown(input)}`,
		),
		`attrs: ${JSON.stringify(attrs)}`,
	].join("\n");

/** @throws AssertionError where shape, type or a number differs. Returns how far it was off. */
export function assertSame(
	actual: Array64,
	expected: Array64,
	tolerance: number,
	what: string,
	example: Example,
): number {
	const tell = (problem: string) =>
		`${what}: ${problem}\n${exampleText(example)}\nexpected ${shown(expected)}\nactual   ${shown(actual)}`;
	assert.deepEqual([...actual.shape], [...expected.shape], tell("shape"));
	assert.equal(
		actual.dtype ?? "float32",
		expected.dtype ?? "float32",
		tell("type"),
	);
	const exact = (expected.dtype ?? "float32") !== "float32";
	const off = errorOf(actual.values, expected.values);
	assert.ok(off <= (exact ? 0 : tolerance), tell(`off by ${off}`));
	return off;
}

/** The same of lists, which have to be of one length. */
export function assertAllSame(
	actual: readonly Array64[],
	expected: readonly Array64[],
	tolerance: number,
	what: string,
	example: Example,
): number {
	assert.equal(actual.length, expected.length, `${what}: outputs`);
	return Math.max(
		0,
		...actual.map((one, k) =>
			assertSame(one, expected[k] as Array64, tolerance, what, example),
		),
	);
}

/** Leaves NaN wherever the next tensors of these sizes are likely to lie. */
export function soil(arrays: readonly Pick<Array64, "shape">[]): void {
	tf.dispose(
		arrays.flatMap(({ shape }) =>
			[0, 1, 2].map(() => tf.fill([Math.max(1, sizeOf(shape))], Number.NaN)),
		),
	);
}

export function tensorsOf(inputs: Readonly<Record<string, Array64>>): Tensors {
	return Object.fromEntries(
		Object.entries(inputs).map(([name, input]) => [name, tensorOf(tf, input)]),
	);
}

/** What the operation gives for the example. Nothing is left behind. */
export function forwardOf(op: OpCheck, { inputs, attrs }: Example): Array64[] {
	return tidied(() =>
		listOf(op.compute(tensorsOf(inputs), attrs)).map(arrayOf),
	);
}

/** What `body` gives, which are no tensors: those it made are gone afterwards. */
export function tidied<T>(body: () => T): T {
	let result: { readonly value: T } | undefined;
	tf.tidy(() => {
		result = { value: body() };
	});
	return (result as unknown as { readonly value: T }).value;
}

/** Σ weights · outputs, whose gradient is asked for. */
export function sumOf(
	op: Pick<OpCheck, "compute">,
	inputs: Tensors,
	attrs: Attributes,
	weights: readonly (Array64 | undefined)[],
): tf.Scalar {
	const outputs = listOf(op.compute(inputs, attrs));
	const terms = outputs.flatMap((output, k) => {
		const by = weights[k];
		return by ? [tf.sum(tf.mul(output, tensorOf(tf, by)))] : [];
	});
	return tf.addN(terms) as tf.Scalar;
}

/** As in a model: computed from something, and released once the function is over. */
const onTheWay = (x: tf.Tensor): tf.Tensor => tf.mul(x, 1);

/** The gradients of Σ weights · outputs by tfjs. */
export function gradientsOf(
	op: OpCheck,
	{ inputs, attrs }: Example,
	names: readonly string[],
	weights: readonly (Array64 | undefined)[],
): Array64[] {
	return tidied(() => {
		const given = tensorsOf(inputs);
		const of = (...moving: tf.Tensor[]) => {
			const all: Record<string, tf.Tensor> = { ...given };
			for (const [at, name] of names.entries())
				all[name] = onTheWay(moving[at] as tf.Tensor);
			return sumOf(op, all, attrs, weights);
		};
		return tf
			.grads(of)(names.map((name) => given[name] as tf.Tensor))
			.map(arrayOf);
	});
}

/** The gradient of ⟨direction, gradient⟩ by tfjs. */
function secondOrder(
	op: OpCheck,
	{ inputs, attrs }: Example,
	name: string,
	weights: readonly (Array64 | undefined)[],
	direction: Array64,
): Array64 {
	return tidied(() => {
		const given = tensorsOf(inputs);
		const gradient = tf.grad((x: tf.Tensor) =>
			sumOf(op, { ...given, [name]: onTheWay(x) }, attrs, weights),
		);
		const by = tensorOf(tf, direction);
		return arrayOf(
			tf.grad((x: tf.Tensor) => tf.sum(tf.mul(gradient(x), by)))(
				given[name] as tf.Tensor,
			),
		);
	});
}

/** Are its numbers floats? No other has a gradient. */
export const isFloat = ({ dtype }: { readonly dtype?: string }): boolean =>
	(dtype ?? "float32") === "float32";

/** The inputs of an example whose gradients are asked for. */
export function inputsWithGradient(
	op: OpCheck,
	{ inputs }: Example,
): readonly string[] {
	const floats = Object.keys(inputs).filter((name) =>
		isFloat(inputs[name] as Array64),
	);
	return (op.gradients ?? floats).filter((name) => floats.includes(name));
}

/** A weight for each number of each output that has a gradient. */
export const weightsOf = (
	outputs: readonly Array64[],
	draw: Draw,
): (Array64 | undefined)[] =>
	outputs.map((output) =>
		isFloat(output) ? draw.values(output.shape) : undefined,
	);

/** Does the error say, in a sentence of ours, what to do instead? */
export function isExplained(error: unknown): boolean {
	if (error instanceof UsageError) return true;
	explainError(error);
	return error instanceof Error && error.message.includes(SAID_BELOW);
}

/** The reference as a function of the inputs alone. */
export const referenceOf =
	(op: Pick<OpCheck, "reference">, attrs: Attributes): Reference =>
	(inputs) =>
		listOf(op.reference(inputs, attrs));

/** Compares one example: forward, gradients, gradients of gradients. */
export function checkExample(
	op: OpCheck,
	example: Example,
	draw: Draw,
	what: string,
): Worst {
	const tolerance = op.tolerance ?? TOLERANCE;
	const worst: Worst = { forward: 0, second: 0 };
	const reference = referenceOf(op, example.attrs);
	const expected = reference(example.inputs);
	soil(expected);
	const outputs = forwardOf(op, example);
	worst.forward = assertAllSame(outputs, expected, tolerance, what, example);
	soil(expected);
	assert.deepEqual(
		forwardOf(op, example),
		outputs,
		`${what}: a second time, other numbers\n${exampleText(example)}`,
	);
	checkAlone(op, example, outputs, what);

	const names = inputsWithGradient(op, example);
	const weights = weightsOf(expected, draw);
	if (!weights.some(Boolean) || names.length === 0) return worst;
	soil([...expected, ...names.map((name) => example.inputs[name] as Array64)]);
	const gradients = gradientsOf(op, example, names, weights);
	for (const [at, name] of names.entries()) {
		const slope = gradientOf(reference, example.inputs, name, weights);
		worst.gradient = Math.max(
			worst.gradient ?? 0,
			assertSame(
				gradients[at] as Array64,
				slope,
				tolerance * 3,
				`${what}: gradient of ${name}`,
				example,
			),
		);
	}
	for (const name of names) {
		const direction = draw.values((example.inputs[name] as Array64).shape);
		if (op.secondOrder === "refused") {
			assertRefused(
				() => secondOrder(op, example, name, weights, direction),
				undefined,
				`${what}: gradient of the gradient of ${name}`,
			);
			continue;
		}
		const bend = secondOrderOf(
			reference,
			example.inputs,
			name,
			weights,
			direction,
		);
		let actual: Array64;
		try {
			actual = secondOrder(op, example, name, weights, direction);
		} catch (error) {
			// The gradient does not depend on the input: there is nothing to differentiate.
			if (
				bend.values.length === 0 ||
				(errorOf(bend.values, new Float64Array(bend.values.length)) < 1e-2 &&
					isExplained(error) &&
					/does not follow from/.test((error as Error).message))
			)
				continue;
			throw error;
		}
		worst.second = Math.max(
			worst.second,
			assertSame(
				actual,
				bend,
				op.secondTolerance ?? Math.max(SECOND_TOLERANCE, 10 * tolerance),
				`${what}: gradient of the gradient of ${name}`,
				example,
			),
		);
	}
	return worst;
}

/** The first example of a batch has the same bits, whatever stands beside it. */
function checkAlone(
	op: OpCheck,
	example: Example,
	outputs: readonly Array64[],
	what: string,
): void {
	if (!op.batched) return;
	const size = (example.inputs[op.batched[0] as string] as Array64).shape[0];
	if (size === undefined || size < 2) return;
	const beside = Object.fromEntries(
		Object.entries(example.inputs).map(([name, input]) => {
			if (!op.batched?.includes(name)) return [name, input];
			const own: number = input.values.length / size;
			const other = isFloat(input) ? Number.NaN : 0;
			return [
				name,
				{
					...input,
					values: Array.from(input.values, (value, at) =>
						at < own ? value : other,
					),
				},
			];
		}),
	);
	const again = forwardOf(op, { ...example, inputs: beside });
	for (const [k, output] of outputs.entries()) {
		const own: number = output.values.length / size;
		assert.deepEqual(
			Array.from(again[k]?.values ?? []).slice(0, own),
			Array.from(output.values).slice(0, own),
			`${what}: what stands beside an example changes it\n${exampleText(example)}`,
		);
	}
}

/** @throws AssertionError where it is computed, or refused without saying what to do */
export function assertRefused(
	body: () => unknown,
	says: RegExp | undefined,
	what: string,
): void {
	let error: unknown;
	try {
		body();
	} catch (thrown) {
		error = thrown;
	}
	assert.ok(error !== undefined, `${what}: nothing was refused`);
	assert.ok(
		isExplained(error),
		`${what}: no sentence says what to do: ${(error as Error).message}`,
	);
	if (says) assert.match((error as Error).message, says, what);
}

/** An edge whose gradients are known by other means than differences. */
function checkEdge(op: OpCheck, edge: Edge, what: string): Worst {
	const tolerance = op.tolerance ?? TOLERANCE;
	const expected = referenceOf(op, edge.attrs)(edge.inputs);
	const worst: Worst = { forward: 0, second: 0 };
	soil(expected);
	const outputs = forwardOf(op, edge);
	worst.forward = assertAllSame(outputs, expected, tolerance, what, edge);
	for (const [name, values] of Object.entries(edge.gradients ?? {})) {
		const ones = expected.map((output) =>
			isFloat(output)
				? array(output.shape, new Float64Array(sizeOf(output.shape)).fill(1))
				: undefined,
		);
		const [gradient] = gradientsOf(op, edge, [name], ones) as [Array64];
		worst.gradient = Math.max(
			worst.gradient ?? 0,
			assertSame(
				gradient,
				array(gradient.shape, values),
				tolerance * 3,
				`${what}: gradient of ${name}`,
				edge,
			),
		);
	}
	return worst;
}

/** The larger of each. */
export function most(a: Worst, b: Worst): Worst {
	const gradients = [a, b].flatMap(({ gradient = [] }) => gradient);
	return {
		forward: Math.max(a.forward, b.forward),
		...(gradients.length > 0 ? { gradient: Math.max(...gradients) } : {}),
		second: Math.max(a.second, b.second),
	};
}

const TYPES: readonly NumberType[] = ["float32", "int32", "bool"];

/**
 * Compares an operation on `count` examples of each type, its edges, and what it
 * refuses.
 *
 * @returns how far it was off at most, in terms of the largest expected number
 * @throws AssertionError with the example on which it is wrong
 */
export function checkOp(op: OpCheck, count: number): Worst {
	const dtypes = op.dtypes ?? ["float32"];
	let worst: Worst = { forward: 0, second: 0 };
	for (const dtype of dtypes)
		for (let k = 0; k < count; k++) {
			const draw = openDraw(`${op.name} ${dtype} ${k}`);
			const what = `${op.name}, ${dtype} example ${k}`;
			worst = most(worst, checkExample(op, op.draw(draw, dtype), draw, what));
		}
	for (const edge of op.edges ?? [])
		worst = most(worst, checkEdge(op, edge, `${op.name}, ${edge.what}`));
	for (const refusal of op.refused ?? [])
		assertRefused(
			() => forwardOf(op, refusal),
			refusal.says,
			`${op.name}, ${refusal.what}`,
		);
	checkOtherTypes(op, dtypes);
	checkNoGradient(op);
	return worst;
}

/** Types that an operation does not compute with are refused, and not read as something else. */
function checkOtherTypes(op: OpCheck, dtypes: readonly NumberType[]): void {
	const draw = openDraw(`${op.name} other types`);
	const { inputs, attrs } = op.draw(draw, dtypes[0] as NumberType);
	const named = Object.keys(inputs)[0];
	if (named === undefined) return;
	for (const dtype of TYPES) {
		if (dtypes.includes(dtype)) continue;
		const input = inputs[named] as Array64;
		const other = {
			...input,
			values: Array.from(input.values, (value) =>
				dtype === "bool" ? Number(value > 0) : Math.trunc(value),
			),
			dtype,
		};
		assertRefused(
			() => forwardOf(op, { inputs: { ...inputs, [named]: other }, attrs }),
			undefined,
			`${op.name} of ${dtype}`,
		);
	}
}

/** Inputs without a gradient say so. */
function checkNoGradient(op: OpCheck): void {
	if (!op.gradients) return;
	const draw = openDraw(`${op.name} no gradient`);
	const example = op.draw(draw, (op.dtypes ?? ["float32"])[0] as NumberType);
	const expected = referenceOf(op, example.attrs)(example.inputs);
	const weights = weightsOf(expected, draw);
	if (!weights.some(Boolean)) return;
	for (const [name, input] of Object.entries(example.inputs)) {
		if (!isFloat(input) || op.gradients.includes(name)) continue;
		assertRefused(
			() => gradientsOf(op, example, [name], weights),
			undefined,
			`${op.name}: gradient of ${name}`,
		);
	}
}
