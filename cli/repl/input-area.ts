import { styles } from "./colour.ts";
import type { EditorState } from "./editor.ts";
import {
	layoutMenu,
	layoutPanel,
	layoutText,
	type TextLayout,
	windowOf,
} from "./layout.ts";
import { createPromptArea, type PromptArea } from "./prompt.ts";
import type { Terminal } from "./terminal.ts";

const MENU_ROWS = 10;
const PANEL_ROWS = 20;
/** Below this width the prompt is no more than a mark. */
const NARROW = 30;

/** What the user is typing: the next cell, or the answer to a question. */
export type Asked =
	| { readonly type: "cell"; readonly number: number }
	| {
			readonly type: "question";
			readonly label: string;
			readonly password: boolean;
	  };

/** What stands in the area. */
export interface InputView {
	readonly asked: Asked;
	readonly state: EditorState;
	/** A text below the input; "" for none. */
	readonly panel: string;
}

/** The rows in which the user types, and what is offered below them. */
export class InputArea {
	readonly #terminal: Terminal;
	readonly #rows: PromptArea;

	constructor(terminal: Terminal) {
		this.#terminal = terminal;
		this.#rows = createPromptArea(terminal.stream);
	}

	draw({ asked, state, panel }: InputView): void {
		const { rows } = this.#terminal;
		const layout = this.#layout(asked, state, state.cursor);
		const shown = windowOf(layout, Math.max(1, rows - 1));
		const room = rows - 1 - shown.rows.length;
		this.#rows.draw(shown, room > 0 ? this.#below(state, panel, room) : []);
	}

	/** Completions, or the panel. */
	#below({ menu }: EditorState, panel: string, room: number): string[] {
		const width = this.#width;
		if (menu)
			return layoutMenu(
				menu.matches,
				menu.chosen,
				width,
				Math.min(MENU_ROWS, room),
			);
		return panel === ""
			? []
			: layoutPanel(panel, width, Math.min(PANEL_ROWS, room));
	}

	/** Leaves the input as it is; the cursor goes to the line below. */
	finish({ asked, state }: Pick<InputView, "asked" | "state">): void {
		this.#rows.finish(this.#layout(asked, state, 0));
	}

	erase(): void {
		this.#rows.erase();
	}

	/** The screen was cleared by somebody else. */
	forget(): void {
		this.#rows.forget();
	}

	/** The terminal has another width. */
	resized(): void {
		this.#rows.resized(this.#terminal.columns);
	}

	/** The last column stays free: writing into it wraps on some terminals. */
	get #width(): number {
		return this.#terminal.columns - 1;
	}

	#layout(asked: Asked, { text }: EditorState, cursor: number): TextLayout {
		const width = this.#width;
		if (asked.type === "question")
			return layoutText({
				text: asked.password ? "" : text,
				cursor: asked.password ? 0 : cursor,
				prompts: [asked.label, ""],
				promptStyle: "",
				width,
			});
		const label = `In [${asked.number}]: `;
		const { columns, hasColor } = this.#terminal;
		return layoutText({
			text,
			cursor,
			prompts:
				columns < NARROW
					? ["> ", ". "]
					: [label, "...: ".padStart(label.length)],
			promptStyle: hasColor ? "32" : "",
			...(hasColor ? { styles: styles(text) } : {}),
			width,
		});
	}
}
