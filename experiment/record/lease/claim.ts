import { digestOf } from "../../../base/canonical.ts";
import { KeyboardInterrupt } from "../../../base/errors.ts";
import { makeFolder } from "../../../base/files.ts";
import { isObject } from "../../../base/json-object.ts";
import {
	readdirSync,
	rmdirSync,
	rmSync,
	writeFileSync,
} from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";
import { randomBytes } from "../../../host/system-random.ts";
import { recording } from "../recording-error.ts";
import {
	isAlive,
	type ProcessIdentity,
	thisProcess,
} from "../surroundings/liveness.ts";
import {
	type Beat,
	Heartbeat,
	heartbeatText,
	isExpired,
	readBeat,
} from "./heartbeat.ts";

/**
 * In the folder of runs: which members of multiruns are being computed, a file
 * each. A dot begins its name, so nobody takes it for an experiment.
 */
const CLAIMS_FOLDER = ".claims";

/** Which run is to be computed. Members of two multiruns may be the same run. */
export interface Claimed {
	/** Digest of name, parameters and repeat. */
	readonly identity: string;
	readonly rootSeed: string;
	/** Where it is recorded. */
	readonly runsDirectory: string;
}

/** Somebody else computes the run. */
export interface Holder {
	/** Absent where that is not known: the claim is being written. */
	readonly takenBy: ProcessIdentity | undefined;
}

/** Another process has taken a claim over: this one was silent for longer than its lease, e.g. suspended. */
export class ClaimLostError extends KeyboardInterrupt {
	constructor() {
		super(
			"another process has taken over this run, since this one gave no sign of life for longer than its lease (DEEPDIVA_LEASE, in seconds)",
		);
	}
}

/** The right to compute a run, as long as this process is there. */
export class Claim {
	readonly #place: Place;
	readonly #heartbeat: Heartbeat;
	readonly #lost = new AbortController();

	constructor(place: Place, text: string) {
		this.#place = place;
		this.#heartbeat = new Heartbeat(place.path, text, () => this.#lose());
	}

	/** Aborted, with a ClaimLostError, when another process has taken the claim over. */
	get lost(): AbortSignal {
		return this.#lost.signal;
	}

	#lose(): void {
		this.#lost.abort(new ClaimLostError());
	}

	/** Renews the claim. @returns is it still this process's? */
	renew(): boolean {
		const { folder, key, generation } = this.#place;
		const isHeld =
			!this.#lost.signal.aborted &&
			this.#heartbeat.renew() &&
			claimsOn(folder, key).every((other) => other.generation <= generation);
		if (!isHeld) this.#lose();
		return isHeld;
	}

	/** Gives the claim back. Whoever comes next finds the run's record. */
	release(): void {
		this.#heartbeat.stop();
		try {
			rmdirSync(this.#place.folder);
		} catch {
			// Others have claims there.
		}
	}
}

interface Place {
	readonly folder: string;
	/** Names the run. */
	readonly key: string;
	/** Counts the claims on the run of which each took over the one before. */
	readonly generation: number;
	readonly path: string;
}

const placeOf = (folder: string, key: string, generation: number): Place => ({
	folder,
	key,
	generation,
	path: join(folder, `${key}.${generation}`),
});

/** The claims on a run, oldest first. */
function claimsOn(folder: string, key: string): Place[] {
	let names: string[];
	try {
		names = readdirSync(folder);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
	}
	return names
		.filter((name) => name.startsWith(`${key}.`))
		.map((name) => Number(name.slice(key.length + 1)))
		.filter((generation) => Number.isSafeInteger(generation))
		.sort((a, b) => a - b)
		.map((generation) => placeOf(folder, key, generation));
}

/**
 * Claims a run, so that no other process computes it meanwhile. A claim whose
 * process has gone, or was silent for longer than its lease, is taken over. Of
 * several that try, one succeeds: a claim is a file that only one can make, and
 * to take one over is to make the file of the next number.
 * @returns the claim, or who has it
 * @throws RecordingError where no claim can be written
 */
export function claimMember(run: Claimed): Claim | Holder {
	const { identity, rootSeed, runsDirectory } = run;
	const folder = join(runsDirectory, CLAIMS_FOLDER);
	const key = digestOf({ identity, rootSeed }).slice(7, 39);
	for (;;) {
		const before = claimsOn(folder, key);
		const latest = before.at(-1);
		const beat = latest && readBeat(latest.path);
		if (beat && !isOver(beat, runsDirectory))
			return { takenBy: processIn(beat) };
		const place = placeOf(folder, key, (latest?.generation ?? 0) + 1);
		const token = randomBytes(8).toString("hex");
		const text = heartbeatText({ token, process: thisProcess() });
		if (!makeClaim(place, text)) continue;
		if (!followed(place, latest, beat)) {
			rmSync(place.path, { force: true });
			continue;
		}
		for (const { path } of before) rmSync(path, { force: true });
		return new Claim(place, text);
	}
}

/**
 * Is a new claim the one after the claim that was found to be over? That may
 * have been released since, and another one begun by somebody who saw none.
 */
function followed(
	{ folder, key, generation }: Place,
	latest: Place | undefined,
	beat: Beat | undefined,
): boolean {
	const others = claimsOn(folder, key).filter(
		(one) => one.generation !== generation,
	);
	const present = latest && readBeat(latest.path);
	return (
		others.every((one) => one.generation <= (latest?.generation ?? 0)) &&
		(!present || present.content.token === beat?.content.token)
	);
}

/** Makes the file of a claim. @returns false where somebody else was first */
function makeClaim({ folder, path }: Place, text: string): boolean {
	return recording(path, () => {
		try {
			makeFolder(folder);
			writeFileSync(path, text, { flag: "wx" });
			return true;
		} catch (error) {
			const { code = "" } = error as NodeJS.ErrnoException;
			// Gone: whoever gave the last claim back took the folder away.
			if (code === "EEXIST" || code === "ENOENT") return false;
			throw error;
		}
	});
}

/** Is the process of a claim gone, or silent for too long? */
function isOver(beat: Beat, runsDirectory: string): boolean {
	const process = processIn(beat);
	const isGone = process !== undefined && isAlive(process) === false;
	return isGone || isExpired(beat, runsDirectory);
}

function processIn({ content }: Beat): ProcessIdentity | undefined {
	const { process: found } = content;
	return isObject(found) &&
		typeof found.pid === "number" &&
		typeof found.host === "string"
		? {
				pid: found.pid,
				host: found.host,
				...textIn(found, "started"),
				...textIn(found, "numbers"),
			}
		: undefined;
}

const textIn = (found: Readonly<Record<string, unknown>>, name: string) =>
	typeof found[name] === "string" ? { [name]: found[name] } : {};
