import { Worker } from "../../../base/system-random.ts";
import { CONTROL_DESCRIPTOR } from "../../protocol/messages.ts";

/** What the watching thread and the guard tell each other; places in `watched`. */
export const GUARD = 0;
export const HANDLED = 1;
export const RUNNING = 2;
/** The latest cell an interrupt was for: those up to it that have not begun never do. */
export const REQUESTED = 3;

export const OUTSIDE = 0;
/** User code runs where a signal ends it. */
export const INSIDE = 1;
/** The signal is on its way: nobody may leave the guard before it has come. */
export const SIGNALLED = 2;

export const watched = new Int32Array(
	new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT),
);

/** Zero where a signal cannot be caught. */
export const processGroup = process.platform === "win32" ? 0 : -process.pid;

/** What a cell started after the signal came, and waits for, is told again, by a signal this process ignores. */
const REPEAT_MILLISECONDS = 500;

/** So long the thread has to see that the owner is gone. */
const DISCONNECTED_MILLISECONDS = 200;

/** How often a request is tried that met no guard and was not handled yet. */
const RETRY_MILLISECONDS = 5;

/**
 * A signal is sent only while the guard stands: at any other moment it would
 * end the process. In a thread of its own, as user code may be in a busy loop.
 */
const WATCH = `
	const { parentPort, workerData } = require("node:worker_threads");
	const { Socket } = require("node:net");
	const { watched, processGroup } = workerData;
	let request = { id: 0, cell: 0 };
	let retry;
	function attempt() {
		const done =
			Atomics.load(watched, ${HANDLED}) >= request.id ||
			Atomics.load(watched, ${RUNNING}) > request.cell;
		if (!done) {
			if (processGroup === 0) return false;
			if (Atomics.compareExchange(watched, ${GUARD}, ${INSIDE}, ${SIGNALLED}) !== ${INSIDE}) return false;
			process.kill(processGroup, "SIGINT");
			const repeat = setInterval(() => {
				if (Atomics.load(watched, ${GUARD}) === ${SIGNALLED}) process.kill(processGroup, "SIGHUP");
				else clearInterval(repeat);
			}, ${REPEAT_MILLISECONDS});
		}
		clearInterval(retry);
		return true;
	}
	const owner = new Socket({ fd: ${CONTROL_DESCRIPTOR} });
	owner.setEncoding("utf8");
	owner.on("error", () => {});
	owner.on("data", (text) => {
		request = { id: request.id + 1, cell: Number(text.trim().split("\\n").at(-1)) };
		Atomics.store(watched, ${REQUESTED}, request.cell);
		clearInterval(retry);
		if (attempt()) return;
		retry = setInterval(attempt, ${RETRY_MILLISECONDS});
		parentPort.postMessage(request);
	});
	// With what its cells have started: a shell would go on for ever.
	owner.on("close", () => process.kill(processGroup || process.pid, "SIGKILL"));
`;

/**
 * Listens, whatever a cell is doing, to the process that started this one: for
 * interrupts, and for its end, which ends this one.
 * @param onInterrupt an interrupt of a cell or an earlier one came while no guard stood
 */
export function watchOwner(onInterrupt: (cell: number) => void): void {
	// The thread ends all of the group, unless it was the code of a cell that disconnected.
	process.on("disconnect", () =>
		setTimeout(() => process.exit(0), DISCONNECTED_MILLISECONDS),
	);
	process.on("SIGHUP", () => undefined);
	const worker = new Worker(WATCH, {
		eval: true,
		execArgv: [],
		workerData: { watched, processGroup },
		resourceLimits: { maxOldGenerationSizeMb: 8, stackSizeMb: 1 },
	});
	worker.on("message", ({ id, cell }: { id: number; cell: number }) => {
		Atomics.store(watched, HANDLED, id);
		onInterrupt(cell);
	});
	worker.unref();
}
