import { UsageError } from "../base/errors.ts";
import type { Params, ParamValue } from "../experiment/events.ts";
import { checkValue } from "../experiment/parameters/field.ts";
import { requireOneKind } from "../experiment/parameters/nested.ts";
import { checkParameterName } from "../experiment/parameters/parameter-name.ts";
import { fieldOf, requireAllowed } from "../experiment/parameters/schema.ts";
import { session } from "../experiment/session.ts";
import {
	expandGrid,
	type FlatGrid,
	listedValues,
} from "../experiment/sweep/grid.ts";
import type { TaskSpec } from "./task.ts";

/**
 * Refuses parameters with which no run may open, whoever gave them: a magic, a
 * command line or code. Nothing is left behind then, and nothing was drawn.
 * @throws UsageError that names the parameter, its value and what would do
 */
export function checkParams(task: TaskSpec | undefined, params: Params): void {
	// A replay repeats what was recorded, also what would be refused today.
	if (session().replay) return;
	requireOneKind(Object.keys(params));
	for (const [key, value] of Object.entries(params))
		checkParam(task, key, value);
	checkTogether(task, params);
}

/**
 * The same for all members of a multirun, before the first begins.
 * @returns the parameters of each member, see `expandGrid`
 */
export function checkGrid(
	task: TaskSpec | undefined,
	grid: FlatGrid,
): Params[] {
	if (session().replay) return expandGrid(grid);
	requireOneKind(Object.keys(grid));
	// One by one: two of what is no value need not be equal.
	for (const [key, values] of Object.entries(listedValues(grid)))
		for (const value of values) checkParam(task, key, value);
	const points = expandGrid(grid);
	for (const params of points) checkTogether(task, params);
	return points;
}

function checkParam(
	task: TaskSpec | undefined,
	key: string,
	value: ParamValue,
): void {
	if (!task) checkParameterName(key);
	checkValue(key, value);
	if (task)
		requireAllowed(
			key,
			fieldOf(task.params, key, ownerOf(task)),
			value,
			ownerOf(task),
		);
}

/** Whose parameters they are, for messages. */
export const ownerOf = ({ name }: TaskSpec) => `task ${name}`;

function checkTogether(task: TaskSpec | undefined, params: Params): void {
	const problem = task?.problem?.(params);
	if (task && problem !== undefined)
		throw new UsageError(`${ownerOf(task)}: ${problem}`);
}
