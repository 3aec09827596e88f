import type * as Core from "@tensorflow/tfjs-core";
import { UsageError } from "../../base/errors.ts";
import { requirePackage } from "../../host/modules.ts";

// Not imported: seeding.ts loads this before the exports of tfjs-core are what they are to be.
const core = requirePackage("@tensorflow/tfjs-core") as typeof Core;

/** Asked by tfjs when it knows the shape of lists from their first rows, and takes the others to be alike. */
const FLAG = "TENSORLIKE_CHECK_SHAPE_CONSISTENCY";

type List = ArrayLike<unknown>;

const nameOf = (value: unknown): string =>
	Array.isArray(value) || ArrayBuffer.isView(value)
		? `a list of ${(value as unknown as List).length}`
		: typeof value === "object" && value !== null
			? `a ${value.constructor?.name ?? "object"}`
			: typeof value === "string"
				? `the text ${JSON.stringify(value)}`
				: String(value);

function refuse(problem: string): never {
	throw new UsageError(
		`the lists of a tensor have one length on each level: ${problem}`,
	);
}

const placeOf = (path: readonly number[]) => `at [${path.join("][")}]`;

function refuseValue(
	value: unknown,
	path: readonly number[],
	first: unknown,
): never {
	const place = placeOf(path);
	if (value instanceof core.Tensor)
		throw new UsageError(
			`the list holds a tensor ${place}: join tensors with tf.stack, which gives them a new axis, or tf.concat`,
		);
	if (value === undefined || value === null)
		throw new UsageError(
			`the list has ${value} ${place}: give a value, such as NaN where a number is missing`,
		);
	if (value instanceof Promise)
		throw new UsageError(
			`the list holds a Promise ${place}: write await before what makes it`,
		);
	if (typeof value === "bigint")
		throw new UsageError(
			`the list holds the bigint ${value} ${place}: give Number(…) of it`,
		);
	if (typeof value !== "object" && typeof value !== "function")
		throw new UsageError(
			`the values of a tensor have one type: ${place} is ${nameOf(value)}, and the first is ${nameOf(first)}`,
		);
	if (Array.isArray(value) || ArrayBuffer.isView(value))
		refuse(
			ArrayBuffer.isView(value) && !Array.isArray(first)
				? `${place} is a ${value.constructor.name}, which is no row of numbers here: give Array.from(…) of it`
				: `${place} is ${nameOf(value)} where others have one value`,
		);
	throw new UsageError(
		`the list holds ${nameOf(value)} ${place}: tensors are made of numbers, truth values or texts`,
	);
}

function checkValues(list: List, path: readonly number[], first: unknown) {
	const isOfTexts = typeof first === "string";
	for (let at = 0; at < list.length; at++) {
		const value = list[at];
		const kind = typeof value;
		if (isOfTexts ? kind !== "string" : kind !== "number" && kind !== "boolean")
			refuseValue(value, [...path, at], first);
	}
}

/** Texts as their bytes in UTF-8, of any length. */
function checkBytes(list: List, path: readonly number[]) {
	for (let at = 0; at < list.length; at++)
		if (!(list[at] instanceof Uint8Array) && typeof list[at] !== "string")
			refuseValue(list[at], [...path, at], "");
}

function checkRows(
	list: List,
	shape: readonly number[],
	path: number[],
	first: unknown,
): void {
	const depth = path.length;
	if (depth === shape.length - 1) {
		// A typed array holds numbers and nothing else.
		if (!Array.isArray(list)) return;
		if (typeof first === "object" && first instanceof Uint8Array)
			checkBytes(list, path);
		else checkValues(list, path, first);
		return;
	}
	for (let at = 0; at < list.length; at++) {
		const row = list[at];
		const inner = [...path, at];
		if (!Array.isArray(row) && !core.util.isTypedArray(row as never)) {
			if (typeof row !== "object" || row === null)
				refuse(
					`row ${placeOf(inner)} is ${nameOf(row)}, and the first is a list of ${shape[depth + 1]}`,
				);
			refuseValue(row, inner, first);
		}
		const { length } = row as List;
		if (length !== shape[depth + 1])
			refuse(
				`row ${placeOf(inner)} has ${length} values, and the first has ${shape[depth + 1]}; fill up the shorter ones, with NaN for instance`,
			);
		checkRows(row as List, shape, inner, first);
	}
}

/** @throws UsageError that names the row where lists in lists have no shape. Bytes of texts are no rows. */
function checkLists(list: List, isOfBytes: boolean): void {
	const shape: number[] = [];
	let first: unknown = list;
	while (
		Array.isArray(first) ||
		(!isOfBytes && core.util.isTypedArray(first as never))
	) {
		shape.push((first as unknown as List).length);
		first = (first as unknown as List)[0];
	}
	checkRows(list, shape, [], first);
}

/**
 * Lists of several lengths have no shape. tfjs asks only while it debugs, by a way that takes
 * as long as making the tensor, and otherwise takes what it finds: numbers come into other rows.
 *
 * What it makes of the lists that any operation is given is not exported. But it asks its
 * platform first whether they are a typed array, and then for the flag.
 */
export function checkListsFirst(): void {
	const environment = core.env();
	const { platform } = environment;
	const isTypedArray = platform.isTypedArray.bind(platform);
	const getBool = environment.getBool.bind(environment);
	let list: List | undefined;
	let last: unknown;
	platform.isTypedArray = ((value: unknown) => {
		last = value;
		if (!Array.isArray(value)) return isTypedArray(value);
		list = value;
		return false;
	}) as typeof platform.isTypedArray;
	environment.getBool = (name) => {
		const [given, end] = [list, last];
		list = undefined;
		last = undefined;
		if (name === FLAG && given)
			// Where it stopped at a typed array, that is a text.
			checkLists(given, ArrayBuffer.isView(end));
		return getBool(name);
	};
}
