/** What only people know of a data set. Croissant requires all down to `datePublished`. */
export interface CroissantMetadata {
	readonly description?: string;
	/** URL of the license, e.g. `https://spdx.org/licenses/CC-BY-4.0`. */
	readonly license?: string;
	/** The data set's page. */
	readonly url?: string;
	/** Name of the person who made the data. */
	readonly creator?: string;
	/** Name of the organization that made the data; instead of a person, or beside one. */
	readonly organization?: string;
	/** `2026-01-31`, or with a time. */
	readonly datePublished?: string;
	/** Default: the folder's name. */
	readonly name?: string;
	/** `MAJOR.MINOR.PATCH`. */
	readonly version?: string;
	/** How to cite the data, best as BibTeX. */
	readonly citeAs?: string;
}

export const CROISSANT_KEYS = [
	"description",
	"license",
	"url",
	"creator",
	"organization",
	"datePublished",
	"name",
	"version",
	"citeAs",
] as const satisfies readonly (keyof CroissantMetadata)[];
