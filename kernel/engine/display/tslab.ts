/**
 * What `import * as tslab from "tslab"` means here, so that notebooks written
 * for the tslab kernel run.
 * @see https://github.com/yunabe/tslab/blob/master/src/public.ts
 */

import { dependencies, version } from "../../../base/version.ts";
import { randomUUID } from "../../../host/system-random.ts";
import type { DisplayFunctions } from "./display.ts";

type Show = DisplayFunctions["display"];

let show: Show = () => {
	throw new Error("tslab's display works in cells of a notebook only");
};

/** The engine lends its display. */
export function lendDisplay(display: Show): void {
	show = display;
}

/** The version strings of this kernel under the names tslab gives them. */
export const versions = {
	tslab: `deepdiva ${version}`,
	typescript: dependencies.typescript ?? "",
	node: process.version,
};

export interface Display {
	javascript(text: string): void;
	html(text: string): void;
	markdown(text: string): void;
	latex(text: string): void;
	svg(text: string): void;
	png(bytes: Uint8Array): void;
	jpeg(bytes: Uint8Array): void;
	gif(bytes: Uint8Array): void;
	pdf(bytes: Uint8Array): void;
	text(text: string): void;
	/** Shows content of a MIME type; bytes are sent as base64. */
	raw(contentType: string, content: string | Uint8Array): void;
}

const METHODS = {
	javascript: "text/javascript",
	html: "text/html",
	markdown: "text/markdown",
	latex: "text/latex",
	svg: "image/svg+xml",
	png: "image/png",
	jpeg: "image/jpeg",
	gif: "image/gif",
	pdf: "application/pdf",
	text: "text/plain",
} as const;

function createDisplay(raw: Display["raw"]): Display {
	const methods = Object.entries(METHODS).map(([name, mime]) => [
		name,
		(content: string | Uint8Array) => raw(mime, content),
	]);
	return { ...(Object.fromEntries(methods) as Omit<Display, "raw">), raw };
}

const bundle = (mime: string, content: string | Uint8Array) => ({
	[mime]:
		typeof content === "string"
			? content
			: Buffer.from(
					content.buffer,
					content.byteOffset,
					content.byteLength,
				).toString("base64"),
});

/** Shows each content in a place of its own. */
export const display: Display = createDisplay((mime, content) => {
	show(bundle(mime, content), { raw: true });
});

/** A display that shows its first content, and then replaces it by each next one. */
export function newDisplay(): Display {
	let handle: ReturnType<Show> | undefined;
	return createDisplay((mime, content) => {
		const value = bundle(mime, content);
		if (handle) void handle.update(value);
		else handle = show(value, { raw: true, displayId: randomUUID() });
	});
}
