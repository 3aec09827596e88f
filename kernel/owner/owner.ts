import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { withConfigs } from "../../magics/config/config-line.ts";
import type { CellDiagnostic } from "../language/service.ts";
import type { FromEngine, Question, ToEngine } from "../protocol/messages.ts";
import {
	type PackedComm,
	packComm,
	unpackComm,
} from "../protocol/packed-comm.ts";
import type {
	CommMessage,
	CompleteReply,
	EngineOptions,
	ExecuteReply,
	ExecuteRequest,
	InspectReply,
	Output,
} from "../protocol/requests.ts";
import { type EngineListener, EngineProcess } from "./engine-process.ts";
import { LanguageFeatures, type LiveValues } from "./language-features.ts";
import { Questions } from "./questions.ts";
import { TypedCells } from "./typed-cells.ts";

interface EngineEvents {
	/** `parent` is what `execute` was given: the cell that started the output, even if it ended long ago. */
	output: [parent: string, output: Output];
	/** A message to the front ends; `parent` is what `execute` or `comm` was given. */
	comm: [parent: string, message: CommMessage];
	/** What TypeScript finds wrong with a cell; shown as an output, too. */
	types: [parent: string, diagnostics: readonly CellDiagnostic[]];
	/** Nothing can come any more from what `execute` or `comm` was given this as parent. */
	forgotten: [parent: string];
	/** The process is gone. `expected` after `shutdown()`. */
	exit: [{ expected: boolean; description: string }];
}

/** How long an interrupted cell may take to end before its process is killed. */
const INTERRUPT_GRACE_MILLISECONDS = 5_000;
/** How long the compiler's end is waited for. */
const TYPES_GRACE_MILLISECONDS = 500;

interface Running {
	readonly kind: "cell" | "message";
	/** What it is called in the engine: a later one has a higher number. */
	readonly cell: number;
	readonly parent: string;
	readonly resolve: (reply: ExecuteReply) => void;
	/** Runs since the interrupt. */
	interruptTimer?: NodeJS.Timeout;
}

/**
 * The owner's side of an engine: runs cells in a process, and in a new one when
 * that ends, merges what it prints and displays into one ordered stream.
 */
export class Engine extends EventEmitter<EngineEvents> {
	readonly #options: EngineOptions;
	readonly #parents = new Map<number, string>();
	/** Absent when there is no folder to start it in. */
	#process: EngineProcess | undefined;
	#ready: Promise<void> = Promise.resolve();
	readonly #questions: Questions;
	readonly #features: LanguageFeatures;
	/** Absent where nobody reads about types. */
	readonly #typed: TypedCells | undefined;
	#cell = 0;
	readonly #running = new Map<number, Running>();
	#isShutdown = false;
	/** Did the last process end before it was ready? */
	#isDead = false;
	/** Those who asked for unused overrides, the first to be answered first. */
	#overridesAsked: ((message: string | undefined) => void)[] = [];

	/** Starts the process; resolves when it is ready for the first cell. */
	static async start(options: EngineOptions): Promise<Engine> {
		const engine = new Engine(options);
		await engine.#ready;
		return engine;
	}

	private constructor(options: EngineOptions) {
		super();
		this.#options = options;
		this.#questions = new Questions(options.input);
		this.#features = this.#newFeatures();
		this.#typed = this.#newTypedCells();
		this.#begin();
	}

	#newFeatures(): LanguageFeatures {
		const { cwd, types } = this.#options;
		const live: LiveValues = {
			state: () => {
				if (!this.#process?.isReady) return "starting";
				return this.#running.size > 0 ? "busy" : "idle";
			},
			ask: (id, path) => this.#send({ type: "keys", id, path }),
		};
		return new LanguageFeatures(cwd, live, types?.started);
	}

	#newTypedCells(): TypedCells | undefined {
		const { types } = this.#options;
		if (!types) return undefined;
		return new TypedCells(types.policy, {
			types: () => this.#features.types(),
			emit: (parent, output) => {
				// That its compiler was closed is nobody's news.
				if (!this.#isShutdown) this.emit("output", parent, output);
			},
			found: (parent, diagnostics) => this.emit("types", parent, diagnostics),
			patient: types.patient ?? false,
		});
	}

	/** Starts a process; where its folder is gone, whoever waits for it is told. */
	#begin(): void {
		try {
			const started: EngineProcess = new EngineProcess(
				this.#options,
				this.#listenTo(() => started),
			);
			this.#process = started;
			this.#ready = started.ready;
			this.#isDead = false;
		} catch (error) {
			this.#process = undefined;
			this.#ready = Promise.reject(error);
			this.#ready.catch(() => undefined);
			this.#isDead = true;
		}
	}

	#listenTo(its: () => EngineProcess): EngineListener {
		return {
			print: (cell, name, text) =>
				this.#output(cell, { type: "stream", name, text }),
			receive: (message) => this.#receive(message),
			closed: (end) => {
				if (its() === this.#process) this.#closed(end);
			},
		};
	}

	#output(cell: number, output: Output): void {
		const parent = this.#parents.get(cell);
		if (parent !== undefined)
			this.#inTurn(parent, () => this.emit("output", parent, output));
	}

	/** Outputs may wait for the types of their cell, and then all that follows them does. */
	#inTurn(parent: string, emit: () => void): void {
		if (this.#typed) this.#typed.inTurn(parent, emit);
		else emit();
	}

	#receive(message: FromEngine): void {
		switch (message.type) {
			case "output":
				this.#output(message.cell, message.output);
				break;
			case "executed":
				if (message.last) this.#output(message.cell, message.last);
				this.#finish(message.cell, message.reply);
				break;
			case "comm":
				this.#sendComm(message.cell, message.message);
				break;
			case "input":
				void this.#ask(message.cell, message.question);
				break;
			case "forgotten":
				this.#forget(message.cell);
				break;
			case "magics":
				this.#features.learn(message.definitions);
				break;
			case "definitions":
				this.#features.learnDefinitions(message.notes);
				break;
			case "moved":
				this.#features.moveTo(message.folder);
				break;
			case "changed":
				if (message.what === "names") this.#features.forgetCells();
				break;
			case "keys":
				this.#features.answer(message.id, message.found);
				break;
			case "unused-overrides":
				this.#overridesAsked.shift()?.(message.message);
				break;
		}
	}

	#sendComm(cell: number, message: PackedComm): void {
		const parent = this.#parents.get(cell) ?? "";
		this.#inTurn(parent, () => this.emit("comm", parent, unpackComm(message)));
	}

	async #ask(cell: number, question: Question): Promise<void> {
		const asking = this.#process;
		const parent = this.#parents.get(cell) ?? "";
		this.#typed?.release(parent);
		const answer = await this.#questions.ask(cell, parent, question);
		asking?.answer(answer, question);
	}

	#forget(cell: number): void {
		const parent = this.#parents.get(cell);
		this.#parents.delete(cell);
		if (parent === undefined) return;
		const emit = () => this.emit("forgotten", parent);
		if (this.#typed) this.#typed.afterReport(parent, emit);
		else emit();
	}

	#finish(cell: number, reply: ExecuteReply): void {
		const running = this.#running.get(cell);
		clearTimeout(running?.interruptTimer);
		this.#running.delete(cell);
		this.#questions.withdraw(cell, "the cell has ended");
		running?.resolve(reply);
	}

	/** The process is gone. */
	#closed({
		description,
		wasReady,
	}: Parameters<EngineListener["closed"]>[0]): void {
		for (const answer of this.#overridesAsked) answer(undefined);
		this.#overridesAsked = [];
		this.emit("exit", { expected: this.#isShutdown, description });
		if (this.#isShutdown)
			for (const cell of this.#running.keys())
				this.#finish(cell, crashed("the engine was shut down"));
		else this.#startAnew(description, wasReady);
	}

	#startAnew(description: string, wasReady: boolean): void {
		// One that never started would not start now either: the next cell tries again.
		if (wasReady) this.#begin();
		else this.#isDead = true;
		const reply = crashed(
			`the engine ${description}; a new one is started: variables of earlier cells are lost, run those cells again`,
		);
		const { ename, evalue, traceback } = reply;
		for (const cell of this.#parents.keys())
			if (!this.#running.has(cell)) this.#forget(cell);
		this.#features.forgetAll();
		for (const { kind, cell } of this.#running.values()) {
			if (kind === "cell")
				this.#output(cell, { type: "error", ename, evalue, traceback });
			this.#finish(cell, reply);
			this.#forget(cell);
		}
	}

	#send(message: ToEngine): void {
		this.#process?.send(message);
	}

	/**
	 * Runs a cell, at the same time as others that run, unless its types stop it.
	 * Resolves after every output of the cell was emitted. A crash of the process
	 * is a reply with status "error", and a new process is started.
	 */
	async execute(
		parent: string,
		request: ExecuteRequest,
	): Promise<ExecuteReply> {
		const typed = this.#typed;
		// Its types, its record and its replay are those of the values that the file has now.
		const taken = {
			...request,
			code: withConfigs(request.code, this.#features.folder),
		};
		if (!typed) return this.#execute(parent, taken);
		return typed.run(parent, taken, (checked) =>
			this.#execute(parent, checked),
		);
	}

	async #execute(
		parent: string,
		request: ExecuteRequest,
	): Promise<ExecuteReply> {
		const { folder } = this.#features;
		const reply = await this.#run("cell", parent, (cell) => ({
			type: "execute",
			cell,
			request,
		}));
		if (reply.status === "ok" || reply.ename !== "SyntaxError")
			this.#features.executed({ source: request.code, folder });
		return reply;
	}

	/**
	 * Hands a message of the front end to the handlers in the engine. It reaches
	 * them while a cell awaits. Resolves after all that the handlers show, say
	 * and send was emitted; their errors are shown too, and are no rejection.
	 *
	 * @param parent names the message in the events `output` and `comm`
	 */
	async comm(parent: string, message: CommMessage): Promise<void> {
		const packed = packComm(message);
		await this.#run("message", parent, (cell) => ({
			type: "comm",
			cell,
			message: packed,
		}));
	}

	async #run(
		kind: Running["kind"],
		parent: string,
		start: (cell: number) => ToEngine,
	): Promise<ExecuteReply> {
		if (this.#isShutdown)
			throw new Error("the engine was shut down; start another one");
		if (this.#isDead) this.#begin();
		const cell = ++this.#cell;
		this.#parents.set(cell, parent);
		const replied = new Promise<ExecuteReply>((resolve) => {
			this.#running.set(cell, { kind, cell, parent, resolve });
		});
		if (!this.#process?.isReady)
			try {
				await this.#ready;
			} catch (error) {
				clearTimeout(this.#running.get(cell)?.interruptTimer);
				this.#running.delete(cell);
				this.#parents.delete(cell);
				throw error;
			}
		this.#send(start(cell));
		return replied;
	}

	/**
	 * Ends the running cells with a KeyboardInterrupt; when none runs, what
	 * messages of comms have started. Does nothing when idle.
	 */
	interrupt(): void {
		this.#typed?.interrupt();
		const all = [...this.#running.values()];
		const cells = all.filter(({ kind }) => kind === "cell");
		const ending = (cells.length > 0 ? cells : all).filter(
			({ interruptTimer }) => !interruptTimer,
		);
		for (const running of ending) {
			this.#questions.withdraw(running.cell);
			running.interruptTimer = setTimeout(
				() =>
					this.#process?.kill(
						`did not stop within ${INTERRUPT_GRACE_MILLISECONDS / 1000} s of the interrupt and was killed`,
					),
				INTERRUPT_GRACE_MILLISECONDS,
			);
		}
		// All up to this one are meant.
		const last = ending.at(-1);
		if (last) this.#process?.interrupt(last.cell);
	}

	/** What fits at the cursor: magics in their lines, else what the types know. */
	complete(code: string, cursor: number): Promise<CompleteReply> {
		return this.#features.complete(code, cursor);
	}

	/** Explains what the cursor is at; with detail 1 at length. */
	inspect(code: string, cursor: number, detail: 0 | 1): Promise<InspectReply> {
		return this.#features.inspect(code, cursor, detail);
	}

	/** What the command line said that no run has used so far (`-p`, `--vary`), as an error message; undefined where no process can be asked. */
	unusedOverrides(): Promise<string | undefined> {
		if (this.#isDead) return Promise.resolve(undefined);
		return new Promise((resolve) => {
			this.#overridesAsked.push(resolve);
			this.#send({ type: "unused-overrides" });
		});
	}

	/** Ends the process; kills it when it does not go by itself. */
	async shutdown(): Promise<void> {
		this.#isShutdown = true;
		// A compiler that is just being started would outlive us.
		const types = Promise.race([
			this.#features.dispose(),
			sleep(TYPES_GRACE_MILLISECONDS, undefined, { ref: false }),
		]);
		await Promise.all([this.#process?.end(), types]);
	}
}

function crashed(evalue: string): Extract<ExecuteReply, { status: "error" }> {
	return {
		status: "error",
		ename: "EngineError",
		evalue,
		traceback: [`EngineError: ${evalue}`],
	};
}
