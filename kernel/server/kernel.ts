import { setTimeout as sleep } from "node:timers/promises";
import { NotebookSession } from "../notebook-session.ts";
import type { Channel } from "../wire/channel.ts";
import type { Connection, Ports } from "../wire/connection.ts";
import { BadMessage, type IncomingMessage } from "../wire/frames.ts";
import type { ReplyContent } from "../wire/messages.ts";
import {
	commInfoContent,
	completeContent,
	deleteSubshellContent,
	historyContent,
	inspectContent,
	isCompleteContent,
	shutdownContent,
} from "../wire/requests.ts";
import { createSigner } from "../wire/signature.ts";
import { bindSockets, type Sockets } from "../wire/sockets.ts";
import { CommRefused, Comms } from "./comms.ts";
import { complete } from "./complete.ts";
import { errorReply } from "./errors.ts";
import { ExecuteQueue, type Surroundings } from "./execute-queue.ts";
import { History } from "./history.ts";
import { inspect } from "./inspect.ts";
import { Iopub } from "./iopub.ts";
import { kernelInfo } from "./kernel-info.ts";
import { Log } from "./log.ts";
import { collectGarbage } from "./memory.ts";
import { Outputs } from "./outputs.ts";
import { Session } from "./session.ts";
import { Status } from "./status.ts";
import { Stdin } from "./stdin.ts";
import { Subshells } from "./subshells.ts";

/** How long a request waits for the first subscriber of its outputs. */
const SUBSCRIPTION_MILLISECONDS = 1000;
/** How long the engine has to end; a client waits for the whole kernel about a second. */
const SHUTDOWN_MILLISECONDS = 700;

export interface KernelOptions {
	readonly connection: Connection;
	/** Where the cells run. */
	readonly cwd: string;
	/** The file the history is kept in; undefined where there is no place for one. */
	readonly historyPath: string | undefined;
}

type Answer = ReplyContent | undefined;
type Handler = (request: IncomingMessage) => Answer | Promise<Answer>;

/**
 * A Jupyter kernel: answers requests on its sockets, runs code in an engine.
 * All that user code does is in the engine's process, so the sockets answer
 * while a cell runs.
 */
export class Kernel {
	/** Settles when the kernel was shut down and its sockets are closed. */
	readonly closed: Promise<void>;
	readonly #options: KernelOptions;
	readonly #session: Session;
	readonly #sockets: Sockets;
	readonly #iopub: Iopub;
	readonly #outputs: Outputs;
	readonly #status: Status;
	readonly #comms: Comms;
	readonly #stdin: Stdin;
	readonly #surroundings: Surroundings;
	readonly #subshells: Subshells;
	readonly #history: History;
	readonly #log = new Log((text) => process.stderr.write(text));
	readonly #subscribed = Promise.withResolvers<void>();
	readonly #closing = Promise.withResolvers<void>();
	readonly #cells: NotebookSession;
	#isClosing = false;

	/**
	 * Binds the sockets and starts the engine; requests are answered from now on.
	 *
	 * @throws Error when an address cannot be bound or the signature scheme is unknown
	 */
	static async start(options: KernelOptions): Promise<Kernel> {
		const { key, signature_scheme } = options.connection;
		const session = new Session(createSigner(key, signature_scheme));
		return new Kernel(options, session, await bindSockets(options.connection));
	}

	private constructor(
		options: KernelOptions,
		session: Session,
		sockets: Sockets,
	) {
		this.#options = options;
		this.#session = session;
		this.#sockets = sockets;
		this.closed = this.#closing.promise;
		this.#iopub = new Iopub(sockets.iopub, session);
		this.#outputs = new Outputs(this.#iopub);
		this.#status = new Status(this.#iopub);
		this.#comms = new Comms(this.#iopub);
		this.#stdin = new Stdin(sockets.stdin, session, this.#iopub, this.#log);
		this.#history = new History(options.historyPath, session.id);
		this.#cells = this.#openCells();
		this.#surroundings = {
			iopub: this.#iopub,
			status: this.#status,
			stdin: this.#stdin,
			counter: { value: 0 },
			outputs: this.#outputs,
			history: this.#history,
			cells: this.#cells,
			subshells: { runCells: false },
		};
		this.#subshells = new Subshells(() => new ExecuteQueue(this.#surroundings));
		const handlers = this.#handlers();

		void this.#iopub.welcome(() => {
			this.#status.starting();
			this.#subscribed.resolve();
		});
		void this.#listen(sockets.control, handlers);
		void this.#listen(sockets.shell, handlers, () =>
			Promise.race([
				this.#subscribed.promise,
				sleep(SUBSCRIPTION_MILLISECONDS, undefined, { ref: false }),
			]),
		);
		// A failure is told by the first cell, which tries again.
		this.#cells.ready().catch(() => {});
	}

	/** The ports in use. */
	get ports(): Ports {
		return this.#sockets.ports;
	}

	/** Ends what runs with an error; does nothing when nothing does. */
	interrupt(): void {
		this.#cells.interrupt();
	}

	/** Ends the engine, then closes the sockets. */
	async close(): Promise<void> {
		if (this.#isClosing) return this.closed;
		this.#isClosing = true;
		this.#subshells.clear();
		await Promise.race([
			this.#cells.close().catch(() => {}),
			sleep(SHUTDOWN_MILLISECONDS, undefined, { ref: false }),
		]);
		this.#iopub.flush();
		this.#log.flush();
		this.#history.flush();
		await this.#sockets.close();
		this.#closing.resolve();
	}

	#handlers(): ReadonlyMap<string, Handler> {
		const cells = this.#cells;
		return new Map<string, Handler>([
			["kernel_info_request", () => kernelInfo()],
			[
				"complete_request",
				({ content }) => complete(cells, completeContent(content)),
			],
			[
				"inspect_request",
				({ content }) => inspect(cells, inspectContent(content)),
			],
			[
				"is_complete_request",
				({ content }) => cells.isComplete(isCompleteContent(content).code),
			],
			[
				"history_request",
				({ content }) => ({
					status: "ok",
					history: this.#history.query(historyContent(content)),
				}),
			],
			[
				"comm_info_request",
				({ content }) => this.#comms.info(commInfoContent(content)),
			],
			...["comm_open", "comm_msg", "comm_close"].map(
				(type): [string, Handler] => [type, (request) => this.#comm(request)],
			),
			[
				"create_subshell_request",
				() => ({ status: "ok", subshell_id: this.#subshells.create() }),
			],
			[
				"delete_subshell_request",
				({ content }) => {
					this.#subshells.delete(deleteSubshellContent(content).subshell_id);
					return { status: "ok" };
				},
			],
			[
				"list_subshell_request",
				() => ({ status: "ok", subshell_id: this.#subshells.ids }),
			],
			[
				"interrupt_request",
				() => {
					this.interrupt();
					return { status: "ok" };
				},
			],
			[
				"shutdown_request",
				({ content, headerBytes }) => {
					const reply = { status: "ok", ...shutdownContent(content) } as const;
					this.#iopub.publish("shutdown_reply", reply, headerBytes);
					// After this request's reply and idle.
					setImmediate(() => void this.close());
					return reply;
				},
			],
		]);
	}

	async #listen(
		channel: Channel,
		handlers: ReadonlyMap<string, Handler>,
		beforeFirst?: () => Promise<unknown>,
	): Promise<void> {
		let wait = beforeFirst;
		for await (const frames of channel) {
			await wait?.();
			wait = undefined;
			const request = this.#read(frames);
			if (!request || this.#isClosing) continue;
			if (request.header.msg_type === "execute_request")
				this.#execute(channel, request);
			else void this.#answer(channel, request, handlers);
		}
	}

	#execute(channel: Channel, request: IncomingMessage): void {
		const { header, headerBytes } = request;
		const reply = (content: ReplyContent) =>
			this.#reply(channel, request, content);
		try {
			const queue = this.#subshells.queueOf(header.subshell_id);
			if (header.subshell_id !== undefined)
				this.#surroundings.subshells.runCells = true;
			queue.add(request, reply);
		} catch (error) {
			this.#status.busy(headerBytes, { long: false });
			reply(errorReply(error));
			this.#status.idle(headerBytes);
		}
	}

	async #comm(request: IncomingMessage): Promise<undefined> {
		this.#outputs.addCommMessage(request.header.msg_id, request.headerBytes);
		await this.#comms.receive(request, this.#cells);
	}

	/** Undefined for what is not a message to us: the protocol wants it dropped without an answer. */
	#read(frames: readonly Buffer[]): IncomingMessage | undefined {
		try {
			return this.#session.read(frames);
		} catch (error) {
			if (!(error instanceof BadMessage)) throw error;
			this.#log.say(`A message was dropped. ${error.message}`);
			return undefined;
		}
	}

	/** Every type gets its busy and idle, also one that is unknown here. */
	async #answer(
		channel: Channel,
		request: IncomingMessage,
		handlers: ReadonlyMap<string, Handler>,
	): Promise<void> {
		const { header, headerBytes } = request;
		this.#status.busy(headerBytes, {
			long: header.msg_type.startsWith("comm_"),
		});
		let content: Answer;
		try {
			// Only cells wait for their turn, but a shell that is not there answers nothing.
			this.#subshells.queueOf(header.subshell_id);
			content = await handlers.get(header.msg_type)?.(request);
		} catch (error) {
			content = errorReply(error);
			// Comm messages have no reply to say it in.
			if (error instanceof CommRefused)
				this.#log.say(`A comm was not opened: ${error.message}.`);
		}
		if (content && header.msg_type.endsWith("_request"))
			this.#reply(channel, request, content);
		this.#status.idle(headerBytes);
	}

	#reply(
		channel: Channel,
		{ identities, header, headerBytes }: IncomingMessage,
		content: ReplyContent,
	): void {
		channel.send(
			this.#session.write({
				identities,
				type: header.msg_type.replace(/_request$/, "_reply"),
				content,
				parent: headerBytes,
			}),
		);
	}

	#openCells(): NotebookSession {
		const cells = new NotebookSession({
			cwd: this.#options.cwd,
			types: { policy: "report", started: () => void collectGarbage() },
			input: (request) => this.#stdin.ask(request),
		});
		cells.on("output", ({ cell, output }) => this.#outputs.show(cell, output));
		cells.on("comm", ({ cell, message }) => {
			const header = this.#outputs.headerOf(cell);
			if (header) this.#comms.send(message, header);
		});
		cells.on("settled", ({ cell }) => this.#outputs.forget(cell));
		cells.on("restart", ({ message }) => {
			this.#comms.lost();
			// While a cell runs its reply is the error.
			if (!this.#subshells.isRunning) this.#outputs.note(message);
		});
		return cells;
	}
}
