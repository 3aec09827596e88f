import { type Stats, statSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { randomBytes } from "../../host/system-random.ts";
import { type FolderBesideManifest, linesOf } from "./changes.ts";
import { readError } from "./data-error.ts";
import { hashMany } from "./hashing/hash-many.ts";
import type { SharedTexts } from "./hashing/shared-texts.ts";
import type { Stamps } from "./hashing/stamp.ts";
import { fileSystemTime } from "./hashing/stat-index.ts";
import { folderBeside, MANIFEST_MARK } from "./manifest.ts";
import { type ListedFiles, ManifestLines } from "./manifest-lines.ts";
import { Pace, type PaceOptions } from "./progress.ts";
import { drawSample, type SampleReport } from "./sample.ts";
import { listFiles } from "./walk.ts";

export interface ExamineOptions extends PaceOptions {
	readonly jobs?: number;
	/** See `VerifyOptions`; the share that mode `sample` reads. */
	readonly sample?: number;
	readonly sampleSeed?: string;
}

/** What an earlier check found. */
export interface Recorded {
	readonly lines: ManifestLines;
	/** By the manifest's line. */
	readonly stamps: Stamps;
}

/** A folder as it is now. */
export interface FolderState extends ListedFiles, FolderBesideManifest {
	readonly stamps: Stamps;
	readonly bytes: number;
	/** How many files were read. */
	readonly hashed: number;
	/** File-system time before the first file was hashed. */
	readonly since?: number;
	readonly sample?: SampleReport;
}

/**
 * The manifests of folders within a data folder, with their companions: a check
 * of such a folder made them, and they are no data.
 * @returns indices of their paths
 */
export function manifestsWithin(
	absolute: string,
	paths: SharedTexts,
): Set<number> {
	const isFolder = (path: string) =>
		statSync(join(absolute, path), { throwIfNoEntry: false })?.isDirectory();
	const found = new Set<number>();
	for (const index of paths.containing(MANIFEST_MARK)) {
		const folder = folderBeside(paths.at(index));
		if (folder !== undefined && isFolder(folder)) found.add(index);
	}
	return found;
}

/** Paths of the data; manifests within only where an earlier version of the manifest lists them. */
function dataPaths(
	absolute: string,
	all: SharedTexts,
	recorded: ManifestLines,
): SharedTexts {
	const within = manifestsWithin(absolute, all);
	if (within.size === 0) return all;
	const lines = linesOf(all, recorded);
	for (const index of within)
		if ((lines[index] as number) >= 0) within.delete(index);
	return all.without(within);
}

/** Marks the files whose stamps are those that an earlier check took. */
async function lookUp(
	absolute: string,
	paths: SharedTexts,
	lines: Int32Array,
	{ stamps }: Recorded,
	held: Uint8Array,
	options: PaceOptions,
): Promise<void> {
	const pace = new Pace(options);
	for (let index = 0; index < paths.length; index++) {
		const line = lines[index] as number;
		if (line < 0 || !stamps.has(line)) continue;
		const path = `${absolute}/${paths.at(index)}`;
		let stats: Stats;
		try {
			stats = statSync(path);
		} catch (error) {
			throw readError(error, path);
		}
		if (!stamps.matches(line, stats)) continue;
		held[index] = 1;
		if (pace.due())
			await pace.report({
				done: index + 1,
				total: paths.length,
				unit: "file",
				label: "looking up",
			});
	}
}

/** Indices of the files that no stamp vouches for, and of the sampled ones. */
function filesToRead(
	held: Uint8Array,
	sampled: readonly number[],
): Uint32Array<SharedArrayBuffer> {
	const isRead = held.map((holds) => 1 - holds);
	for (const index of sampled) isRead[index] = 1;
	const count = isRead.reduce((sum, read) => sum + read, 0);
	const indices = new Uint32Array(
		new SharedArrayBuffer(count * Uint32Array.BYTES_PER_ELEMENT),
	);
	let place = 0;
	for (const [index, read] of isRead.entries())
		if (read) indices[place++] = index;
	return indices;
}

const NO_LINES = new ManifestLines(Buffer.alloc(0));

/**
 * Looks at every file and reads those that neither stamp nor mode exempts.
 * @param statIndex where the file system's time is asked
 * @throws DataError as `verifyData`
 */
export async function examine(
	absolute: string,
	mode: "init" | "quick" | "deep" | "sample",
	recorded: Recorded | undefined,
	statIndex: string,
	options: ExamineOptions,
): Promise<FolderState> {
	const before = recorded?.lines ?? NO_LINES;
	const paths = dataPaths(
		absolute,
		listFiles(absolute, () => options.signal?.throwIfAborted()),
		before,
	);
	const lines = linesOf(paths, before);
	/** 1: the file is what its line says. */
	const held = new Uint8Array(paths.length);
	if (recorded && (mode === "quick" || mode === "sample"))
		await lookUp(absolute, paths, lines, recorded, held, options);
	const sample =
		mode === "sample"
			? drawSample(
					paths.length,
					options.sample ?? 0,
					options.sampleSeed ?? randomBytes(8).toString("hex"),
				)
			: undefined;
	const unread = filesToRead(held, sample?.indices ?? []);
	// Also when nothing is read: a manifest of no files gets its index too.
	const since =
		unread.length > 0 || !recorded ? fileSystemTime(statIndex) : undefined;
	const read = await hashMany(paths, {
		...options,
		since,
		folder: absolute,
		only: unread,
	});
	let bytes = 0;
	let place = 0;
	for (let index = 0; index < paths.length; index++) {
		const line = lines[index] as number;
		if (unread[place] === index) {
			place++;
			bytes += read.bytes(index);
			const holds = line >= 0 && before.digest(line) === read.digest(index);
			held[index] = holds ? 1 : 0;
		} else if (recorded) {
			bytes += recorded.stamps.size(line);
			read.stamps.copy(index, recorded.stamps, line);
		}
	}
	const holds = (index: number) => held[index] === 1;
	const lineOf = (index: number) => lines[index] as number;
	return {
		paths,
		before,
		lines,
		holds,
		entry: (index) => ({ path: paths.at(index), digest: read.digest(index) }),
		writeDigest: (index, target, at) =>
			holds(index)
				? before.writeDigest(lineOf(index), target, at)
				: read.writeDigest(index, target, at),
		stamps: read.stamps,
		bytes,
		hashed: unread.length,
		since,
		sample: sample?.report,
	};
}
