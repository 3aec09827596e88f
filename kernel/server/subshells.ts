import { randomUUID } from "../../host/system-random.ts";
import { shortened } from "../wire/shortened.ts";
import type { ExecuteQueue } from "./execute-queue.ts";

/** A request for a subshell that was never created, or was deleted. */
export class UnknownSubshell extends Error {
	override readonly name = "UnknownSubshell";
	constructor(id: string) {
		super(
			`There is no subshell "${shortened(id)}"; create_subshell_request makes one and tells its id.`,
		);
	}
}

/** JupyterLab makes one per notebook view. */
const MOST = 100;

/** A request for one subshell more than the kernel keeps. */
export class TooManySubshells extends Error {
	override readonly name = "TooManySubshells";
	constructor() {
		super(
			`There are ${MOST} subshells, and the kernel keeps no more; delete_subshell_request ends one.`,
		);
	}
}

/**
 * The main shell and its subshells: each runs its own cells one after the
 * other, all of them in the same engine and beside each other.
 * https://jupyter.org/enhancement-proposals/91-kernel-subshells/kernel-subshells.html
 */
export class Subshells {
	readonly #open: () => ExecuteQueue;
	readonly #main: ExecuteQueue;
	readonly #subshells = new Map<string, ExecuteQueue>();

	/** @param open makes the queue of one shell */
	constructor(open: () => ExecuteQueue) {
		this.#open = open;
		this.#main = open();
	}

	/** Ids of the subshells, oldest first. */
	get ids(): string[] {
		return [...this.#subshells.keys()];
	}

	/**
	 * @returns the new subshell's id
	 * @throws TooManySubshells
	 */
	create(): string {
		if (this.#subshells.size >= MOST) throw new TooManySubshells();
		const id = randomUUID();
		this.#subshells.set(id, this.#open());
		return id;
	}

	/**
	 * Aborts the cells that wait; one that runs ends as it would.
	 *
	 * @throws UnknownSubshell
	 */
	delete(id: string): void {
		this.queueOf(id).abortWaiting();
		this.#subshells.delete(id);
	}

	/**
	 * The queue for a request's cells.
	 *
	 * @param id of a subshell; undefined means the main shell
	 * @throws UnknownSubshell
	 */
	queueOf(id: string | undefined): ExecuteQueue {
		if (id === undefined) return this.#main;
		const queue = this.#subshells.get(id);
		if (!queue) throw new UnknownSubshell(id);
		return queue;
	}

	/** Does a cell run in any of them? */
	get isRunning(): boolean {
		return this.#queues().some(({ isRunning }) => isRunning);
	}

	/** Forgets the requests that wait. */
	clear(): void {
		for (const queue of this.#queues()) queue.clear();
	}

	#queues(): ExecuteQueue[] {
		return [this.#main, ...this.#subshells.values()];
	}
}
