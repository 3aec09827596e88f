import type { Execution, NotebookSession } from "../notebook-session.ts";
import type { ExecuteReply } from "../protocol/requests.ts";
import type { IncomingMessage } from "../wire/frames.ts";
import type { ExecuteReplyContent } from "../wire/messages.ts";
import { documentCell, executeContent } from "../wire/requests.ts";
import { errorReply } from "./errors.ts";
import type { History } from "./history.ts";
import type { Iopub } from "./iopub.ts";
import type { Cell, Outputs } from "./outputs.ts";
import type { Status } from "./status.ts";
import type { Stdin } from "./stdin.ts";

interface Job {
	readonly request: IncomingMessage;
	readonly reply: (content: ExecuteReplyContent) => void;
	aborted: boolean;
}

/** What became of a request. */
interface Executed {
	readonly content: ExecuteReplyContent;
	/** Writes down what nobody waits for. */
	readonly remember?: () => void;
}

const aborted = (count: number): Executed => ({
	content: { status: "aborted", execution_count: count },
});

/** What the queues of all shells share. */
export interface Surroundings {
	readonly iopub: Iopub;
	readonly status: Status;
	readonly stdin: Stdin;
	/** The latest cell's count. */
	readonly counter: { value: number };
	readonly outputs: Outputs;
	readonly history: History;
	readonly cells: Pick<NotebookSession, "execute">;
	/** Have subshells run cells? Most are made for messages of widgets alone. */
	readonly subshells: { runCells: boolean };
}

/** https://jupyter-client.readthedocs.io/en/stable/messaging.html#payloads-deprecated */
function payloadsOf({
	nextInput,
}: Extract<ExecuteReply, { status: "ok" }>): Record<string, unknown>[] {
	return nextInput === undefined
		? []
		: [{ source: "set_next_input", text: nextInput, replace: true }];
}

/**
 * Runs `execute_request`s one after the other, in the order they came. After
 * an error those that wait are aborted, so Run All stops; those that come
 * later run.
 */
export class ExecuteQueue {
	readonly #around: Surroundings;
	readonly #waiting: Job[] = [];
	#isRunning = false;

	constructor(surroundings: Surroundings) {
		this.#around = surroundings;
	}

	/** Does a cell run now? */
	get isRunning(): boolean {
		return this.#isRunning;
	}

	/** Runs a request when its turn comes, between its `busy` and `idle`. */
	add(request: IncomingMessage, reply: Job["reply"]): void {
		this.#waiting.push({ request, reply, aborted: false });
		if (!this.#isRunning) void this.#work();
	}

	/** The requests that wait are answered without being run. */
	abortWaiting(): void {
		for (const job of this.#waiting) job.aborted = true;
	}

	/** Forgets the requests that wait. */
	clear(): void {
		this.#waiting.length = 0;
	}

	async #work(): Promise<void> {
		const { iopub, status, counter } = this.#around;
		this.#isRunning = true;
		for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
			const parent = job.request.headerBytes;
			const busy = () => status.busy(parent, { long: true });
			if (job.aborted) busy();
			const { content, remember } = job.aborted
				? aborted(counter.value)
				: await this.#execute(job.request, busy);
			iopub.flush();
			job.reply(content);
			status.idle(parent);
			remember?.();
		}
		this.#isRunning = false;
	}

	/** @param busy says that it runs, before anything else is said of it */
	async #execute(
		request: IncomingMessage,
		busy: () => void,
	): Promise<Executed> {
		const { iopub, outputs, history, stdin, counter } = this.#around;
		let content: ReturnType<typeof executeContent>;
		try {
			content = executeContent(request.content);
		} catch (error) {
			busy();
			return {
				content: { ...errorReply(error), execution_count: counter.value },
			};
		}
		const { code, silent, store_history: stored } = content;
		if (stored) counter.value++;
		let isErrorShown = false;
		const cell: Cell = {
			id: request.header.msg_id,
			header: request.headerBytes,
			executionCount: counter.value,
			// Who has seen the error can run the next cell.
			beforeError: async () => {
				isErrorShown = true;
				if (content.stop_on_error) await this.#abortSentBefore();
			},
		};
		outputs.add(cell);
		stdin.cellBegins(cell.id, request, content.allow_stdin);
		// The engine works while the rest is said and written.
		const evaluated = this.#evaluate(cell, request, content);
		busy();
		if (!silent)
			iopub.publish(
				"execute_input",
				{ code, execution_count: cell.executionCount },
				cell.header,
			);
		if (stored) history.add(cell.executionCount, code);

		const reply = await evaluated;
		stdin.cellEnds(cell.id);
		const remember = () => {
			const text = reply.result?.["text/plain"];
			if (stored && typeof text === "string")
				history.addOutput(cell.executionCount, text);
		};
		if (reply.status === "ok")
			return {
				content: {
					status: "ok",
					execution_count: cell.executionCount,
					user_expressions: reply.userExpressions,
					payload: payloadsOf(reply),
				},
				remember,
			};
		const { ename, evalue, traceback } = reply;
		// The engine could not show the error itself when it is the engine that ended.
		if (!isErrorShown)
			outputs.show(cell.id, { type: "error", ename, evalue, traceback });
		await outputs.errorSent();
		return {
			content: {
				status: "error",
				execution_count: cell.executionCount,
				ename,
				evalue,
				traceback,
			},
			remember,
		};
	}

	async #evaluate(
		cell: Cell,
		{ metadata }: IncomingMessage,
		content: ReturnType<typeof executeContent>,
	): Promise<Execution> {
		try {
			return await this.#around.cells.execute(content.code, {
				...documentCell(metadata),
				cell: cell.id,
				executionCount: cell.executionCount,
				silent: content.silent,
				// nbclient and what is built on it; who sits at a front end can be asked.
				unattended: !content.allow_stdin,
				concurrent: this.#around.subshells.runCells,
				userExpressions: content.user_expressions,
			});
		} catch (error) {
			const { ename, evalue, traceback } = errorReply(error);
			return {
				status: "error",
				ename,
				evalue,
				traceback: [...traceback],
				result: undefined,
			};
		}
	}

	/** The turns of the event loop let in what lies in the socket: it was sent before the error. */
	async #abortSentBefore(): Promise<void> {
		for (let turn = 0; turn < 3; turn++)
			await new Promise<void>((resolve) => setImmediate(resolve));
		this.abortWaiting();
	}
}
