import type { StandardSchemaV1 } from "@standard-schema/spec";
import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import type { Params, ParamValue } from "../events.ts";
import { type Field, isChosen, problemOf, readValue } from "./field.ts";
import { paramText } from "./overrides/written.ts";

/**
 * What a task takes: from it come types, defaults, help, completion and errors.
 * It follows Standard Schema (https://standardschema.dev), so whatever takes
 * schemas takes it.
 */
export interface Schema<P extends Params = Params>
	extends StandardSchemaV1<unknown, P> {
	/** In the order in which help lists them. */
	readonly fields: { readonly [K in keyof P]: Field<P[K]> };
}

/** The parameters that a schema describes. */
export type ParamsOf<S> = S extends Schema<infer P> ? P : never;

/**
 * A schema of these fields.
 * @example
 * const params = schema({
 *   set: choice(["spiral", "xor"], "spiral", "how the points lie"),
 *   epochs: count(60, "passes over the training examples"),
 *   lr: positive(0.01, "learning rate"),
 * });
 * const { set, lr } = parse(params, { lr: 0.1 }, "task points");
 * // set is "spiral", of type "spiral" | "xor"; lr is 0.1
 */
export function schema<P extends Params>(
	fields: {
		readonly [K in keyof P]: Field<P[K]>;
	},
): Schema<P> {
	const made: Schema<P> = {
		fields,
		"~standard": {
			version: 1,
			vendor: "deepdiva",
			validate: (value) => validate(made, value),
		},
	};
	return made;
}

/** What each parameter is where nobody says anything. */
export const defaultsOf = ({ fields }: Schema): Params =>
	Object.fromEntries(
		Object.entries(fields).map(([name, field]) => [name, field.default]),
	);

/** Parameters that are paths: no part of a run's identity. */
export const pathsOf = ({ fields }: Schema): string[] =>
	Object.keys(fields).filter((name) => fields[name]?.type === "path");

/** @throws UsageError for a name that the schema does not have, with the nearest one */
export function fieldOf(
	{ fields }: Schema,
	name: string,
	owner: string,
): Field {
	const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
	if (!field)
		throw new UsageError(
			`${owner} has no parameter "${name}"${suggestion(name, Object.keys(fields))}`,
		);
	return field;
}

/**
 * What code gives one parameter, as its field's type.
 * @throws UsageError that names the parameter, its value and what is allowed
 */
export function readField(
	schema: Schema,
	name: string,
	value: unknown,
	owner: string,
): ParamValue {
	const field = fieldOf(schema, name, owner);
	const read = readValue(name, field, value);
	requireAllowed(name, field, read, owner);
	return read;
}

/** @throws UsageError for a value of the field's type that is not allowed */
export function requireAllowed(
	name: string,
	field: Field,
	value: ParamValue,
	owner: string,
): void {
	const problem = problemOf(field, value);
	if (problem !== undefined)
		throw new UsageError(
			`${owner}: ${name}=${paramText(value)} is not available${problem}`,
		);
}

/**
 * All parameters of a schema: what is given, and defaults for the rest.
 * @param owner whose parameters they are, for messages: "task points"
 * @throws UsageError that names the parameter, its value and what is allowed
 */
export function parse<P extends Params>(
	schema: Schema<P>,
	given: Readonly<Record<string, unknown>>,
	owner: string,
): P {
	const values = Object.fromEntries([
		...Object.entries(defaultsOf(schema)),
		...Object.entries(given).map(
			([name, value]) => [name, readField(schema, name, value, owner)] as const,
		),
	]);
	if (isOf(schema, values)) return values;
	throw new UsageError(
		`${owner}: a default is not of its own field's type or choices`,
	);
}

/** Has every parameter a value, of its field's type? Ranges are not looked at: no type has them. */
export function isOf<P extends Params>(
	{ fields }: Schema<P>,
	values: Params,
): values is P {
	return Object.entries<Field>(fields).every(([name, field]) => {
		const { default: declared } = field;
		const value = values[name];
		if (typeof value !== typeof declared) return false;
		const items = typeof value === "object" ? value : [value];
		return items.every((item) => isChosen(field, item));
	});
}

/** Standard Schema's way to check: it throws nothing, and tells all problems at once. */
function validate<P extends Params>(
	schema: Schema<P>,
	value: unknown,
): StandardSchemaV1.Result<P> {
	if (typeof value !== "object" || value === null)
		return { issues: [{ message: "parameters are an object" }] };
	const issues = Object.entries(value).flatMap(([name, one]) => {
		try {
			readField(schema, name, one, "this schema");
			return [];
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			return [{ message: error.message, path: [name] }];
		}
	});
	return issues.length > 0
		? { issues }
		: { value: parse(schema, { ...value }, "this schema") };
}
