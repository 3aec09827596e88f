import { suggestion } from "../../base/nearest.ts";
import { randomUUID } from "../../base/system-random.ts";
import { Engine } from "../../kernel/owner/owner.ts";
import type {
	CompleteReply,
	EngineOptions,
	ExecuteReply,
	InspectReply,
	Output,
} from "../../kernel/protocol/requests.ts";
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

/** As many as a person would look back. */
const HISTORY_LENGTH = 5_000;

/** The engine and what surrounds it, without a terminal. */
export class Session {
	readonly #options: SessionOptions;
	readonly #history: History | undefined;
	/** Earlier inputs, oldest first, none twice in a row. */
	readonly inputs: string[] = [];
	#engine: Promise<Engine> | undefined;
	#count = 0;
	#running = false;
	#interrupted = false;
	#result: string | undefined;

	constructor(options: SessionOptions) {
		this.#options = options;
		if (options.historyPath === undefined) return;
		this.#history = new History(options.historyPath, randomUUID());
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

	/** Starts the engine, so that the first input does not wait for it; a failure is told with that. */
	warmUp(): void {
		this.#ready().catch(() => undefined);
	}

	/** The engine; a start that failed is tried again by the next who needs it. */
	#ready(): Promise<Engine> {
		this.#engine ??= this.#start().catch((error) => {
			this.#engine = undefined;
			throw error;
		});
		return this.#engine;
	}

	async #start(): Promise<Engine> {
		const { onOutput, historyPath: _, ...options } = this.#options;
		const engine = await Engine.start({
			types: { policy: "report", patient: true },
			...options,
		});
		engine.on("output", (_parent, output) => {
			if (output.type === "execute_result") {
				const text = output.data["text/plain"];
				if (typeof text === "string") this.#result = text;
			}
			onOutput(output);
		});
		engine.on("exit", ({ expected, description }) => {
			// While a cell runs its reply is the error.
			if (!expected && !this.#running)
				this.#note(
					`The engine ended (${description}) and was started anew: its variables are lost.\n`,
				);
		});
		return engine;
	}

	#note(text: string): void {
		this.#options.onOutput({ type: "stream", name: "stderr", text });
	}

	/** Runs an input: a cell, or `.help` or `.exit`. Never throws: errors are outputs. */
	async run(input: string): Promise<Outcome> {
		const command = /^\s*(\.[a-z]*)\s*$/.exec(input)?.[1];
		if (command !== undefined) return this.#command(command);
		const count = ++this.#count;
		this.#remember(input);
		this.#history?.add(count, input);
		this.#result = undefined;
		this.#running = true;
		try {
			const reply = await this.#execute(count, input);
			if (reply.status === "ok" && reply.nextInput !== undefined)
				this.#options.onOutput(printedCode(reply.nextInput));
			if (this.#result !== undefined)
				this.#history?.addOutput(count, this.#result);
			return reply.status;
		} catch (error) {
			const { name, message } = error as Error;
			this.#options.onOutput({
				type: "error",
				ename: name,
				evalue: message,
				traceback: [`${name}: ${message}`],
			});
			return "error";
		} finally {
			this.#running = false;
			this.#interrupted = false;
		}
	}

	async #execute(count: number, code: string): Promise<ExecuteReply> {
		const engine = await this.#ready();
		const reply = engine.execute(String(count), {
			code,
			executionCount: count,
		});
		if (this.#interrupted) engine.interrupt();
		return reply;
	}

	#command(command: string): Outcome {
		if (command === ".exit") return "exit";
		if (command === ".help") {
			this.#options.onOutput({ type: "stream", name: "stdout", text: HELP });
			return "ok";
		}
		this.#note(
			`There is no command ${command}${suggestion(command, DOT_COMMANDS)}\n`,
		);
		return "error";
	}

	/** Interrupts the input that runs. */
	interrupt(): void {
		if (!this.#running) return;
		this.#interrupted = true;
		this.#engine?.then(
			(engine) => engine.interrupt(),
			// The run itself tells why there is no engine.
			() => undefined,
		);
	}

	/** What fits at the cursor. */
	async complete(text: string, cursor: number): Promise<CompleteReply> {
		if (/^\.[a-z]*$/.test(text)) {
			const matches = DOT_COMMANDS.filter((one) => one.startsWith(text));
			return {
				matches,
				start: 0,
				end: text.length,
				types: matches.map(() => "command"),
			};
		}
		return (await this.#ready()).complete(text, cursor);
	}

	/** Explains what the cursor is at; with detail 1 at length. */
	async inspect(
		text: string,
		cursor: number,
		detail: 0 | 1,
	): Promise<InspectReply> {
		return (await this.#ready()).inspect(text, cursor, detail);
	}

	/** Ends the engine. */
	async close(): Promise<void> {
		const engine = await this.#engine?.catch(() => undefined);
		await engine?.shutdown();
		this.#history?.flush();
	}
}
