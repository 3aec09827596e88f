import { randomUUID } from "../../../base/system-random.ts";
import type { CommMessage } from "../../protocol/requests.ts";

/** A JSON object. */
export type CommData = Readonly<Record<string, unknown>>;

/** Bytes that travel beside the JSON, as they are. */
export type CommBuffer = ArrayBuffer | ArrayBufferView;

export interface CommPayload {
	/** What the message says. */
	readonly data: CommData;
	/** Facts about the message, e.g. the version of a widget's protocol. */
	readonly metadata: CommData;
	readonly buffers: readonly CommBuffer[];
}

/** A message of the front end. */
export interface CommEvent extends CommPayload {
	readonly buffers: readonly Uint8Array[];
}

type Handler = (event: CommEvent) => unknown;

/** What a target does with a comm that the front end opened, and its first message. */
export type CommTarget = (comm: Comm, event: CommEvent) => unknown;

/**
 * A line between the kernel and one object of the front end. Messages go both
 * ways, also while a cell runs and awaits.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 */
export interface Comm {
	readonly id: string;
	/** Name of what answers at the other end. */
	readonly target: string;
	/**
	 * Sends a message to the front end.
	 * @throws Error when the comm is closed
	 */
	send(data: CommData, options?: Partial<Omit<CommPayload, "data">>): void;
	/**
	 * Calls `handler` for each message of the front end; what it prints and
	 * displays belongs to that message.
	 * @returns a function that ends it
	 */
	onMessage(handler: Handler): () => void;
	/** Calls `handler` when the front end closes the comm. */
	onClose(handler: Handler): () => void;
	/** Tells the front end that nothing more comes. A comm that is closed stays so. */
	close(data?: CommData): void;
}

/** The global `jupyter` of cells. */
export interface Jupyter {
	/** Opens a comm: the front end has, or has not, something under the target's name. */
	readonly Comm: new (
		target: string,
		options?: Partial<CommPayload> & { readonly id?: string },
	) => Comm;
	/** Lets the front end open comms of this target; a name given again has the new handler. */
	registerCommTarget(name: string, target: CommTarget): void;
}

/** The engine's end of all comms. */
export interface Comms {
	readonly jupyter: Jupyter;
	/** May a message of the front end come to code of the user's? @param except a target that is our own */
	isListening(except: string): boolean;
	/** Hands a message of the front end to its handlers; settles as they do. */
	receive(message: CommMessage): Promise<void>;
}

/** Looks at every message that is sent and received, before anybody else. */
export type CommWitness = (
	message: CommMessage,
	direction: "sent" | "received",
) => void;

/**
 * @param transport sends a message to the front ends
 * @param witness sees all messages
 */
export function createComms(
	transport: (message: CommMessage) => void,
	witness: CommWitness = () => undefined,
): Comms {
	const open = new Map<string, OpenComm>();
	const targets = new Map<string, CommTarget>();

	function post(message: CommMessage): void {
		transport(message);
		witness(message, "sent");
	}

	/** A comm that both ends know. */
	class OpenComm implements Comm {
		readonly id: string;
		readonly target: string;
		readonly #onMessage = new Set<Handler>();
		readonly #onClose = new Set<Handler>();

		constructor(id: string, target: string) {
			this.id = id;
			this.target = target;
			open.set(id, this);
		}

		send(
			data: CommData,
			{ metadata, buffers }: Partial<Omit<CommPayload, "data">> = {},
		): void {
			if (open.get(this.id) !== this)
				throw new Error(
					`This comm of "${this.target}" is closed; open another one with new jupyter.Comm("${this.target}").`,
				);
			post({
				type: "comm_msg",
				comm_id: this.id,
				...payload({ data, metadata, buffers }),
			});
		}

		onMessage(handler: Handler): () => void {
			return listen(this.#onMessage, handler);
		}

		onClose(handler: Handler): () => void {
			return listen(this.#onClose, handler);
		}

		close(data?: CommData): void {
			if (open.get(this.id) !== this) return;
			open.delete(this.id);
			post({ type: "comm_close", comm_id: this.id, ...payload({ data }) });
		}

		async receive(message: CommMessage): Promise<void> {
			const handlers =
				message.type === "comm_close" ? this.#onClose : this.#onMessage;
			// All begin before the first ends, as with events.
			await Promise.all([...handlers].map(async (handle) => handle(message)));
		}
	}

	class KernelComm extends OpenComm {
		constructor(
			target: string,
			{
				id = randomUUID(),
				...options
			}: Partial<CommPayload> & { readonly id?: string } = {},
		) {
			if (typeof target !== "string" || target === "")
				throw new TypeError(
					`A comm needs the name of its target, for example new jupyter.Comm("my.target"), not ${JSON.stringify(target)}.`,
				);
			const content = payload(options);
			super(id, target);
			post({
				type: "comm_open",
				comm_id: id,
				target_name: target,
				...content,
			});
		}
	}

	async function opened(
		message: CommMessage & { readonly type: "comm_open" },
	): Promise<void> {
		const target = targets.get(message.target_name);
		const comm = new OpenComm(message.comm_id, message.target_name);
		// The protocol's way to say that there is no such target.
		if (!target) return comm.close();
		try {
			await target(comm, message);
		} catch (error) {
			comm.close();
			throw error;
		}
	}

	return {
		isListening: (except) =>
			[...targets.keys()].some((name) => name !== except) ||
			[...open.values()].some(({ target }) => target !== except),
		jupyter: {
			Comm: KernelComm,
			registerCommTarget(name, target) {
				if (typeof target !== "function")
					throw new TypeError(
						`registerCommTarget("${name}", …) needs a function: it is called with each comm that the front end opens.`,
					);
				targets.set(name, target);
			},
		},
		async receive(message) {
			witness(message, "received");
			if (message.type === "comm_open") return opened(message);
			const comm = open.get(message.comm_id);
			if (message.type === "comm_close") open.delete(message.comm_id);
			await comm?.receive(message);
		},
	};
}

function listen(handlers: Set<Handler>, handler: Handler): () => void {
	// Of its own, so that who listens twice can end each.
	const own: Handler = (event) => handler(event);
	handlers.add(own);
	return () => void handlers.delete(own);
}

/** Checked and with nothing left out. */
function payload({
	data = {},
	metadata = {},
	buffers = [],
}: Partial<CommPayload>) {
	for (const [name, value] of Object.entries({ data, metadata }))
		if (typeof value !== "object" || value === null || Array.isArray(value))
			throw new TypeError(
				`The ${name} of a comm's message must be an object, for example {value: 1}, not ${JSON.stringify(value)}.`,
			);
	return { data, metadata, buffers: buffers.map(bytesOf) };
}

function bytesOf(buffer: CommBuffer): Uint8Array {
	if (ArrayBuffer.isView(buffer))
		return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
	if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
	throw new TypeError(
		"The buffers of a comm's message must be typed arrays, DataViews or ArrayBuffers.",
	);
}
