import { UsageError } from "../../base/errors.ts";
import {
	GIT_DESCRIPTION,
	GIT_MODES,
	type GitMode,
} from "../../experiment/code/git-mode.ts";
import {
	type Conditions,
	checkConditions,
	LEAK_POLICIES,
} from "../../experiment/conditions.ts";
import type { ParamTree, ParamValue, Scalar } from "../../experiment/events.ts";
import { requireOneKind, treeOf } from "../../experiment/parameters/nested.ts";
import { requireOneType } from "../../experiment/parameters/overrides/read.ts";
import { checkParameterName } from "../../experiment/parameters/parameter-name.ts";
import {
	collectAssignments,
	readTyped,
	readTypedList,
	readUndeclared,
} from "../../experiment/parameters/params.ts";
import { STREAM_NAMES } from "../../experiment/random/varied.ts";
import { session } from "../../experiment/session.ts";
import {
	CODE_DESCRIPTION,
	CODE_POLICIES,
	type CodePolicy,
	requireResumed,
} from "../../experiment/sweep/code-policy.ts";
import {
	FAIL_DESCRIPTION,
	FAIL_POLICIES,
	FORMER_FAIL_POLICIES,
} from "../../experiment/sweep/fail-policy.ts";
import type { GridParams } from "../../experiment/sweep/grid.ts";
import { JOBS_DESCRIPTION } from "../../experiment/sweep/jobs.ts";
import { parseVary, VARY_DESCRIPTION } from "../../experiment/sweep/vary.ts";
import { taskNote } from "../../training/tasks/find.ts";
import type { CellBody } from "../definition.ts";
import type {
	MagicArguments,
	MagicOption,
	MagicPositional,
	ValuesOf,
} from "./argument.ts";
import { BASELINE_OPTION } from "./baseline.ts";

export const RUN_POSITIONALS = [
	{
		name: "name",
		placeholder: "NAME",
		description: "The experiment's name. Default: the task's, else \"run\".",
	},
] as const satisfies readonly MagicPositional[];

export const STRICT_MATH_OPTION = {
	name: "strict-math",
	type: "flag",
	description:
		"Math and ** give the same bits in every engine and version of it.",
} as const satisfies MagicOption;

/** `deepdiva run` has these, too. */
export const CONDITION_OPTIONS = [
	{
		name: "on-leak",
		type: "text",
		choices: LEAK_POLICIES,
		description:
			"When the code read the clock, unseeded entropy, an unsorted folder or the environment. Default: warn.",
	},
	{
		name: "freeze-time",
		type: "text",
		placeholder: "ISO",
		description:
			"Give the run a clock of its own that starts at this time and advances by 1 ms with each read.",
	},
	STRICT_MATH_OPTION,
	{
		name: "no-images",
		type: "flag",
		description:
			"Do not draw the pictures of a run for TensorBoard when it closes.",
	},
] as const satisfies readonly MagicOption[];

/** @throws UsageError for a text that is no time */
export function readConditions({
	"on-leak": onLeak,
	"freeze-time": freezeTime,
	"strict-math": strictMath,
	"no-images": noImages,
}: ValuesOf<[], typeof CONDITION_OPTIONS>): Partial<Conditions> {
	return checkConditions({
		...(onLeak === undefined ? {} : { onLeak }),
		...(freezeTime === undefined ? {} : { freezeTime }),
		...(strictMath ? { strictMath } : {}),
		...(noImages ? { images: false } : {}),
	});
}

/** `deepdiva run` and `deepdiva execute` have it, too. */
export const FAIL_OPTION = {
	name: "fail",
	type: "text",
	choices: FAIL_POLICIES,
	former: FORMER_FAIL_POLICIES,
	description: FAIL_DESCRIPTION,
} as const satisfies MagicOption;

/** `deepdiva run` and `deepdiva execute` have it, too. */
export const VARY_OPTION = {
	name: "vary",
	type: "text",
	placeholder: "STREAMS",
	among: STREAM_NAMES,
	description: VARY_DESCRIPTION,
} as const satisfies MagicOption;

/** The streams after `--vary`. @throws UsageError for what is no list of names */
export const readVaryOption = ({
	vary,
}: ValuesOf<[], [typeof VARY_OPTION]>): { vary?: readonly string[] } =>
	vary === undefined ? {} : { vary: parseVary(vary) };

/** `deepdiva run` and `deepdiva execute` have it, too. */
export const JOBS_OPTION = {
	name: "jobs",
	short: "j",
	type: "integer",
	least: 1,
	description: JOBS_DESCRIPTION,
} as const satisfies MagicOption;

export const CODE_OPTION = {
	name: "code",
	type: "text",
	choices: CODE_POLICIES,
	description: CODE_DESCRIPTION,
} as const satisfies MagicOption;

/** Of `deepdiva run` and `deepdiva execute`: `--resume` of every run and multirun. */
export const RESUME_OPTIONS = [
	{
		name: "resume",
		type: "flag",
		description:
			"Of multiruns, take the members that finished and compute the others; go on with runs that stopped, from their checkpoints.",
	},
	CODE_OPTION,
] as const satisfies readonly MagicOption[];

/** @throws UsageError for `--code` alone */
export function readResumption({
	resume,
	code,
}: ValuesOf<[], typeof RESUME_OPTIONS>): {
	readonly resume?: true;
	readonly code?: CodePolicy;
} {
	requireResumed(resume, code);
	return {
		...(resume ? { resume } : {}),
		...(code === undefined ? {} : { code }),
	};
}

/** `deepdiva run` has it, too. */
export const CONFIG_OPTION = {
	name: "config",
	type: "text",
	placeholder: "FILE",
	path: true,
	description:
		"A YAML file with name, task, params, n, vary and fail; what is said here wins over it.",
} as const satisfies MagicOption;

/** `deepdiva run` has it, too. */
export const GIT_OPTION = {
	name: "git",
	type: "text",
	choices: GIT_MODES,
	description: GIT_DESCRIPTION,
} as const satisfies MagicOption;

export const RUN_OPTIONS = [
	{
		name: "param",
		short: "p",
		type: "assignment",
		multiple: true,
		description: "Override a declared parameter.",
	},
	{
		name: "data",
		type: "text",
		multiple: true,
		placeholder: "DIR",
		path: true,
		description: "A data folder to verify before the run.",
	},
	...CONDITION_OPTIONS,
	{
		name: "resume",
		type: "flag",
		description:
			"Go on with the latest run of the same name, parameters and root seed that has not finished, from its checkpoint.",
	},
	GIT_OPTION,
] as const satisfies readonly MagicOption[];

export const RUN_ASSIGNMENTS =
	"Declare a parameter; a constant in the cell. With task=NAME, set one of the task's.";

/** What follows `%dd run`, and most of what follows `%dd multirun`. */
export type RunArguments = MagicArguments<
	ValuesOf<typeof RUN_POSITIONALS, typeof RUN_OPTIONS>
>;

export const MULTIRUN_OPTIONS = [
	{
		name: "n",
		short: "n",
		type: "integer",
		least: 1,
		description:
			"Repeats of each combination of parameters. Default 5, for a mean with an interval. To show that two combinations differ takes 6: they share seeds, and an exact test of five pairs gives p = 0.0625 at best.",
	},
	VARY_OPTION,
	...RUN_OPTIONS,
	CODE_OPTION,
	FAIL_OPTION,
	JOBS_OPTION,
	CONFIG_OPTION,
	BASELINE_OPTION,
] as const satisfies readonly MagicOption[];

export type MultirunArguments = MagicArguments<
	ValuesOf<typeof RUN_POSITIONALS, typeof MULTIRUN_OPTIONS>
>;

/**
 * The arguments that `%dd run` and `%dd multirun` share, as options of the
 * library.
 */
export function readRunArguments({ values, assignments }: RunArguments): {
	name?: string;
	task?: string;
	params: Record<string, string>;
	overrides: Record<string, string>;
	data: readonly string[];
	git?: GitMode;
	resume?: boolean;
} & Partial<Conditions> {
	const { name, param, data, resume, git } = values;
	const { task, ...params } = Object.fromEntries(assignments);
	return {
		...(name === undefined ? {} : { name }),
		...(task === undefined ? {} : { task }),
		params,
		overrides: collectAssignments(param),
		data,
		...readConditions(values),
		...(resume ? { resume } : {}),
		...(git === undefined ? {} : { git }),
	};
}

function checkArguments(args: RunArguments, lists: boolean): void {
	const { task, params } = readRunArguments(args);
	// A replay takes what was recorded, also by an earlier version that allowed
	// more.
	if (session().replay) return;
	requireOneKind(Object.keys(params));
	for (const [key, text] of Object.entries(params)) {
		checkParameterName(key);
		const values = readerOf(task, key, lists)(text);
		if (task === undefined) requireOneType(key, text, values);
	}
}

/** @throws UsageError for a parameter that cannot be a constant or has no value, or an option's value that does not exist */
export const checkRunArguments = (args: RunArguments): void =>
	checkArguments(args, false);

/** The same for a multirun, whose parameters may have several values. */
export function checkMultirunArguments(args: MultirunArguments): void {
	requireResumed(args.values.resume, args.values.code);
	readVaryOption(args.values);
	checkArguments(args, true);
}

/**
 * Refuses code that declares a parameter of the run again: the record could not
 * say which of the two values the run had.
 * @param lineOf the line in which the code declares a name
 * @throws UsageError
 */
export function refuseRedeclared(
	{ source }: { readonly source: string },
	line: number,
	params: readonly string[],
	lineOf: (name: string) => number | undefined,
): void {
	const lines = source.split("\n");
	for (const name of params) {
		const at = lineOf(name);
		if (at !== undefined)
			throw new UsageError(
				`"${name}" is declared twice: as a parameter in line ${line} and by the code in line ${at}; remove one\n` +
					`  ${line} │ ${lines[line - 1]}\n  ${at} │ ${lines[at - 1]}`,
			);
	}
}

interface TypedParams {
	readonly task?: string;
	readonly params: Readonly<Record<string, string>>;
}

/**
 * The values of the text after `key=`: by the task's schema, else by what they
 * look like. For a task that is not known here, a number keeps the spelling
 * that was typed.
 */
function readerOf(
	task: string | undefined,
	key: string,
	lists: boolean,
): (text: string) => ParamValue[] {
	const fields = taskNote(task ?? "")?.fields ?? {};
	const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
	if (field)
		return (text) =>
			lists
				? readTypedList(key, text, field.default, field.choices?.map(String))
				: [readTyped(key, text, field.default)];
	return (text) =>
		readUndeclared(key, text, { lists, ofTask: task !== undefined });
}

/** The parameters of a run. @throws UsageError for a text that is not of its parameter's type */
export const singleValues = ({ task, params }: TypedParams): ParamTree =>
	treeOf(
		Object.entries(params).map(([key, text]) => [
			key,
			readerOf(task, key, false)(text)[0] ?? "",
		]),
	);

/**
 * The grid of a multirun, as `dd.multirun` takes it: a list of values, or one
 * value that is no list.
 * @throws UsageError for a text that is not of its parameter's type
 */
export const listedValues = ({ task, params }: TypedParams): GridParams =>
	treeOf<Scalar | readonly ParamValue[]>(
		Object.entries(params).map(([key, text]) => {
			const values = readerOf(task, key, true)(text);
			const [only, ...more] = values;
			const isOne =
				only !== undefined && more.length === 0 && typeof only !== "object";
			return [key, isOne ? only : values];
		}),
	);

/** The code to run, or undefined for a task. @throws UsageError when there is none, or both */
export function bodyFor(
	task: string | undefined,
	body: CellBody | undefined,
	magic: string,
): ((params: ParamTree) => Promise<void>) | undefined {
	const code = body && !body.empty;
	if (task !== undefined && code)
		throw new UsageError(
			`%dd ${magic} task=${task} takes no code: remove the code below line ${body.line}, or the task`,
		);
	if (task === undefined && !code)
		throw new UsageError(
			`%dd ${magic} needs code below it, or task=NAME (for example task=points)`,
		);
	return task === undefined
		? async (params) => {
				await (body as CellBody).execute(params);
			}
		: undefined;
}

const KEY = (name: string) =>
	/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

/** A JSON value as it is written in code. */
export function literal(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
	if (typeof value === "object" && value !== null) {
		const members = Object.entries(value).map(
			([key, member]) => `${KEY(key)}: ${literal(member)}`,
		);
		return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
	}
	if (Object.is(value, -0)) return "-0";
	return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** A call of the library that does what the magic does. */
export function runCode(
	callee: "dd.run" | "dd.multirun",
	args: RunArguments,
	params: object,
	extra: object,
	body: string | undefined,
): string {
	const { name, task, overrides, data, git } = readRunArguments(args);
	const conditions = readConditions(args.values);
	const options = {
		...(name === undefined ? {} : { name }),
		...(task === undefined ? {} : { task }),
		...(Object.keys(params).length > 0 ? { params } : {}),
		...extra,
		...conditions,
		...(data.length > 0 ? { data } : {}),
		...(git === undefined ? {} : { git }),
		...(Object.keys(overrides).length > 0 ? { overrides } : {}),
	};
	return task === undefined && body !== undefined
		? `await ${callee}(${literal(options)}, ${body});`
		: `await ${callee}(${literal(options)});`;
}
