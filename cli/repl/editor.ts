import type { Completeness } from "../../kernel/language/is-complete.ts";
import type { CompleteReply } from "../../kernel/protocol/requests.ts";
import {
	type Buffer,
	indentOf,
	insert,
	lineEnd,
	lineStart,
	moveTo,
	onFirstLine,
	onLastLine,
	replace,
	target,
	typed,
} from "./buffer.ts";
import type { Input } from "./keys.ts";

/** Completions that are offered. */
export interface Menu {
	readonly matches: readonly string[];
	/** What lies between these offsets of the text is replaced by the chosen one. */
	readonly start: number;
	readonly end: number;
	/** Index into `matches`; absent until one is chosen. */
	readonly chosen?: number;
}

/** Everything the line editor knows; never changed in place. */
export interface EditorState extends Buffer {
	/** The text that was cut last, for `ctrl-y`. */
	readonly killed: string;
	/** While walking through the history: where, and what was typed before. */
	readonly recall?: { readonly index: number; readonly draft: string };
	readonly menu?: Menu;
}

/** What a key asks the editor's owner to do. */
export type Effect =
	| "submit"
	| "complete"
	| "inspect"
	| "cancel"
	| "leave"
	| "clear";

export interface Surroundings {
	/** Earlier inputs, oldest first. */
	readonly history: readonly string[];
	/** Does Enter end the input, or begin a new line? */
	readonly continuation: (text: string) => Completeness;
}

export const empty: EditorState = { text: "", cursor: 0, killed: "" };

const INDENT = "  ";

type Command = (
	state: EditorState,
	around: Surroundings,
) => EditorState | Effect;

const withBuffer = (
	state: EditorState,
	{ text, cursor }: Buffer,
): EditorState => ({
	killed: state.killed,
	text,
	cursor,
});

const move =
	(to: (buffer: Buffer) => number): Command =>
	(state) => ({ ...state, ...moveTo(state, to(state)) });

/** Deletes up to where a movement leads; `kill` keeps it for `ctrl-y`. */
const remove =
	(to: (buffer: Buffer) => number, kill = false): Command =>
	(state) => {
		const end = to(state);
		const [from, till] = [
			Math.min(state.cursor, end),
			Math.max(state.cursor, end),
		];
		if (from === till) return state;
		return {
			...withBuffer(state, replace(state, from, till, "")),
			killed: kill ? state.text.slice(from, till) : state.killed,
		};
	};

function newline(
	state: EditorState,
	{ continuation }: Surroundings,
): EditorState {
	const answer = continuation(state.text.slice(0, state.cursor));
	const indent =
		answer.status === "incomplete" ? answer.indent : indentOf(state);
	return withBuffer(state, insert(state, `\n${indent}`));
}

const enter: Command = (state, around) => {
	// The key accepts the chosen completion and does nothing else.
	if (state.menu?.chosen !== undefined) return withBuffer(state, state);
	if (!onLastLine(state)) return newline(state, around);
	return around.continuation(state.text).status === "incomplete"
		? newline(state, around)
		: "submit";
};

/** Walks through earlier inputs that begin with the typed text. */
const recall =
	(step: -1 | 1): Command =>
	(state, { history }) => {
		if (step < 0 ? !onFirstLine(state) : !onLastLine(state))
			return {
				...state,
				...moveTo(state, step < 0 ? target.up(state) : target.down(state)),
			};
		const { index, draft } = state.recall ?? {
			index: history.length,
			draft: state.text,
		};
		for (let at = index + step; at >= 0 && at <= history.length; at += step) {
			const text = at === history.length ? draft : (history[at] as string);
			if (
				!text.startsWith(draft) ||
				(text === state.text && at < history.length)
			)
				continue;
			return {
				...withBuffer(state, { text, cursor: text.length }),
				...(at === history.length ? {} : { recall: { index: at, draft } }),
			};
		}
		return state;
	};

const tab: Command = (state) => {
	if (state.menu) return choose(state, state.menu);
	const line = state.text.slice(lineStart(state), state.cursor);
	return line.trim() === "" && state.text.trim() !== ""
		? withBuffer(state, insert(state, INDENT))
		: "complete";
};

function choose(state: EditorState, menu: Menu): EditorState {
	const chosen = ((menu.chosen ?? -1) + 1) % menu.matches.length;
	const match = menu.matches[chosen] as string;
	return {
		...withBuffer(state, replace(state, menu.start, menu.end, match)),
		menu: { ...menu, end: menu.start + match.length, chosen },
	};
}

const COMMANDS: Readonly<Record<string, Command>> = {
	enter,
	"alt-enter": newline,
	"shift-enter": newline,
	tab,
	"shift-tab": () => "inspect",
	"ctrl-c": () => "cancel",
	"ctrl-l": () => "clear",
	"ctrl-d": (state, around) =>
		state.text === "" ? "leave" : remove(target.right)(state, around),
	up: recall(-1),
	"ctrl-p": recall(-1),
	down: recall(1),
	"ctrl-n": recall(1),
	left: move(target.left),
	"ctrl-b": move(target.left),
	right: move(target.right),
	"ctrl-f": move(target.right),
	"ctrl-left": move(target.wordLeft),
	"alt-left": move(target.wordLeft),
	"alt-b": move(target.wordLeft),
	"ctrl-right": move(target.wordRight),
	"alt-right": move(target.wordRight),
	"alt-f": move(target.wordRight),
	home: move(lineStart),
	"ctrl-a": move(lineStart),
	end: move(lineEnd),
	"ctrl-e": move(lineEnd),
	"ctrl-home": move(() => 0),
	"ctrl-end": move(({ text }) => text.length),
	backspace: remove(target.left),
	delete: remove(target.right),
	"ctrl-delete": remove(target.wordRight, true),
	"alt-d": remove(target.wordRight, true),
	"ctrl-w": remove(target.wordLeft, true),
	"alt-backspace": remove(target.wordLeft, true),
	"ctrl-k": remove(
		(buffer) =>
			// At the end of a line, its line break is deleted.
			lineEnd(buffer) === buffer.cursor
				? target.right(buffer)
				: lineEnd(buffer),
		true,
	),
	"ctrl-u": remove(lineStart, true),
	"ctrl-y": (state) => withBuffer(state, insert(state, state.killed)),
};

/**
 * The state after a key, and what its owner has to do. Keys without a meaning
 * change nothing.
 */
export function press(
	state: EditorState,
	input: Input,
	around: Surroundings,
): { readonly state: EditorState; readonly effect?: Effect } {
	const { menu, ...rest } = state;
	switch (input.type) {
		case "report":
			return { state };
		case "text":
			return { state: withBuffer(state, typed(state, input.text)) };
		case "paste":
			return { state: withBuffer(state, insert(state, input.text)) };
		case "key": {
			const command = COMMANDS[input.key];
			if (!command) return { state: rest };
			const keepsMenu = input.key === "tab" || input.key === "enter";
			const next = command(keepsMenu ? state : rest, around);
			return typeof next === "string"
				? { state: rest, effect: next }
				: { state: next };
		}
	}
}

function commonPrefix(texts: readonly string[]): string {
	const [first = "", ...rest] = texts;
	let length = first.length;
	for (const text of rest)
		while (!text.startsWith(first.slice(0, length))) length--;
	return first.slice(0, length);
}

/**
 * Applies completions to the present state: a single one is inserted; of
 * several, their common beginning is inserted, and they are offered in a menu.
 */
export function offer(
	state: EditorState,
	{ matches, start, end }: CompleteReply,
): EditorState {
	const unique = [...new Set(matches)];
	if (unique.length === 0) return state;
	const typedText = state.text.slice(start, end);
	const common = commonPrefix(unique);
	const text = common.length > typedText.length ? common : typedText;
	const next = withBuffer(state, replace(state, start, end, text));
	if (unique.length === 1)
		return withBuffer(state, replace(state, start, end, unique[0] as string));
	return {
		...next,
		menu: { matches: unique, start, end: start + text.length },
	};
}
