import type { ReadStream, WriteStream } from "node:tty";
import type { MimeBundle } from "../../kernel/protocol/requests.ts";
import {
	type CellSize,
	type PictureProtocol,
	protocolOf,
	QUESTIONS,
	readReport,
} from "./capability.ts";
import { createDecoder, type Input } from "./keys.ts";
import type { ColorDepth } from "./output/blocks.ts";
import { drawPicture } from "./output/picture.ts";
import type { DrawnPicture } from "./output/region.ts";

const PASTE_ON = "\u001b[?2004h";
const PASTE_OFF = "\u001b[?2004l";
const BELL = "\u0007";
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

const EXIT_SIGNAL = { SIGHUP: 129, SIGTERM: 143 } as const;

/** Takes what the terminal tells: keys, its end, its size. */
export interface TerminalListener {
	input(input: Input): void;
	/** It was closed, or the process is to end: the exit code. */
	end(code: number): void;
	/** It has another size. */
	resize(): void;
}

/** The terminal that the REPL runs on: its keys, its size, what it can show. */
export class Terminal {
	readonly #stdin: ReadStream;
	readonly #stdout: WriteStream;
	readonly #depth: ColorDepth;
	#protocol: PictureProtocol | undefined;
	#cell: CellSize | undefined;
	/** Undoes `open`. */
	#restore: () => void = () => undefined;

	constructor(stdin: ReadStream, stdout: WriteStream, env: NodeJS.ProcessEnv) {
		this.#stdin = stdin;
		this.#stdout = stdout;
		this.#depth = env.NO_COLOR ? 1 : (stdout.getColorDepth(env) as ColorDepth);
		this.#protocol = protocolOf(env);
	}

	get hasColor(): boolean {
		return this.#depth > 1;
	}

	get columns(): number {
		return this.#stdout.columns || 80;
	}

	get rows(): number {
		return this.#stdout.rows || 24;
	}

	/** For what writes and redraws by itself. */
	get stream(): WriteStream {
		return this.#stdout;
	}

	write(text: string): void {
		this.#stdout.write(text);
	}

	ring(): void {
		this.write(BELL);
	}

	clear(): void {
		this.write(CLEAR_SCREEN);
	}

	/** The picture of a bundle as this terminal shows it; undefined where it has none. */
	picture(data: MimeBundle): DrawnPicture | undefined {
		return drawPicture(data, {
			depth: this.#depth,
			columns: this.columns,
			rows: this.rows,
			...(this.#protocol ? { protocol: this.#protocol } : {}),
			...(this.#cell ? { cell: this.#cell } : {}),
		});
	}

	/** From now on keys are read one by one; `greeting` is written first. */
	open(greeting: string, listener: TerminalListener): void {
		const stop = this.#listen(listener);
		this.#stdin.setEncoding("utf8");
		this.#stdin.setRawMode(true);
		this.write(`${greeting}\n${PASTE_ON}${QUESTIONS}`);
		this.#restore = () => {
			this.write(PASTE_OFF);
			this.#stdin.setRawMode(false);
			this.#stdin.pause();
			stop();
		};
	}

	/** The terminal is as it was. */
	close(): void {
		this.#restore();
	}

	/** @returns a function that ends it */
	#listen(listener: TerminalListener): () => void {
		const decode = createDecoder();
		const onData = (chunk: string) => {
			for (const input of decode(chunk)) this.#receive(input, listener);
		};
		let isEnding = false;
		const end = (code: number) => {
			isEnding = true;
			listener.end(code);
		};
		const onEnd = () => end(0);
		const onInterrupt = () => listener.input({ type: "key", key: "ctrl-c" });
		const onResize = () => listener.resize();
		const onSignal = (signal: NodeJS.Signals) => {
			const code = EXIT_SIGNAL[signal as keyof typeof EXIT_SIGNAL];
			// A second SIGTERM means that the first end hangs. A closed window may send SIGHUP twice by itself.
			if (isEnding && signal === "SIGTERM") process.exit(code);
			end(code);
		};
		const signals = Object.keys(EXIT_SIGNAL);
		this.#stdin.on("data", onData);
		this.#stdin.on("end", onEnd);
		// A terminal that was closed can be written to no more.
		this.#stdout.on("error", onEnd);
		this.#stdout.on("resize", onResize);
		process.on("SIGINT", onInterrupt);
		for (const signal of signals) process.on(signal, onSignal);
		return () => {
			this.#stdin.off("data", onData);
			this.#stdout.off("resize", onResize);
			process.off("SIGINT", onInterrupt);
			for (const signal of signals) process.off(signal, onSignal);
		};
	}

	#receive(input: Input, listener: TerminalListener): void {
		if (input.type !== "report") {
			listener.input(input);
			return;
		}
		const report = readReport(input.text);
		if (report.sixel) this.#protocol ??= "sixel";
		this.#cell = report.cell ?? this.#cell;
	}
}
