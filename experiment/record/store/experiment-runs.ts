import { existsSync } from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";
import { probeTime } from "../lease/heartbeat.ts";
import { RECORD_FILE } from "../record-file.ts";
import { byStart, folders, readIfWhole, type StoredRun } from "./store.ts";

/** The runs of one experiment, by what they compute. */
export interface RunLookup {
	/** Every run of an identity and root seed, oldest first. */
	runsOf(identity: string, rootSeed: string): readonly StoredRun[];
	/** The run of an id. */
	runWithId(id: string): StoredRun | undefined;
	/** Finds runs that began since, by other processes on any host. */
	refresh(): void;
}

const keyOf = (identity: string, rootSeed: string) => `${identity} ${rootSeed}`;

/** Reads the record of each run of an experiment once, and again only while it is not sealed. */
export class ExperimentRuns implements RunLookup {
	readonly #folder: string;
	/** Names of folders that were read, damaged ones included. */
	readonly #seen = new Set<string>();
	readonly #runs = new Map<string, StoredRun[]>();
	readonly #ids = new Map<string, StoredRun>();

	constructor(runsDirectory: string, experiment: string) {
		this.#folder = join(runsDirectory, experiment);
		this.#read();
	}

	runsOf(identity: string, rootSeed: string): readonly StoredRun[] {
		const key = keyOf(identity, rootSeed);
		const found = (this.#runs.get(key) ?? []).map(asItIsNow);
		this.#runs.set(key, found);
		return found;
	}

	runWithId(id: string): StoredRun | undefined {
		const found = this.#ids.get(id);
		return found && asItIsNow(found);
	}

	refresh(): void {
		if (!existsSync(this.#folder)) return;
		// A network file system may show a folder as it was a while ago, unless one changed it oneself.
		probeTime(this.#folder);
		this.#read();
	}

	#read(): void {
		const changed = new Set<string>();
		for (const name of folders(this.#folder)) {
			if (this.#seen.has(name)) continue;
			const directory = join(this.#folder, name);
			// One that is being made has no record yet. Asked before it is read: it may get one in between.
			if (!existsSync(join(directory, RECORD_FILE))) continue;
			this.#seen.add(name);
			const run = readIfWhole(directory);
			if (!run) continue;
			const { record } = run;
			const key = keyOf(record.identity, record.seed.root);
			this.#runs.set(key, [...(this.#runs.get(key) ?? []), run]);
			this.#ids.set(record.id, run);
			changed.add(key);
		}
		for (const key of changed) this.#runs.get(key)?.sort(byStart);
	}
}

/** A record that is sealed does not change any more. */
const asItIsNow = (run: StoredRun): StoredRun =>
	run.record.status === "running" ? (readIfWhole(run.directory) ?? run) : run;
