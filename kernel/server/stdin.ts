import { InputRefused, type InputRequest } from "../protocol/requests.ts";
import type { Channel } from "../wire/channel.ts";
import { BadMessage, type IncomingMessage } from "../wire/frames.ts";
import { BadRequest, inputReplyContent } from "../wire/requests.ts";
import type { Iopub } from "./iopub.ts";
import type { Log } from "./log.ts";
import type { Session } from "./session.ts";

interface Question {
	/** Of the `input_request`. */
	readonly id: string;
	readonly resolve: (value: string) => void;
}

/**
 * Asks the front end for input on the stdin channel.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel
 */
export class Stdin {
	readonly #channel: Channel;
	readonly #session: Session;
	readonly #iopub: Iopub;
	readonly #log: Log;
	/** Requests of the cells that run now, by the cell's id; they are who can be asked. */
	readonly #asked = new Map<
		string,
		{ readonly request: IncomingMessage; readonly allowed: boolean }
	>();
	/** The protocol has no means to tell the replies to two questions apart: one at a time. */
	#turn: Promise<unknown> = Promise.resolve();
	#question: Question | undefined;

	constructor(channel: Channel, session: Session, iopub: Iopub, log: Log) {
		this.#channel = channel;
		this.#session = session;
		this.#iopub = iopub;
		this.#log = log;
		void this.#listen();
	}

	/** From now on the cell's questions go to whoever sent its request. */
	cellBegins(id: string, request: IncomingMessage, allowed: boolean): void {
		this.#asked.set(id, { request, allowed });
	}

	cellEnds(id: string): void {
		this.#asked.delete(id);
	}

	/**
	 * Asks, and resolves with what was typed. All output so far is sent first.
	 *
	 * @throws InputRefused when the front end takes no questions, or the cell has ended
	 */
	ask(request: InputRequest): Promise<string> {
		const answer = this.#turn.then(() => this.#ask(request));
		this.#turn = answer.catch(() => undefined);
		return answer;
	}

	#ask({ parent, prompt, password, signal }: InputRequest): Promise<string> {
		signal.throwIfAborted();
		const asked = this.#asked.get(parent);
		if (!asked)
			throw new InputRefused(
				"Only a cell that runs can ask for input, and this one has ended, or is the handler of a comm; await the answer within the cell.",
			);
		const { request, allowed } = asked;
		if (!allowed)
			throw new InputRefused(
				"This front end takes no questions (allow_stdin is false in its request), so nothing can be typed; give the value in the cell, for example as a parameter: %dd run name value=1",
			);
		this.#iopub.flush();
		const { id, frames } = this.#session.compose({
			identities: request.identities,
			type: "input_request",
			content: { prompt, password },
			parent: request.headerBytes,
		});
		return new Promise<string>((resolve, reject) => {
			const settle = () => {
				this.#question = undefined;
				signal.removeEventListener("abort", withdraw);
			};
			const withdraw = () => {
				settle();
				reject(signal.reason);
			};
			signal.addEventListener("abort", withdraw);
			this.#question = {
				id,
				resolve: (value) => {
					settle();
					resolve(value);
				},
			};
			this.#channel.send(frames);
		});
	}

	/** What comes when nothing was asked, or answers another question, is stale. */
	async #listen(): Promise<void> {
		for await (const frames of this.#channel) {
			const reply = this.#read(frames);
			const question = this.#question;
			if (!reply || !question) continue;
			// JupyterLab names the question it answers, jupyter_client does not.
			if ((reply.parent ?? question.id) === question.id)
				question.resolve(reply.value);
		}
	}

	#read(
		frames: readonly Buffer[],
	): { readonly value: string; readonly parent: unknown } | undefined {
		try {
			const { header, content, parentHeader } = this.#session.read(frames);
			if (header.msg_type !== "input_reply") return undefined;
			return {
				value: inputReplyContent(content).value,
				parent: parentHeader.msg_id,
			};
		} catch (error) {
			if (!(error instanceof BadMessage || error instanceof BadRequest))
				throw error;
			this.#log.say(`An input was dropped. ${error.message}`);
			return undefined;
		}
	}
}
