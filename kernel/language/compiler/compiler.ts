import type { ChildProcess } from "node:child_process";
import type { API, Project, Snapshot } from "typescript/unstable/async";
import { messageOf } from "../../../base/errors.ts";
import { FIRST_PATIENCE, PATIENCE, type Sources } from "./backend.ts";
import { CompilerChannel } from "./channel.ts";
import { Ending } from "./ending.ts";
import { compilerOptions } from "./globals.ts";
import { declarationText } from "./joined-declarations.ts";

export type TypeScript = typeof import("typescript/unstable/async");

/** The compiler's process ended, or did not answer in time. */
export class CompilerGone extends Error {
	override readonly name = "CompilerGone";
	/** It was ended because it took too long: asking again would take as long. */
	readonly late: boolean;
	constructor(message: string, late = false) {
		super(message);
		this.late = late;
	}
}

/** It was ended because an update of its files failed. So it runs here. */
export class UpdateFailed extends CompilerGone {}

interface Process {
	readonly ts: TypeScript;
	readonly api: API;
	readonly child: ChildProcess;
	/** A request to a dead process is never answered. */
	readonly gone: Ending;
	/** The virtual files that the process knows. */
	readonly told: Set<string>;
	snapshot: Snapshot | undefined;
}

const optionsIn = (config: string | undefined): string =>
	JSON.stringify(compilerOptions(config));

/** Makes the API ask by our channel; 7.0.2 is pinned for this, too. */
function askBy(channel: CompilerChannel, api: API): void {
	if (typeof Reflect.get(api, "client") !== "object")
		throw new Error(
			"the TypeScript API has no client; deepdiva needs typescript 7.0.2",
		);
	Reflect.set(api, "client", channel);
}

/**
 * TypeScript 7 in a process of its own, with virtual files. The process starts
 * with the first request. One request at a time; each sees the files as they
 * were given to it.
 */
export class Compiler {
	readonly #configFile: string;
	readonly #files = new Map<string, string>();
	/** Files that the process does not know yet, or not with their present text. */
	readonly #untold = new Set<string>();
	/** Can a file import a virtual one? */
	#showsVirtual = false;
	#process: Promise<Process> | undefined;
	#queue: Promise<unknown> = Promise.resolve();

	/** `configFile` is the path of a tsconfig, which may be virtual. */
	constructor(configFile: string) {
		this.#configFile = configFile;
	}

	/** Was the process started, and does it live? */
	get running(): boolean {
		return this.#process !== undefined;
	}

	/** Paths of all that it was given. */
	get virtualFiles(): Iterable<string> {
		return this.#files.keys();
	}

	/**
	 * Writes virtual files and answers `ask` about the program that holds them.
	 * Rejects with CompilerGone when the process dies, and with the system's
	 * error when it cannot be started.
	 */
	request<T>(
		sources: Sources,
		ask: (project: Project, ts: TypeScript) => Promise<T>,
	): Promise<T> {
		const answer = this.#queue.then(() => this.#answer(sources, ask));
		this.#queue = answer.catch(() => {});
		return answer;
	}

	async #answer<T>(
		{ edited, changed, importsVirtual }: Sources,
		ask: (project: Project, ts: TypeScript) => Promise<T>,
	): Promise<T> {
		const config = this.#files.get(this.#configFile);
		for (const [path, text] of edited) {
			this.#files.set(path, text);
			this.#untold.add(path);
		}
		// What declares globals was read as the project's options said then. Places for more cells are no option.
		const present = this.#files.get(this.#configFile);
		const isOutdated =
			present !== config && optionsIn(present) !== optionsIn(config);
		if (isOutdated || (importsVirtual && !this.#showsVirtual))
			await this.#end();
		this.#showsVirtual ||= importsVirtual;
		this.#process ??= this.#start();
		const starting = this.#process;
		let process: Process;
		try {
			process = await starting;
		} catch (error) {
			this.#process = undefined;
			throw error;
		}
		const before = process.snapshot;
		let late = false;
		const patience = before ? PATIENCE : FIRST_PATIENCE;
		const timer = setTimeout(() => {
			late = true;
			process.child.kill("SIGKILL");
		}, patience);
		try {
			return await process.gone.race(
				this.#update(process, changed).then((project) =>
					ask(project, process.ts),
				),
			);
		} catch (error) {
			if (late)
				throw new CompilerGone(
					`TypeScript gave no answer within ${patience / 1000} s`,
					true,
				);
			throw error;
		} finally {
			clearTimeout(timer);
			// Nobody waits for it, nor for its failure in a process that died.
			if (before !== process.snapshot) before?.dispose().catch(() => undefined);
			if (process.child.exitCode !== null || process.child.signalCode !== null)
				this.#process = undefined;
		}
	}

	async #start(): Promise<Process> {
		const ts = await import("typescript/unstable/async");
		const channel = await CompilerChannel.start({
			// Half a character, as a broken client may send, would stop the process for good.
			readFile: (path) =>
				this.#files.get(path)?.toWellFormed() ??
				declarationText(path, this.#files.get(this.#configFile)),
			// Asked thousands of times a program, so only where it matters.
			...(this.#showsVirtual && {
				fileExists: (path: string) => this.#files.has(path) || undefined,
			}),
		});
		const api = new ts.API();
		askBy(channel, api);
		const child = channel.process;
		const kill = () => child.kill("SIGKILL");
		process.once("exit", kill);
		child.once("exit", () => process.off("exit", kill));
		const gone = new Ending();
		child.once("exit", (code, signal) => {
			gone.end(
				new CompilerGone(`the TypeScript process ended (${signal ?? code})`),
			);
		});
		return { ts, api, child, gone, told: new Set(), snapshot: undefined };
	}

	async #update(
		process: Process,
		changed: readonly string[] | "all",
	): Promise<Project> {
		const { api, told } = process;
		const before = process.snapshot;
		// With its first project it reads them all.
		const untold = before ? [...this.#untold] : [...this.#files.keys()];
		this.#untold.clear();
		const files = [...untold.filter((path) => told.has(path)), ...changed];
		for (const path of untold) told.add(path);
		const fileChanges =
			changed === "all" ? { invalidateAll: true } : { changed: files };
		if (!before || files.length > 0 || changed === "all")
			try {
				process.snapshot = await api.updateSnapshot(
					before ? { fileChanges } : { openProjects: [this.#configFile] },
				);
			} catch (error) {
				this.#giveUp(process, error);
			}
		const project = process.snapshot?.getProject(this.#configFile);
		if (!project)
			throw new Error(
				`TypeScript did not open the project ${this.#configFile}`,
			);
		return project;
	}

	/** Nobody knows which files a process has whose update failed, nor whether it answers again: the next one reads them all. */
	#giveUp({ gone, child }: Process, error: unknown): never {
		this.#process = undefined;
		gone.end(new UpdateFailed(messageOf(error)));
		child.kill("SIGKILL");
		throw error;
	}

	/** Ends the process, if there is one. */
	async close(): Promise<void> {
		await this.#queue;
		await this.#end();
	}

	async #end(): Promise<void> {
		const process = await this.#process?.catch(() => undefined);
		this.#process = undefined;
		if (!process) return;
		const ended = process.gone.wait();
		// It has nothing to put in order; asked to end, it may not answer.
		if (process.child.exitCode === null && process.child.signalCode === null)
			process.child.kill("SIGKILL");
		await ended;
	}
}
