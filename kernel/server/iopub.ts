import type { Channel } from "../wire/channel.ts";
import type { Broadcasts } from "../wire/messages.ts";
import type { Envelope, Session } from "./session.ts";

const BATCH_MILLISECONDS = 50;
const BATCH_CHARACTERS = 16 * 1024;

type StreamName = Broadcasts["stream"]["name"];

interface Batch {
	readonly name: StreamName;
	readonly parent: Uint8Array;
	readonly pieces: string[];
	characters: number;
	readonly timer: NodeJS.Timeout;
}

/**
 * Broadcasts on the iopub channel, in the order of the calls.
 *
 * Text is collected for a moment: jupyter_server refuses more than 1000
 * messages a second, which a loop that prints reaches at once.
 */
export class Iopub {
	readonly #channel: Channel;
	readonly #session: Session;
	#batch: Batch | undefined;

	constructor(channel: Channel, session: Session) {
		this.#channel = channel;
		this.#session = session;
	}

	/** Sends a message, after the text collected so far. `parent` is the header's bytes. */
	publish<T extends keyof Broadcasts>(
		type: T,
		content: Broadcasts[T],
		parent?: Uint8Array,
		extra?: Pick<Envelope, "metadata" | "buffers">,
	): void {
		this.flush();
		this.#send(
			`kernel.${this.#session.id}.${type}`,
			type,
			content,
			parent,
			extra,
		);
	}

	/** Adds to a stream. Text of another stream or parent closes the batch, so the order stays. */
	stream(name: StreamName, text: string, parent: Uint8Array): void {
		if (this.#batch?.name !== name || this.#batch.parent !== parent) {
			this.flush();
			this.#batch = {
				name,
				parent,
				pieces: [],
				characters: 0,
				timer: setTimeout(() => this.flush(), BATCH_MILLISECONDS),
			};
		}
		this.#batch.pieces.push(text);
		this.#batch.characters += text.length;
		if (this.#batch.characters >= BATCH_CHARACTERS) this.flush();
	}

	/** Sends the collected text now. */
	flush(): void {
		const batch = this.#batch;
		if (!batch) return;
		this.#batch = undefined;
		clearTimeout(batch.timer);
		const { name, parent, pieces } = batch;
		this.#send(
			`stream.${name}`,
			"stream",
			{ name, text: pieces.join("") },
			parent,
		);
	}

	/**
	 * Welcomes subscribers as they come, so that a client knows its requests'
	 * outputs will reach it. Ends when the channel closes.
	 *
	 * @param subscribed called at each subscription
	 */
	async welcome(subscribed: () => void): Promise<void> {
		for await (const [event] of this.#channel) {
			// An XPUB socket reads subscriptions: 1 and the topic, 0 when it ends.
			if (event?.[0] !== 1) continue;
			const subscription = event.subarray(1).toString();
			this.#send(subscription, "iopub_welcome", { subscription });
			subscribed();
		}
	}

	#send(
		topic: string,
		type: string,
		content: object,
		parent?: Uint8Array,
		extra?: Pick<Envelope, "metadata" | "buffers">,
	) {
		this.#channel.send(
			this.#session.write({
				...extra,
				identities: [Buffer.from(topic)],
				type,
				content,
				parent,
			}),
		);
	}
}
