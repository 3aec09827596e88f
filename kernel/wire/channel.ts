import type { Router, XPublisher } from "zeromq";

/** One socket of the kernel: read it with `for await`, send without waiting. */
export class Channel {
	readonly #socket: Router | XPublisher;
	readonly #waiting: Uint8Array[][] = [];
	#sending: Promise<void> | undefined;

	constructor(socket: Router | XPublisher) {
		this.#socket = socket;
	}

	/**
	 * Queues a multipart message; messages leave in the order of the calls.
	 *
	 * The queue is ours because zeromq.js throws EBUSY when a send is called
	 * while another waits, which happens after 512 sends in one turn.
	 */
	send(frames: Uint8Array[]): void {
		this.#waiting.push(frames);
		this.#sending ??= this.#drain();
	}

	/** Multipart messages as they arrive, until the channel is closed. */
	async *[Symbol.asyncIterator](): AsyncGenerator<Buffer[], void, undefined> {
		for await (const frames of this.#socket) yield frames;
	}

	/** Hands what is queued to the socket, then closes it; what peers take within a second still reaches them. */
	async close(): Promise<void> {
		await this.#sending;
		this.#socket.close();
	}

	/** What one event makes us say leaves together: each wake-up of the socket's thread may take the processor from us. */
	async #drain(): Promise<void> {
		await new Promise<void>((resolve) => setImmediate(resolve));
		// An index, since a shift per message is slow in a queue of thousands.
		for (let next = 0; next < this.#waiting.length; next++) {
			const frames = this.#waiting[next];
			if (frames && !this.#socket.closed)
				await this.#socket.send(frames).catch(() => {
					// The peer vanished between request and reply: nobody waits for this message.
				});
		}
		this.#waiting.length = 0;
		this.#sending = undefined;
	}
}
