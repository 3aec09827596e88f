import { UsageError } from "../../base/errors.ts";
import { isObject } from "../../base/json-object.ts";
import { suggestion } from "../../base/nearest.ts";
import { described } from "../described.ts";

/** What a field of a definition must be. */
export interface SpecField {
	readonly type: "text" | "function" | "object" | "list";
	readonly required: boolean;
	/** What it says or does, for the message when it is missing. */
	readonly meaning: string;
}

/** What every definition has. */
const COMMON: Readonly<Record<string, SpecField>> = {
	name: {
		type: "text",
		required: true,
		meaning: "what it is called by",
	},
	summary: { type: "text", required: true, meaning: "one line for %help" },
};

const NAME = /^[A-Za-z][\w-]*$/;

const TYPES: Readonly<
	Record<
		SpecField["type"],
		{ readonly is: (value: unknown) => boolean; readonly called: string }
	>
> = {
	text: { is: (value) => typeof value === "string", called: "a text" },
	function: {
		is: (value) => typeof value === "function",
		called: "a function",
	},
	object: { is: isObject, called: "an object" },
	list: { is: Array.isArray, called: "a list" },
};

/**
 * Checks what `dd.defineTask` and its like are given; code that is not typed gives anything.
 * @param fields those beside `name` and `summary`
 * @returns how to begin a message about the definition: `dd.defineTask("mine")`
 * @throws UsageError that names the field that is missing, wrong or unknown
 */
export function checkSpec(
	callee: string,
	spec: unknown,
	fields: Readonly<Record<string, SpecField>>,
): string {
	if (!isObject(spec))
		throw new UsageError(
			`${callee} takes one object, for example ${callee}({ name: "mine", summary: "…", … }), not ${described(spec)}`,
		);
	const { name, summary } = spec;
	const caller =
		typeof name === "string" && name !== ""
			? `${callee}(${JSON.stringify(name)})`
			: callee;
	const refuse = (why: string): never => {
		throw new UsageError(`${caller}: ${why}`);
	};
	const all = { ...COMMON, ...fields };
	for (const key of Object.keys(spec))
		if (!Object.hasOwn(all, key))
			refuse(
				`a definition has no "${key}"${suggestion(key, Object.keys(all))}`,
			);
	for (const [key, { type, required, meaning }] of Object.entries(all)) {
		const value = spec[key];
		if (value === undefined || (value === "" && type === "text")) {
			if (required) refuse(`${key} is missing: ${meaning}`);
		} else if (!TYPES[type].is(value))
			refuse(`${key} must be ${TYPES[type].called}, not ${described(value)}`);
	}
	if (!NAME.test(String(name)))
		refuse("a name is a letter, then letters, digits, _ and -");
	if (/[\r\n]/.test(String(summary)))
		refuse("summary has several lines; %help shows one");
	return caller;
}
