/**
 * Operations of TensorFlow.js that stumble over a number where they need a list, and over
 * what was left out, in their own midst. Put in the place of those that it exports,
 * before any module takes them by name.
 */

import type * as Core from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { requirePackage } from "../../../host/modules.ts";

const core = requirePackage("@tensorflow/tfjs-core") as typeof Core;

type Operation = (...args: unknown[]) => unknown;

/** Says what is wrong with a value, if anything is. */
type Check = (value: unknown, rest: readonly unknown[]) => string | undefined;

const isNumber = (value: unknown): value is number => typeof value === "number";

const isNumbers = (value: unknown): boolean =>
	Array.isArray(value)
		? value.every(isNumber)
		: ArrayBuffer.isView(value) && !(value instanceof DataView);

const said = (value: unknown): string =>
	value === undefined || value === null
		? "it is missing"
		: value instanceof core.Tensor
			? "it is a tensor, whose values tensor.arraySync() gives"
			: `it is ${typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? "none" : String(value)}`;

/** The numbers that were given one by one. */
const asList = (value: unknown, rest: readonly unknown[]): string => {
	const given = [value, ...rest];
	const end = given.findIndex((one) => !isNumber(one));
	return `[${(end < 0 ? given : given.slice(0, end)).join(", ")}]`;
};

/** Sizes of axes. */
const sizes: Check = (value, rest) =>
	isNumbers(value)
		? undefined
		: `takes a shape, which is a list of sizes, and ${isNumber(value) ? `not ${value}: give ${asList(value, rest)}` : said(value)}`;

const numbers =
	(what: string): Check =>
	(value) =>
		isNumbers(value)
			? undefined
			: `takes a list of ${what}, one number for each axis, and ${isNumber(value) ? `not ${value}: give [${value}]` : said(value)}`;

const oneOrMore =
	(what: string): Check =>
	(value) =>
		isNumber(value) || isNumbers(value)
			? undefined
			: `takes ${what}, and ${said(value)}`;

const places = (what: string): Check =>
	oneOrMore(`${what}, a list of one number for each axis`);

const windowOf = (what: string): Check =>
	oneOrMore(`${what}, one number or one for each side of the window`);

const parts = oneOrMore("the number of equal parts, or a list of their sizes");

const optional =
	(check: Check): Check =>
	(value, rest) =>
		value === undefined || value === null ? undefined : check(value, rest);

const pairs: Check = (value) =>
	Array.isArray(value) &&
	value.every((pair) => isNumbers(pair) && (pair as number[]).length === 2)
		? undefined
		: `takes paddings, a list of a pair [before, after] for each axis, such as ${isNumber(value) ? `[[${value}, ${value}], [${value}, ${value}]] for a matrix, and not ${value}` : `[[1, 1], [0, 0]] for a matrix, and ${Array.isArray(value) ? `not ${JSON.stringify(value)}` : said(value)}`}`;

const constant: Check = (value) =>
	isNumber(value) || typeof value === "boolean"
		? undefined
		: `pads with a number, and not ${JSON.stringify(value)}`;

const padding: Check = (value) =>
	value === undefined || value === null
		? 'takes a padding, "same", "valid" or a number, and it is missing'
		: undefined;

/** The first value of lists in lists. */
function firstOf(values: unknown): unknown {
	let first = values;
	while (Array.isArray(first)) first = first[0];
	return first;
}

/** Texts as numbers, and numbers as texts, where a type says so. */
const typed: Check = (values, rest) => {
	const dtype = rest.find((one) => typeof one === "string");
	const first = firstOf(values);
	if (dtype === "string")
		return isNumber(first) || typeof first === "boolean"
			? `takes texts for the type string, and the first value is ${first}: give values.map(String)`
			: undefined;
	if (dtype === undefined || typeof first !== "string") return undefined;
	const text = [values]
		.flat(Number.POSITIVE_INFINITY)
		.find((one) => typeof one === "string" && Number.isNaN(Number(one)));
	return text === undefined || text === "NaN"
		? undefined
		: `takes numbers for the type ${dtype}, and the text ${JSON.stringify(text)} is none`;
};

const one =
	(what: string): Check =>
	(value) =>
		isNumber(value)
			? undefined
			: `takes a number as ${what}, and ${said(value)}`;

const filling: Check = (value, rest) =>
	isNumber(value) || typeof value === "boolean" || typeof value === "string"
		? typed(value, rest)
		: `takes the value that it fills with, and ${said(value)}`;

const isTensor: Check = (value) =>
	value instanceof core.Tensor
		? undefined
		: "takes a tensor: make one of numbers or lists with tf.tensor(…) first";

/** Arguments of poolings. */
const WINDOW = [undefined, windowOf("a window"), windowOf("strides"), padding];

/** A check for each argument, and none where any value will do. */
const CHECKS: Readonly<Record<string, readonly (Check | undefined)[]>> = {
	reshape: [undefined, sizes],
	zeros: [sizes],
	ones: [sizes],
	fill: [(value) => sizes(value, []), filling],
	range: [one("its start"), one("its end"), optional(one("its step"))],
	linspace: [one("its start"), one("its end"), one("the count")],
	leakyRelu: [undefined, optional(one("alpha"))],
	step: [undefined, optional(one("alpha"))],
	keep: [isTensor],
	scalar: [typed],
	tensor: [typed, optional(sizes)],
	tensor1d: [typed],
	...Object.fromEntries(
		[2, 3, 4, 5, 6].map((rank) => [`tensor${rank}d`, [typed, optional(sizes)]]),
	),
	buffer: [sizes],
	randomNormal: [sizes],
	randomStandardNormal: [sizes],
	randomUniform: [sizes],
	randomUniformInt: [sizes],
	randomGamma: [sizes],
	truncatedNormal: [sizes],
	rand: [sizes],
	pad: [undefined, pairs, optional(constant)],
	mirrorPad: [undefined, pairs],
	slice: [undefined, places("where the part begins"), optional(places("size"))],
	stridedSlice: [
		undefined,
		numbers("places to begin at"),
		numbers("places to end at"),
		optional(numbers("strides")),
	],
	maxPool: WINDOW,
	avgPool: WINDOW,
	maxPoolWithArgmax: WINDOW,
	maxPool3d: WINDOW,
	avgPool3d: WINDOW,
	tile: [undefined, numbers("repetitions")],
	scatterND: [undefined, undefined, sizes],
	spaceToBatchND: [undefined, numbers("sizes of the block"), pairs],
	batchToSpaceND: [undefined, numbers("sizes of the block"), pairs],
};

/** @throws UsageError where an argument is no list, or missing */
export function checkLists(
	name: string,
	checks: readonly (Check | undefined)[],
	args: readonly unknown[],
): void {
	for (const [at, check] of checks.entries()) {
		const problem = check?.(args[at], args.slice(at + 1));
		if (problem !== undefined) throw new UsageError(`${name} ${problem}`);
	}
}

/** The operation, once its arguments are looked at. */
function checked<Of extends (...args: never[]) => unknown>(
	name: string,
	operation: Of,
	checks: readonly (Check | undefined)[],
): Of {
	const call = operation as unknown as Operation;
	const wrapped: Operation = (...args) => {
		checkLists(name, checks, args);
		return call(...args);
	};
	return Object.defineProperty(wrapped, "name", {
		value: operation.name,
	}) as unknown as Of;
}

export { parts, sizes };

const exported = core as unknown as Record<string, Operation>;
for (const [name, checks] of Object.entries(CHECKS)) {
	const original = exported[name];
	if (!original)
		throw new Error(
			`@tensorflow/tfjs-core ${core.version_core} has no ${name}.`,
		);
	exported[name] = checked(name, original, checks);
}

/** As they are now: modules that loaded tfjs earlier keep the old ones. */
export const {
	avgPool,
	avgPool3d,
	batchToSpaceND,
	buffer,
	fill,
	keep,
	leakyRelu,
	linspace,
	maxPool,
	maxPool3d,
	maxPoolWithArgmax,
	mirrorPad,
	ones,
	pad,
	rand,
	range,
	reshape,
	scalar,
	scatterND,
	slice,
	spaceToBatchND,
	step,
	stridedSlice,
	tensor,
	tensor1d,
	tensor2d,
	tensor3d,
	tensor4d,
	tensor5d,
	tensor6d,
	tile,
	zeros,
} = core;
