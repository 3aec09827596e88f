import { now, presentTime } from "../../base/clock.ts";
import { readPlainFile } from "../../base/plain-file.ts";
import { type Stats, statSync } from "../../host/files.ts";
import { dirname, join, resolve, sep } from "../../host/paths.ts";
import { randomBytes } from "../../host/system-random.ts";
import { writeAtomically } from "./atomic.ts";
import { compareBytes } from "./byte-order.ts";
import { type Changes, changeCount, compareManifests } from "./changes.ts";
import { DataError, readError, systemCode } from "./data-error.ts";
import { type HashManyOptions, hashMany } from "./hashing/hash-many.ts";
import { Stamps } from "./hashing/stamp.ts";
import {
	fileSystemTime,
	readStatIndex,
	writeStatIndex,
} from "./hashing/stat-index.ts";
import {
	folderBeside,
	formatManifest,
	type Manifest,
	type ManifestEntry,
	readManifest,
	rootOf,
	type SiblingPaths,
	siblingPaths,
} from "./manifest.ts";
import { Pace } from "./progress.ts";
import { drawSample, type SampleReport } from "./sample.ts";
import { listFiles, requireFolder } from "./walk.ts";

export type VerifyMode = "init" | "quick" | "deep" | "sample";

export interface VerifyOptions
	extends Pick<HashManyOptions, "jobs" | "onProgress" | "signal"> {
	/**
	 * `init` reads everything and writes the manifest; `quick` reads what its
	 * stat does not vouch for; `deep` reads everything; `sample` is a quick check
	 * that also reads a random share. Default: `quick` where a manifest exists,
	 * else `init`.
	 */
	readonly mode?: VerifyMode;
	/** Share of the files to read in mode `sample`, in (0, 1]. */
	readonly sample?: number;
	/** Chooses the sample; drawn and reported when absent. */
	readonly sampleSeed?: string;
	/** Why a changed folder is right: its present state becomes the manifest. */
	readonly accept?: string;
	/** The manifest's path, when it is not beside the folder. */
	readonly manifest?: string;
}

export interface Verification {
	/** `created` also when a changed folder was accepted. */
	readonly status: "created" | "unchanged" | "changed";
	/** As the caller wrote it. */
	readonly directory: string;
	/** Absolute path of the manifest. */
	readonly manifest: string;
	readonly mode: VerifyMode;
	/** Names the data as they are now: `sha256:` and the SHA-256 of their manifest. */
	readonly root: string;
	/** Root of the manifest that was there before; absent on first use. */
	readonly recordedRoot?: string;
	readonly files: number;
	readonly bytes: number;
	/** How many files were read, not only looked up. */
	readonly hashed: number;
	readonly changes: Changes;
	readonly sample?: SampleReport;
	/** The reason given for a new version, when one was recorded. */
	readonly accepted?: string;
	readonly seconds: number;
}

interface FolderState {
	readonly files: number;
	/** In byte order; made as they are asked for: of a new manifest nobody needs them all at once. */
	readonly entries: Iterable<ManifestEntry>;
	readonly stamps: Stamps;
	readonly bytes: number;
	readonly hashed: number;
	/** File-system time before the first file was hashed. */
	readonly since?: number;
	readonly sample?: SampleReport;
}

interface Recorded extends Manifest {
	/** By the manifest's line. */
	readonly stamps: Stamps;
}

function locate(absolute: string, manifest?: string): SiblingPaths {
	if (dirname(absolute) === absolute)
		throw new DataError(
			"BAD_ARGUMENT",
			`${absolute} has no folder above it to keep a manifest in; name a folder below it`,
		);
	if (manifest === undefined) return siblingPaths(absolute);
	const path = resolve(manifest);
	if (path.startsWith(absolute + sep))
		throw new DataError(
			"BAD_ARGUMENT",
			`the manifest ${manifest} would lie in the folder it describes; put it elsewhere`,
		);
	const stem = path.replace(/\.txt$/, "");
	return {
		manifest: path,
		statIndex: `${stem}.stat.json`,
		log: `${stem}.log.jsonl`,
	};
}

function chooseMode(
	options: VerifyOptions,
	recorded: boolean,
	directory: string,
	manifest: string,
): VerifyMode {
	const mode = options.mode ?? (recorded ? "quick" : "init");
	if (options.accept !== undefined && options.accept.trim() === "")
		throw new DataError(
			"BAD_ARGUMENT",
			`--accept needs the reason why ${directory} may differ, for example --accept "added 200 scans"`,
		);
	if (mode === "sample" && options.sample === undefined)
		throw new DataError(
			"BAD_ARGUMENT",
			"a sampled check needs the share of files to read, for example --sample 5%",
		);
	if (mode !== "init" && !recorded && options.accept === undefined)
		throw new DataError(
			"NO_MANIFEST",
			`${directory} has no manifest to be checked against (looked for ${manifest}); make one with: deepdiva verify-data ${directory} --init`,
		);
	if (mode === "init" && recorded && options.accept === undefined)
		throw new DataError(
			"MANIFEST_EXISTS",
			`${directory} already has a manifest, ${manifest}; check against it with --deep, or record a new version with --init --accept "why"`,
		);
	return recorded ? mode : "init";
}

/** The manifest's line of each path, both in byte order; -1 where it has none. */
function linesOf(
	paths: readonly string[],
	entries: readonly ManifestEntry[],
): Int32Array {
	const lines = new Int32Array(paths.length).fill(-1);
	let line = 0;
	for (let index = 0; index < paths.length; index++) {
		const path = paths[index] as string;
		let entry = entries[line];
		while (entry && entry.path !== path && compareBytes(entry.path, path) < 0)
			entry = entries[++line];
		if (entry?.path === path) lines[index] = line++;
	}
	return lines;
}

/**
 * The manifests of folders within a data folder, with their companions: a check
 * of such a folder made them, and they are no data.
 */
function manifestsWithin(
	absolute: string,
	paths: readonly string[],
): Set<string> {
	const isFolder = (path: string) =>
		statSync(join(absolute, path), { throwIfNoEntry: false })?.isDirectory();
	return new Set(
		paths.filter((path) => {
			const folder = folderBeside(path);
			return folder !== undefined && isFolder(folder);
		}),
	);
}

/** Paths of the data; manifests within only where an earlier version of the manifest lists them. */
function dataPaths(
	absolute: string,
	all: readonly string[],
	recorded: readonly ManifestEntry[],
): readonly string[] {
	const within = manifestsWithin(absolute, all);
	if (within.size === 0) return all;
	for (const { path } of recorded) within.delete(path);
	return all.filter((path) => !within.has(path));
}

/** Looks at every file and reads those that neither stamp nor mode exempts. */
async function examine(
	absolute: string,
	mode: VerifyMode,
	recorded: Recorded | undefined,
	statIndex: string,
	options: VerifyOptions,
): Promise<FolderState> {
	const paths = dataPaths(
		absolute,
		listFiles(absolute, () => options.signal?.throwIfAborted()),
		recorded?.entries ?? [],
	);
	const known = linesOf(paths, recorded?.entries ?? []);
	const stamps = new Stamps(paths.length);
	/** The recorded entries that still hold. */
	const kept = new Array<ManifestEntry | undefined>(paths.length);
	const pace = new Pace(options);
	let bytes = 0;
	if (recorded && (mode === "quick" || mode === "sample"))
		for (let index = 0; index < paths.length; index++) {
			const line = known[index] as number;
			if (line < 0 || !recorded.stamps.has(line)) continue;
			const path = `${absolute}/${paths[index]}`;
			let stats: Stats;
			try {
				stats = statSync(path);
			} catch (error) {
				throw readError(error, path);
			}
			if (!recorded.stamps.matches(line, stats)) continue;
			stamps.set(index, stats);
			kept[index] = recorded.entries[line];
			bytes += stats.size;
			if (pace.due())
				await pace.report({
					done: index + 1,
					total: paths.length,
					unit: "file",
					label: "looking up",
				});
		}
	const sampled = new Set<number>();
	let sample: SampleReport | undefined;
	if (mode === "sample") {
		const seed = options.sampleSeed ?? randomBytes(8).toString("hex");
		const drawn = drawSample(paths.length, options.sample ?? 0, seed);
		for (const index of drawn.indices) sampled.add(index);
		sample = drawn.report;
	}
	const unread: number[] = [];
	for (let index = 0; index < paths.length; index++)
		if (!kept[index] || sampled.has(index)) unread.push(index);
	// Also when nothing is read: a manifest of no files gets its index too.
	const since =
		unread.length > 0 || !recorded ? fileSystemTime(statIndex) : undefined;
	const read = await hashMany(
		unread.map((index) => paths[index] as string),
		{ ...options, since, folder: absolute },
	);
	for (const [k, index] of unread.entries()) {
		const { digest, stamp, ...file } = read.at(k);
		const before = recorded?.entries[known[index] as number];
		if (!kept[index]) bytes += file.bytes;
		kept[index] = before?.digest === digest ? before : undefined;
		if (stamp) stamps.set(index, stamp);
	}
	function* entries(): Generator<ManifestEntry> {
		let k = 0;
		for (const [index, path] of paths.entries()) {
			while ((unread[k] ?? index) < index) k++;
			yield kept[index] ?? { path, digest: read.digest(k) };
		}
	}
	return {
		files: paths.length,
		entries: { [Symbol.iterator]: entries },
		stamps,
		bytes,
		hashed: unread.length,
		since,
		sample,
	};
}

/**
 * Root of a folder as it is now, whatever its manifest says; nothing is written.
 * @param options.expected a root that may be by an earlier rule: manifests within counted as data
 * @throws DataError as `verifyData`
 */
export async function folderRoot(
	directory: string,
	options: HashManyOptions & { readonly expected?: string } = {},
): Promise<string> {
	const absolute = requireFolder(directory);
	const paths = listFiles(absolute);
	const files = await hashMany(paths, { ...options, folder: absolute });
	const entries = paths.map((path, k) => ({ path, digest: files.digest(k) }));
	const whole = rootOf(formatManifest(entries));
	if (whole === options.expected) return whole;
	const within = manifestsWithin(absolute, paths);
	return within.size === 0
		? whole
		: rootOf(formatManifest(entries.filter(({ path }) => !within.has(path))));
}

/** Reasons that people gave, a few words each. */
const LONGEST_LOG = 1 << 26;

function readLog(path: string): string {
	let bytes: Buffer | undefined;
	try {
		bytes = readPlainFile(path, { maxBytes: LONGEST_LOG, followLinks: true });
	} catch (error) {
		if (systemCode(error) === "ENOENT") return "";
		throw readError(error, path);
	}
	if (bytes) return bytes.toString();
	throw new DataError(
		"UNREADABLE",
		`${path} is no plain file of at most ${LONGEST_LOG / 2 ** 20} MiB, so the reason cannot be added to it; move it away and check again`,
	);
}

/**
 * Checks a data folder against its manifest, `DIR.manifest-sha256.txt` beside
 * the folder, and writes that manifest on first use.
 *
 * The manifest is what `cd DIR && find . -type f | sha256sum` would print with
 * plain relative paths in byte order, so `sha256sum -c` checks it too. Moving,
 * copying or touching a folder changes nothing; a changed folder is an answer,
 * not an error.
 * @example
 * const { status, root } = await dd.verifyData("data/pets");
 * status; // → "unchanged"
 * @throws DataError when the check could not be made: MISSING_FOLDER,
 * NOT_A_FOLDER, NO_MANIFEST, MANIFEST_EXISTS, BAD_MANIFEST, UNREADABLE,
 * NOT_A_FILE, BROKEN_LINK, LINK_LOOP, NOT_UTF8, CHANGING, UNWRITABLE or
 * BAD_ARGUMENT; the signal's reason when it is aborted
 */
export async function verifyData(
	directory: string,
	options: VerifyOptions = {},
): Promise<Verification> {
	const begin = now();
	const absolute = requireFolder(directory);
	const beside = locate(absolute, options.manifest);
	const index = readStatIndex(beside.statIndex, absolute);
	const before = readManifest(beside.manifest, index?.root);
	const mode = chooseMode(
		options,
		before !== undefined,
		directory,
		beside.manifest,
	);
	const recorded: Recorded | undefined = before && {
		...before,
		stamps:
			index?.root === before.root
				? index.stamps(before.entries.length)
				: new Stamps(before.entries.length),
	};
	const state = await examine(
		absolute,
		mode,
		recorded,
		beside.statIndex,
		options,
	);
	const changes = recorded
		? compareManifests(recorded.entries, [...state.entries])
		: compareManifests([], []);
	const changed = recorded !== undefined && changeCount(changes) > 0;
	const accepted = changed ? options.accept?.trim() : undefined;
	const written = recorded === undefined || accepted !== undefined;
	const content =
		written || changed ? formatManifest(state.entries) : undefined;
	const root =
		content === undefined ? (recorded?.root as string) : rootOf(content);
	const log = accepted === undefined ? "" : readLog(beside.log);
	if (written) writeAtomically(beside.manifest, content as Buffer);
	if (state.since !== undefined && (written || !changed)) {
		if (written || !recorded?.stamps.equals(state.stamps))
			writeStatIndex(beside.statIndex, absolute, root, state.stamps);
	}
	if (accepted !== undefined)
		writeAtomically(
			beside.log,
			`${log}${JSON.stringify({
				time: presentTime().toISOString(),
				why: accepted,
				previous: recorded?.root,
				root,
				files: state.files,
				changes: changeCount(changes),
			})}\n`,
		);
	return {
		status: written ? "created" : changed ? "changed" : "unchanged",
		directory,
		manifest: beside.manifest,
		mode,
		root,
		...(recorded && { recordedRoot: recorded.root }),
		files: state.files,
		bytes: state.bytes,
		hashed: state.hashed,
		changes,
		...(state.sample && { sample: state.sample }),
		...(accepted !== undefined && { accepted }),
		seconds: (now() - begin) / 1000,
	};
}
