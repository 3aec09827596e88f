import type { RunEvent } from "../events.ts";
import type { RunInfo, RunOutcome } from "../record/observer.ts";

/** A multirun of a session. */
export interface MultirunTarget {
	/** Its id. */
	readonly multirun: string;
	/** Cells that are executed before its own; none in a script. */
	readonly earlierCells: number;
	/** How many multiruns of this id its cell or script had before. */
	readonly occurrence: number;
}

/** Of which multirun a worker process computes members, and where it hears of them. */
export interface WorkerTarget extends MultirunTarget {
	/** Where the process that began the multirun listens. */
	readonly address: string;
	/** Begins the marks between what members print. */
	readonly token: string;
}

/** What became of a member in another process. */
export interface ComputedMember {
	readonly run: RunInfo;
	/** Its error is one made anew from name, message and stack. */
	readonly outcome: RunOutcome;
	/** What the body returned. */
	readonly value: unknown;
	/** Why the value could not be sent, if so. */
	readonly valueLost?: string;
}

/** What a worker tells the process that began the multirun. */
export interface WorkerListener {
	/** It has come to the multirun, or ended a member, and has nothing to do. */
	idle(): void;
	started(run: RunInfo): void;
	event(run: RunInfo, event: RunEvent): void;
	ended(member: ComputedMember): void;
	/** The present member came to no end that its record could tell, e.g. a full disk. */
	broke(error: Error): void;
	/** Another process with the same line computes the present member: it is to be asked for again. */
	taken(): void;
	/** The present member's body printed or displayed something. */
	output(show: () => void): void;
	/** The process is gone. Called once, and last. */
	gone(reason: string): void;
}

/** A process that computes members of a multirun, one after the other. */
export interface MemberWorker {
	/** To be called when it is idle. */
	compute(index: number): void;
	/** Ends the present member as the user's interrupt does. */
	interrupt(): void;
	/** Ends the process. */
	close(): Promise<void>;
}

/**
 * Starts a process that executes what the session executed so far, as a replay
 * does, comes to the multirun, and waits there for members to compute.
 */
export type StartWorker = (
	target: MultirunTarget,
	listener: WorkerListener,
) => MemberWorker;

/** In a worker: the process that began the multirun. */
export interface MemberSource {
	/** The next member to compute. Never settles when there is none: the process is ended then. */
	next(): Promise<number>;
	started(run: RunInfo): void;
	event(run: RunInfo, event: RunEvent): void;
	ended(member: ComputedMember): void;
	broke(error: unknown): void;
	taken(): void;
}
