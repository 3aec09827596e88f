import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { closeSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { randomBytes } from "../../base/system-random.ts";
import { learnDefinitions } from "../../experiment/definitions/registry.ts";
import { completeMagic, inspectMagic } from "../../magics/assist.ts";
import { learnMagics } from "../../magics/user.ts";
import type { ExecutedCell } from "../language/cell-files.ts";
import { completePath } from "../language/path-completion.ts";
import {
	type CellDiagnostic,
	createTypeService,
	type TypeService,
} from "../language/service.ts";
import { JsonLines, lineOf } from "../protocol/json-lines.ts";
import { launchPlainly } from "../protocol/launch.ts";
import { type LiveKeys, NO_KEYS } from "../protocol/live-keys.ts";
import {
	BOOT_VARIABLE,
	type Boot,
	CHANNEL_DESCRIPTOR,
	CONTROL_DESCRIPTOR,
	type FromEngine,
	type Question,
	type ToEngine,
} from "../protocol/messages.ts";
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
import { folderProblem } from "./folder-problem.ts";
import { livePlace, withLiveKeys } from "./live-completion.ts";
import { OutputMerger } from "./merge.ts";
import { pinnedNode } from "./node.ts";
import { readUnhurried } from "./pipe-reader.ts";
import { openPipes } from "./pipes.ts";
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
const SHUTDOWN_GRACE_MILLISECONDS = 500;
/** The same, where it has said that it seals the records of runs. */
const SEALING_GRACE_MILLISECONDS = 10_000;
/** A completion does not wait longer for an engine that runs a cell, or for one that should be idle. */
const KEYS_WAIT_MILLISECONDS = { busy: 300, idle: 3_000 };
/** How long a process that is gone may leave its pipes open to children. */
const PIPE_GRACE_MILLISECONDS = 500;

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
 * The owner's side of an engine process: starts it on the pinned Node, runs
 * cells in it, merges what it prints and displays into one ordered stream.
 */
export class Engine extends EventEmitter<EngineEvents> {
	readonly #options: EngineOptions;
	readonly #parents = new Map<number, string>();
	/** Absent when there is no folder to start it in. */
	#process: ChildProcess | undefined;
	#control!: Writable;
	/** To a process that waits and does nothing else. */
	#channel!: Duplex;
	readonly #questions: Questions;
	#ready: Promise<void> = Promise.resolve();
	#cell = 0;
	#types: TypeService | undefined;
	/** Cells that ran and that the language service does not know of yet. */
	#untold: ExecutedCell[] = [];
	/** Are those that it knows of forgotten? */
	#forgotten = false;
	/** Where the next cell runs. */
	#folder: string;
	/** Absent where nobody reads about types. */
	readonly #typed: TypedCells | undefined;
	readonly #running = new Map<number, Running>();
	/** Questions about live values. */
	readonly #keys = new Map<number, (found: LiveKeys) => void>();
	#lastKeys = 0;
	#shutdown = false;
	/** Called when the process that is to end says that it seals records. */
	#sealing: (() => void) | undefined;
	#isReady = false;
	/** Did the last process end before it was ready? */
	#dead = false;
	#overridesReply: ((message: string | undefined) => void) | undefined;
	/** Why the process was killed, for the cell that ran. */
	#killed: string | undefined;

	/** Starts the process; resolves when it is ready for the first cell. */
	static async start(options: EngineOptions): Promise<Engine> {
		const engine = new Engine(options);
		await engine.#ready;
		return engine;
	}

	private constructor(options: EngineOptions) {
		super();
		this.#options = options;
		this.#folder = options.cwd;
		this.#questions = new Questions(options.input);
		const { types } = options;
		if (types)
			this.#typed = new TypedCells(types.policy, {
				types: () => this.#typeService(),
				emit: (parent, output) => {
					// That its compiler was closed is nobody's news.
					if (!this.#shutdown) this.emit("output", parent, output);
				},
				found: (parent, diagnostics) => this.emit("types", parent, diagnostics),
				patient: types.patient ?? false,
			});
		this.#begin();
	}

	/** Starts a process; where its folder is gone, whoever waits for it is told. */
	#begin(): void {
		this.#isReady = false;
		this.#dead = true;
		try {
			const problem = folderProblem(this.#options.cwd);
			if (problem !== undefined) throw new Error(problem);
			[this.#process, this.#ready] = this.#spawn();
			this.#dead = false;
		} catch (error) {
			this.#process = undefined;
			this.#ready = Promise.reject(error);
			this.#ready.catch(() => undefined);
		}
	}

	#spawn(): [ChildProcess, Promise<void>] {
		const token = randomBytes(8).toString("hex");
		const {
			cwd,
			env,
			input: _input,
			types: _types,
			launcher = launchPlainly,
			...boot
		} = this.#options;
		const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
		const command = launcher.prepare({
			file: pinnedNode(),
			args: [
				"--disable-warning=ExperimentalWarning",
				fileURLToPath(new URL(`../engine/main.${extension}`, import.meta.url)),
			],
			cwd,
			variables: {
				...env,
				[BOOT_VARIABLE]: JSON.stringify({ ...boot, token } satisfies Boot),
			},
		});
		const pipes = openPipes(2);
		const [output = "pipe", errors = "pipe"] =
			pipes?.map(({ writer }) => writer) ?? [];
		const child = spawn(command.file, command.args, {
			cwd,
			env: command.env,
			// The terminal's Ctrl-C is for the owner to pass on, not for the whole group.
			detached: process.platform !== "win32",
			stdio: ["ignore", output, errors, "ipc", "pipe", "pipe"],
		});
		launcher.started(child);
		for (const { writer } of pipes ?? []) closeSync(writer);
		const streams =
			pipes?.map(({ reader }) => reader) ??
			[child.stdout, child.stderr].filter((stream) => stream !== null);
		this.#control = child.stdio[CONTROL_DESCRIPTOR] as Writable;
		// The process may be gone before it could be told.
		this.#control.on("error", () => undefined);
		// Node's type knows five descriptors only.
		const stdio: readonly unknown[] = child.stdio;
		const channel = stdio[CHANNEL_DESCRIPTOR] as Duplex;
		channel.on("error", () => undefined);
		this.#channel = channel;
		const merger = new OutputMerger<FromEngine>(
			token,
			(cell, name, text) => this.#output(cell, { type: "stream", name, text }),
			(message) => this.#receive(message),
		);
		this.#isReady = false;
		let lastErrors = "";
		const readNow = streams.map((stream, index) =>
			readUnhurried(stream, (chunk) => {
				merger.bytes(index === 0 ? 1 : 2, chunk);
				if (index === 1 && !this.#isReady) lastErrors += chunk.toString();
			}),
		);
		const streamsClosed = Promise.all(streams.map(closed));
		const lines = new JsonLines<FromEngine>();
		const ready = new Promise<void>((resolve, reject) => {
			channel.on("data", (chunk: Buffer) => {
				for (const message of lines.push(chunk))
					if (message.type === "ready") {
						this.#isReady = true;
						resolve();
					} else if ("sequence" in message) {
						merger.message(message.sequence, message);
						// It waits for its place among the prints.
						for (const read of readNow) read();
					} else this.#receive(message);
			});
			child.once("error", reject);
			child.once("exit", () => {
				killGroup(child, "SIGKILL");
				// A child of the user's in a group of its own may hold the pipes.
				const timer = setTimeout(() => {
					for (const stream of [...streams, channel]) stream.destroy();
				}, PIPE_GRACE_MILLISECONDS);
				void streamsClosed
					.then(() => closed(channel))
					.then(() => clearTimeout(timer));
			});
			child.once("close", async (code, signal) => {
				// All output has been read then.
				await streamsClosed;
				merger.end(1);
				merger.end(2);
				const description =
					this.#killed ??
					(signal ? `ended by ${signal}` : `exited with code ${code}`);
				reject(
					new Error(
						`the engine did not start: ${description}\n${lastErrors}`.trim(),
					),
				);
				this.#closed(child, description);
			});
		});
		// A restart nobody waits for must not end the owner.
		ready.catch(() => undefined);
		return [child, ready];
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
		if (message.type === "output") this.#output(message.cell, message.output);
		if (message.type === "executed") {
			const { cell, reply, last } = message;
			if (last) this.#output(cell, last);
			this.#finish(cell, reply);
		}
		if (message.type === "comm") this.#sendComm(message.cell, message.message);
		if (message.type === "input")
			void this.#ask(message.cell, message.question);
		if (message.type === "forgotten") this.#forget(message.cell);
		if (message.type === "magics") learnMagics(message.definitions);
		if (message.type === "definitions") learnDefinitions(message.notes);
		if (message.type === "moved") {
			this.#folder = message.folder;
		}
		if (message.type === "changed" && message.what === "names")
			this.#forgetCells();
		if (message.type === "keys") this.#keys.get(message.id)?.(message.found);
		if (message.type === "sealing") this.#sealing?.();
		if (message.type === "unused-overrides")
			this.#overridesReply?.(message.message);
	}

	#sendComm(cell: number, message: PackedComm): void {
		const parent = this.#parents.get(cell) ?? "";
		this.#inTurn(parent, () => this.emit("comm", parent, unpackComm(message)));
	}

	async #ask(cell: number, question: Question): Promise<void> {
		const child = this.#process;
		const channel = this.#channel;
		const parent = this.#parents.get(cell) ?? "";
		this.#typed?.release(parent);
		const answer = await this.#questions.ask(cell, parent, question);
		if (question.blocking) channel.write(lineOf(answer));
		else if (child === this.#process) this.#send({ type: "answer", answer });
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

	#closed(child: ChildProcess, description: string): void {
		if (child !== this.#process) return;
		this.#killed = undefined;
		this.#overridesReply?.(undefined);
		this.emit("exit", { expected: this.#shutdown, description });
		if (this.#shutdown) {
			for (const cell of this.#running.keys())
				this.#finish(cell, crashed("the engine was shut down"));
			return;
		}
		// One that never started would not start now either: the next cell tries again.
		this.#dead = !this.#isReady;
		if (!this.#dead) this.#begin();
		const reply = crashed(
			`the engine ${description}; a new one is started: variables of earlier cells are lost, run those cells again`,
		);
		const { ename, evalue, traceback } = reply;
		for (const cell of this.#parents.keys())
			if (!this.#running.has(cell)) this.#forget(cell);
		this.#forgetCells();
		this.#folder = this.#options.cwd;
		learnMagics([]);
		learnDefinitions([]);
		for (const { kind, cell } of this.#running.values()) {
			if (kind === "cell")
				this.#output(cell, { type: "error", ename, evalue, traceback });
			this.#finish(cell, reply);
		}
	}

	#send(message: ToEngine): void {
		if (this.#process?.connected) this.#process.send(message, () => undefined);
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
		if (!typed) return this.#execute(parent, request);
		return typed.run(parent, request, (checked) =>
			this.#execute(parent, checked),
		);
	}

	async #execute(
		parent: string,
		request: ExecuteRequest,
	): Promise<ExecuteReply> {
		const folder = this.#folder;
		const reply = await this.#run("cell", parent, (cell) => ({
			type: "execute",
			cell,
			request,
		}));
		if (reply.status === "ok" || reply.ename !== "SyntaxError") {
			this.#untold.push({ source: request.code, folder });
		}
		return reply;
	}

	#forgetCells(): void {
		this.#untold = [];
		this.#forgotten = true;
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
		if (this.#shutdown)
			throw new Error("the engine was shut down; start another one");
		if (this.#dead) {
			this.#dead = false;
			this.#begin();
		}
		const cell = ++this.#cell;
		this.#parents.set(cell, parent);
		const replied = new Promise<ExecuteReply>((resolve) => {
			this.#running.set(cell, { kind, cell, parent, resolve });
		});
		if (!this.#isReady)
			try {
				await this.#ready;
			} catch (error) {
				this.#running.delete(cell);
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
			running.interruptTimer = setTimeout(() => {
				this.#killed = `did not stop within ${INTERRUPT_GRACE_MILLISECONDS / 1000} s of the interrupt and was killed`;
				if (this.#process) killGroup(this.#process, "SIGKILL");
			}, INTERRUPT_GRACE_MILLISECONDS);
		}
		// All up to this one are meant.
		const last = ending.at(-1);
		if (last) this.#control.write(`${last.cell}\n`);
	}

	#typeService(): TypeService {
		this.#types ??= createTypeService({ cwd: this.#options.cwd });
		const types = this.#types;
		if (this.#forgotten) types.setCells([], { cells: [], next: this.#folder });
		this.#forgotten = false;
		types.addCells(this.#untold, this.#folder);
		this.#untold = [];
		return types;
	}

	/** What fits at the cursor: magics in their lines, else what the types know. */
	async complete(code: string, cursor: number): Promise<CompleteReply> {
		const magic = await completeMagic(code, cursor, this.#folder);
		if (magic) return magic;
		const place = livePlace(code, cursor);
		const [typed, live] = await Promise.all([
			this.#typeService().complete(code, cursor),
			place ? this.#liveKeys(place.path) : NO_KEYS,
		]);
		if (place) return withLiveKeys(typed, place, live);
		return typed.matches.length > 0
			? typed
			: (completePath(code, cursor, this.#folder) ?? typed);
	}

	/** Asks the engine, which answers unless code keeps it busy. */
	async #liveKeys(path: readonly string[]): Promise<LiveKeys> {
		if (!this.#isReady) return NO_KEYS;
		const id = ++this.#lastKeys;
		const answer = Promise.withResolvers<LiveKeys>();
		this.#keys.set(id, answer.resolve);
		this.#send({ type: "keys", id, path });
		const timer = setTimeout(
			() => answer.resolve(NO_KEYS),
			KEYS_WAIT_MILLISECONDS[this.#running.size > 0 ? "busy" : "idle"],
		);
		const found = await answer.promise;
		clearTimeout(timer);
		this.#keys.delete(id);
		return found;
	}

	async inspect(
		code: string,
		cursor: number,
		detail: 0 | 1,
	): Promise<InspectReply> {
		return (
			inspectMagic(code, cursor) ??
			this.#typeService().inspect(code, cursor, detail)
		);
	}

	/** Overrides of the command line that no run declared, as an error message. */
	unusedOverrides(): Promise<string | undefined> {
		return new Promise((resolve) => {
			this.#overridesReply = resolve;
			this.#send({ type: "unused-overrides" });
		});
	}

	/** Ends the process; kills it when it does not go by itself. */
	async shutdown(): Promise<void> {
		this.#shutdown = true;
		// A compiler that is just being started would outlive us.
		const types = Promise.race([
			this.#types?.dispose().catch(() => undefined),
			sleep(SHUTDOWN_GRACE_MILLISECONDS, undefined, { ref: false }),
		]);
		await Promise.all([this.#endProcess(), types]);
	}

	async #endProcess(): Promise<void> {
		const child = this.#process;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		await new Promise<void>((resolve) => {
			const kill = () => killGroup(child, "SIGKILL");
			let timer = setTimeout(kill, SHUTDOWN_GRACE_MILLISECONDS);
			this.#sealing = () => {
				clearTimeout(timer);
				timer = setTimeout(kill, SEALING_GRACE_MILLISECONDS);
			};
			child.once("close", () => {
				clearTimeout(timer);
				resolve();
			});
			this.#send({ type: "shutdown" });
		});
	}
}

const closed = (stream: Readable): Promise<void> =>
	new Promise((resolve) => {
		if (stream.closed) resolve();
		else stream.once("close", () => resolve());
	});

/** The process and what it started: as Ctrl-C in a terminal reaches both. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
	if (pid === undefined) return;
	try {
		process.kill(process.platform === "win32" ? pid : -pid, signal);
	} catch {
		// It is gone already.
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
