import { sha256 } from "../../../base/canonical.ts";
import { isObject } from "../../../base/json-object.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { existsSync, readFileSync } from "../../../host/files.ts";
import {
	basename,
	dirname,
	extname,
	relative,
	resolve,
	sep,
} from "../../../host/paths.ts";
import { givenOptions } from "../../given-options.ts";
import { writeAtomically } from "../atomic.ts";
import { compareBytes } from "../byte-order.ts";
import { DataError } from "../data-error.ts";
import { SPLITS } from "../split.ts";
import { verifiedManifest } from "../verified-manifest.ts";
import type { Verification } from "../verify.ts";
import { CROISSANT_CONTEXT } from "./croissant-context.ts";
import type { CroissantMetadata } from "./croissant-metadata.ts";

type Node = Readonly<Record<string, unknown>>;

// Where the specification's examples and its own reader differ (the type of a
// DataSource, of a split's url, the form of `references`), this file has what
// both accept: the forms of the data sets that are published with it.
const CONFORMS_TO = "http://mlcommons.org/croissant/1.1";

/** By extension; the rest are bytes. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
	".png": "image/png",
	".jpg": "image/jpeg",
	".jpeg": "image/jpeg",
	".gif": "image/gif",
	".webp": "image/webp",
	".tif": "image/tiff",
	".tiff": "image/tiff",
	".bmp": "image/bmp",
	".csv": "text/csv",
	".tsv": "text/tab-separated-values",
	".txt": "text/plain",
	".json": "application/json",
	".jsonl": "application/jsonl",
	".wav": "audio/wav",
	".mp3": "audio/mpeg",
};

const mediaTypeOf = (path: string): string =>
	MEDIA_TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";

const SPLIT_CLASSES: Readonly<Record<string, string>> = {
	train: "cr:TrainingSplit",
	val: "cr:ValidationSplit",
	test: "cr:TestSplit",
};

/** A file that lies where the folder layout `train|val|test/class/file` has one. */
interface Example {
	readonly path: string;
	readonly split: string;
	readonly label: string;
}

function exampleAt(path: string): Example | undefined {
	const [split = "", label, file, ...rest] = path.split("/");
	return label !== undefined &&
		file !== undefined &&
		rest.length === 0 &&
		(SPLITS as readonly string[]).includes(split)
		? { path, split, label }
		: undefined;
}

const unique = (values: readonly string[]): string[] =>
	[...new Set(values)].sort(compareBytes);

const reference = (id: string): Node => ({ "@id": id });

/**
 * Some of the files that the manifest names, by the endings of their names.
 * @param folders patterns of the folders they lie in, with a "/" at the end
 * @param others files that the patterns must not match
 */
function fileSet(
	id: string,
	description: string,
	files: readonly string[],
	folders: readonly string[],
	others: readonly string[],
): Node {
	const extensions = unique(files.map((path) => extname(path)));
	const patterns = (endings: readonly string[], within: readonly string[]) =>
		within.flatMap((folder) => endings.map((ending) => `${folder}*${ending}`));
	// A file without an ending is matched by "*", as all others are.
	const foreign = extensions.includes("")
		? unique(others.map((path) => extname(path))).filter(
				(ending) => !extensions.includes(ending),
			)
		: [];
	const examples = others.flatMap((path) => exampleAt(path)?.split ?? []);
	const excludes = [
		...patterns(foreign, folders),
		...unique(examples).map((split) => `${split}/*/*`),
	];
	return {
		"@type": "cr:FileSet",
		"@id": id,
		name: id,
		description,
		containedIn: {
			fileObject: reference("manifest"),
			transform: [
				{ readLines: true },
				{ regex: "^\\\\?[0-9a-f]{64} [ *](.+)$" },
			],
		},
		encodingFormat: unique(files.map(mediaTypeOf)),
		includes: patterns(extensions, folders),
		...(excludes.length > 0 && { excludes }),
	};
}

function field(
	id: string,
	description: string,
	dataType: string | readonly string[],
	rest: Node = {},
): Node {
	return {
		"@type": "cr:Field",
		"@id": id,
		name: id.slice(id.indexOf("/") + 1),
		description,
		dataType,
		...rest,
	};
}

/** Splits, labels and examples of the folder layout. */
function recordSets(examples: readonly Example[]): Node[] {
	const splits = SPLITS.filter((name) =>
		examples.some(({ split }) => split === name),
	);
	const images = examples.every(({ path }) =>
		mediaTypeOf(path).startsWith("image/"),
	);
	const set = images ? "images" : "records";
	const from = (fileProperty: string, regex?: string): Node => ({
		source: {
			fileSet: reference("example-files"),
			extract: { fileProperty },
			...(regex !== undefined && { transform: { regex } }),
		},
	});
	return [
		{
			"@type": "cr:RecordSet",
			"@id": "splits",
			name: "splits",
			description: "What the parts of the data are for.",
			dataType: "cr:Split",
			key: reference("splits/name"),
			field: [
				field("splits/name", "Name of the part's folder.", "sc:Text"),
				field("splits/url", "What the part is for.", "sc:URL"),
			],
			data: splits.map((split) => ({
				"splits/name": split,
				"splits/url": SPLIT_CLASSES[split],
			})),
		},
		{
			"@type": "cr:RecordSet",
			"@id": "labels",
			name: "labels",
			description: "The classes.",
			dataType: "sc:Enumeration",
			key: reference("labels/name"),
			field: [field("labels/name", "Name of the class's folder.", "sc:Text")],
			data: unique(examples.map(({ label }) => label)).map((label) => ({
				"labels/name": label,
			})),
		},
		{
			"@type": "cr:RecordSet",
			"@id": set,
			name: set,
			description: "One record per file.",
			key: reference(`${set}/path`),
			field: [
				field(`${set}/path`, "Path of the file.", "sc:Text", from("fullpath")),
				images
					? field(
							`${set}/image`,
							"The image.",
							"sc:ImageObject",
							from("content"),
						)
					: field(
							`${set}/content`,
							"The file's bytes.",
							"sc:Text",
							from("content"),
						),
				field(`${set}/split`, "The part that the file is in.", "sc:Text", {
					...from("fullpath", "^(?:.*/)?(train|val|test)/[^/]+/[^/]+$"),
					references: { field: reference("splits/name") },
				}),
				field(`${set}/label`, "The file's class.", ["sc:Text", "cr:Label"], {
					...from("fullpath", "^(?:.*/)?(?:train|val|test)/([^/]+)/[^/]+$"),
					references: { field: reference("labels/name") },
				}),
			],
		},
	];
}

const LONGEST_DESCRIPTION = 1 << 26;

/** Properties that a person may have written into the file earlier. */
function earlier(path: string): Node {
	if (!existsSync(path)) return {};
	const unusable = (cause?: unknown) =>
		new DataError(
			"BAD_FORMAT",
			`${path} is not a Croissant description; repair or remove it`,
			{ cause },
		);
	let found: unknown;
	try {
		const bytes = readPlainFile(path, {
			maxBytes: LONGEST_DESCRIPTION,
			followLinks: true,
		});
		found = JSON.parse(bytes?.toString() ?? "");
	} catch (error) {
		throw unusable(error);
	}
	if (!isObject(found)) throw unusable();
	return found;
}

/** Where a file lies, seen from another, as a relative URL. */
function relativeUrl(from: string, to: string): string {
	return relative(dirname(from), to)
		.split(sep)
		.map(encodeURIComponent)
		.join("/");
}

function isUrl(value: unknown): boolean {
	return typeof value === "string" && URL.canParse(value);
}

/** Of what is required. */
const EXAMPLES: Readonly<Record<string, string>> = {
	description: '"Photographs of 37 breeds"',
	license: "https://spdx.org/licenses/CC-BY-4.0",
	url: "https://example.org/pets",
	creator: '"Ada Lovelace"',
	datePublished: "2026-01-31",
};

const isNode = (value: unknown): boolean =>
	typeof value === "object" && value !== null && "@type" in value;

/** What Croissant requires and nobody but people can know. @throws DataError BAD_ARGUMENT */
function requireKnown(known: Node, path: string): void {
	const missing = Object.keys(EXAMPLES).filter(
		(key) => known[key] === undefined,
	);
	if (missing.length > 0)
		throw new DataError(
			"BAD_ARGUMENT",
			`Croissant requires ${missing.join(", ")} of a data set, which only you know; add for example ${missing
				.map((key) => `${key}=${EXAMPLES[key]}`)
				.join(
					" ",
				)} (organization="…" instead of creator where no person is meant). They are kept in ${path}, so once is enough`,
		);
	for (const key of ["license", "url"])
		if (![known[key]].flat().every((value) => isUrl(value) || isNode(value)))
			throw new DataError(
				"BAD_ARGUMENT",
				`${key} "${String(known[key])}" is not a URL; write it like ${key}=${EXAMPLES[key]}`,
			);
	if (!/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(String(known.datePublished)))
		throw new DataError(
			"BAD_ARGUMENT",
			`datePublished "${String(known.datePublished)}" is not a date; write it like datePublished=${EXAMPLES.datePublished}`,
		);
}

/**
 * Describes a folder that was found as its manifest says in the vocabulary of
 * Croissant 1.1, in `DIR.croissant.json` beside it: the manifest with its
 * SHA-256, the files that it lists, and – where they lie as
 * `train|val|test/class/file` – their splits and labels. What a person wrote
 * into an earlier file (its license, say) is kept.
 * @example
 * await dd.writeCroissant(await dd.verifyData("data/pets"), {
 *   description: "Photographs of cats and dogs",
 *   license: "https://spdx.org/licenses/CC-BY-4.0",
 *   url: "https://example.org/pets",
 *   creator: "Ada Lovelace",
 *   datePublished: "2026-01-31",
 * });
 * @returns the file's path
 * @throws DataError CHANGED when the check found changes, CHANGING, BAD_ARGUMENT
 * for metadata that are missing or wrong, BAD_FORMAT for an earlier file that is
 * not JSON, UNWRITABLE
 */
export function writeCroissant(
	verification: Verification,
	metadata: CroissantMetadata = {},
): string {
	givenOptions(
		"dd.writeCroissant",
		metadata,
		'dd.writeCroissant(verification, { creator: "A. Author" })',
	);
	const paths = [...verifiedManifest(verification).paths()];
	const directory = resolve(verification.directory);
	const path = `${directory}.croissant.json`;
	const examples = paths.flatMap((file) => exampleAt(file) ?? []);
	const { creator, organization, ...given } = metadata;
	const creators = [
		...(creator === undefined ? [] : [{ "@type": "sc:Person", name: creator }]),
		...(organization === undefined
			? []
			: [{ "@type": "sc:Organization", name: organization }]),
	];
	const known: Node = {
		name: basename(directory),
		...earlier(path),
		...given,
		...(creators.length > 0 && {
			creator: creators.length === 1 ? creators[0] : creators,
		}),
	};
	requireKnown(known, path);
	const manifest = readFileSync(verification.manifest);
	const others = new Map<string, string[]>();
	for (const file of paths.filter((file) => !exampleAt(file))) {
		const type = mediaTypeOf(file);
		const alike = others.get(type);
		if (alike) alike.push(file);
		else others.set(type, [file]);
	}
	const splits = unique(examples.map(({ split }) => split));
	const document: Node = {
		...known,
		"@context": CROISSANT_CONTEXT,
		"@type": "sc:Dataset",
		conformsTo: CONFORMS_TO,
		identifier: verification.root,
		distribution: [
			{
				"@type": "cr:FileObject",
				"@id": "manifest",
				name: basename(verification.manifest),
				description: "The SHA-256 and the path of every file.",
				contentUrl: relativeUrl(path, verification.manifest),
				contentSize: `${manifest.length} B`,
				encodingFormat: "text/plain",
				sha256: sha256(manifest).slice("sha256:".length),
			},
			...(examples.length > 0
				? [
						fileSet(
							"example-files",
							"The files of all splits and classes.",
							examples.map((example) => example.path),
							splits.map((split) => `${split}/*/`),
							[],
						),
					]
				: []),
			...[...others].map(([type, files]) =>
				fileSet(
					`${type.replaceAll(/\W+/g, "-")}-files`,
					`${examples.length > 0 ? "Other files" : "The files"} of type ${type}.`,
					files,
					[""],
					paths.filter((file) => exampleAt(file) || mediaTypeOf(file) !== type),
				),
			),
		],
		recordSet: examples.length > 0 ? recordSets(examples) : undefined,
	};
	writeAtomically(path, `${JSON.stringify(document, undefined, "\t")}\n`);
	return path;
}
