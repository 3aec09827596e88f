import type { NotebookSession } from "../notebook-session.ts";
import type { CommMessage } from "../protocol/requests.ts";
import type { IncomingMessage } from "../wire/frames.ts";
import type { CommInfoContent, CommInfoReply } from "../wire/messages.ts";
import { commContent, commOpenContent } from "../wire/requests.ts";
import type { Iopub } from "./iopub.ts";

/** Widgets have some hundred; what a front end leaves open beyond this is a leak, or a flood. */
const MOST_OPEN = 10_000;
const LONGEST_NAME = 1000;

/** A comm that the kernel does not open. */
export class CommRefused extends Error {
	override readonly name = "CommRefused";
}

/**
 * The comms that are open, and their messages both ways. What they mean is
 * known to the engine only.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 */
export class Comms {
	readonly #iopub: Iopub;
	/** Target names by comm id. */
	readonly #open = new Map<string, string>();

	constructor(iopub: Iopub) {
		this.#iopub = iopub;
	}

	/** Answers `comm_info_request`. */
	info({ target_name }: CommInfoContent): CommInfoReply {
		const comms = [...this.#open]
			.filter(([, target]) => (target_name ?? target) === target)
			.map(([id, target]) => [id, { target_name: target }]);
		return { status: "ok", comms: Object.fromEntries(comms) };
	}

	/**
	 * Hands a message of the front end to the engine. One for a comm that is
	 * not open is ignored: it may have crossed our `comm_close`.
	 *
	 * @returns when all that the engine did about it was sent
	 */
	async receive(
		request: IncomingMessage,
		session: Pick<NotebookSession, "comm">,
	): Promise<void> {
		const message = parse(request);
		if (message.type === "comm_open") this.#opens(message);
		else if (!this.#open.has(message.comm_id)) return;
		if (message.type === "comm_close") this.#open.delete(message.comm_id);
		await session.comm(request.header.msg_id, message);
	}

	#opens({
		comm_id,
		target_name,
	}: CommMessage & { readonly type: "comm_open" }): void {
		const problem =
			this.#open.size >= MOST_OPEN && !this.#open.has(comm_id)
				? `${MOST_OPEN} comms are open, and the kernel opens no more; comm_close ends one`
				: comm_id.length > LONGEST_NAME || target_name.length > LONGEST_NAME
					? `the comm's id or target has more than ${LONGEST_NAME} characters`
					: undefined;
		if (problem === undefined) {
			this.#open.set(comm_id, target_name);
			return;
		}
		// The protocol's way to refuse one.
		if (comm_id.length <= LONGEST_NAME)
			this.#iopub.publish("comm_close", { comm_id, data: {} });
		throw new CommRefused(problem);
	}

	/** Sends a message of the engine to the front ends. */
	send(message: CommMessage, parent: Uint8Array): void {
		const { type, comm_id, data, metadata, buffers } = message;
		const extra = { metadata, buffers };
		if (type === "comm_open") {
			const { target_name } = message;
			this.#open.set(comm_id, target_name);
			this.#iopub.publish(type, { comm_id, target_name, data }, parent, extra);
			return;
		}
		if (type === "comm_close") this.#open.delete(comm_id);
		this.#iopub.publish(type, { comm_id, data }, parent, extra);
	}

	/** The engine is gone, and with it its end of all comms: the front ends close theirs. */
	lost(): void {
		for (const comm_id of this.#open.keys())
			this.#iopub.publish("comm_close", { comm_id, data: {} });
		this.#open.clear();
	}
}

function parse({
	header,
	content,
	metadata,
	buffers,
}: IncomingMessage): CommMessage {
	switch (header.msg_type) {
		case "comm_open":
			return {
				type: "comm_open",
				...commOpenContent(content),
				metadata,
				buffers,
			};
		case "comm_close":
			return { type: "comm_close", ...commContent(content), metadata, buffers };
		default:
			return { type: "comm_msg", ...commContent(content), metadata, buffers };
	}
}
