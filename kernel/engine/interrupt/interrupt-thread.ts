import { Worker } from "../../../host/system-random.ts";
import { CONTROL_DESCRIPTOR, END_LINE } from "../../protocol/messages.ts";

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
		const lines = text.trim().split("\\n");
		if (lines.includes("${END_LINE}")) return parentPort.postMessage(undefined);
		request = { id: request.id + 1, cell: Number(lines.at(-1)) };
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
 * interrupts, and for its end, which ends this one and what its cells have started.
 * @param onInterrupt an interrupt of a cell or an earlier one came while no guard stood
 * @param onDisconnect Node's channel is closed: asks an owner that lives to end this process
 */
export function watchOwner(
	onInterrupt: (cell: number) => void,
	onDisconnect: () => void,
): void {
	process.on("SIGHUP", () => undefined);
	const worker = new Worker(WATCH, {
		eval: true,
		execArgv: [],
		workerData: { watched, processGroup },
		resourceLimits: { maxOldGenerationSizeMb: 8, stackSizeMb: 1 },
	});
	worker.on("message", (request?: { id: number; cell: number }) => {
		if (request === undefined) process.exit(0);
		Atomics.store(watched, HANDLED, request.id);
		onInterrupt(request.cell);
	});
	worker.unref();
	process.on("disconnect", () => {
		// With the owner gone the thread ends the whole group. To go before it has would leave the others.
		worker.ref();
		onDisconnect();
	});
}
