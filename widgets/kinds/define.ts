import { UsageError } from "../../base/errors.ts";
import { isObject } from "../../base/json-object.ts";
import { shortened } from "../../base/text-width.ts";
import { checkSpec } from "../../experiment/definitions/check-spec.ts";
import { definedBy } from "../../experiment/definitions/defined-by.ts";
import { Registry } from "../../experiment/definitions/registry.ts";
import { described } from "../../experiment/described.ts";
import { checkKind } from "../../experiment/record/picture-data.ts";
import type { DrawnPicture } from "../drawing/picture.ts";
import { fieldsOf } from "./fields.ts";
import { addKind, kindNames } from "./index.ts";
import { atStep, pictureKind, type Shown } from "./kind.ts";

export interface PictureDefinition<Data> {
	/** The kind, for `dd.show(NAME, …)`. */
	readonly name: string;
	/** One line for help. */
	readonly summary: string;
	/** What the record keeps of what is given to `dd.show`: JSON and Float32Arrays. Default: all of it. It may throw for what it does not take. */
	encode?(given: Data): unknown;
	/** Draws what is on record. It is called when the picture is shown, and again when the run closes. */
	draw(shown: Shown<Data>): DrawnPicture | Promise<DrawnPicture>;
	/** The numbers, for a reader without pictures. Default: the data as JSON. */
	text?(shown: Shown<Data>): string;
}

const registry = new Registry<string>("picture", kindNames());

/**
 * Defines the kind of picture `NAME`, in a cell, a script or a package that they
 * import: `dd.show("NAME", name, data)` in a run keeps the data in the record,
 * shows the picture in the notebook and draws it for TensorBoard. A kind of the
 * same name is replaced.
 * @example
 * dd.definePicture({
 *   name: "bars",
 *   summary: "Bars of named numbers.",
 *   draw: ({ name, data }: { name: string; data: Record<string, number> }) => ({
 *     description: `Bars, ${name}.`,
 *     spec: {
 *       data: { values: Object.entries(data).map(([label, value]) => ({ label, value })) },
 *       mark: "bar",
 *       encoding: { x: { field: "label", type: "nominal" }, y: { field: "value", type: "quantitative" } },
 *     },
 *   }),
 * });
 * await dd.run({ name: "counted" }, () => {
 *   dd.show("bars", "letters", { a: 3, b: 5 });
 * });
 * @throws UsageError for what is missing or wrong, for a built-in name, and when two packages define the name
 */
export function definePicture<Data>(definition: PictureDefinition<Data>): void {
	const caller = checkSpec("dd.definePicture", definition, {
		encode: {
			type: "function",
			required: false,
			meaning: "says what is recorded",
		},
		draw: {
			type: "function",
			required: true,
			meaning: "the function that draws what is on record",
		},
		text: { type: "function", required: false, meaning: "says it in text" },
	});
	const { name, summary } = definition;
	try {
		checkKind(name);
	} catch (error) {
		throw error instanceof UsageError
			? new UsageError(`${caller}: ${error.message}`)
			: error;
	}
	// `encode` has made what is on record, so it is given back unchanged.
	const typed = (shown: Shown<unknown>) => shown as Shown<Data>;
	registry.define(caller, name, {
		name,
		summary,
		by: definedBy(definePicture),
	});
	addKind(
		pictureKind<unknown>({
			kind: name,
			encode: (given) =>
				definition.encode ? definition.encode(given as Data) : given,
			decode: (recorded) => recorded,
			text(shown) {
				const own = definition.text?.(typed(shown));
				return own === undefined ? defaultText(name, shown) : String(own);
			},
			draw: async (shown) =>
				requireDrawn(caller, await definition.draw(typed(shown))),
			tag: (of) => `${name}/${of}`,
		}),
	);
}

/** @throws UsageError for what `draw` returned, if it cannot be drawn */
function requireDrawn(caller: string, drawn: unknown): DrawnPicture {
	const { spec, description } = fieldsOf(drawn);
	if (!isObject(spec))
		throw new UsageError(
			`${caller}: draw must return { spec, description }, and its spec is ${described(spec)}, no Vega-Lite spec`,
		);
	if (typeof description !== "string" || description === "")
		throw new UsageError(
			`${caller}: draw must return { spec, description }, and its description is missing: a sentence for those who cannot see the picture`,
		);
	return { spec, description };
}

const LONGEST_TEXT = 2_000;

/**
 * JSON for values that records can hold and JSON cannot: float arrays as lists,
 * NaN and infinities as they are written in code.
 */
function asJson(_key: string, value: unknown): unknown {
	if (value instanceof Float32Array) return [...value];
	if (typeof value === "bigint") return `${value}n`;
	return typeof value === "number" && !Number.isFinite(value)
		? String(value)
		: value;
}

function defaultText(kind: string, shown: Shown<unknown>): string {
	const { name, data } = shown;
	const title = atStep(`${kind}, ${name}`, shown);
	const text = JSON.stringify(data, asJson) ?? String(data);
	return `${title}\n${shortened(text, LONGEST_TEXT)}`;
}
