import { suggestion } from "../../base/nearest.ts";
import { randomUUID } from "../../host/system-random.ts";
import { NotebookSession } from "../../kernel/notebook-session.ts";
import type {
	CompleteReply,
	EngineOptions,
	InspectReply,
	Output,
} from "../../kernel/protocol/requests.ts";
import { errorReply } from "../../kernel/server/errors.ts";
import { History } from "../../kernel/server/history.ts";
import { printedCode } from "../notebook/outputs.ts";
import { DOT_COMMANDS, HELP } from "./help.ts";

export interface SessionOptions extends EngineOptions {
	/** Takes every output, also those that come between two inputs. */
	readonly onOutput: (output: Output) => void;
	/** Inputs are kept in this file. Absent: nowhere. */
	readonly historyPath?: string | undefined;
}

/** How an input ended. */
export type Outcome = "ok" | "error" | "exit";

/** Most inputs that are kept: as many as a person would look back. */
const HISTORY_LENGTH = 5_000;

/** What the REPL does with an input, without a terminal: cells, commands, history. */
export class Session {
	readonly #onOutput: (output: Output) => void;
	readonly #cells: NotebookSession;
	readonly #history: History | undefined;
	/** Earlier inputs, oldest first, none twice in a row. */
	readonly inputs: string[] = [];
	#count = 0;

	constructor({ onOutput, historyPath, ...options }: SessionOptions) {
		this.#onOutput = onOutput;
		this.#cells = new NotebookSession({
			types: { policy: "report", patient: true },
			...options,
		});
		this.#cells.on("output", ({ output }) => onOutput(output));
		this.#cells.on("restart", ({ message, running }) => {
			// While a cell runs, its error comes with the reply.
			if (!running) this.#note(message);
		});
		if (historyPath === undefined) return;
		this.#history = new History(historyPath, randomUUID());
		for (const [, , input] of this.#history.query({
			access: "tail",
			output: false,
			n: HISTORY_LENGTH,
		}))
			if (typeof input === "string") this.#remember(input);
	}

	/** Number of the next input. */
	get next(): number {
		return this.#count + 1;
	}

	#remember(input: string): void {
		if (input.trim() !== "" && this.inputs.at(-1) !== input)
			this.inputs.push(input);
	}

	/**
	 * Starts the engine, so that the first input need not wait for it. If that
	 * fails, the first input tells it.
	 */
	warmUp(): void {
		this.#cells.ready().catch(() => undefined);
	}

	#note(text: string): void {
		this.#onOutput({ type: "stream", name: "stderr", text });
	}

	/** Runs an input: a cell, or `.help` or `.exit`. Never throws: errors are outputs. */
	async run(input: string): Promise<Outcome> {
		const command = /^\s*(\.[a-z]*)\s*$/.exec(input)?.[1];
		if (command !== undefined) return this.#command(command);
		const executionCount = ++this.#count;
		this.#remember(input);
		this.#history?.add(executionCount, input);
		try {
			const reply = await this.#cells.execute(input, { executionCount });
			if (reply.status === "ok" && reply.nextInput !== undefined)
				this.#onOutput(printedCode(reply.nextInput));
			const text = reply.result?.["text/plain"];
			if (typeof text === "string")
				this.#history?.addOutput(executionCount, text);
			return reply.status;
		} catch (error) {
			const { ename, evalue, traceback } = errorReply(error);
			this.#onOutput({
				type: "error",
				ename,
				evalue,
				traceback: [...traceback],
			});
			return "error";
		}
	}

	#command(command: string): Outcome {
		if (command === ".exit") return "exit";
		if (command === ".help") {
			this.#onOutput({ type: "stream", name: "stdout", text: HELP });
			return "ok";
		}
		this.#note(
			`There is no command ${command}${suggestion(command, DOT_COMMANDS)}\n`,
		);
		return "error";
	}

	/** Interrupts the input that runs. */
	interrupt(): void {
		if (this.#cells.isRunning) this.#cells.interrupt();
	}

	/** Completions at the cursor. */
	async complete(text: string, cursor: number): Promise<CompleteReply> {
		if (!/^\.[a-z]*$/.test(text)) return this.#cells.complete(text, cursor);
		const matches = DOT_COMMANDS.filter((one) => one.startsWith(text));
		return {
			matches,
			start: 0,
			end: text.length,
			types: matches.map(() => "command"),
		};
	}

	/** Explains what the cursor is at; with detail 1 at length. */
	inspect(text: string, cursor: number, detail: 0 | 1): Promise<InspectReply> {
		return this.#cells.inspect(text, cursor, detail);
	}

	/** Ends the engine. */
	async close(): Promise<void> {
		await this.#cells.close();
		this.#history?.flush();
	}
}
