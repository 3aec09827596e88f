import { suggestion } from "../../../base/nearest.ts";
import type { ParamValue, Scalar } from "../../events.ts";
import { parseValue, problemOfText, type ReadAs } from "../parameter-text.ts";
import { bool, float, int, str } from "./casts.ts";
import { decimalRange } from "./decimal-range.ts";
import { namesLike } from "./glob.ts";
import { shuffled, sorted } from "./order.ts";
import {
	type CallArgument,
	type CallNode,
	type ListNode,
	type Node,
	SyntaxProblem,
	type TextNode,
} from "./syntax.ts";

/** What is known of the parameter that values are read for. */
export interface Reading {
	readonly key: string;
	/** Is a number or a truth value without quotes one, or a text like all others? */
	readonly as: ReadAs;
	/** The names that `glob(…)` looks at. */
	readonly names?: readonly string[];
}

/** The values that a text means. */
export interface Meant {
	/** At least one. */
	readonly values: readonly ParamValue[];
	/** Does it list values for runs, also if it is only one? */
	readonly sweeps: boolean;
}

/** More members has no multirun, and a list of them would fill the memory. */
const MOST_VALUES = 10_000;

type Evaluate = (call: CallNode, reading: Reading) => Meant;

/** What can be called, in the order in which errors list it. */
const FUNCTIONS: ReadonlyMap<string, Evaluate> = new Map<string, Evaluate>([
	["choice", choiceOf],
	["range", rangeOf],
	["glob", globOf],
	["sort", sortOf],
	["shuffle", shuffleOf],
	...Object.entries({ int, float, str, bool }).map(
		([name, cast]): [string, Evaluate] => [
			name,
			(call, reading) => castOf(cast, call, reading),
		],
	),
]);

/** Names of all functions. */
export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys()];

/** Those that list values, for completion: nobody looks for a cast. */
export const LISTING_NAMES: readonly string[] = [
	"choice",
	"range",
	"glob",
	"sort",
	"shuffle",
];

/** What Hydra calls so, and what to write here. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
	[
		"interval",
		"an interval is for a search, which chooses from it; a multirun runs every value: write range(start,stop,step) or choice(a,b)",
	],
	["tag", "values have no tags here; write what stands in it alone"],
	[
		"dict",
		"an object is no value; give its members one by one, as in optim.lr=0.1",
	],
	["extend_list", "nothing is added to a default; write the whole list"],
	["json_str", "write the text in quotes"],
]);

/** What the nodes of a text mean. @throws SyntaxProblem with the place */
export function evaluate(nodes: readonly Node[], reading: Reading): Meant {
	const [only, ...more] = nodes;
	if (only && more.length === 0) return meaningOf(only, reading);
	return { values: elements(nodes, reading), sweeps: true };
}

/** All values of nodes that stand beside each other; those of a `range(…)` among them one by one. */
const elements = (nodes: readonly Node[], reading: Reading): ParamValue[] =>
	nodes.flatMap((node) => meaningOf(node, reading).values);

function meaningOf(node: Node, reading: Reading): Meant {
	switch (node.kind) {
		case "text":
			return { values: [textOf(node, reading)], sweeps: false };
		case "list":
			return { values: [listOf(node, reading)], sweeps: false };
		case "call":
			return functionOf(node)(node, reading);
	}
}

function textOf(node: TextNode, { key, as }: Reading): Scalar {
	if (node.isText) return node.text;
	const problem = problemOfText(key, node.typed, as);
	if (problem !== undefined) throw new SyntaxProblem(problem, node.at);
	return as === "text" ? node.text : parseValue(node.text);
}

function listOf({ items }: ListNode, reading: Reading): Scalar[] {
	return items.map((item) => {
		const { values, sweeps } = meaningOf(item, reading);
		const [value] = values;
		if (sweeps)
			throw new SyntaxProblem(
				"a list has values, and no choices; write every list, as in [32],[64]",
				item.at,
			);
		if (value === undefined || typeof value === "object")
			throw new SyntaxProblem(
				"a list in a list is no value; make it one list",
				item.at,
			);
		return value;
	});
}

function functionOf({ name, at }: CallNode): Evaluate {
	const found = FUNCTIONS.get(name);
	if (found) return found;
	const elsewhere = ELSEWHERE.get(name);
	throw new SyntaxProblem(
		elsewhere ??
			`there is no function "${name}"${suggestion(name, FUNCTION_NAMES)}`,
		at,
	);
}

/** The arguments of a call: those without a name, and those with one of `known`. */
function argumentsOf<N extends string>(
	call: CallNode,
	known: readonly N[],
): { readonly plain: readonly Node[]; named(name: N): Node | undefined } {
	const named = new Map<string, CallArgument>();
	for (const argument of call.args) {
		const { name, at } = argument;
		if (name === undefined) continue;
		if (!known.some((one) => one === name))
			throw new SyntaxProblem(
				`${call.name}(…) takes no "${name}="${suggestion(name, known)}`,
				at,
			);
		if (named.has(name)) throw new SyntaxProblem(`${name}= is given twice`, at);
		named.set(name, argument);
	}
	return {
		plain: call.args
			.filter(({ name }) => name === undefined)
			.map(({ value }) => value),
		named: (name) => named.get(name)?.value,
	};
}

/** @throws SyntaxProblem where there is none */
function some(call: CallNode, nodes: readonly Node[]): readonly Node[] {
	if (nodes.length === 0)
		throw new SyntaxProblem(`${call.name}() has no values`, call.at);
	return nodes;
}

function choiceOf(call: CallNode, reading: Reading): Meant {
	const { plain } = argumentsOf(call, []);
	return { values: elements(some(call, plain), reading), sweeps: true };
}

function rangeOf(call: CallNode, { key }: Reading): Meant {
	const { plain, named } = argumentsOf(call, ["start", "stop", "step"]);
	const [third] = plain.slice(3);
	if (third)
		throw new SyntaxProblem(
			"range(…) takes start, stop and step; several values are a choice(…)",
			third.at,
		);
	const only = plain.length === 1 && named("stop") === undefined;
	const [first, second, last] = only ? [undefined, plain[0]] : plain;
	const part = (name: "start" | "stop" | "step", node: Node | undefined) => {
		const given = named(name);
		if (node && given)
			throw new SyntaxProblem(`${name}= is given twice`, given.at);
		const found = node ?? given;
		return found && numberOf(found, key);
	};
	const start = part("start", first) ?? 0;
	const stop = part("stop", second);
	const step = part("step", last) ?? 1;
	if (stop === undefined)
		throw new SyntaxProblem("range(…) needs where it stops", call.at);
	if (step === 0)
		throw new SyntaxProblem("a range with steps of 0 never ends", call.at);
	const values = decimalRange({ start, stop, step }, MOST_VALUES + 1);
	if (values.length === 0)
		throw new SyntaxProblem(
			start === stop
				? "this range has no values: it ends before its stop"
				: `this range has no values: steps of ${step} do not lead from ${start} to ${stop}; give another step, as in range(${start},${stop},${stop > start ? 1 : -1})`,
			call.at,
		);
	if (values.length > MOST_VALUES)
		throw new SyntaxProblem(
			`this range has more than ${MOST_VALUES} values`,
			call.at,
		);
	return { values, sweeps: true };
}

function numberOf(node: Node, key: string): number {
	const [value] = meaningOf(node, { key, as: "value" }).values;
	if (
		node.kind === "text" &&
		typeof value === "number" &&
		Number.isFinite(value)
	)
		return value;
	throw new SyntaxProblem(
		"a range has numbers; other values are a choice(…)",
		node.at,
	);
}

function globOf(call: CallNode, { key, names }: Reading): Meant {
	const { plain, named } = argumentsOf(call, ["exclude"]);
	const [patterns, more] = some(call, plain);
	if (more)
		throw new SyntaxProblem(
			"glob(…) takes one pattern, or a list of them, as in glob([a*,b*])",
			more.at,
		);
	if (!names || names.length === 0)
		throw new SyntaxProblem(
			"glob(…) chooses among the values that a task lists for its parameter, and there is no such list; write the values, as in choice(a,b)",
			call.at,
		);
	const values = namesLike(
		names,
		patternsOf(patterns, key),
		patternsOf(named("exclude"), key),
	);
	if (values.length === 0)
		throw new SyntaxProblem(
			`no value fits; there is: ${names.join(", ")}`,
			call.at,
		);
	return { values, sweeps: true };
}

function patternsOf(node: Node | undefined, key: string): string[] {
	if (!node) return [];
	const [value] = meaningOf(node, { key, as: "text" }).values;
	return (typeof value === "object" ? value : [value]).map(String);
}

function sortOf(call: CallNode, reading: Reading): Meant {
	const { plain, named } = argumentsOf(call, ["reverse"]);
	const reverse = named("reverse");
	const [backwards] = reverse
		? meaningOf(reverse, { key: reading.key, as: "value" }).values
		: [false];
	if (typeof backwards !== "boolean")
		throw new SyntaxProblem(
			"reverse= is true or false",
			reverse?.at ?? call.at,
		);
	return ordered(call, plain, reading, (values) =>
		sorted(values, backwards, call.at),
	);
}

function shuffleOf(call: CallNode, reading: Reading): Meant {
	const { plain, named } = argumentsOf(call, ["seed"]);
	const seed = named("seed");
	if (!seed)
		throw new SyntaxProblem(
			"a shuffle needs a seed, or the next one has another order: write shuffle(…,seed=1)",
			call.at,
		);
	const text = seed.kind === "text" ? seed.text : "";
	if (text === "")
		throw new SyntaxProblem("seed= is a number or a word", seed.at);
	return ordered(call, plain, reading, (values) => shuffled(values, text));
}

/** Orders the items of one list, which stays one value, or values of several runs. */
function ordered(
	call: CallNode,
	nodes: readonly Node[],
	reading: Reading,
	order: <T extends ParamValue>(values: readonly T[]) => T[],
): Meant {
	const { values, sweeps } = evaluate(some(call, nodes), reading);
	const [only] = values;
	if (!sweeps && typeof only === "object")
		return { values: [order(only)], sweeps: false };
	return { values: order(values), sweeps: true };
}

/** A cast holds for a value, for each of a list and for each of several. */
function castOf(
	cast: (value: Scalar, typed: string) => Scalar,
	call: CallNode,
	{ key }: Reading,
): Meant {
	const { plain } = argumentsOf(call, []);
	const [inner, more] = some(call, plain);
	if (more || !inner)
		throw new SyntaxProblem(
			`${call.name}(…) takes one value, or a choice, as in ${call.name}(choice(1,2))`,
			call.at,
		);
	const { values, sweeps } = meaningOf(inner, { key, as: "value" });
	const typed = inner.kind === "text" ? inner.text : "";
	const one = (value: Scalar) => {
		try {
			return cast(value, typed === "" ? String(value) : typed);
		} catch (error) {
			if (error instanceof RangeError)
				throw new SyntaxProblem(error.message, inner.at);
			throw error;
		}
	};
	return {
		values: values.map((value) =>
			typeof value === "object" ? value.map(one) : one(value),
		),
		sweeps,
	};
}
