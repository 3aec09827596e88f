import type { ReadStream, WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { shownLines } from "../../base/shown-text.ts";
import { displayWidth } from "../../base/text-width.ts";
import { version } from "../../base/version.ts";
import {
	InputRefused,
	type InputRequest,
	type Output,
} from "../../kernel/protocol/requests.ts";
import { continuation } from "./continuation.ts";
import {
	type EditorState,
	empty,
	offer,
	press,
	type Surroundings,
} from "./editor.ts";
import { type Asked, InputArea } from "./input-area.ts";
import { InputQueue } from "./input-queue.ts";
import type { Input } from "./keys.ts";
import { LiveView } from "./output/live-view.ts";
import { Session, type SessionOptions } from "./session.ts";
import { Terminal, type TerminalListener } from "./terminal.ts";

type Question = Extract<Asked, { readonly type: "question" }>;

/**
 * The REPL on a terminal: reads, runs and shows until the user leaves. Restores
 * the terminal's state and resolves to the exit code.
 */
export function runInteractive(
	stdin: ReadStream,
	stdout: WriteStream,
	options: Omit<SessionOptions, "onOutput">,
	env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
	return new Repl(new Terminal(stdin, stdout, env), options).run();
}

/** One answer is one line. */
const ANSWER: Surroundings = {
	history: [],
	continuation: () => ({ status: "complete" }),
};

class Repl implements TerminalListener {
	readonly #terminal: Terminal;
	readonly #view: LiveView;
	readonly #area: InputArea;
	readonly #session: Session;
	readonly #around: Surroundings;
	readonly #queue = new InputQueue();
	#state: EditorState = empty;
	/** Text below the input, until the next key. */
	#panel = "";
	/** How detailed the explanation in the panel is. */
	#explained: 0 | 1 | undefined;
	/** Called by Ctrl-C: stops a cell, or the wait for an answer. */
	#stop: (() => void) | undefined;
	/** While a cell runs, the screen is the cell's, except while it asks something. */
	#isRunning = false;
	#question: Question | undefined;
	/**
	 * Questions that were asked at the same time are answered one after the
	 * other.
	 */
	#asking: Promise<unknown> = Promise.resolve();
	#exitCode: number | undefined;

	constructor(terminal: Terminal, options: Omit<SessionOptions, "onOutput">) {
		this.#terminal = terminal;
		this.#area = new InputArea(terminal);
		this.#view = new LiveView(terminal.stream, {
			color: terminal.hasColor,
			picture: (data) => terminal.picture(data),
		});
		this.#session = new Session({
			...options,
			onOutput: (output) => this.#show(output),
			input: (request) => this.#ask(request),
		});
		this.#around = { history: this.#session.inputs, continuation };
	}

	/** Reads and runs until the user leaves; resolves to the exit code. */
	async run(): Promise<number> {
		this.#session.warmUp();
		this.#terminal.open(
			`DeepDIVA ${version}: TypeScript on Node ${process.versions.node}. Tab completes, .help tells more.`,
			this,
		);
		this.#draw();
		try {
			for (;;) {
				const input = await this.#queue.next();
				if (!input || !(await this.#handle(input))) break;
				// Pasted text may arrive key by key; it is drawn once, at its end.
				if (this.#queue.isEmpty) this.#draw();
			}
		} finally {
			this.#terminal.close();
			await this.#session.close();
		}
		return this.#exitCode ?? 0;
	}

	input(input: Input): void {
		if (this.#stop && input.type === "key" && input.key === "ctrl-c") {
			// Inputs typed ahead assumed that the cell would succeed, so they are
			// dropped.
			this.#queue.clear();
			this.#stop();
			return;
		}
		this.#queue.add(input);
	}

	end(code: number): void {
		this.#exitCode ??= code;
		this.#stop?.();
		this.#queue.end();
		// If the cell cannot be interrupted, leave without waiting for it.
		void this.#session.close();
	}

	resize(): void {
		if (this.#isRunning && !this.#question) this.#view.freeze();
		else {
			this.#area.resized();
			this.#draw();
		}
	}

	get #asked(): Asked {
		return this.#question ?? { type: "cell", number: this.#session.next };
	}

	#draw(): void {
		this.#area.draw({
			asked: this.#asked,
			state: this.#state,
			panel: this.#panel,
		});
	}

	/** The input stays on the screen as it is, and a new one begins. */
	#finishInput(): void {
		this.#area.finish({ asked: this.#asked, state: this.#state });
		this.#emptyInput();
	}

	#emptyInput(): void {
		this.#state = { ...empty, killed: this.#state.killed };
	}

	#show(output: Output): void {
		const isShared = !this.#isRunning || this.#question !== undefined;
		if (isShared) this.#area.erase();
		this.#view.output(output);
		if (!isShared) return;
		this.#view.end();
		this.#draw();
	}

	/** Waits for an answer of the session, unless Ctrl-C comes first. */
	async #answer<T>(asked: Promise<T>): Promise<T | undefined> {
		try {
			return await Promise.race([
				asked,
				new Promise<undefined>((resolve) => {
					this.#stop = () => resolve(undefined);
				}),
			]);
		} catch (error) {
			this.#panel = (error as Error).message;
			return undefined;
		} finally {
			this.#stop = undefined;
		}
	}

	async #complete(): Promise<void> {
		const { text, cursor } = this.#state;
		const reply = await this.#answer(this.#session.complete(text, cursor));
		if (!reply) return;
		if (reply.matches.length === 0) this.#terminal.ring();
		this.#state = offer(this.#state, reply);
	}

	async #inspect(detail: 0 | 1): Promise<void> {
		const { text, cursor } = this.#state;
		const reply = await this.#answer(
			this.#session.inspect(text, cursor, detail),
		);
		if (!reply) return;
		const found = reply.data["text/plain"];
		this.#panel =
			reply.found && typeof found === "string"
				? shownLines(stripVTControlCharacters(found))
				: "nothing is known about this place";
		this.#explained = detail;
	}

	/** Answers `input()` and the like. */
	#ask(request: InputRequest): Promise<string> {
		const answered = this.#asking.then(() => this.#readAnswer(request));
		this.#asking = answered.catch(() => undefined);
		return answered;
	}

	async #readAnswer(request: InputRequest): Promise<string> {
		this.#view.end();
		this.#question = this.#pose(request);
		this.#draw();
		try {
			return await this.#readLine(request.signal);
		} finally {
			this.#area.finish({ asked: this.#asked, state: this.#state });
			this.#question = undefined;
			this.#emptyInput();
		}
	}

	/** Writes the lines of the prompt that stand above the line in which the user types. */
	#pose({ prompt, password }: InputRequest): Question {
		const lines = stripVTControlCharacters(prompt).split("\n");
		const last = lines.at(-1) ?? "";
		// A question that is longer than the screen would leave no room for the
		// answer.
		const isShort = displayWidth(last) < this.#terminal.columns / 2;
		const above = isShort ? lines.slice(0, -1) : lines;
		if (above.length > 0) this.#terminal.write(`${above.join("\n")}\n`);
		return { type: "question", label: isShort ? last : "> ", password };
	}

	/** @throws InputRefused when nobody waits any more, or the user leaves the question */
	async #readLine(withdrawn: AbortSignal): Promise<string> {
		for (;;) {
			const input = await this.#queue.next(withdrawn);
			if (!input) throw new InputRefused("nobody waits for an answer");
			const { state, effect } = press(this.#state, input, ANSWER);
			this.#state = { ...state, text: state.text.replaceAll("\n", " ") };
			if (effect === "submit") return this.#state.text;
			if (effect === "leave")
				throw new InputRefused("the question was left by Ctrl-D");
			this.#draw();
		}
	}

	/** Runs the input; false when the user leaves. */
	async #submit(): Promise<boolean> {
		const input = this.#state.text;
		this.#finishInput();
		if (input.trim() === "") return true;
		this.#isRunning = true;
		this.#stop = () => this.#session.interrupt();
		const outcome = await this.#session.run(input);
		this.#view.end();
		this.#isRunning = false;
		this.#stop = undefined;
		return outcome !== "exit";
	}

	/** False when the user leaves. */
	async #handle(input: Input): Promise<boolean> {
		const { state, effect } = press(this.#state, input, this.#around);
		// Asked a second time about the same place, the explanation is longer.
		const detail = this.#explained === 0 ? 1 : 0;
		this.#state = state;
		this.#panel = "";
		this.#explained = undefined;
		switch (effect) {
			case "submit":
				return this.#submit();
			case "complete":
				await this.#complete();
				return true;
			case "inspect":
				await this.#inspect(detail);
				return true;
			case "clear":
				this.#terminal.clear();
				this.#area.forget();
				return true;
			case "cancel":
				this.#cancel();
				return true;
			case "leave":
				this.#finishInput();
				return false;
			default:
				return true;
		}
	}

	#cancel(): void {
		if (this.#state.text === "") {
			this.#panel = "Ctrl-D or .exit leaves";
			this.#emptyInput();
		} else this.#finishInput();
	}
}
