import { readFileSync } from "../../../host/files.ts";
import { hostname } from "../../../host/machine.ts";

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
	readonly pid: number;
	readonly host: string;
	/** When it started, in a form that only this system can compare; absent where it does not say. */
	readonly started?: string;
}

const linuxFile = (path: string) => {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
};

/**
 * Boot and clock ticks since then, from `/proc`.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOf(pid: number): string | undefined {
	const stat = linuxFile(`/proc/${pid}/stat`);
	const boot = linuxFile("/proc/sys/kernel/random/boot_id");
	if (stat === undefined || boot === undefined) return undefined;
	// The program's name stands in parentheses and may hold anything.
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	// A zombie has ended; its parent has only not asked yet.
	if (fields[0] === "Z") return "ended";
	return `${boot.trim()}/${fields[19]}`;
}

let own: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
	if (!own) {
		const started = startOf(process.pid);
		own = {
			pid: process.pid,
			host: hostname(),
			...(started === undefined ? {} : { started }),
		};
	}
	return own;
}

/** Is this process still there? One of another host is taken at its word. */
export function isAlive({ pid, host, started }: ProcessIdentity): boolean {
	if (host !== hostname()) return true;
	try {
		process.kill(pid, 0);
	} catch (error) {
		// EPERM: there is one, of another user.
		if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
	}
	return started === undefined || startOf(pid) === started;
}
