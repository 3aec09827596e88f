import { readFileSync, readlinkSync } from "../../../host/files.ts";
import { hostname } from "../../../host/machine.ts";

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
	readonly pid: number;
	readonly host: string;
	/** When it started, in a form that only this system can compare; absent where it does not say. */
	readonly started?: string;
	/** Where its number counts, on Linux: containers of one host have numbers of their own. */
	readonly numbers?: string;
	/** Of which task of SLURM it is. */
	readonly slurm?: SlurmTask;
}

/** @see https://slurm.schedmd.com/sbatch.html#SECTION_OUTPUT-ENVIRONMENT-VARIABLES */
export interface SlurmTask {
	/** Of the array, where there is one. */
	readonly job: string;
	/** Its index in the array. */
	readonly task?: string;
	/** How often the job was put back into the queue. */
	readonly restarts: number;
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

/** The processes that have numbers together with this one; undefined where the system does not say. */
function numbersHere(): string | undefined {
	try {
		return readlinkSync("/proc/self/ns/pid");
	} catch {
		return undefined;
	}
}

function slurmTask(env: NodeJS.ProcessEnv): SlurmTask | undefined {
	const job = env.SLURM_ARRAY_JOB_ID ?? env.SLURM_JOB_ID;
	if (job === undefined) return undefined;
	const task = env.SLURM_ARRAY_TASK_ID;
	const restarts = Number(env.SLURM_RESTART_COUNT ?? 0);
	return {
		job,
		...(task === undefined ? {} : { task }),
		restarts: Number.isSafeInteger(restarts) ? restarts : 0,
	};
}

let own: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
	own ??= describeProcess(process.env);
	return own;
}

/** @param env by which SLURM says what it has started */
export function describeProcess(env: NodeJS.ProcessEnv): ProcessIdentity {
	const started = startOf(process.pid);
	const numbers = numbersHere();
	const slurm = slurmTask(env);
	return {
		pid: process.pid,
		host: hostname(),
		...(started === undefined ? {} : { started }),
		...(numbers === undefined ? {} : { numbers }),
		...(slurm ? { slurm } : {}),
	};
}

const bootOf = (started: string | undefined) => started?.split("/")[0];

/**
 * Is this process still there? "elsewhere" where it cannot be asked from here:
 * it is of another host, or of another one by this name, or in another container.
 * A process from before this host started anew has gone, and is told as elsewhere.
 */
export function isAlive(other: ProcessIdentity): boolean | "elsewhere" {
	const { pid, host, started, numbers } = other;
	const here = thisProcess();
	if (host !== here.host) return "elsewhere";
	if (bootOf(started) !== bootOf(here.started) && started !== undefined)
		return "elsewhere";
	if (numbers !== undefined && numbers !== here.numbers) return "elsewhere";
	try {
		process.kill(pid, 0);
	} catch (error) {
		// EPERM: there is one, of another user.
		if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
	}
	return started === undefined || startOf(pid) === started;
}
