import { UsageError } from "../../base/errors.ts";
import type { PictureEvent } from "../../experiment/events.ts";
import { type Picture, picture } from "../drawing/picture.ts";
import { boundary } from "./boundary.ts";
import { confusion } from "./confusion.ts";
import { embedding } from "./embedding.ts";
import type { PictureKind } from "./kind.ts";

/** A new kind of picture is a file and a line here. */
const builtIn: readonly PictureKind[] = [confusion, boundary, embedding];

const kinds = new Map(builtIn.map((kind) => [kind.kind, kind]));

/** The names of all kinds, the built-in ones first. */
export const kindNames = (): string[] => [...kinds.keys()];

/** Adds a kind that somebody defined, in place of an earlier one of this name. */
export function addKind(kind: PictureKind): void {
	kinds.set(kind.kind, kind);
}

/** @throws UsageError where no such kind is defined */
export function kindOf(name: string): PictureKind {
	const kind = kinds.get(name);
	if (!kind)
		throw new UsageError(
			`there is no kind of picture "${name}"; there are ${kindNames().join(", ")}`,
		);
	return kind;
}

/** Draws a picture of a run. @throws UsageError for data that its kind cannot draw */
export async function drawPicture(event: PictureEvent): Promise<Picture> {
	return picture(await kindOf(event.kind).draw(event));
}

/** The same as text. @throws UsageError for data that its kind cannot read */
export const pictureText = (event: PictureEvent): string =>
	kindOf(event.kind).text(event);
