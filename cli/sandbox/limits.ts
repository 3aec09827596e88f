import type { ChildProcess } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../../kernel/protocol/launch.ts";
import type { ReplayLauncher } from "../replay/execute-recipe.ts";

export const MEBIBYTE = 2 ** 20;

/** Limits for executing somebody else's code. */
export interface Limits {
	readonly milliseconds: number;
	/** For all its processes together, and for each of them. */
	readonly memoryBytes: number;
	/** For all that it writes, and for each file. */
	readonly diskBytes: number;
	readonly processes: number;
}

export const DEFAULT_LIMITS: Limits = {
	milliseconds: 30 * 60_000,
	memoryBytes: 4096 * MEBIBYTE,
	diskBytes: 4096 * MEBIBYTE,
	processes: 256,
};

const POLL_MILLISECONDS = 200;
/** What was written is measured once in so many polls. */
const DISK_EVERY = 5;
/** More files than an experiment writes; counting ends there. */
const MOST_FILES = 200_000;
/**
 * Most memory by which this process may grow, because it keeps what the code
 * prints.
 */
const OWN_GROWTH_BYTES = 1024 * MEBIBYTE;

/** @param folders that the code can write */
type Preparing = (
	command: Command,
	folders: readonly string[],
) => ReturnType<ReplayLauncher["prepare"]>;

/**
 * Ends a process that exceeds one of its limits. The system's own limits hold
 * for a single process or for all of a user's, so this watches all processes
 * that were started. On systems without `/proc` it watches only the time.
 */
export class Watch implements ReplayLauncher {
	readonly shutOff: boolean;
	readonly #prepare: Preparing;
	readonly #limits: Limits;
	/** Folders that the code can write. */
	#folders: readonly string[] = [];
	#writtenBefore = 0;
	readonly #ownBefore = process.memoryUsage.rss();
	readonly #children = new Set<ChildProcess>();
	#timer: NodeJS.Timeout | undefined;
	#deadline: NodeJS.Timeout | undefined;
	#polls = 0;
	#reached: string | undefined;

	/** @param shutOff do the commands that are prepared run in a sandbox? */
	constructor(limits: Limits, shutOff: boolean, prepare: Preparing) {
		this.#limits = limits;
		this.shutOff = shutOff;
		this.#prepare = prepare;
	}

	allow(folders: readonly string[]): void {
		this.#folders = [...this.#folders, ...folders];
		this.#writtenBefore = this.#written();
	}

	/** The limit that was reached, as a sentence; undefined if none was. */
	get reached(): string | undefined {
		return this.#reached;
	}

	prepare(command: Command): ReturnType<ReplayLauncher["prepare"]> {
		if (this.#reached !== undefined) throw new Error(this.#reached);
		return this.#prepare(command, this.#folders);
	}

	started(child: ChildProcess): void {
		this.#children.add(child);
		child.once("exit", () => {
			this.#children.delete(child);
			if (this.#children.size === 0) clearInterval(this.#timer);
		});
		clearInterval(this.#timer);
		this.#timer = setInterval(() => this.#look(), POLL_MILLISECONDS);
		const { milliseconds } = this.#limits;
		this.#deadline ??= setTimeout(
			() =>
				this.#end(
					`it ran longer than ${shownMinutes(milliseconds)}, the limit (--time-limit)`,
				),
			milliseconds,
		);
	}

	/** Stops watching. */
	close(): void {
		clearInterval(this.#timer);
		clearTimeout(this.#deadline);
	}

	#end(reason: string): void {
		this.#reached ??= `${reason}, and was ended`;
		for (const child of this.#children) {
			killGroup(child);
			child.kill("SIGKILL");
		}
	}

	#look(): void {
		const reached = this.#overLimit();
		if (reached !== undefined) this.#end(reached);
	}

	/** The limit that is exceeded, in words that follow "and was ended". */
	#overLimit(): string | undefined {
		const { memoryBytes, diskBytes, processes } = this.#limits;
		const roots = [...this.#children].flatMap(({ pid }) => pid ?? []);
		const all = descendants(roots);
		if (all.length > processes)
			return `it had more than ${processes} processes at once, the limit`;
		const used = all.reduce((sum, pid) => sum + memoryOf(pid), 0);
		if (used > memoryBytes)
			return `it used more than ${memoryBytes / MEBIBYTE} MB of memory, the limit (--memory-limit)`;
		if (process.memoryUsage.rss() - this.#ownBefore > OWN_GROWTH_BYTES)
			return `it printed more than ${OWN_GROWTH_BYTES / MEBIBYTE} MB, the limit`;
		const isMeasured = this.#polls++ % DISK_EVERY === 0;
		return isMeasured && this.#written() - this.#writtenBefore > diskBytes
			? `it wrote more than ${diskBytes / MEBIBYTE} MB, the limit`
			: undefined;
	}

	#written(): number {
		const count = { files: 0 };
		return this.#folders.reduce(
			(sum, folder) => sum + writtenIn(folder, count),
			0,
		);
	}
}

function shownMinutes(milliseconds: number): string {
	const minutes = milliseconds / 60_000;
	return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

/**
 * The engine leads a process group. A process that leads none is ended by
 * itself.
 */
function killGroup({ pid }: ChildProcess): void {
	if (pid === undefined || process.platform === "win32") return;
	try {
		process.kill(-pid, "SIGKILL");
	} catch {
		// It leads no group, or has ended.
	}
}

/** These processes and all that they started, as far as the system tells. */
function descendants(roots: readonly number[]): number[] {
	const children = new Map<number, number[]>();
	for (const name of entries("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		const stat = textOf(`/proc/${name}/stat`);
		// The name stands in parentheses and may contain any character.
		const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const siblings = children.get(Number(parent));
		if (siblings) siblings.push(Number(name));
		else children.set(Number(parent), [Number(name)]);
	}
	const found = [...roots];
	for (const pid of found) found.push(...(children.get(pid) ?? []));
	return found;
}

/** Bytes of a process' own memory and of its shared memory; mapped files are not counted. */
function memoryOf(pid: number): number {
	let sum = 0;
	for (const [, kilobytes] of textOf(`/proc/${pid}/status`).matchAll(
		/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm,
	))
		sum += Number(kilobytes) * 1024;
	return sum;
}

/** Bytes on the disk of all that lies in a folder. */
function writtenIn(folder: string, count: { files: number }): number {
	let sum = 0;
	for (const name of entries(folder)) {
		if (++count.files > MOST_FILES) return Number.POSITIVE_INFINITY;
		const path = join(folder, name);
		const entry = lstatSync(path, { throwIfNoEntry: false });
		if (!entry) continue;
		sum += entry.blocks * 512;
		if (entry.isDirectory()) sum += writtenIn(path, count);
	}
	return sum;
}

function entries(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function textOf(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch {
		// The process has ended, or belongs to another user.
		return "";
	}
}
