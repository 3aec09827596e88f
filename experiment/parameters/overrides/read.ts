import { UsageError } from "../../../base/errors.ts";
import type { ParamValue, Scalar } from "../../events.ts";
import { isSecret } from "../../secrets/named-secrets.ts";
import {
	parseValue,
	type ReadAs,
	shownText,
	visible,
} from "../parameter-text.ts";
import { parseOverride, SyntaxProblem, withCaret } from "./syntax.ts";
import { evaluate } from "./values.ts";

/** What a parameter takes, as far as it is known where its text is read. */
export interface Wanted {
	/** Without quotes, are numbers and truth values what they look like? */
	readonly as: ReadAs;
	/** May there be several values, for the runs of a multirun? */
	readonly lists: boolean;
	/** The texts that a task lists for it. */
	readonly names?: readonly string[];
}

/**
 * Reads what is typed after `key=`.
 * @returns one value, or those of a multirun in their order
 * @throws UsageError with what is wrong, what to write, and a caret below the place
 */
export function readOverrideText(
	key: string,
	text: string,
	wanted: Wanted,
): ParamValue[] {
	try {
		const nodes = parseOverride(text);
		if (nodes.length === 0) return [""];
		const meant = evaluate(nodes, { key, ...wanted });
		// What takes secrets out of a line knows words, quotes and commas.
		if (
			nodes.some(({ kind }) => kind !== "text") &&
			meant.values.some((value) => isSecret(key, value))
		)
			throw new SyntaxProblem(
				"a secret is written as it is, without functions and lists",
				0,
			);
		if (meant.sweeps && !wanted.lists)
			throw new SyntaxProblem(severalProblem(nodes.length), 0);
		return [...meant.values];
	} catch (error) {
		if (error instanceof SyntaxProblem)
			throw refusal(key, text, wanted.lists, error);
		throw error;
	}
}

/**
 * The values of a text whose parameter has no declared type.
 * @param ofTask of a task that is not known here: what looks like a number stays as it was typed, for the task to read
 */
export const readUntyped = (
	key: string,
	text: string,
	{ lists, ofTask }: { readonly lists: boolean; readonly ofTask: boolean },
): ParamValue[] =>
	readOverrideText(key, text, { as: ofTask ? "text" : "value", lists }).map(
		(value) => (ofTask ? asTyped(value) : value),
	);

/** `0.1` and `true` as values, `1e-3` and `007` as texts. */
function asTyped(value: ParamValue): ParamValue {
	const one = (text: Scalar) => {
		const looksLike = typeof text === "string" ? parseValue(text) : text;
		return String(looksLike) === text ? looksLike : text;
	};
	return typeof value === "object" ? value.map(one) : one(value);
}

const severalProblem = (count: number) =>
	count > 1
		? "it has a comma: a decimal point is a dot, and several values are for a multirun"
		: "several values are for a multirun";

function refusal(
	key: string,
	text: string,
	lists: boolean,
	{ problem, at }: SyntaxProblem,
): UsageError {
	const shown = shownText(key, text);
	// What is wrong with a secret may say a part of it.
	if (isSecret(key, text))
		return new UsageError(
			`${key}=${shown} is no value of a parameter; what has brackets, quotes or signs in it stands in quotes, and one secret alone`,
		);
	const hint =
		/["\p{Cc}]/u.test(text) || shown !== text
			? ""
			: lists
				? "; quotes around it make it a text"
				: `; if it is a text, write ${key}="${shown}" (in a shell '${key}="${shown}"')`;
	// Of one word, the place says nothing.
	const hasPlaces = /[,()[\]{}"']/.test(text);
	const caret =
		hasPlaces && visible(text) === text && shown === text
			? withCaret(`${key}=${text}`, key.length + 1 + at)
			: "";
	return new UsageError(
		`${key}=${shown} ${lists ? "lists no values" : "is no value"} of a parameter: ${problem}${hint}${caret}`,
	);
}

/**
 * Refuses values of a new parameter that are no values of one.
 * @throws UsageError
 */
export function requireOneType(
	key: string,
	text: string,
	values: readonly ParamValue[],
): void {
	const types = new Set(values.map(typeName));
	// Of an empty list, nobody knows what kind of list it is.
	if ([...types].some((type) => type.startsWith("list of")))
		types.delete("list");
	if (types.size > 1)
		throw new UsageError(
			`${key}=${shownText(key, text)} lists values of several types: ${[...types].join(", ")}; in quotes numbers and truth values are texts, too`,
		);
	for (const value of values)
		if (typeof value === "object") {
			const inner = new Set(value.map((one) => typeof one));
			if (inner.size > 1)
				throw new UsageError(
					`${key}=${shownText(key, text)} is a list with values of several types: ${[...inner].join(", ")}; in quotes numbers and truth values are texts, too`,
				);
		}
}

/** `number`, `string`, `list of number`; `list` of nothing. */
export function typeName(value: ParamValue): string {
	if (typeof value !== "object") return typeof value;
	const [first] = value;
	return first === undefined ? "list" : `list of ${typeof first}`;
}
