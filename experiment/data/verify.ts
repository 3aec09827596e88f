import { now, presentTime } from "../../base/clock.ts";
import { readPlainFile } from "../../base/plain-file.ts";
import { dirname, resolve, sep } from "../../host/paths.ts";
import { givenOptions } from "../given-options.ts";
import { writeAtomically } from "./atomic.ts";
import { type Changes, changeCount, findChanges } from "./changes.ts";
import { DataError, readError, systemCode } from "./data-error.ts";
import { examine, manifestsWithin, type Recorded } from "./examine.ts";
import { type HashManyOptions, hashMany } from "./hashing/hash-many.ts";
import { Stamps } from "./hashing/stamp.ts";
import { readStatIndex, writeStatIndex } from "./hashing/stat-index.ts";
import {
	type Manifest,
	readManifest,
	rootOf,
	type SiblingPaths,
	siblingPaths,
	writeManifest,
} from "./manifest.ts";
import { formatManifest, type ListedFiles } from "./manifest-lines.ts";
import type { SampleReport } from "./sample.ts";
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

/** The manifest as it is, with the stamps of an index that belongs to it. */
function readRecorded(
	{ manifest, statIndex }: SiblingPaths,
	absolute: string,
): (Manifest & Recorded) | undefined {
	const index = readStatIndex(statIndex, absolute);
	const recorded = readManifest(manifest, index?.root);
	if (!recorded) return undefined;
	const count = recorded.lines.length;
	const stamps =
		index?.root === recorded.root ? index.stamps(count) : new Stamps(count);
	return { ...recorded, stamps };
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
	const listed: ListedFiles = {
		paths,
		writeDigest: (index, target, at) => files.writeDigest(index, target, at),
	};
	const whole = rootOf(formatManifest(listed));
	if (whole === options.expected) return whole;
	const within = manifestsWithin(absolute, paths);
	return within.size === 0 ? whole : rootOf(formatManifest(listed, within));
}

/** Of a folder that is seen for the first time: there is nothing that it differs from. */
const NO_CHANGES: Changes = {
	added: [],
	removed: [],
	modified: [],
	renamed: [],
};

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
	givenOptions(
		"dd.verifyData",
		options,
		'dd.verifyData("data/pets", { mode: "deep" })',
	);
	const begin = now();
	const absolute = requireFolder(directory);
	const beside = locate(absolute, options.manifest);
	const recorded = readRecorded(beside, absolute);
	const mode = chooseMode(
		options,
		recorded !== undefined,
		directory,
		beside.manifest,
	);
	const state = await examine(
		absolute,
		mode,
		recorded,
		beside.statIndex,
		options,
	);
	const changes = recorded ? findChanges(state) : NO_CHANGES;
	const changed = recorded !== undefined && changeCount(changes) > 0;
	const accepted = changed ? options.accept?.trim() : undefined;
	const written = recorded === undefined || accepted !== undefined;
	const log = accepted === undefined ? "" : readLog(beside.log);
	const root = written
		? writeManifest(beside.manifest, formatManifest(state))
		: changed
			? rootOf(formatManifest(state))
			: recorded.root;
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
				files: state.paths.length,
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
		files: state.paths.length,
		bytes: state.bytes,
		hashed: state.hashed,
		changes,
		...(state.sample && { sample: state.sample }),
		...(accepted !== undefined && { accepted }),
		seconds: (now() - begin) / 1000,
	};
}
