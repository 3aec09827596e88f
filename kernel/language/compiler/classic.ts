import { Worker } from "../../../base/system-random.ts";
import type { InspectReply } from "../../protocol/requests.ts";
import type { CompletionPlace, Completions } from "../completion.ts";
import type { FileDiagnostic } from "../diagnostics.ts";
import {
	type Backend,
	CompilerCannotStart,
	FIRST_PATIENCE,
	PATIENCE,
	type Sources,
	TypesUnavailable,
} from "./backend.ts";
import type { ClassicQuestions, Update } from "./classic-program.ts";
import { Ending } from "./ending.ts";

/** To the thread. */
export interface ClassicRequest {
	readonly update: Update;
	readonly question: keyof ClassicQuestions;
	readonly args: readonly unknown[];
}

/** From the thread. */
export type ClassicReply =
	| { readonly answer: unknown }
	| { readonly problem: string };

type Question = keyof ClassicQuestions;
type Arguments<Q extends Question> = Parameters<ClassicQuestions[Q]>;
type Answer<Q extends Question> = Awaited<ReturnType<ClassicQuestions[Q]>>;

/** The thread ended, or was ended since it did not answer in time. */
class ThreadGone extends Error {
	readonly late: boolean;
	constructor(message: string, late = false) {
		super(message);
		this.late = late;
	}
}

interface Thread {
	readonly worker: Worker;
	readonly gone: Ending;
	/** Was it told of the files at all? */
	told: boolean;
	answered: boolean;
}

/**
 * TypeScript 6, which is JavaScript and runs wherever Node does, in a thread of
 * its own, since it answers no message while it checks.
 */
export class ClassicBackend implements Backend {
	readonly #configFile: string;
	/** The virtual files, for a thread that is to be told of all. */
	readonly #files = new Map<string, string>();
	#thread: Thread | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	#isClosed = false;

	/** `configFile` is the path of the project's tsconfig among the sources. */
	constructor(configFile: string) {
		this.#configFile = configFile;
	}

	get running(): boolean {
		return this.#thread !== undefined;
	}

	get warm(): boolean {
		return this.#thread?.answered ?? false;
	}

	async prepare(sources: Sources): Promise<void> {
		await this.#ask(sources, "prepare");
	}

	fileNames(sources: Sources): Promise<readonly string[]> {
		return this.#ask(sources, "fileNames");
	}

	configProblems(sources: Sources): Promise<readonly string[]> {
		return this.#ask(sources, "configProblems");
	}

	complete(
		sources: Sources,
		path: string,
		offset: number,
		place: CompletionPlace,
	): Promise<Completions | undefined> {
		return this.#ask(sources, "complete", path, offset, place);
	}

	inspect(
		sources: Sources,
		path: string,
		offset: number,
		name: string,
		detail: 0 | 1,
	): Promise<InspectReply> {
		return this.#ask(sources, "inspect", path, offset, name, detail);
	}

	diagnostics(sources: Sources, path: string): Promise<FileDiagnostic[]> {
		return this.#ask(sources, "diagnostics", path);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#thread?.worker.terminate();
	}

	#ask<Q extends Question>(
		sources: Sources,
		question: Q,
		...args: Arguments<Q>
	): Promise<Answer<Q>> {
		const answer = this.#queue.then(() =>
			this.#answer(sources, question, args),
		);
		this.#queue = answer.catch(() => undefined);
		return answer;
	}

	/** Once more in a new thread if the first one dies: of too little memory, for example. */
	async #answer<Q extends Question>(
		sources: Sources,
		question: Q,
		args: Arguments<Q>,
		isRetry = false,
	): Promise<Answer<Q>> {
		if (this.#isClosed) throw new TypesUnavailable("TypeScript 6 was closed");
		for (const [path, text] of sources.edited) this.#files.set(path, text);
		const hasAnswered = this.warm;
		this.#thread ??= this.#start();
		const thread = this.#thread;
		try {
			const reply = await this.#request(thread, sources, question, args);
			if ("problem" in reply) throw new Error(reply.problem);
			thread.answered = true;
			return reply.answer as Answer<Q>;
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			if (error instanceof ThreadGone && !error.late && !this.#isClosed) {
				if (hasAnswered && !isRetry)
					return this.#answer(sources, question, args, true);
				if (!thread.answered)
					throw new CompilerCannotStart(
						`TypeScript 6 cannot be started: ${message}`,
					);
			}
			throw new TypesUnavailable(`TypeScript 6 failed: ${message}`);
		}
	}

	async #request(
		thread: Thread,
		sources: Sources,
		question: Question,
		args: readonly unknown[],
	): Promise<ClassicReply> {
		const { worker, gone, answered } = thread;
		const edited = [...(thread.told ? sources.edited : this.#files)];
		thread.told = true;
		const update = { edited, changed: sources.changed };
		const replied = new Promise<ClassicReply>((resolve) => {
			worker.once("message", resolve);
		});
		worker.postMessage({ update, question, args } satisfies ClassicRequest);
		const patience = answered ? PATIENCE : FIRST_PATIENCE;
		const late = Promise.withResolvers<never>();
		const timer = setTimeout(() => {
			late.reject(
				new ThreadGone(
					`TypeScript gave no answer within ${patience / 1000} s`,
					true,
				),
			);
			void worker.terminate();
		}, patience);
		try {
			return await gone.race(Promise.race([replied, late.promise]));
		} finally {
			clearTimeout(timer);
		}
	}

	#start(): Thread {
		const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
		const worker = new Worker(
			new URL(`./classic-thread.${extension}`, import.meta.url),
			{ workerData: this.#configFile, execArgv: [] },
		);
		const gone = new Ending();
		const end = (message: string) => {
			if (this.#thread?.worker === worker) this.#thread = undefined;
			gone.end(new ThreadGone(message));
		};
		worker.once("error", ({ message }) => end(message));
		worker.once("exit", () => end("its thread ended"));
		return { worker, gone, told: false, answered: false };
	}
}
