import { UsageError } from "../../../base/errors.ts";
import { suggestion } from "../../../base/nearest.ts";
import type { ParamValue } from "../../events.ts";
import { paramText } from "../../parameters/overrides/written.ts";
import { parseValue } from "../../parameters/parameter-text.ts";
import { type AnyRun, statusOf } from "./store.ts";

/** What can be asked of every run besides its parameters and metrics. */
const FACTS = new Map<string, (run: AnyRun) => ParamValue | undefined>([
	["id", ({ record }) => record.id],
	["experiment", ({ record }) => record.experiment],
	["task", ({ record }) => record.task],
	["status", statusOf],
	["seed", ({ record }) => record.seed.root],
	["repeat", ({ record }) => record.repeat],
	["vary", ({ record }) => record.multirun?.vary?.join(",")],
	["started", ({ record }) => record.started],
	[
		"seconds",
		({ record }) =>
			record.milliseconds === undefined
				? undefined
				: record.milliseconds / 1000,
	],
	["digest", ({ record }) => record.digest],
]);

/** A metric is a number, also where JSON has none for it. */
const metricOf = ({ record }: AnyRun, name: string) =>
	Object.hasOwn(record.metrics, name)
		? Number(record.metrics[name])
		: undefined;

const paramOf = ({ record }: AnyRun, name: string) =>
	Object.hasOwn(record.params, name) ? record.params[name]?.value : undefined;

/**
 * A fact of a run by its name: a parameter, else a metric, else one of every
 * run's (`status`, `seconds`, …). `params.NAME` and `metrics.NAME` tell two of one name apart.
 */
export function factOf(run: AnyRun, name: string): ParamValue | undefined {
	const [kind, ...rest] = name.split(".");
	if (kind === "params" && rest.length > 0) return paramOf(run, rest.join("."));
	if (kind === "metrics" && rest.length > 0)
		return metricOf(run, rest.join("."));
	return paramOf(run, name) ?? metricOf(run, name) ?? FACTS.get(name)?.(run);
}

/** @throws UsageError with the nearest name when no run knows it */
function requireKnown(runs: readonly AnyRun[], name: string): void {
	if (FACTS.has(name) || runs.length === 0) return;
	if (runs.some((run) => factOf(run, name) !== undefined)) return;
	const known = new Set([
		...runs.flatMap(({ record }) => [
			...Object.keys(record.params),
			...Object.keys(record.metrics),
		]),
		...FACTS.keys(),
	]);
	throw new UsageError(
		`no run has a parameter or metric "${name}"${suggestion(name, [...known])}`,
	);
}

/** `NAME OPERATOR VALUE` of a query. */
export interface Condition {
	readonly name: string;
	readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
	readonly value: ParamValue;
}

/** Reads `lr=0.1`, `accuracy>0.9`, `status!=failed`. @throws UsageError */
export function parseCondition(text: string): Condition {
	const parts = /^([^=<>!]+)(!=|<=|>=|=|<|>)(.*)$/s.exec(text) ?? [];
	const [, name, operator, value] = parts.map((part) => part.trim());
	if (!name || !operator || !value)
		throw new UsageError(
			`"${text}" is not a condition; write NAME=VALUE, or with !=, <, <=, > or >=, for example "accuracy>0.9"`,
		);
	return {
		name,
		operator: operator as Condition["operator"],
		value: parseValue(value),
	};
}

function holds(run: AnyRun, { name, operator, value }: Condition): boolean {
	const fact = factOf(run, name);
	if (fact === undefined) return false;
	const order = compareValues(fact, value);
	switch (operator) {
		case "=":
			return order === 0;
		case "!=":
			return order !== 0;
		case "<":
			return order < 0;
		case "<=":
			return order <= 0;
		case ">":
			return order > 0;
		case ">=":
			return order >= 0;
	}
}

/** Negative, 0 or positive, as numbers if both are, else as texts; NaN has no order to anything. */
function compareValues(a: ParamValue, b: ParamValue): number {
	if (typeof a === "number" && typeof b === "number")
		return a === b ? 0 : a < b ? -1 : a > b ? 1 : Number.NaN;
	const [one, other] = [paramText(a), paramText(b)];
	return one === other ? 0 : one < other ? -1 : 1;
}

export interface Query {
	/** All must hold. A run that lacks a name fulfils no condition on it. */
	readonly where?: readonly Condition[];
	/** A name; `-NAME` sorts from large to small. Default: oldest first. */
	readonly sort?: string;
}

/** The runs that a query means, in its order. @throws UsageError for a name that no run has */
export function selectRuns<Run extends AnyRun>(
	runs: readonly Run[],
	{ where = [], sort }: Query,
): Run[] {
	for (const { name } of where) requireKnown(runs, name);
	const chosen = runs.filter((run) =>
		where.every((condition) => holds(run, condition)),
	);
	if (sort === undefined) return chosen;
	const name = sort.replace(/^-/, "");
	requireKnown(runs, name);
	const direction = sort.startsWith("-") ? -1 : 1;
	return chosen.sort((a, b) => {
		const [one, other] = [sortable(factOf(a, name)), sortable(factOf(b, name))];
		// What is not there comes last, in either direction.
		if (one === undefined || other === undefined)
			return Number(one === undefined) - Number(other === undefined);
		return direction * compareValues(one, other);
	});
}

const sortable = (value: ParamValue | undefined) =>
	typeof value === "number" && Number.isNaN(value) ? undefined : value;
