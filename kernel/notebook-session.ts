import { EventEmitter } from "node:events";
import { UsageError } from "../base/errors.ts";
import { type Completeness, isComplete } from "./language/is-complete.ts";
import type { CellDiagnostic } from "./language/service.ts";
import { Engine } from "./owner/owner.ts";
import type {
	CommMessage,
	CompleteReply,
	EngineOptions,
	ExecuteReply,
	ExecuteRequest,
	InspectReply,
	MimeBundle,
	Output,
} from "./protocol/requests.ts";

/** What a session tells its listeners. `cell` is the cell's id, as `execute` was given it. */
export interface SessionEvents {
	/** A print, a display, a result or an error; a timer may print long after its cell has ended. */
	output: [{ readonly cell: string; readonly output: Output }];
	/** A message of a widget to the front end; `cell` may be what `comm` was given. */
	comm: [{ readonly cell: string; readonly message: CommMessage }];
	/** What TypeScript finds wrong with a cell. It is shown as an output, too. */
	types: [
		{ readonly cell: string; readonly diagnostics: readonly CellDiagnostic[] },
	];
	/** Nothing can come any more from the cell, or from the message that `comm` was given. */
	settled: [{ readonly cell: string }];
	/**
	 * The process that ran the cells has ended, and with it all variables; the next
	 * cell runs in a new one. The reply to a cell that was running says so itself.
	 */
	restart: [{ readonly message: string; readonly running: boolean }];
}

/** How a cell is executed. */
export interface ExecuteOptions
	extends Partial<Omit<ExecuteRequest, "code" | "typePolicy">> {
	/** Names the cell in events; "cell-N" by default, where N is its execution count. */
	readonly cell?: string;
	/** Interrupts what runs when it is aborted, and at once when it was before. */
	readonly signal?: AbortSignal | undefined;
}

/** What became of a cell. */
export type Execution = ExecuteReply & {
	/** The value of its last expression, as MIME types; undefined where it has none. */
	readonly result: MimeBundle | undefined;
};

/** A session was used after `close()`. */
export class SessionClosed extends UsageError {
	override readonly name = "SessionClosed";
	constructor() {
		super(
			"this session was closed, and its variables are gone; make another one with createSession()",
		);
	}
}

/**
 * The cells of one notebook: runs them in an engine process of their own, with
 * types, completion and inspection. The process starts with the first call that
 * needs it; where it cannot, that call is rejected and the next one tries again.
 */
export class NotebookSession extends EventEmitter<SessionEvents> {
	readonly #options: EngineOptions;
	/** A promise until the engine is ready. */
	#engine: Promise<Engine> | Engine | undefined;
	#closing: Promise<void> | undefined;
	/** The execution count of the latest cell. */
	#count = 0;
	/** The results so far of the cells that run, by cell. */
	readonly #running = new Map<string, { result: MimeBundle | undefined }>();

	constructor(options: EngineOptions) {
		super();
		this.#options = options;
	}

	/** Starts the engine. @throws Error that says why it cannot be started */
	async ready(): Promise<void> {
		await this.#ready();
	}

	/** Does a cell run now? */
	get isRunning(): boolean {
		return this.#running.size > 0;
	}

	/**
	 * Runs a cell, magics included. Resolves when it has ended and all that it
	 * printed and displayed was emitted; an error of the cell is a reply with
	 * `status: "error"`.
	 *
	 * @throws SessionClosed after `close()`, and when that comes before the cell could begin
	 * @throws Error where the engine cannot be started; the next cell tries again
	 */
	async execute(
		code: string,
		{ cell, signal, ...request }: ExecuteOptions = {},
	): Promise<Execution> {
		requireText(code, "execute");
		const count = request.executionCount ?? this.#count + 1;
		this.#count = count;
		const id = cell ?? `cell-${count}`;
		if (this.#running.has(id))
			throw new UsageError(
				`a cell "${id}" is running; give another id, or wait for it`,
			);
		const running = { result: undefined };
		this.#running.set(id, running);
		const interrupt = () => this.interrupt();
		signal?.addEventListener("abort", interrupt);
		try {
			const ready = this.#ready();
			// With an engine that is ready, the cell is sent in this very call.
			const engine = ready instanceof Engine ? ready : await ready;
			const executed = engine.execute(id, {
				...request,
				code,
				executionCount: count,
			});
			if (signal?.aborted) engine.interrupt();
			return { ...(await executed), result: running.result };
		} catch (error) {
			// A cell that had not begun: its types were being checked, or its process was starting.
			throw this.#closing ? new SessionClosed() : error;
		} finally {
			signal?.removeEventListener("abort", interrupt);
			this.#running.delete(id);
		}
	}

	/**
	 * Hands a message of the front end to the cells' widgets. Resolves when all
	 * that their handlers show and send was emitted.
	 *
	 * @param cell names the message in events, as the id of a cell does
	 */
	async comm(cell: string, message: CommMessage): Promise<void> {
		await (await this.#ready()).comm(cell, message);
	}

	/**
	 * Ends the cells that run with a KeyboardInterrupt; their variables stay. Does
	 * nothing when none runs. What cannot be ended so within five seconds is ended
	 * with its process.
	 */
	interrupt(): void {
		if (this.#engine instanceof Engine) this.#engine.interrupt();
		// Cells that wait for the engine waited before, so they begin before this interrupts them. They report a start that fails.
		else
			this.#engine?.then(
				(engine) => engine.interrupt(),
				() => undefined,
			);
	}

	/** What fits at a UTF-16 offset, by default the end of the code: names, members, magics, files. */
	async complete(code: string, cursor = code.length): Promise<CompleteReply> {
		requireOffset(code, cursor, "complete");
		return (await this.#ready()).complete(code, cursor);
	}

	/** Explains the name at a UTF-16 offset; with detail 1 at length. */
	async inspect(
		code: string,
		cursor = code.length,
		detail: 0 | 1 = 0,
	): Promise<InspectReply> {
		requireOffset(code, cursor, "inspect");
		return (await this.#ready()).inspect(code, cursor, detail);
	}

	/** Is the code a whole cell, the start of one, or wrong whatever follows? Needs no process. */
	isComplete(code: string): Completeness {
		return isComplete(code);
	}

	/** What the command line said that no run has used so far (`-p`, `--vary`), as an error message. */
	async unusedOverrides(): Promise<string | undefined> {
		return (await this.#ready()).unusedOverrides();
	}

	/** Ends the processes, and with them what runs. A second call resolves with the first. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	/** Closes it at the end of a block: `await using session = await createSession()`. */
	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	async #close(): Promise<void> {
		const engine = await Promise.resolve(this.#engine).catch(() => undefined);
		await engine?.shutdown();
	}

	#ready(): Promise<Engine> | Engine {
		if (this.#closing) throw new SessionClosed();
		this.#engine ??= this.#start().then(
			(engine) => {
				this.#engine = engine;
				return engine;
			},
			(error) => {
				this.#engine = undefined;
				throw error;
			},
		);
		return this.#engine;
	}

	async #start(): Promise<Engine> {
		const engine = await Engine.start(this.#options);
		engine.on("output", (cell, output) => {
			const running = this.#running.get(cell);
			if (running && output.type === "execute_result")
				running.result = output.data;
			this.emit("output", { cell, output });
		});
		engine.on("comm", (cell, message) => this.emit("comm", { cell, message }));
		engine.on("types", (cell, diagnostics) =>
			this.emit("types", { cell, diagnostics }),
		);
		engine.on("forgotten", (cell) => this.emit("settled", { cell }));
		engine.on("exit", ({ expected, description }) => {
			if (expected) return;
			const message = `The engine ended (${description}) and was started anew: its variables are lost.\n`;
			this.emit("restart", { message, running: this.isRunning });
		});
		return engine;
	}
}

function requireText(code: unknown, method: string): asserts code is string {
	if (typeof code !== "string")
		throw new UsageError(
			`${method} takes code as a text, not ${code === null ? "null" : typeof code}`,
		);
}

function requireOffset(code: unknown, cursor: number, method: string): void {
	requireText(code, method);
	if (!Number.isInteger(cursor) || cursor < 0 || cursor > code.length)
		throw new UsageError(
			`${method} takes a UTF-16 offset into the code, 0 to ${code.length} here, not ${cursor}`,
		);
}
