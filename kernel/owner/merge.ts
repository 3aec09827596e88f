import { type Marker, MarkerParser } from "../protocol/markers.ts";

interface Descriptor {
	readonly parser: MarkerParser;
	readonly queue: (string | Marker)[];
	cell: number;
	name: "stdout" | "stderr";
	ended: boolean;
}

/**
 * Puts back in order what left the engine by three ways: descriptor 1,
 * descriptor 2 and IPC. A message is delivered when both descriptors have
 * reached its barrier, so what was printed before it comes before it.
 */
export class OutputMerger<Message> {
	readonly #descriptors: readonly [Descriptor, Descriptor];
	readonly #messages = new Map<number, Message>();
	/** Messages arrive in the order of their numbers. */
	#latest = 0;
	readonly #onText: (
		cell: number,
		name: "stdout" | "stderr",
		text: string,
	) => void;
	readonly #onMessage: (message: Message) => void;

	constructor(
		token: string,
		onText: (cell: number, name: "stdout" | "stderr", text: string) => void,
		onMessage: (message: Message) => void,
	) {
		const open = (name: "stdout" | "stderr"): Descriptor => ({
			parser: new MarkerParser(token),
			queue: [],
			cell: 0,
			name,
			ended: false,
		});
		this.#descriptors = [open("stdout"), open("stderr")];
		this.#onText = onText;
		this.#onMessage = onMessage;
	}

	/** Bytes from descriptor 1 or 2. */
	bytes(fd: 1 | 2, chunk: Uint8Array): void {
		const descriptor = this.#descriptors[fd - 1] as Descriptor;
		for (const item of descriptor.parser.push(chunk))
			descriptor.queue.push(item);
		this.#pump();
	}

	message(sequence: number, message: Message): void {
		this.#latest = sequence;
		this.#messages.set(sequence, message);
		this.#pump();
	}

	/** The descriptor is closed: nothing waits for it any longer. */
	end(fd: 1 | 2): void {
		const descriptor = this.#descriptors[fd - 1] as Descriptor;
		descriptor.queue.push(...descriptor.parser.flush());
		descriptor.ended = true;
		this.#pump();
	}

	#pump(): void {
		for (;;) {
			const reached = this.#descriptors.map((one) => this.#drain(one));
			const barriers = reached.filter((at) => at !== undefined);
			if (barriers.length === 0) return;
			const barrier = Math.min(...barriers);
			// Who stands at a later one has passed it, or never got its mark.
			const allReached = this.#descriptors.every(
				(one, i) => reached[i] !== undefined || one.ended,
			);
			if (!allReached) return;
			const message = this.#messages.get(barrier);
			if (message !== undefined) this.#onMessage(message);
			else if (!this.#isLost(barrier)) return;
			this.#messages.delete(barrier);
			for (const [i, one] of this.#descriptors.entries())
				if (reached[i] === barrier) one.queue.shift();
		}
	}

	/** An interrupt or the process's death may come between the mark and the message. */
	#isLost(barrier: number): boolean {
		return (
			this.#latest > barrier || this.#descriptors.every((one) => one.ended)
		);
	}

	/** Emits text up to the next barrier; returns that barrier's sequence. */
	#drain(descriptor: Descriptor): number | undefined {
		while (descriptor.queue.length > 0) {
			const item = descriptor.queue[0] as string | Marker;
			if (typeof item === "string")
				this.#onText(descriptor.cell, descriptor.name, item);
			else if (item.kind === "barrier") return item.sequence;
			else {
				descriptor.cell = item.cell;
				descriptor.name = item.name;
			}
			descriptor.queue.shift();
		}
		return undefined;
	}
}
