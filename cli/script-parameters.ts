import { UsageError } from "../base/errors.ts";
import { calledName, propertiesOf, propertyOf } from "../cell/options.ts";
import { literalParam, literalValue } from "../cell/parameters.ts";
import { parseCode } from "../cell/parse.ts";
import {
	type CallExpression,
	descendants,
	type Expression,
	type Node,
	type ObjectExpression,
} from "../cell/tree.ts";
import type { ParamValue } from "../experiment/events.ts";
import { type Field, problemOf } from "../experiment/parameters/field.ts";
import { paramText } from "../experiment/parameters/overrides/written.ts";
import { readTyped, readTypedList } from "../experiment/parameters/params.ts";
import { table } from "../widgets/text/text.ts";
import { isDefinedLater, refuseUndeclared, taskFields } from "./declared.ts";

/** A parameter that a script declares, as far as its source shows. */
interface ScriptParameter {
	readonly key: string;
	/** Several: a grid. None: they are computed when it runs. */
	readonly values: readonly ParamValue[];
	/** May several values be given? */
	readonly list: boolean;
	/** The field of the task's schema. */
	readonly field?: Field;
	/** May the code define more choices than its task has? */
	readonly growing?: boolean;
	readonly from: string;
}

interface ScriptDeclarations {
	readonly parameters: readonly ScriptParameter[];
	/**
	 * Are there runs whose options are computed? Then there may be more
	 * parameters.
	 */
	readonly open: boolean;
	readonly multiruns: number;
}

/** In a multirun a list has the values, elsewhere it is one. */
function valuesOf(node: Expression, isGrid: boolean): ParamValue[] {
	const nodes =
		isGrid && node.type === "ArrayExpression" ? node.elements : [node];
	return nodes.flatMap((one) => {
		const value = one ? literalParam(one) : undefined;
		return value === undefined ? [] : [value];
	});
}

/** The properties of an object by whole names, those of objects in it too. */
const flatProperties = (object: ObjectExpression): [string, Expression][] =>
	propertiesOf(object).flatMap(([name, node]): [string, Expression][] =>
		node.type === "ObjectExpression" && node.properties.length > 0
			? flatProperties(node).map(([inner, one]) => [`${name}.${inner}`, one])
			: [[name, node]],
	);

/** May an object have properties that its code does not name? */
const isOpen = (object: ObjectExpression): boolean =>
	propertiesOf(object).length < object.properties.length;

/** The same, also of the groups in it. */
const isOpenGroup = (object: ObjectExpression): boolean =>
	isOpen(object) ||
	propertiesOf(object).some(
		([, node]) => node.type === "ObjectExpression" && isOpenGroup(node),
	);

function declarationsOf(code: string): ScriptDeclarations {
	const { program } = parseCode("script.ts", code, {
		lang: "ts",
		sourceType: "module",
	});
	const nodes = [...descendants(program.body)];
	const mayDefine = nodes.some(mayDefineModels);
	const parameters: ScriptParameter[] = [];
	let open = false;
	let multiruns = 0;
	const repeated = new Map<string, string>();
	for (const node of nodes) {
		if (node.type !== "CallExpression") continue;
		const name = calledName(node);
		if (name === "useCommandLine")
			for (const [key, text] of repeatedOverrides(node))
				repeated.set(key, text);
		if (name === "parameter") {
			const declared = declaredByScript(node);
			if (declared) parameters.push(declared);
			else open = true;
		}
		if (name !== "run" && name !== "multirun") continue;
		if (name === "multirun") multiruns++;
		const found = declaredByRun(name, node, mayDefine);
		parameters.push(...found.parameters);
		if (found.open) open = true;
	}
	const withRepeated = parameters.map((parameter) => {
		const text = repeated.get(parameter.key);
		return text === undefined
			? parameter
			: { ...parameter, values: read(parameter, text) };
	});
	return { parameters: withRepeated, open, multiruns };
}

/** `dd.useCommandLine({ overrides: { lr: "0.1" } })`, as exported scripts begin. */
function repeatedOverrides({
	arguments: [given],
}: CallExpression): [string, string][] {
	if (given?.type !== "ObjectExpression") return [];
	const overrides = propertyOf(given, "overrides");
	if (overrides?.type !== "ObjectExpression") return [];
	return propertiesOf(overrides).flatMap(([key, node]): [string, string][] => {
		const text = literalValue(node);
		return typeof text === "string" ? [[key, text]] : [];
	});
}

/** Does it define a model, or import somebody's code that may define one? */
function mayDefineModels(node: Node): boolean {
	if (node.type === "ImportExpression") return true;
	if (node.type === "ImportDeclaration")
		return node.source.value !== "deepdiva";
	return node.type === "CallExpression" && calledName(node) === "defineModel";
}

/** `dd.parameter("lr", 0.1)`; undefined if the name is computed. */
function declaredByScript({
	arguments: [first, second],
}: CallExpression): ScriptParameter | undefined {
	const key = first && literalValue(first);
	if (typeof key !== "string" || !second) return undefined;
	const values = second.type === "SpreadElement" ? [] : valuesOf(second, false);
	return { key, values, list: false, from: "the script" };
}

/** `dd.run({ name: "x", params: { lr: 0.1 } }, …)`. */
function declaredByRun(
	kind: "run" | "multirun",
	{ arguments: [options] }: CallExpression,
	mayDefine: boolean,
): Pick<ScriptDeclarations, "parameters" | "open"> {
	if (options?.type !== "ObjectExpression")
		return { parameters: [], open: true };
	const given = propertyOf(options, "params");
	const own = propertyOf(options, "overrides");
	if (given && given.type !== "ObjectExpression")
		return { parameters: [], open: true };
	return {
		parameters: runParameters(
			kind,
			options,
			given ? flatProperties(given) : [],
			own?.type === "ObjectExpression" ? propertiesOf(own) : [],
			mayDefine,
		),
		open:
			isOpen(options) ||
			(given !== undefined && isOpenGroup(given)) ||
			runsUnknownTask(options),
	};
}

/** Is its task's name computed, or is it a task that the code will define? */
function runsUnknownTask(options: ObjectExpression): boolean {
	const node = propertyOf(options, "task");
	if (!node) return false;
	const task = literalValue(node);
	return typeof task !== "string" || isDefinedLater(task);
}

/** What one call declares: its task's parameters, its own values, and what its overrides make of them. */
function runParameters(
	kind: "run" | "multirun",
	options: ObjectExpression,
	given: readonly [string, Expression][],
	overrides: readonly [string, Expression][],
	mayDefine: boolean,
): ScriptParameter[] {
	const text = (name: string) => {
		const node = propertyOf(options, name);
		const value = node && literalValue(node);
		return typeof value === "string" ? value : undefined;
	};
	const task = text("task");
	const list = kind === "multirun";
	const declared = new Map<string, ScriptParameter>();
	const from = `${kind} ${text("name") ?? task ?? "run"}`;
	for (const [key, field] of Object.entries(taskFields(task)))
		declared.set(key, {
			key,
			values: [field.default],
			list,
			field,
			growing: mayDefine && key === "model",
			from: `${from} (task ${task})`,
		});
	for (const [key, node] of given)
		declared.set(key, {
			...(declared.get(key) ?? { key, list, from }),
			values: valuesOf(node, list),
		});
	for (const [key, node] of overrides) {
		const before = declared.get(key);
		const value = literalValue(node);
		if (before && typeof value === "string")
			declared.set(key, { ...before, values: read(before, value) });
	}
	return [...declared.values()];
}

/** The values that a text gives a parameter. @throws UsageError when they are of another type, or not available */
function read(
	{ key, values: [declared], list, field, growing }: ScriptParameter,
	text: string,
): ParamValue[] {
	if (declared === undefined) return [];
	const values = list
		? readTypedList(key, text, declared, field?.choices?.map(String))
		: [readTyped(key, text, declared)];
	for (const value of values) {
		const problem = field && !growing && problemOf(field, value);
		if (typeof problem === "string")
			throw new UsageError(
				`${key}=${paramText(value)} is not available${problem}`,
			);
	}
	return values;
}

/**
 * Refuses an override that nothing in a script declares, or that is of another
 * type, before anything runs. Runs whose options are computed are only known
 * when the script has ended.
 */
export function checkScriptOverrides(
	overrides: Readonly<Record<string, string>>,
	code: string,
): void {
	if (Object.keys(overrides).length === 0) return;
	const { parameters, open } = declarationsOf(code);
	for (const parameter of parameters) {
		const text = Object.hasOwn(overrides, parameter.key)
			? overrides[parameter.key]
			: undefined;
		if (text !== undefined) read(parameter, text);
	}
	if (!open)
		refuseUndeclared(
			overrides,
			parameters.map(({ key }) => key),
		);
}

/** @throws UsageError when `--member` does not say which multirun's */
export function checkMember(code: string): void {
	const { multiruns } = declarationsOf(code);
	if (multiruns !== 1)
		throw new UsageError(
			`--member needs a script with exactly one multirun, and this one has ${multiruns}; export the one you want with --run NAME`,
		);
}

const typeOf = (value: ParamValue): string => {
	const [one] = typeof value === "object" ? value : [value];
	const type =
		one === undefined ? "value" : TYPES[typeof one as keyof typeof TYPES];
	return typeof value === "object" ? `[${type},…]` : type;
};

const TYPES = { number: "number", string: "text", boolean: "true|false" };

/**
 * What `--help` says of a script: its parameters, who declares them, their
 * types and defaults.
 */
export function describeParameters(script: string, code: string): string {
	const { parameters, open } = declarationsOf(code);
	const more = open
		? "\nThere may be more: some of its runs compute their parameters."
		: "";
	if (parameters.length === 0)
		return `${script} declares no parameters.${more}`;
	const rows = parameters.map(({ key, values, list, field, from }) => {
		const [first] = values;
		const type =
			field?.choices?.join("|") ??
			(first === undefined ? "computed" : typeOf(first));
		return [
			key,
			list ? `${type}, …` : type,
			values.map(paramText).join(","),
			from,
		];
	});
	return `Parameters of ${script}, written KEY=VALUE:\n\n${table(
		["name", "type", "default", "declared by"].map((header) => ({ header })),
		rows,
	)}${more}`;
}
