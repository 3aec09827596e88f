import { UsageError } from "../../../base/errors.ts";

/** Native ones: no cell's. */
const { setTimeout } = globalThis;

/** So long a cell may wait for what does not keep a process alive, as a timer that was unref'd. */
const GRACE_MILLISECONDS = 3000;

interface Surroundings {
	/** Do cells run? */
	readonly isRunning: () => boolean;
	/** Can a message from outside settle what they wait for: an answer, an event of a widget, a cell of another shell? */
	readonly isAnswerable: () => boolean;
	/** Ends the cells that run. */
	readonly fail: (error: Error) => void;
}

/** What the engine says as cells begin and end, and messages come. */
export interface Liveness {
	/** Cells began or ended, or a message came that may change what they wait for. */
	changed(): void;
}

/**
 * Ends cells that wait for a promise that nothing is left to settle, as Node
 * ends a program with exit code 13. While cells run, the channel to the owner
 * does not keep the process alive; Node then says by `beforeExit` when
 * nothing else does: no timer, no connection, no child, no work in a thread.
 */
export function watchUnsettled({
	isRunning,
	isAnswerable,
	fail,
}: Surroundings): Liveness {
	let wasIdle = false;
	const hold = () => process.channel?.ref();
	const changed = () => {
		wasIdle = false;
		if (isRunning()) process.channel?.unref();
		else hold();
	};
	process.on("beforeExit", () => {
		hold();
		if (!isRunning() || isAnswerable()) return;
		if (wasIdle) {
			wasIdle = false;
			fail(new UnsettledPromise());
			return;
		}
		setTimeout(() => {
			if (!isRunning()) return;
			wasIdle = true;
			process.channel?.unref();
		}, GRACE_MILLISECONDS);
	});
	return { changed };
}

class UnsettledPromise extends UsageError {
	override readonly name = "UnsettledPromise";
	constructor() {
		super(
			`the cell waits for a promise that nothing is left to settle: no timer, connection or child process keeps the engine alive (one that was unref'd does not). Resolve it, or leave it out. Standard input is empty in a notebook: ask with await input("…"), await password("…") or prompt("…")`,
		);
	}
}
