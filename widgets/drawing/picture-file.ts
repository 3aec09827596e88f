import { UsageError } from "../../base/errors.ts";
import { extname } from "../../host/paths.ts";
import { escapeHtml } from "../text/html.ts";
import { type DrawnPicture, wholeSpec } from "./picture.ts";
import { type Rendered, render } from "./render.ts";

/** A picture as the content of a file. */
export type PictureFile = (
	drawing: DrawnPicture,
) => Promise<string | Uint8Array>;

const FORMATS: Readonly<
	Record<string, (drawn: Rendered, description: string) => string | Uint8Array>
> = {
	// A title is what readers of a screen tell, and browsers show over a picture.
	".svg": ({ svg }, description) =>
		svg.replace(
			/^<svg[^>]*>/,
			(head) => `${head}<title>${escapeHtml(description)}</title>`,
		),
	".png": ({ png }) => png,
};

/**
 * What a picture is as a file of this name.
 * @throws UsageError for an extension that no format of a picture has
 */
export function pictureFile(name: string): PictureFile {
	const extension = extname(name).toLowerCase();
	const format = Object.hasOwn(FORMATS, extension)
		? FORMATS[extension]
		: undefined;
	if (!format)
		throw new UsageError(
			`a picture is written as ${Object.keys(FORMATS).join(" or ")}, by the end of its name, not to "${name}"`,
		);
	return async (drawing) => {
		const spec = wholeSpec(drawing);
		return format(await render(spec), spec.description);
	};
}
