import { now } from "../../../base/clock.ts";
import { writeFileAtomic } from "../../../base/files.ts";
import { userFolder } from "../../../base/home.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { makePrivateFolder } from "../../../base/private-folder.ts";
import { version } from "../../../base/version.ts";
import { lstatSync, realpathSync } from "../../../host/files.ts";
import { createHash } from "../../../host/hash.ts";
import { join } from "../../../host/paths.ts";
import {
	isRacy,
	type Stamp,
	sameStamp,
	stampOf,
} from "../../data/hashing/stamp.ts";
import { fileSystemTime } from "../../data/hashing/stat-index.ts";
import type { RecordedMembership } from "../record.ts";
import { RECORD_FILE } from "../record-file.ts";
import type { RunSummary } from "./summary.ts";

/*
 * Summaries of runs, so that a list of ten thousand reads one file instead of ten thousand. Only a
 * cache: a summary is believed as long as the record and its folder are the files that it was made
 * of, by their stamps. It lies in the user's private cache, one file for each folder of runs:
 *
 *   {"made":"deepdiva 0.1.0, index 1","root":"/home/me/project/runs","digest":"…"}
 *   {"multiruns":[…],"runs":[…]}
 *
 * with the digest of the second line. Any other content, or none, costs time and nothing else.
 */

const MADE = `deepdiva ${version}, index 1`;
const LONGEST_INDEX = 2 ** 29;
/** To read fewer records than these takes no longer than to write the index anew. */
const WORTH_WRITING = 64;

/** Stamps of a run's record and of its folder, where a name that is planted would show. */
interface Stamps {
	readonly record: Stamp;
	readonly folder: Stamp;
}

interface Entry extends Stamps {
	readonly summary: RunSummary;
}

/** As it is written: numbers without names, and what all members of a multirun have once. */
type WrittenEntry = readonly [
	/** `EXPERIMENT/FOLDER` */
	place: string,
	stamps: readonly number[],
	record: Omit<RunSummary["record"], "multirun">,
	isSealBroken: boolean,
	multirun?: readonly [number, Pick<RecordedMembership, "index">],
];

interface Written {
	readonly multiruns: readonly Omit<RecordedMembership, "index">[];
	readonly runs: readonly WrittenEntry[];
}

/** What is known of the runs in a folder from an earlier look. */
export class RunIndex {
	readonly #root: string;
	readonly #known: ReadonlyMap<string, Entry>;
	/** What of that still holds. */
	readonly #kept = new Map<string, Entry>();
	/** What was read now. */
	readonly #read = new Map<string, Entry>();
	/** Before anything was read, in milliseconds. */
	readonly #begun = now();

	constructor(root: string) {
		this.#root = root;
		this.#known = readIndex(root);
	}

	/**
	 * The summary of a run: the known one where nothing was written since, else what `read` gives.
	 * @param place `EXPERIMENT/FOLDER`
	 * @throws what `read` throws
	 */
	summary(
		place: string,
		directory: string,
		read: (directory: string) => RunSummary,
	): RunSummary {
		const stamps = stampsOf(directory);
		const known = this.#known.get(place);
		if (known && stamps && isSame(known, stamps)) {
			this.#kept.set(place, known);
			return known.summary;
		}
		const summary = read(directory);
		// A running one changes without end, and is read each time.
		if (stamps && summary.record.status !== "running")
			this.#read.set(place, { ...stamps, summary });
		return summary;
	}

	/** Writes what was read, if that was much. */
	save(): void {
		if (this.#read.size < WORTH_WRITING) return;
		const time = fileSystemTime(join(this.#root, ".clock"));
		// On a disk that nobody can write to, no clock tells whether a file could still change unnoticed.
		if (time === undefined) return;
		const begun = time - (now() - this.#begun);
		const settled = [...this.#read].filter(
			([, { record, folder }]) =>
				!(isRacy(record, begun) || isRacy(folder, begun)),
		);
		if (settled.length > 0) writeIndex(this.#root, [...this.#kept, ...settled]);
	}
}

function stampsOf(directory: string): Stamps | undefined {
	const stats = [join(directory, RECORD_FILE), directory].map((path) =>
		lstatSync(path, { throwIfNoEntry: false }),
	);
	const [record, folder] = stats;
	return record && folder
		? { record: stampOf(record), folder: stampOf(folder) }
		: undefined;
}

const isSame = (a: Stamps, b: Stamps) =>
	sameStamp(a.record, b.record) && sameStamp(a.folder, b.folder);

/** @throws where there is no folder for the user alone */
function indexFile(root: string): string {
	const folder = join(
		userFolder(process.env.XDG_CACHE_HOME, ".cache"),
		"deepdiva",
		"runs",
	);
	makePrivateFolder(folder);
	const name = createHash("sha256").update(root).digest("hex").slice(0, 32);
	return join(folder, `${name}.json`);
}

const digestOf = (text: string | Uint8Array) =>
	createHash("sha256").update(text).digest("hex");

/** By place; none where there is no index, or none that can be believed. */
function readIndex(root: string): ReadonlyMap<string, Entry> {
	try {
		const real = realpathSync(root);
		const bytes = readPlainFile(indexFile(real), { maxBytes: LONGEST_INDEX });
		const end = bytes?.indexOf("\n") ?? -1;
		if (!bytes || end < 0) return new Map();
		const body = bytes.subarray(end + 1);
		const head = JSON.stringify(headOf(real, digestOf(body)));
		if (bytes.toString("utf8", 0, end) !== head) return new Map();
		return entriesOf(root, JSON.parse(body.toString("utf8")) as Written);
	} catch {
		return new Map();
	}
}

const headOf = (root: string, digest: string) => ({ made: MADE, root, digest });

function entriesOf(
	root: string,
	{ multiruns, runs }: Written,
): Map<string, Entry> {
	return new Map(
		runs.map(([place, numbers, rest, isSealBroken, member]) => {
			const [group, index] = member ?? [];
			const record =
				group === undefined
					? rest
					: {
							...rest,
							multirun: { ...multiruns[group], ...index },
						};
			return [
				place,
				{
					record: stampFrom(numbers, 0),
					folder: stampFrom(numbers, 4),
					summary: {
						directory: join(root, place),
						record: record as RunSummary["record"],
						isSealBroken,
					},
				},
			];
		}),
	);
}

const stampFrom = (numbers: readonly number[], at: number): Stamp => {
	const [size, mtimeMs, ctimeMs, ino] = numbers.slice(at, at + 4);
	return { size, mtimeMs, ctimeMs, ino } as Stamp;
};

const numbersOf = ({ size, mtimeMs, ctimeMs, ino }: Stamp) => [
	...[size, mtimeMs, ctimeMs, ino],
];

/** A folder that cannot be written to keeps no index. */
function writeIndex(
	root: string,
	entries: readonly (readonly [string, Entry])[],
): void {
	try {
		const real = realpathSync(root);
		const multiruns = new Map<string, number>();
		const runs = entries.map(([place, entry]): WrittenEntry => {
			const { record, isSealBroken } = entry.summary;
			const { multirun, ...rest } = record;
			const stamps = [...numbersOf(entry.record), ...numbersOf(entry.folder)];
			if (!multirun) return [place, stamps, rest, isSealBroken];
			const { index, ...shared } = multirun;
			const text = JSON.stringify(shared);
			const group = multiruns.get(text) ?? multiruns.size;
			multiruns.set(text, group);
			const which = index === undefined ? {} : { index };
			return [place, stamps, rest, isSealBroken, [group, which]];
		});
		const body = `{"multiruns":[${[...multiruns.keys()].join(",")}],"runs":${JSON.stringify(runs)}}\n`;
		const head = JSON.stringify(headOf(real, digestOf(body)));
		writeFileAtomic(indexFile(real), `${head}\n${body}`);
	} catch {
		// The records are read the next time as well.
	}
}
