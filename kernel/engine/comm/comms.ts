import { randomUUID } from "../../../host/system-random.ts";
import type { CommMessage } from "../../protocol/requests.ts";
import type {
	Comm,
	CommBuffer,
	CommData,
	CommHandler,
	CommPayload,
	CommTarget,
	Jupyter,
} from "./comm.ts";

/** Looks at every message that is sent and received, before anybody else. */
export type CommWitness = (
	message: CommMessage,
	direction: "sent" | "received",
) => void;

type CommOpen = CommMessage & { readonly type: "comm_open" };

/** The engine's end of all comms. */
export class Comms {
	/** The global `jupyter` of cells. */
	readonly jupyter: Jupyter;
	readonly #transport: (message: CommMessage) => void;
	readonly #witness: CommWitness;
	readonly #open = new Map<string, OpenComm>();
	readonly #targets = new Map<string, CommTarget>();

	/**
	 * @param transport sends a message to the front ends
	 * @param witness sees all messages
	 */
	constructor(
		transport: (message: CommMessage) => void,
		witness: CommWitness = () => undefined,
	) {
		this.#transport = transport;
		this.#witness = witness;
		this.jupyter = {
			Comm: commClass(this),
			registerCommTarget: (name, target) => this.#register(name, target),
		};
	}

	#register(name: string, target: CommTarget): void {
		if (typeof target !== "function")
			throw new TypeError(
				`registerCommTarget("${name}", …) needs a function: it is called with each comm that the front end opens.`,
			);
		this.#targets.set(name, target);
	}

	/** May a message of the front end come to code of the user's? @param except a target that is our own */
	isListening(except: string): boolean {
		return (
			[...this.#targets.keys()].some((name) => name !== except) ||
			[...this.#open.values()].some(({ target }) => target !== except)
		);
	}

	/** Hands a message of the front end to its handlers; settles as they do. */
	async receive(message: CommMessage): Promise<void> {
		this.#witness(message, "received");
		if (message.type === "comm_open") return this.#opened(message);
		const comm = this.#open.get(message.comm_id);
		if (message.type === "comm_close") this.#open.delete(message.comm_id);
		await comm?.receive(message);
	}

	/** The front end has opened a comm. */
	async #opened(message: CommOpen): Promise<void> {
		const target = this.#targets.get(message.target_name);
		const comm = new OpenComm(this, message.comm_id, message.target_name);
		// The protocol's way to say that there is no such target.
		if (!target) return comm.close();
		try {
			await target(comm, message);
		} catch (error) {
			comm.close();
			throw error;
		}
	}

	/** Sends a message to the front ends. */
	post(message: CommMessage): void {
		this.#transport(message);
		this.#witness(message, "sent");
	}

	/** Takes a comm that both ends know; another one of its id is closed by this. */
	add(comm: OpenComm): void {
		this.#open.set(comm.id, comm);
	}

	/** Is the comm open? */
	has(comm: OpenComm): boolean {
		return this.#open.get(comm.id) === comm;
	}

	/** Forgets a comm; false where it was closed already. */
	remove(comm: OpenComm): boolean {
		return this.has(comm) && this.#open.delete(comm.id);
	}
}

/** A comm that both ends know. */
class OpenComm implements Comm {
	readonly id: string;
	readonly target: string;
	readonly #comms: Comms;
	readonly #onMessage = new Set<CommHandler>();
	readonly #onClose = new Set<CommHandler>();

	constructor(comms: Comms, id: string, target: string) {
		this.#comms = comms;
		this.id = id;
		this.target = target;
		comms.add(this);
	}

	send(
		data: CommData,
		{ metadata, buffers }: Partial<Omit<CommPayload, "data">> = {},
	): void {
		if (!this.#comms.has(this))
			throw new Error(
				`This comm of "${this.target}" is closed; open another one with new jupyter.Comm("${this.target}").`,
			);
		this.#comms.post({
			type: "comm_msg",
			comm_id: this.id,
			...payload({ data, metadata, buffers }),
		});
	}

	onMessage(handler: CommHandler): () => void {
		return listen(this.#onMessage, handler);
	}

	onClose(handler: CommHandler): () => void {
		return listen(this.#onClose, handler);
	}

	close(data?: CommData): void {
		if (!this.#comms.remove(this)) return;
		this.#comms.post({
			type: "comm_close",
			comm_id: this.id,
			...payload({ data }),
		});
	}

	/** Hands a message of the front end to the handlers; settles as they do. */
	async receive(message: CommMessage): Promise<void> {
		const handlers =
			message.type === "comm_close" ? this.#onClose : this.#onMessage;
		// All begin before the first ends, as with events.
		await Promise.all([...handlers].map(async (handle) => handle(message)));
	}
}

/** The class by which cells open comms: `new jupyter.Comm("my.target")`. */
const commClass = (comms: Comms): Jupyter["Comm"] =>
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
			super(comms, id, target);
			comms.post({
				type: "comm_open",
				comm_id: id,
				target_name: target,
				...content,
			});
		}
	};

function listen(handlers: Set<CommHandler>, handler: CommHandler): () => void {
	// A new function for each call: a handler that listens twice can be ended twice.
	const own: CommHandler = (event) => handler(event);
	handlers.add(own);
	return () => void handlers.delete(own);
}

/** Checks what a message carries, and fills in what was left out. */
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
