import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ownModule } from "../../base/own-modules.ts";
import { randomBytes } from "../../host/system-random.ts";
import { JsonLines, lineOf } from "../protocol/json-lines.ts";
import { launchPlainly } from "../protocol/launch.ts";
import {
	BOOT_VARIABLE,
	type Boot,
	CHANNEL_DESCRIPTOR,
	CONTROL_DESCRIPTOR,
	END_LINE,
	type FromEngine,
	type InputAnswer,
	type Question,
	type ToEngine,
} from "../protocol/messages.ts";
import type { EngineOptions } from "../protocol/requests.ts";
import { folderProblem } from "./folder-problem.ts";
import { inspectorOptions } from "./inspector.ts";
import { OutputMerger } from "./merge.ts";
import { pinnedNode } from "./node.ts";
import { readUnhurried } from "./pipe-reader.ts";
import { openPipes } from "./pipes.ts";

const SHUTDOWN_GRACE_MILLISECONDS = 500;
/** The same, where it has said that it seals the records of runs. */
const SEALING_GRACE_MILLISECONDS = 10_000;
/** How long a process that is gone may leave its pipes open to children. */
const PIPE_GRACE_MILLISECONDS = 500;

/** Takes what comes from an engine process, in order. */
export interface EngineListener {
	/** What a cell printed. */
	print(cell: number, name: "stdout" | "stderr", text: string): void;
	receive(message: FromEngine): void;
	/** The process is gone, and all that it printed has been read. `wasReady`: it has started before. */
	closed(end: { readonly description: string; wasReady: boolean }): void;
}

/** A process that runs cells, on the pinned Node, with its pipes. */
export class EngineProcess {
	/** Resolves when it is ready for the first cell; rejects with why it did not start. */
	readonly ready: Promise<void>;
	readonly #child: ChildProcess;
	/** Numbers of cells to interrupt. */
	readonly #control: Writable;
	/** Carries the messages of the process; and answers to it while it waits and does nothing else. */
	readonly #channel: Duplex;
	readonly #listener: EngineListener;
	readonly #merger: OutputMerger<FromEngine>;
	readonly #started = newPromise<void>();
	#isReady = false;
	/** What it said on stderr before it was ready. */
	#firstErrors = "";
	/** Why it was killed. */
	#killed: string | undefined;
	/** Called when the process, asked to end, says that it still seals records. */
	#sealing: (() => void) | undefined;

	/** @throws Error where it cannot be started, with what to do */
	constructor(options: EngineOptions, listener: EngineListener) {
		const problem = folderProblem(options.cwd);
		if (problem !== undefined) throw new Error(problem);
		this.#listener = listener;
		const token = randomBytes(8).toString("hex");
		const { child, streams } = launch(options, token);
		this.#child = child;
		this.#merger = new OutputMerger<FromEngine>(
			token,
			(cell, name, text) => listener.print(cell, name, text),
			(message) => this.#receive(message),
		);
		// Node's type knows five descriptors only.
		const stdio: readonly unknown[] = child.stdio;
		this.#control = stdio[CONTROL_DESCRIPTOR] as Writable;
		this.#channel = stdio[CHANNEL_DESCRIPTOR] as Duplex;
		// The process may be gone before it could be told.
		this.#control.on("error", () => undefined);
		this.#channel.on("error", () => undefined);
		this.#readChannel(this.#readStreams(streams));
		this.#watchEnd(streams);
		this.ready = this.#started.promise;
		// A restart nobody waits for must not end the owner.
		this.ready.catch(() => undefined);
	}

	get isReady(): boolean {
		return this.#isReady;
	}

	/** @returns what reads at once what the pipes hold */
	#readStreams(streams: readonly Readable[]): readonly (() => void)[] {
		return streams.map((stream, index) =>
			readUnhurried(stream, (chunk) => {
				this.#merger.bytes(index === 0 ? 1 : 2, chunk);
				if (index === 1 && !this.#isReady)
					this.#firstErrors += chunk.toString();
			}),
		);
	}

	#readChannel(readNow: readonly (() => void)[]): void {
		const lines = new JsonLines<FromEngine>();
		this.#channel.on("data", (chunk: Buffer) => {
			for (const message of lines.push(chunk))
				if (message.type === "ready") {
					this.#isReady = true;
					this.#started.resolve();
				} else if ("sequence" in message) {
					this.#merger.message(message.sequence, message);
					// The message waits for what was printed before it.
					for (const read of readNow) read();
				} else this.#receive(message);
		});
	}

	#receive(message: FromEngine): void {
		if (message.type === "sealing") this.#sealing?.();
		else if (message.type === "disconnected")
			this.#control.write(`${END_LINE}\n`);
		else this.#listener.receive(message);
	}

	#watchEnd(streams: readonly Readable[]): void {
		const child = this.#child;
		const streamsClosed = Promise.all(streams.map(closed));
		child.once("error", this.#started.reject);
		child.once("exit", () => {
			killGroup(child);
			// A child of the user's in a group of its own may hold the pipes.
			const timer = setTimeout(() => {
				for (const stream of [...streams, this.#channel]) stream.destroy();
			}, PIPE_GRACE_MILLISECONDS);
			void streamsClosed
				.then(() => closed(this.#channel))
				.then(() => clearTimeout(timer));
		});
		child.once("close", async (code, signal) => {
			// All output has been read then.
			await streamsClosed;
			this.#merger.end(1);
			this.#merger.end(2);
			const description =
				this.#killed ??
				(signal ? `ended by ${signal}` : `exited with code ${code}`);
			this.#started.reject(
				new Error(
					`the engine did not start: ${description}\n${this.#firstErrors}`.trim(),
				),
			);
			this.#listener.closed({ description, wasReady: this.#isReady });
		});
	}

	/** Does nothing once the process is gone. */
	send(message: ToEngine): void {
		if (this.#child.connected) this.#child.send(message, () => undefined);
	}

	/** Answers a question; one that blocks the engine is answered over its channel. */
	answer(answer: InputAnswer, { blocking }: Pick<Question, "blocking">): void {
		if (blocking) this.#channel.write(lineOf(answer));
		else this.send({ type: "answer", answer });
	}

	/** Interrupts all cells up to this number. */
	interrupt(cell: number): void {
		this.#control.write(`${cell}\n`);
	}

	/** Ends it, and what it started, at once. `reason` is told as the description of its end. */
	kill(reason: string): void {
		this.#killed = reason;
		killGroup(this.#child);
	}

	/** Asks it to end; kills it when it does not go by itself. Resolves when it is gone. */
	async end(): Promise<void> {
		const child = this.#child;
		if (child.exitCode !== null || child.signalCode !== null) return;
		await new Promise<void>((resolve) => {
			const kill = () => killGroup(child);
			let timer = setTimeout(kill, SHUTDOWN_GRACE_MILLISECONDS);
			this.#sealing = () => {
				clearTimeout(timer);
				timer = setTimeout(kill, SEALING_GRACE_MILLISECONDS);
			};
			child.once("close", () => {
				clearTimeout(timer);
				resolve();
			});
			this.send({ type: "shutdown" });
		});
	}
}

/** Starts the process; the streams are its descriptors 1 and 2. */
function launch(
	options: EngineOptions,
	token: string,
): { child: ChildProcess; streams: readonly Readable[] } {
	const {
		cwd,
		env,
		input: _input,
		types: _types,
		launcher = launchPlainly,
		...boot
	} = options;
	const command = launcher.prepare({
		file: pinnedNode(),
		args: [
			"--disable-warning=ExperimentalWarning",
			...inspectorOptions(),
			fileURLToPath(ownModule("kernel/engine/main")),
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
	return { child, streams };
}

/** `Promise.withResolvers`, which the oldest Node that may own an engine lacks. */
function newPromise<T>() {
	let resolve: (value: T) => void = () => undefined;
	let reject: (reason: unknown) => void = () => undefined;
	const promise = new Promise<T>((resolveIt, rejectIt) => {
		resolve = resolveIt;
		reject = rejectIt;
	});
	return { promise, resolve, reject };
}

const closed = (stream: Readable): Promise<void> =>
	new Promise((resolve) => {
		if (stream.closed) resolve();
		else stream.once("close", () => resolve());
	});

/** The process and what it started: as Ctrl-C in a terminal reaches both. */
function killGroup({ pid }: ChildProcess): void {
	if (pid === undefined) return;
	try {
		process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
	} catch {
		// It is gone already.
	}
}
