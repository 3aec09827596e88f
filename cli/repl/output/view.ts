import { stripVTControlCharacters } from "node:util";
import type { MimeBundle, Output } from "../../../kernel/protocol/requests.ts";
import type { Drawn, DrawnPicture } from "./region.ts";

export interface ViewOptions {
	readonly color: boolean;
	/** Draws the picture of a bundle; undefined where it has none. */
	readonly picture?: (data: MimeBundle) => DrawnPicture | undefined;
}

function textOf(data: MimeBundle): string | undefined {
	const found = ["text/plain", "text/markdown"].find(
		(mime) => typeof data[mime] === "string",
	);
	return found && (data[found] as string).trimEnd();
}

/** What a bundle shows in a terminal. */
export function drawBundle(
	data: MimeBundle,
	{ color, picture }: ViewOptions,
): Drawn {
	const drawn = picture?.(data);
	const types = Object.keys(data).join(", ");
	const text =
		textOf(data) ??
		(drawn || types === ""
			? ""
			: `(an output a terminal cannot show: ${types})`);
	const shown = color ? text : stripVTControlCharacters(text);
	return { picture: drawn, text: shown === "" ? "" : `${shown}\n` };
}

/** The text of an error. */
export const tracebackOf = (output: Extract<Output, { type: "error" }>) =>
	output.traceback.join("\n") || `${output.ename}: ${output.evalue}`;
