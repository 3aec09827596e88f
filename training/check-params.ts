import { UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";
import type { Params, ParamValue } from "../experiment/events.ts";
import { checkParameterName } from "../experiment/parameters/parameter-name.ts";
import { session } from "../experiment/session.ts";
import {
	expandGrid,
	type GridParams,
	listedValues,
} from "../experiment/sweep/grid.ts";
import type { Task, TaskParam } from "./task.ts";

/**
 * Refuses parameters with which no run may open, whoever gave them: a magic, a
 * command line or code. Nothing is left behind then, and nothing was drawn.
 * @throws UsageError that names the parameter, its value and what would do
 */
export function checkParams(task: Task | undefined, params: Params): void {
	// A replay repeats what was recorded, also what would be refused today.
	if (session().replay) return;
	for (const [key, value] of Object.entries(params))
		checkParam(task, key, value);
	checkTogether(task, params);
}

/**
 * The same for all members of a multirun, before the first begins.
 * @returns the parameters of each member, see `expandGrid`
 */
export function checkGrid(task: Task | undefined, grid: GridParams): Params[] {
	if (session().replay) return expandGrid(grid);
	// One by one: two of what is no value need not be equal.
	for (const [key, values] of Object.entries(listedValues(grid)))
		for (const value of values) checkParam(task, key, value);
	const points = expandGrid(grid);
	for (const params of points) checkTogether(task, params);
	return points;
}

function checkParam(
	task: Task | undefined,
	key: string,
	value: ParamValue,
): void {
	if (!task) checkParameterName(key);
	checkValue(key, value);
	const declared = task?.params[key];
	const problem = declared && problemOf(declared, value);
	if (task && problem !== undefined)
		throw new UsageError(
			`task ${task.name}: ${key}=${value} is not available${problem}`,
		);
}

function checkTogether(task: Task | undefined, params: Params): void {
	const problem = task?.problem?.(params);
	if (task && problem !== undefined)
		throw new UsageError(`task ${task.name}: ${problem}`);
}

/** What code gives need not be what its types say. */
function checkValue(key: string, value: unknown): void {
	if (["number", "string", "boolean"].includes(typeof value)) {
		if (!Number.isNaN(value)) return;
		throw new UsageError(
			`parameter ${key} is NaN, which is no value to compute with; a run could not be found by it again`,
		);
	}
	throw new UsageError(
		`parameter ${key} is ${described(value)}; a parameter is a number, a text, true or false${
			Array.isArray(value) ? ", and a list of them is for dd.multirun" : ""
		}`,
	);
}

function described(value: unknown): string {
	if (value === null || value === undefined) return String(value);
	if (Array.isArray(value)) return "a list";
	return `of type ${typeof value}`;
}

function problemOf(
	{ choices, whole, least, above }: TaskParam,
	value: ParamValue,
): string | undefined {
	if (choices)
		return choices.includes(String(value))
			? undefined
			: suggestion(String(value), choices);
	if (typeof value !== "number") return undefined;
	const kind = whole ? "a whole number" : "a number";
	if (whole ? !Number.isSafeInteger(value) : !Number.isFinite(value))
		return `; give ${kind}`;
	if (least !== undefined && value < least)
		return `; give ${kind} of at least ${least}`;
	if (above !== undefined && value <= above)
		return `; give ${kind} above ${above}`;
	return undefined;
}
