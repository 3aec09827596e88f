import { UsageError } from "../../../base/errors.ts";
import { existsSync, readdirSync } from "../../../host/files.ts";
import { checkSpec } from "../../definitions/check-spec.ts";
import { definedBy } from "../../definitions/defined-by.ts";
import { Registry } from "../../definitions/registry.ts";
import { withStreams } from "../../random/scope.ts";
import { StreamSet } from "../../random/stream.ts";
import { DataError } from "../data-error.ts";
import type { DataProgress, PaceOptions } from "../progress.ts";
import { writeFolder } from "../write-folder.ts";
import { DATA_SETS } from "./catalogue.ts";
import {
	type FetchedData,
	type FetchOptions,
	fetched,
	present,
} from "./fetched.ts";

/** What the function that writes a data set may use. */
export interface DatasetContext {
	/**
	 * Uniform numbers in [0, 1) from the set's own stream of that name. They are the
	 * same on every machine and follow no session's seed, as does `Math.random` here.
	 */
	rng(name: string): () => number;
	/** Says how far the work is. */
	progress(progress: DataProgress): void;
	/** Aborted when the user interrupts. */
	readonly signal: AbortSignal | undefined;
}

export interface DatasetDefinition {
	/** For `dd.getData(NAME)`. */
	readonly name: string;
	/** One line for help. */
	readonly summary: string;
	/** What the folder's root must be, `sha256:…` as `dd.verifyData` says it: pins every byte. */
	readonly root?: string;
	/** Writes the files into the folder, which is there and empty; for the task image-classification as `train|val|test/CLASS/FILE`. */
	write(folder: string, context: DatasetContext): unknown;
}

interface DefinedDataset extends DatasetDefinition {
	/** How messages about it begin. */
	readonly caller: string;
}

const registry = new Registry<DefinedDataset>("data set", DATA_SETS);

/** The data set that users' code has defined under this name. */
export const definedDataset = (name: string): DefinedDataset | undefined =>
	registry.get(name);

/** Names of all data sets, built in or defined. */
export const datasetNames = (): string[] => registry.allNames;

/**
 * Defines the data set `NAME`, in a cell, a script or a package that they import:
 * `dd.getData("NAME")` writes it into `data/NAME` and makes its manifest, as it
 * does for built-in ones. A data set of the same name is replaced.
 * @example
 * import { writeFileSync } from "node:fs";
 *
 * dd.defineDataset({
 *   name: "sums",
 *   summary: "1,000 sums of two random numbers.",
 *   write(folder, { rng }) {
 *     const next = rng("terms");
 *     const rows = Array.from({ length: 1000 }, () => [next(), next()]).map(([a = 0, b = 0]) => `${a},${b},${a + b}`);
 *     writeFileSync(`${folder}/sums.csv`, rows.join("\n"));
 *   },
 * });
 * const { directory } = await dd.getData("sums"); // "data/sums"
 * @throws UsageError for what is missing or wrong, for a built-in name, and when two packages define the name
 */
export function defineDataset(spec: DatasetDefinition): void {
	const caller = checkSpec("dd.defineDataset", spec, {
		root: {
			type: "text",
			required: false,
			meaning: "what the folder's root must be",
		},
		write: {
			type: "function",
			required: true,
			meaning: "the function that writes its files into a folder",
		},
	});
	const { name, summary, root } = spec;
	if (root !== undefined && !/^sha256:[\da-f]{64}$/.test(root))
		throw new UsageError(
			`${caller}: root must be "sha256:" and 64 hexadecimal digits, as dd.verifyData gives it, not "${root}"`,
		);
	registry.define(
		caller,
		{ ...spec, write: (...given) => spec.write(...given), caller },
		{ name, summary, by: definedBy(defineDataset) },
	);
}

/**
 * Writes a defined set into a folder, unless that is there already and as its manifest says.
 * @throws DataError EXISTS, UNWRITABLE, BAD_FORMAT where nothing was written,
 * CHECKSUM where the content is not the pinned one; what `write` throws
 */
export async function getDefined(
	directory: string,
	{ name, caller, root, write }: DefinedDataset,
	options: FetchOptions,
): Promise<FetchedData> {
	const isKept = existsSync(directory) && !options.force;
	if (!isKept)
		await writeFolder(
			directory,
			async (folder) => {
				// Part of the data: never a session's seed.
				const streams = new StreamSet(`deepdiva ${name}`);
				await withStreams(streams, () =>
					write(folder, contextFor(streams, options)),
				);
				if (readdirSync(folder).length === 0)
					throw new DataError(
						"BAD_FORMAT",
						`${caller}: write wrote no file; write into the folder that it is given`,
					);
			},
			options,
		);
	const found = isKept
		? await present(directory, options)
		: await fetched("created", directory, options);
	if (root !== undefined && found.verification.root !== root)
		throw new DataError(
			"CHECKSUM",
			`${directory} has the root ${found.verification.root}, and ${caller} pins ${root}; write the same files on every machine (random numbers from rng, no time), or remove the folder and its manifest if the definition has changed`,
		);
	return found;
}

const contextFor = (
	streams: StreamSet,
	{ onProgress, signal }: PaceOptions,
): DatasetContext => ({
	rng: (name) => streams.stream(name).next,
	progress: (progress) => onProgress?.(progress),
	signal,
});
