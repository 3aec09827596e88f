import { UsageError } from "../../base/errors.ts";
import { isObject } from "../../base/json-object.ts";
import { suggestion } from "../../base/nearest.ts";
import { checkSpec } from "../../experiment/definitions/check-spec.ts";
import { definedBy } from "../../experiment/definitions/defined-by.ts";
import { Registry } from "../../experiment/definitions/registry.ts";
import { described } from "../../experiment/described.ts";
import type { ParamValue } from "../../experiment/events.ts";
import {
	type Allowed,
	BOUNDS,
	type Field,
	type FieldType,
	problemOf,
	withoutMinusZero,
} from "../../experiment/parameters/field.ts";
import { paramText } from "../../experiment/parameters/overrides/written.ts";
import { checkParameterName } from "../../experiment/parameters/parameter-name.ts";
import { schema } from "../../experiment/parameters/schema.ts";
import type { TaskContext, TaskSpec } from "../task.ts";
import { tasks } from "./index.ts";

/** A parameter of a task of one's own: its default alone, or with what help says and what is allowed. */
export type TaskParam = ParamValue | TaskParamOptions;

export interface TaskParamOptions
	extends Partial<Omit<Allowed, "list" | "orPath">> {
	readonly default: ParamValue;
	/** One line for `--help`. */
	readonly description?: string;
}

type Widened<T> = T extends readonly (infer Item)[]
	? readonly Widened<Item>[]
	: T extends number
		? number
		: T extends boolean
			? boolean
			: T extends string
				? string
				: never;

type ValueOf<S> = S extends { readonly choices: readonly (infer C)[] }
	? S extends { readonly default: readonly unknown[] }
		? readonly C[]
		: C
	: S extends { readonly default: infer D }
		? Widened<D>
		: Widened<S>;

/** The values of declared parameters, by name. */
export type TaskParamValues<P> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** What a task of one's own may use. `dd.log`, `dd.confusion`, `dd.checkpoint` and their like work in it, too. */
export interface DefinedTaskContext<P>
	extends Pick<
		TaskContext,
		"signal" | "rng" | "withStream" | "log" | "progress" | "artifact" | "data"
	> {
	readonly params: P;
}

export interface TaskDefinition<P extends Readonly<Record<string, TaskParam>>> {
	/** For `task=NAME`. */
	readonly name: string;
	/** One line for help. */
	readonly summary: string;
	/** Default: none. */
	readonly params?: P;
	/** What is wrong with values that are each allowed, but not together; undefined when a run may open with them. */
	problem?(params: TaskParamValues<P>): string | undefined;
	/** What a run of the task does. */
	run(context: DefinedTaskContext<TaskParamValues<P>>): unknown;
}

const registry = new Registry<TaskSpec>("task", [...tasks.keys()]);

/** The task that users' code has defined under this name. */
export const definedTask = (name: string): TaskSpec | undefined =>
	registry.get(name);

/** Names of all tasks, built in or defined. */
export const taskNames = (): string[] => registry.allNames;

/**
 * Defines the task `NAME`, in a cell, a script or a package that they import:
 * `%dd run task=NAME lr=0.1` and `dd.run({ task: "NAME" })` run it, with help,
 * completion and errors like those of the built-in ones. A task of the same name
 * is replaced.
 * @example
 * dd.defineTask({
 *   name: "line",
 *   summary: "Fits a slope to noisy points.",
 *   params: {
 *     lr: { default: 0.1, above: 0, description: "learning rate" },
 *     steps: { type: "integer", default: 20, least: 1, description: "steps of gradient descent" },
 *     noise: { default: "small", choices: ["none", "small"], description: "how far points lie off" },
 *   },
 *   async run({ params: { lr, steps, noise }, rng, log, artifact }) {
 *     const random = rng("data");
 *     const width = noise === "none" ? 0 : 0.1;
 *     const xs = Array.from({ length: 50 }, random);
 *     const ys = xs.map((x) => 2 * x + width * random());
 *     const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
 *     let slope = 0;
 *     for (let step = 1; step <= steps; step++) {
 *       const errors = xs.map((x, i) => slope * x - (ys[i] ?? 0));
 *       log({ loss: mean(errors.map((error) => error ** 2)) }, { step });
 *       slope -= lr * mean(errors.map((error, i) => error * (xs[i] ?? 0)));
 *     }
 *     await artifact("slope", slope);
 *   },
 * });
 * await dd.run({ task: "line", params: { lr: 0.5 } });
 * @throws UsageError for what is missing or wrong, for a built-in name, and when two packages define the name
 */
export function defineTask<
	const P extends Readonly<Record<string, TaskParam>> = Record<string, never>,
>(definition: TaskDefinition<P>): void {
	const caller = checkSpec("dd.defineTask", definition, {
		params: { type: "object", required: false, meaning: "its parameters" },
		problem: {
			type: "function",
			required: false,
			meaning: "says what is wrong with values",
		},
		run: {
			type: "function",
			required: true,
			meaning: "the function that a run of the task calls",
		},
	});
	const { name, summary } = definition;
	const fields = Object.fromEntries(
		Object.entries<TaskParam>(definition.params ?? {}).map(([key, param]) => [
			key,
			readField(caller, key, param),
		]),
	);
	// Parameters are checked against their fields before a run opens.
	const typed = (values: Readonly<Record<string, ParamValue>>) =>
		values as TaskParamValues<P>;
	registry.define(
		caller,
		{
			name,
			summary,
			params: schema(fields),
			...(definition.problem === undefined
				? {}
				: {
						problem: (values) =>
							readProblem(caller, definition.problem?.(typed(values))),
					}),
			load: async () => ({
				async run(context) {
					await definition.run(contextFor(context, typed(context.params)));
				},
			}),
		},
		{ name, summary, by: definedBy(defineTask), fields },
	);
}

/**
 * What `problem` has said. `lr > 1 && "too large"` gives false where nothing is wrong.
 * @throws UsageError for what says nothing
 */
function readProblem(caller: string, said: unknown): string | undefined {
	if (said === undefined || said === null || said === false || said === "")
		return undefined;
	if (typeof said === "string") return said;
	throw new UsageError(
		`${caller}: problem must return a text that says what is wrong, or undefined, not ${described(said)}`,
	);
}

/** The functions do not use `this`, so a task may destructure its context. */
const contextFor = <P>(run: TaskContext, params: P): DefinedTaskContext<P> => ({
	params,
	signal: run.signal,
	rng: (name) => run.rng(name),
	withStream: (name, body) => run.withStream(name, body),
	log: (values, options) => run.log(values, options),
	progress: (progress) => run.progress(progress),
	artifact: (name, value) => run.artifact(name, value),
	data: (directory) => run.data(directory),
});

const OPTIONS = ["default", "description", "type", "choices", ...BOUNDS];

/** @throws UsageError that names the parameter and what is wrong with it */
function readField(caller: string, key: string, given: TaskParam): Field {
	checkKey(caller, key);
	const refuse = (why: string): never => {
		throw new UsageError(`${caller}: parameter ${key} ${why}`);
	};
	const options: TaskParamOptions = isOptions(given)
		? given
		: { default: given };
	for (const option of Object.keys(options))
		if (!OPTIONS.includes(option))
			refuse(`has no "${option}"${suggestion(option, OPTIONS)}`);
	const { default: value, description = "", choices } = options;
	if (value === undefined)
		refuse("has no default: a number, a text, true or false");
	// Of a list: what its first value is. One of nothing would say of no type.
	const isList = Array.isArray(value);
	const natural = typeNamed(isList ? value[0] : value);
	if (natural === undefined)
		return refuse(
			`is ${isList ? "a list without a number, a text, true or false in it" : described(value)}; a default is a number, a text, true or false, or a list of such`,
		);
	if (isList && value.some((one) => typeNamed(one) !== natural))
		return refuse("is a list with values of several types");
	const { type = natural } = options;
	if (!TYPES.includes(type))
		refuse(
			`cannot be of type ${described(type)}; there is: ${TYPES.join(", ")}`,
		);
	if (natural !== BASE[type])
		refuse(
			`is ${described(value)}, and a default of type ${type} is ${CALLED[BASE[type]]}`,
		);
	if (
		choices !== undefined &&
		!isChoices(choices, typeof (isList ? value[0] : value))
	)
		refuse("needs, as its choices, a list of values of its default's type");
	for (const bound of BOUNDS)
		if (options[bound] !== undefined && natural !== "number")
			refuse(`is ${described(value)}, and ${bound} is for numbers`);
		else if (
			options[bound] !== undefined &&
			typeNamed(options[bound]) !== "number"
		)
			refuse(`needs a number as ${bound}, not ${described(options[bound])}`);
	if (typeof description !== "string" || /[\r\n]/.test(description))
		refuse(
			`needs a text of one line as its description, not ${described(description)}`,
		);
	const field: Field = {
		...options,
		type,
		...(isList ? { list: true } : {}),
		default: withoutMinusZero(value),
		description,
	};
	const problem = problemOf(field, value);
	if (problem !== undefined)
		refuse(`cannot have the default ${paramText(value)}${problem}`);
	return field;
}

/** @throws UsageError for what cannot be written as `key=value`, or be a constant */
function checkKey(caller: string, key: string): void {
	const refuse = (why: string): never => {
		throw new UsageError(
			`${caller}: ${JSON.stringify(key)} cannot name a parameter; ${why}`,
		);
	};
	if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key))
		refuse('use letters, digits and "_", a letter first');
	if (key === "task") refuse("task=NAME names the task");
	checkParameterName(key);
}

const isOptions = (given: TaskParam): given is TaskParamOptions =>
	isObject(given);

type Base = "number" | "text" | "boolean";

/** What a default of each type is. */
const BASE: Readonly<Record<FieldType, Base>> = {
	number: "number",
	integer: "number",
	text: "text",
	path: "text",
	boolean: "boolean",
};

const TYPES = Object.keys(BASE);

const CALLED: Readonly<Record<Base, string>> = {
	number: "a number",
	text: "a text",
	boolean: "true or false",
};

/** Undefined for what no parameter can be. */
function typeNamed(value: unknown): Base | undefined {
	if (typeof value === "string") return "text";
	if (typeof value === "number" && !Number.isNaN(value)) return "number";
	return typeof value === "boolean" ? "boolean" : undefined;
}

const isChoices = (choices: unknown, type: string): boolean =>
	Array.isArray(choices) &&
	choices.length > 0 &&
	choices.every((one) => typeof one === type);
