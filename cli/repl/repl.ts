import type { ReadStream, WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { shownLines } from "../../base/shown-text.ts";
import { version } from "../../base/version.ts";
import {
	InputRefused,
	type InputRequest,
	type MimeBundle,
	type Output,
} from "../../kernel/protocol/requests.ts";
import { displayWidth } from "../../widgets/text/text.ts";
import type { ColorDepth } from "./blocks.ts";
import {
	type CellSize,
	type PictureProtocol,
	protocolOf,
	QUESTIONS,
	readReport,
} from "./capability.ts";
import { styles } from "./colour.ts";
import { continuation } from "./continuation.ts";
import { type EditorState, empty, offer, press } from "./editor.ts";
import { createDecoder, type Input } from "./keys.ts";
import {
	layoutMenu,
	layoutPanel,
	layoutText,
	type TextLayout,
	windowOf,
} from "./layout.ts";
import { drawPicture } from "./picture.ts";
import { createPromptArea } from "./prompt.ts";
import { Session, type SessionOptions } from "./session.ts";
import { liveView } from "./view.ts";

const PASTE_ON = "\u001b[?2004h";
const PASTE_OFF = "\u001b[?2004l";
const BELL = "\u0007";
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

const MENU_ROWS = 10;
const PANEL_ROWS = 20;
/** Below this width the prompt is no more than a mark. */
const NARROW = 30;

const EXIT_SIGNAL = { SIGHUP: 129, SIGTERM: 143 } as const;

/**
 * The REPL on a terminal: reads, runs and shows until the user leaves. Resolves
 * to the exit code; the terminal is then as it was.
 */
export async function runInteractive(
	stdin: ReadStream,
	stdout: WriteStream,
	options: Omit<SessionOptions, "onOutput">,
	env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
	const depth = env.NO_COLOR ? 1 : (stdout.getColorDepth(env) as ColorDepth);
	const color = depth > 1;
	let protocol: PictureProtocol | undefined = protocolOf(env);
	let cell: CellSize | undefined;
	const columns = () => stdout.columns || 80;
	const rows = () => stdout.rows || 24;

	const view = liveView(stdout, {
		color,
		picture: (data: MimeBundle) =>
			drawPicture(data, {
				depth,
				columns: columns(),
				rows: rows(),
				...(protocol ? { protocol } : {}),
				...(cell ? { cell } : {}),
			}),
	});
	const area = createPromptArea(stdout);
	const session = new Session({ ...options, onOutput: show, input: ask });
	const around = { history: session.inputs, continuation };

	let state: EditorState = empty;
	/** Text below the input, until the next key. */
	let panel = "";
	let explained: 0 | 1 | undefined;
	/** What Ctrl-C stops: a cell, or the wait for an answer. */
	let stop: (() => void) | undefined;
	/** While a cell runs, the screen is its own, except while it asks something. */
	let running = false;
	let question:
		| { readonly label: string; readonly password: boolean }
		| undefined;
	/** Questions that were asked at once come one after the other. */
	let asking: Promise<unknown> = Promise.resolve();
	let exitCode: number | undefined;

	const queue: Input[] = [];
	let wake: (() => void) | undefined;

	function receive(input: Input): void {
		if (input.type === "report") {
			const report = readReport(input.text);
			if (report.sixel) protocol ??= "sixel";
			cell = report.cell ?? cell;
			return;
		}
		if (stop && input.type === "key" && input.key === "ctrl-c") {
			// What was typed ahead was meant for a cell that ends otherwise.
			queue.length = 0;
			stop();
			return;
		}
		queue.push(input);
		wake?.();
	}

	/** The next input; undefined when there will be none. */
	async function next(withdrawn?: AbortSignal): Promise<Input | undefined> {
		const over = () => exitCode !== undefined || withdrawn?.aborted === true;
		while (queue.length === 0 && !over())
			await new Promise<void>((resolve) => {
				wake = resolve;
				withdrawn?.addEventListener("abort", () => resolve(), { once: true });
			});
		return over() ? undefined : queue.shift();
	}

	function end(code: number): void {
		exitCode ??= code;
		stop?.();
		wake?.();
		// A cell that cannot be interrupted is not waited for.
		void session.close();
	}

	function layout(cursor: number): TextLayout {
		if (question)
			return layoutText({
				text: question.password ? "" : state.text,
				cursor: question.password ? 0 : cursor,
				prompts: [question.label, ""],
				promptStyle: "",
				width: columns() - 1,
			});
		const label = `In [${session.next}]: `;
		const prompts: [string, string] =
			columns() < NARROW
				? ["> ", ". "]
				: [label, `${"...: ".padStart(label.length)}`];
		return layoutText({
			text: state.text,
			cursor,
			prompts,
			promptStyle: color ? "32" : "",
			...(color ? { styles: styles(state.text) } : {}),
			// The last column stays free: writing into it wraps on some terminals.
			width: columns() - 1,
		});
	}

	function draw(): void {
		const shown = windowOf(layout(state.cursor), Math.max(1, rows() - 1));
		const room = rows() - 1 - shown.rows.length;
		const width = columns() - 1;
		const below = state.menu
			? layoutMenu(
					state.menu.matches,
					state.menu.chosen,
					width,
					Math.min(MENU_ROWS, room),
				)
			: panel === ""
				? []
				: layoutPanel(panel, width, Math.min(PANEL_ROWS, room));
		area.draw(shown, room > 0 ? below : []);
	}

	function show(output: Output): void {
		const shared = !running || question !== undefined;
		if (shared) area.erase();
		view.output(output);
		if (!shared) return;
		view.end();
		draw();
	}

	/** Waits for an answer, unless Ctrl-C comes first. */
	async function answer<T>(asked: Promise<T>): Promise<T | undefined> {
		try {
			return await Promise.race([
				asked,
				new Promise<undefined>((resolve) => {
					stop = () => resolve(undefined);
				}),
			]);
		} catch (error) {
			panel = (error as Error).message;
			return undefined;
		} finally {
			stop = undefined;
		}
	}

	async function complete(): Promise<void> {
		const reply = await answer(session.complete(state.text, state.cursor));
		if (!reply) return;
		if (reply.matches.length === 0) stdout.write(BELL);
		state = offer(state, reply);
	}

	async function inspect(detail: 0 | 1): Promise<void> {
		const reply = await answer(
			session.inspect(state.text, state.cursor, detail),
		);
		if (!reply) return;
		const text = reply.data["text/plain"];
		panel =
			reply.found && typeof text === "string"
				? shownLines(stripVTControlCharacters(text))
				: "nothing is known about this place";
		explained = detail;
	}

	/** Answers `input()` and the like. */
	function ask(request: InputRequest): Promise<string> {
		const answered = asking.then(() => readAnswer(request));
		asking = answered.catch(() => undefined);
		return answered;
	}

	async function readAnswer({
		prompt,
		password,
		signal,
	}: InputRequest): Promise<string> {
		const lines = stripVTControlCharacters(prompt).split("\n");
		const last = lines.at(-1) as string;
		// A long one would leave no room to answer.
		const label = displayWidth(last) < columns() / 2 ? last : "> ";
		const above = label === last ? lines.slice(0, -1) : lines;
		view.end();
		if (above.length > 0) stdout.write(`${above.join("\n")}\n`);
		question = { label, password };
		draw();
		const line = {
			history: [],
			continuation: () => ({ status: "complete" }) as const,
		};
		try {
			for (;;) {
				const input = await next(signal);
				if (!input) throw new InputRefused("nobody waits for an answer");
				const { state: after, effect } = press(state, input, line);
				state = { ...after, text: after.text.replaceAll("\n", " ") };
				if (effect === "submit") return state.text;
				if (effect === "leave")
					throw new InputRefused("the question was left by Ctrl-D");
				draw();
			}
		} finally {
			area.finish(layout(0));
			question = undefined;
			state = { ...empty, killed: state.killed };
		}
	}

	/** False when the user leaves. */
	async function submit(): Promise<boolean> {
		const input = state.text;
		area.finish(layout(0));
		state = { ...empty, killed: state.killed };
		if (input.trim() === "") return true;
		running = true;
		stop = () => session.interrupt();
		const outcome = await session.run(input);
		view.end();
		running = false;
		stop = undefined;
		return outcome !== "exit";
	}

	/** False when the user leaves. */
	async function handle(input: Input): Promise<boolean> {
		const { state: after, effect } = press(state, input, around);
		const detail = explained === 0 ? 1 : 0;
		state = after;
		panel = "";
		explained = undefined;
		switch (effect) {
			case "submit":
				return submit();
			case "complete":
				await complete();
				break;
			case "inspect":
				await inspect(detail);
				break;
			case "clear":
				stdout.write(CLEAR_SCREEN);
				area.forget();
				break;
			case "cancel":
				if (state.text === "") panel = "Ctrl-D or .exit leaves";
				else area.finish(layout(0));
				state = { ...empty, killed: state.killed };
				break;
			case "leave":
				area.finish(layout(0));
				return false;
		}
		return true;
	}

	const decode = createDecoder();
	const onData = (chunk: string) => {
		for (const input of decode(chunk)) receive(input);
	};
	const onEnd = () => end(0);
	const onInterrupt = () => receive({ type: "key", key: "ctrl-c" });
	const onResize = () => {
		if (running && !question) return view.freeze();
		area.resized(columns());
		draw();
	};
	const onSignal = (signal: NodeJS.Signals) => {
		const code = EXIT_SIGNAL[signal as keyof typeof EXIT_SIGNAL];
		// Told twice, something hangs. A closed window may say so twice by itself.
		if (exitCode !== undefined && signal === "SIGTERM") process.exit(code);
		end(code);
	};

	stdin.setEncoding("utf8");
	stdin.setRawMode(true);
	stdin.on("data", onData);
	stdin.on("end", onEnd);
	// A terminal that was closed can be written to no more.
	stdout.on("error", onEnd);
	stdout.on("resize", onResize);
	process.on("SIGINT", onInterrupt);
	for (const signal of Object.keys(EXIT_SIGNAL)) process.on(signal, onSignal);

	session.warmUp();
	stdout.write(
		`DeepDIVA ${version}: TypeScript on Node ${process.versions.node}. Tab completes, .help tells more.\n${PASTE_ON}${QUESTIONS}`,
	);
	draw();
	try {
		for (;;) {
			const input = await next();
			if (!input || !(await handle(input))) break;
			// A paste that is no paste is drawn once.
			if (queue.length === 0) draw();
		}
	} finally {
		stdout.write(PASTE_OFF);
		stdin.setRawMode(false);
		stdin.off("data", onData);
		stdin.pause();
		stdout.off("resize", onResize);
		process.off("SIGINT", onInterrupt);
		for (const signal of Object.keys(EXIT_SIGNAL))
			process.off(signal, onSignal);
		await session.close();
	}
	return exitCode ?? 0;
}
