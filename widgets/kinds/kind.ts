import type { Drawing, DrawnPicture } from "../drawing/picture.ts";

/** A picture of a run, as its kind draws it. */
export interface Shown<Data> {
	/** Tells pictures of one kind apart, e.g. "val". */
	readonly name: string;
	readonly step?: number;
	readonly data: Data;
}

/** A title, with the step that the picture is of. */
export const atStep = (
	title: string,
	{ step }: Pick<Shown<unknown>, "step">,
): string => (step === undefined ? title : `${title}, step ${step}`);

/**
 * A kind of picture: one file that says what is recorded of it and how it is
 * drawn. `text` and `draw` are given what is on record, so a picture can be drawn
 * long after its run, and in another process.
 */
export interface PictureSpec<Data> {
	/** In records and file names: letters, digits, "_" and "-". */
	readonly kind: string;
	/**
	 * What the record keeps of what was given to be shown: JSON and Float32Arrays.
	 * @throws UsageError that says what is wrong with it
	 */
	encode(given: unknown): Data;
	/**
	 * Reads what is on record.
	 * @throws UsageError for data of another kind
	 */
	decode(recorded: unknown): Data;
	/** The numbers, for a reader without pictures; its first line is the title. */
	text(shown: Shown<Data>): string;
	draw(shown: Shown<Data>): DrawnPicture | Promise<DrawnPicture>;
	/** What TensorBoard calls the picture of that name. */
	tag(name: string): string;
}

/**
 * A kind without the type of its data, for lists of kinds. It decodes the
 * recorded data before it draws.
 */
export interface PictureKind
	extends Pick<PictureSpec<unknown>, "kind" | "encode" | "text" | "tag"> {
	/** The picture, with its text. */
	draw(shown: Shown<unknown>): Promise<Drawing>;
}

/** The kind that a spec describes. */
export function pictureKind<Data>(spec: PictureSpec<Data>): PictureKind {
	const decoded = (shown: Shown<unknown>): Shown<Data> => ({
		...shown,
		data: spec.decode(shown.data),
	});
	return {
		kind: spec.kind,
		encode: (given) => spec.encode(given),
		text: (shown) => spec.text(decoded(shown)),
		draw: async (shown) => {
			const read = decoded(shown);
			return { ...(await spec.draw(read)), text: spec.text(read) };
		},
		tag: (name) => spec.tag(name),
	};
}
