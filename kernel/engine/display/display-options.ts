import { UsageError } from "../../../base/errors.ts";
import { isObject } from "../../../base/json-object.ts";
import { nearest } from "../../../base/nearest.ts";
import { textOf } from "../../../base/value-text.ts";

/** How `display` shows a value. Names with an underscore are those of IPython's `display`. */
export interface DisplayOptions {
	/** A name for the place; `true` for a new one, as without it. What is shown with `update` replaces it. */
	readonly displayId?: string | true;
	/** The same. */
	readonly display_id?: string | true;
	/** Shows the value in the places that have the name, instead of in a new one. */
	readonly update?: boolean;
	/** The value is a MIME bundle, shown as it is. */
	readonly raw?: boolean;
	/** How the front end shows a MIME type, for example `{"image/png": {width: 200}}`. */
	readonly metadata?: Readonly<Record<string, unknown>>;
}

/** `true` is short for `{ wait: true }`. */
export type ClearOptions = boolean | { readonly wait?: boolean };

/** What the options of one call say. */
export interface Shown {
	/** Absent: a place of its own. */
	readonly id?: string;
	readonly update: boolean;
	readonly raw: boolean;
	readonly metadata: Readonly<Record<string, unknown>>;
}

const DISPLAY_OPTIONS = [
	"displayId",
	"display_id",
	"update",
	"raw",
	"metadata",
] as const satisfies readonly (keyof DisplayOptions)[];

const PLAIN: Shown = { update: false, raw: false, metadata: {} };

const shortly = (value: unknown) => textOf(value, { depth: 0 });

/** @throws UsageError for an option of another name */
function checkNames(
	call: string,
	options: object,
	known: readonly string[],
): void {
	for (const name of Object.keys(options)) {
		if (known.includes(name)) continue;
		const meant = nearest(name, known);
		throw new UsageError(
			`${call} has no option "${name}"${meant === undefined ? "" : `; did you mean ${meant}?`} (it has ${known.join(", ")})`,
		);
	}
}

/** @throws UsageError unless the option is `true` or `false`, or absent */
function flag(call: string, name: string, value: unknown): boolean {
	if (value === undefined || typeof value === "boolean") return value === true;
	throw new UsageError(
		`${call}: ${name} is true or false, not ${shortly(value)}`,
	);
}

/** Undefined for a name that is to be made up. */
function idOf(options: DisplayOptions): string | undefined {
	const id: unknown = options.displayId ?? options.display_id;
	if (id === undefined || id === true) return undefined;
	if (typeof id === "string" && id !== "") return id;
	throw new UsageError(
		`display: the display id is a text, for example display(x, { displayId: "progress" }), not ${shortly(id)}`,
	);
}

/**
 * The second argument of `display`.
 * @param rest further arguments: `values.forEach(display)` gives the index and the list
 * @throws UsageError that says what to write
 */
export function readDisplayOptions(
	options: unknown,
	rest: readonly unknown[] = [],
): Shown {
	if (typeof options === "number" && Array.isArray(rest[0])) return PLAIN;
	if (options === undefined) return PLAIN;
	if (!isObject(options))
		throw new UsageError(
			typeof options === "string"
				? `display takes its options in braces: display(x, { displayId: ${JSON.stringify(options)} }); for another value write another display(…)`
				: `display shows one value, and ${shortly(options)} is no options; for another value write another display(…)`,
		);
	checkNames("display", options, DISPLAY_OPTIONS);
	const id = idOf(options);
	const update = flag("display", "update", options.update);
	if (update && id === undefined)
		throw new UsageError(
			'display: update needs the name of what it replaces: display(x, { displayId: "progress", update: true })',
		);
	const { metadata = {} } = options;
	if (!isObject(metadata))
		throw new UsageError(
			`display: metadata is an object, for example { "image/png": { width: 200 } }, not ${shortly(metadata)}`,
		);
	const raw = flag("display", "raw", options.raw);
	return { update, raw, metadata, ...(id === undefined ? {} : { id }) };
}

/**
 * Does `clearOutput` wait for the next output?
 * @throws UsageError that says what to write
 */
export function readClearOptions(options: unknown): boolean {
	if (options === undefined || typeof options === "boolean")
		return options === true;
	if (!isObject(options))
		throw new UsageError(
			`clearOutput takes true, or { wait: true }, not ${shortly(options)}`,
		);
	checkNames("clearOutput", options, ["wait"]);
	return flag("clearOutput", "wait", options.wait);
}
