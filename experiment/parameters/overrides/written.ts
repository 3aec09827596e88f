import type { ParamValue, Scalar } from "../../events.ts";
import { parseValue, problemOfText } from "../parameter-text.ts";

/** A value as it can be typed after `key=`, with quotes where it would be read as another without. */
export const written = (value: ParamValue): string =>
	typeof value === "object"
		? `[${value.map(scalar).join(",")}]`
		: scalar(value);

function scalar(value: Scalar): string {
	if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER)
		return value.toExponential().replace("+", "");
	if (typeof value !== "string") return String(value);
	const isPlain =
		value !== "" &&
		value === value.trim() &&
		!/[,()[\]{}"'\\\s]/.test(value) &&
		parseValue(value) === value &&
		problemOfText("", value, "value") === undefined;
	return isPlain ? value : quoted(value);
}

/** Backslashes before a quote count in pairs; others are what they are. */
const quoted = (value: string) =>
	`"${value.replaceAll(/(?<!\\)(\\*)("|$)/g, (_, slashes: string, quote: string) => slashes + slashes + (quote === "" ? "" : '\\"'))}"`;

/** A value as tables and messages show it: a list as it is typed, anything else as it is. */
export const paramText = (value: ParamValue): string =>
	typeof value === "object" ? written(value) : String(value);
