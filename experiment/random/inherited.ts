import { workerThreads } from "../../host/builtins.ts";
import type { VariedStreams } from "./varied.ts";

/** What a worker, or a forked process, is told of its streams. */
export interface Inheritance {
	readonly seed: string;
	/** The name of its main stream, and before the names of all others. */
	readonly name: string;
	/** Was the seed chosen? */
	readonly isChosen: boolean;
	/** Streams that follow another seed. */
	readonly varied?: VariedStreams | undefined;
}

/** Where it is told, in the environment of a process and the environment data of a worker. */
export const INHERITANCE = "DEEPDIVA_WORKER";

function read(): Inheritance | undefined {
	const data = workerThreads.isMainThread
		? process.env[INHERITANCE]
		: workerThreads.getEnvironmentData(INHERITANCE);
	// Not to be handed on to grandchildren.
	if (workerThreads.isMainThread) delete process.env[INHERITANCE];
	else workerThreads.setEnvironmentData(INHERITANCE, undefined);
	return typeof data === "string"
		? (JSON.parse(data) as Inheritance)
		: undefined;
}

/** In a worker that code under a seed has created: the streams it was given. */
export const inherited = read();
