import { now } from "../../../base/clock.ts";
import { writeFileAtomic } from "../../../base/files.ts";
import { userFolder } from "../../../base/home.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { makePrivateFolder } from "../../../base/private-folder.ts";
import { version } from "../../../base/version.ts";
import { lstatSync, realpathSync } from "../../../host/files.ts";
import { createHash } from "../../../host/hash.ts";
import { join, sep } from "../../../host/paths.ts";
import { isRacy, type Stamp } from "../../data/hashing/stamp.ts";
import { fileSystemTime } from "../../data/hashing/stat-index.ts";
import type { RecordedMembership } from "../record.ts";
import { RECORD_FILE } from "../record-file.ts";
import { type RunSummary, type Summarised, summaryOf } from "./summary.ts";

/*
 * Summaries of runs, so that a list of ten thousand reads one file instead of ten thousand. Only a
 * cache: a summary is believed as long as the record and its folder are the files that it was made
 * of, by their stamps. It lies in the user's private cache, one file for each folder of runs:
 *
 *   {"made":"deepdiva 0.1.0, index 3f2a…","root":"/home/me/project/runs","digest":"…"}
 *   {"multiruns":[…],"runs":[…]}
 *
 * with the digest of the second line. Any other content, or none, costs time and nothing else.
 */

const LONGEST_INDEX = 2 ** 29;
/** To read fewer records than these takes no longer than to write the index anew. */
const WORTH_WRITING = 64;

/** Stamps of a run's record and of its folder, where a name that is planted would show. */
interface Stamps {
	readonly record: Stamp;
	readonly folder: Stamp;
}

/** What a look at a run gave. */
interface Found {
	readonly place: string;
	readonly stamps: Stamps;
	readonly summary: RunSummary;
}

/** As it is written: numbers without names, and what all members of a multirun have once. */
type Entry = readonly [
	/** `EXPERIMENT/FOLDER` */
	place: string,
	/** Of the record and of its folder: size, two times and inode. */
	stamps: readonly number[],
	record: Omit<RunSummary["record"], "multirun">,
	isSealBroken: boolean,
	/** Which of the multiruns, and which member of it. */
	multirun?: readonly [number, Pick<RecordedMembership, "index">],
];

interface Written {
	readonly multiruns: readonly Omit<RecordedMembership, "index">[];
	readonly runs: readonly Entry[];
}

/** A run that has all that a summary may have; the type asks for whatever is new. */
const SAMPLE: Required<Summarised> = {
	...{ id: "00000000", experiment: "sample", task: "points", repeat: 1 },
	params: { lr: { value: [0.1, 0.2], origin: "cell" } },
	paths: ["data"],
	...{ identity: "sha256:1", digest: "sha256:2" },
	multirun: {
		...{ id: "0000000000000000", total: 4, index: 3, repeats: 2 },
		...{ varied: ["lr"], vary: ["init"], grid: { lr: [0.1, 0.2] } },
	},
	seed: {
		...{ root: "1", origin: "given", boot: "2", run: "3", fixed: "4" },
		streams: { main: 1 },
	},
	// Read as one that has diverged.
	status: "finished",
	metrics: { loss: "NaN" },
	error: { name: "Error", message: "none", place: { name: "cell", line: 1 } },
	process: { pid: 1, host: "sample", started: "1" },
	...{ started: "2026-01-01T00:00:00.000Z", milliseconds: 1 },
};

/**
 * Says by which code an index was made, as far as that shows: a digest of the sample as an index has it. So whoever has
 * lists show more of a run, or writes them otherwise, has a mark of their own without having to think of it.
 */
export function indexMark(summarise = summaryOf): string {
	const stamp = { size: 1, mtimeMs: 2, ctimeMs: 3, ino: 4 } as Stamp;
	const summary = summarise("", SAMPLE, false);
	const stamps = { record: stamp, folder: stamp };
	const body = bodyOf([{ place: "sample/0", stamps, summary }]);
	return `deepdiva ${version}, index ${digestOf(body).slice(0, 16)}`;
}

/** What is known of the runs in a folder from an earlier look. */
export class RunIndex {
	readonly #root: string;
	readonly #multiruns: Written["multiruns"];
	readonly #known: ReadonlyMap<string, Entry>;
	/** What of that still holds. */
	readonly #kept: Found[] = [];
	/** What was read now. */
	readonly #read: Found[] = [];
	/** Before anything was read, in milliseconds. */
	readonly #begun = now();

	constructor(root: string) {
		this.#root = root;
		const { multiruns, runs } = readIndex(root);
		this.#multiruns = multiruns;
		this.#known = new Map(runs.map((entry) => [entry[0], entry]));
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
		if (known && stamps && isSame(known[1], stamps)) {
			const summary = this.#summaryFrom(known, directory);
			this.#kept.push({ place, stamps, summary });
			return summary;
		}
		const summary = read(directory);
		// A running one changes without end, and is read each time.
		if (stamps && summary.record.status !== "running")
			this.#read.push({ place, stamps, summary });
		return summary;
	}

	#summaryFrom(
		[, , rest, isSealBroken, member]: Entry,
		directory: string,
	): RunSummary {
		if (!member) return { directory, record: rest, isSealBroken };
		const [group, index] = member;
		const shared = this.#multiruns[group] as RecordedMembership;
		// Ten thousand copies would take longer than what they are for.
		const record = Object.assign(rest, { multirun: { ...shared, ...index } });
		return { directory, record, isSealBroken };
	}

	/** Writes what was read, if that was much. */
	save(): void {
		if (this.#read.length < WORTH_WRITING) return;
		const time = fileSystemTime(join(this.#root, ".clock"));
		// On a disk that nobody can write to, no clock tells whether a file could still change unnoticed.
		if (time === undefined) return;
		const begun = time - (now() - this.#begun);
		const settled = this.#read.filter(
			({ stamps: { record, folder } }) =>
				!(isRacy(record, begun) || isRacy(folder, begun)),
		);
		if (settled.length > 0) writeIndex(this.#root, [...this.#kept, ...settled]);
	}
}

function stampsOf(directory: string): Stamps | undefined {
	const record = lstatSync(`${directory}${sep}${RECORD_FILE}`, MAY_LACK);
	const folder = lstatSync(directory, MAY_LACK);
	return record && folder && { record, folder };
}

const MAY_LACK = { throwIfNoEntry: false } as const;

const numbersOf = ({ record, folder }: Stamps): readonly number[] => [
	...[record.size, record.mtimeMs, record.ctimeMs, record.ino],
	...[folder.size, folder.mtimeMs, folder.ctimeMs, folder.ino],
];

const isSame = (known: readonly number[], stamps: Stamps): boolean =>
	numbersOf(stamps).every((number, i) => number === known[i]);

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

const NOTHING: Written = { multiruns: [], runs: [] };

/** Nothing where there is no index, or none that can be believed. */
function readIndex(root: string): Written {
	try {
		const real = realpathSync(root);
		const bytes = readPlainFile(indexFile(real), { maxBytes: LONGEST_INDEX });
		const end = bytes?.indexOf("\n") ?? -1;
		if (!bytes || end < 0) return NOTHING;
		const body = bytes.subarray(end + 1);
		const head = JSON.stringify(headOf(real, digestOf(body)));
		if (bytes.toString("utf8", 0, end) !== head) return NOTHING;
		return JSON.parse(body.toString("utf8")) as Written;
	} catch {
		return NOTHING;
	}
}

const headOf = (root: string, digest: string) => ({
	made: indexMark(),
	root,
	digest,
});

function bodyOf(all: readonly Found[]): string {
	const multiruns = new Map<string, number>();
	const runs = all.map(({ place, stamps: found, summary }): Entry => {
		const { record, isSealBroken } = summary;
		const { multirun, ...rest } = record;
		const stamps = numbersOf(found);
		if (!multirun) return [place, stamps, rest, isSealBroken];
		const { index, ...shared } = multirun;
		const text = JSON.stringify(shared);
		const group = multiruns.get(text) ?? multiruns.size;
		multiruns.set(text, group);
		const which = index === undefined ? {} : { index };
		return [place, stamps, rest, isSealBroken, [group, which]];
	});
	return `{"multiruns":[${[...multiruns.keys()].join(",")}],"runs":${JSON.stringify(runs)}}\n`;
}

/** A folder that cannot be written to keeps no index. */
function writeIndex(root: string, all: readonly Found[]): void {
	try {
		const real = realpathSync(root);
		const body = bodyOf(all);
		const head = JSON.stringify(headOf(real, digestOf(body)));
		writeFileAtomic(indexFile(real), `${head}\n${body}`);
	} catch {
		// The records are read the next time as well.
	}
}
