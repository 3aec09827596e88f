import { Worker } from "../../host/system-random.ts";

const POLL_MILLISECONDS = 1000;
/** So long a process has to end by itself when its parent is gone. */
const GRACE_MILLISECONDS = 2000;

interface Parent {
	readonly pid: number;
	/** Did it start this process? With a launcher in between it did not, and cannot change for us. */
	readonly direct: boolean;
}

/**
 * In a thread of its own: the process may be blocked in whatever it does, its
 * start included.
 */
const WATCH = `
	const { workerData: { pid, direct } } = require("node:worker_threads");
	const exists = () => {
		try {
			process.kill(pid, 0);
			return true;
		} catch (error) {
			return error.code === "EPERM";
		}
	};
	const poll = setInterval(() => {
		// A parent that has ended and was not waited for still answers to signal 0.
		if (direct ? process.ppid === pid && exists() : exists()) return;
		clearInterval(poll);
		require("node:worker_threads").parentPort.postMessage("gone");
		setTimeout(() => process.kill(process.pid, "SIGKILL"), ${GRACE_MILLISECONDS});
	}, ${POLL_MILLISECONDS});
`;

/**
 * Ends this process when the one that started it is no more, so that nothing is
 * left behind, whatever it is doing.
 * @param gone called first: what is to be put in order takes at most two seconds
 */
export function watchParent(parent: Parent, gone: () => void): void {
	const worker = new Worker(WATCH, {
		eval: true,
		execArgv: [],
		env: {},
		workerData: parent,
		resourceLimits: { maxOldGenerationSizeMb: 8, stackSizeMb: 1 },
	});
	worker.once("message", gone);
	worker.unref();
}

/**
 * A kernel's parent: the process that Jupyter names in JPY_PARENT_PID, else
 * the one that started it. A kernel that is to live on without it is started
 * with JPY_PARENT_PID=1.
 */
export function kernelParent(env: NodeJS.ProcessEnv = process.env): Parent {
	const named = Number(env.JPY_PARENT_PID);
	// On Windows the variable holds a handle, which means nothing to Node.
	const pid =
		Number.isInteger(named) && named > 0 && process.platform !== "win32"
			? named
			: process.ppid;
	return { pid, direct: process.ppid === pid };
}

/** Of a process of the command line that another one of it has started: that one's number. */
const PARENT_VARIABLE = "DEEPDIVA_PARENT";

/** What `commandParent` reads in a process that is started with it. */
export const parentEnvironment = (): NodeJS.ProcessEnv => ({
	[PARENT_VARIABLE]: String(process.pid),
});

/** Whose end is the end of this process of the command line; undefined for one that a user's shell started. */
export function commandParent(
	env: NodeJS.ProcessEnv = process.env,
): Parent | undefined {
	const pid = Number(env[PARENT_VARIABLE]);
	// User code has no use for it.
	delete env[PARENT_VARIABLE];
	return Number.isInteger(pid) && pid > 0 ? { pid, direct: true } : undefined;
}
