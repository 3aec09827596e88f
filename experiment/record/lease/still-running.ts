import { lstatSync, readdirSync } from "../../../host/files.ts";
import { dirname, join } from "../../../host/paths.ts";
import {
	isAlive,
	type ProcessIdentity,
	thisProcess,
} from "../surroundings/liveness.ts";
import {
	HEARTBEAT_FILE,
	isExpired,
	readBeat,
	serverTime,
} from "./heartbeat.ts";

/** A run of an earlier version has no heartbeat. One of another host is over when nothing was written for so long. */
const SILENT_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Is the process still there that computes a run? One of this host is asked;
 * of another host's the heartbeat tells.
 * @param directory the run's folder; without one, another host is taken at its word
 */
export function isStillRunning(
	process: ProcessIdentity,
	directory: string | undefined,
): boolean {
	const here = isAlive(process);
	if (here !== "elsewhere") return here;
	if (directory === undefined) return true;
	const runs = dirname(dirname(directory));
	const beat = readBeat(join(directory, HEARTBEAT_FILE));
	if (beat) return !isExpired(beat, runs);
	if (process.host === thisProcess().host) return false;
	return serverTime(runs) - lastWritten(directory) < SILENT_MILLISECONDS;
}

/** When something was last written in a run's folder, in milliseconds since 1970. */
function lastWritten(directory: string): number {
	const times = [directory, ...entriesIn(directory)].map(
		(path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
	);
	return Math.max(...times);
}

function entriesIn(directory: string): string[] {
	try {
		return readdirSync(directory).map((name) => join(directory, name));
	} catch {
		return [];
	}
}
