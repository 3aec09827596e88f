import { truncate } from "../../base/text-width.ts";
import { classOf, textOf } from "../../base/value-text.ts";
import { table } from "../../widgets/text/text.ts";
import { defineMagic } from "../definition.ts";

const COLUMNS = ["name", "type", "value"].map((header) => ({ header }));

/** Most columns of a value. */
const WIDTH = 60;

/** What kind of value it is, in one word. */
function kindOf(value: unknown): string {
	if (value === null) return "null";
	if (typeof value === "function")
		return /^class\b/.test(Function.prototype.toString.call(value))
			? "class"
			: "function";
	if (typeof value !== "object") return typeof value;
	return classOf(value) ?? "object";
}

/** The value in one line. */
function shortly(value: unknown): string {
	if (typeof value === "function") return "";
	const text = textOf(value, {
		depth: 0,
		maxArrayLength: 6,
		maxStringLength: WIDTH,
		breakLength: Number.POSITIVE_INFINITY,
	}).replace(/\s+/g, " ");
	return truncate(text, WIDTH);
}

export const whoMagic = defineMagic({
	name: "who",
	mark: "%",
	summary: "Lists the names that cells have declared, with type and value.",
	positionals: [],
	options: [],
	wraps: false,
	examples: ["%who"],
	async run(_args, { names, print }) {
		const rows = names
			.list()
			.map(({ name, value }) => [name, kindOf(value), shortly(value)]);
		print(
			rows.length === 0 ? "no cell has declared a name" : table(COLUMNS, rows),
		);
	},
	toCode: () => undefined,
});
