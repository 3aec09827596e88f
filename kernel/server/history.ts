import {
	closeSync,
	constants,
	openSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../base/files.ts";
import { homeFolder } from "../../base/home.ts";
import { readPlainFile } from "../../base/plain-file.ts";
import { changeableBy } from "../../base/private-folder.ts";
import type { HistoryContent, HistoryItem } from "../wire/messages.ts";
import { globMatcher } from "./glob.ts";

/** What a session says of one of its cells. */
type Note = { readonly line: number } & (
	| { readonly input: string }
	| { readonly output: string }
);

/** A line of the file: the start of a session, an input, or its output. */
type Line = { readonly start: string } | ({ readonly session: number } & Note);

const LINE = /^.+$/gm;
const START = /^\{"start":.*$/gm;

/** V8 has no longer texts. */
const LONGEST_HISTORY = 2 ** 29 - 2 ** 24;

/** A pipe is not waited for. */
const APPENDED =
	constants.O_APPEND |
	constants.O_CREAT |
	constants.O_WRONLY |
	(constants.O_NONBLOCK ?? 0);

/** So long a note waits for others: the reply to the cell is under way by then. */
const WRITE_WAITS_MILLISECONDS = 50;

interface Entry {
	readonly session: number;
	readonly line: number;
	readonly input: string;
	output: string | null;
}

/** The user's history file: `DEEPDIVA_HISTORY`, or one below the home folder; undefined where there is none. */
export function historyPath(
	env: NodeJS.ProcessEnv = process.env,
): string | undefined {
	if (env.DEEPDIVA_HISTORY !== undefined) return env.DEEPDIVA_HISTORY;
	try {
		return join(homeFolder(), ".local", "share", "deepdiva", "history.jsonl");
	} catch {
		return undefined;
	}
}

/**
 * What was typed, over all sessions, in one file of JSON lines. Kernels only
 * append to it, so several can share it without a lock.
 */
export class History {
	readonly #path: string | undefined;
	readonly #start: string;
	#session: number | undefined;
	/** What is to be written. */
	#notes: Note[] = [];
	#timer: NodeJS.Timeout | undefined;
	/** Lines that could not be written: the session's history works without the file. */
	readonly #unsaved: string[] = [];

	/**
	 * @param path of the file; undefined for a history that ends with the session
	 * @param start unique name of this session, e.g. the kernel's session id
	 */
	constructor(path: string | undefined, start: string) {
		this.#path = path;
		this.#start = start;
	}

	/** Notes an input. `line` is its execution count. */
	add(line: number, input: string): void {
		this.#note({ line, input });
	}

	/** Notes what the input of that execution count gave, as text. */
	addOutput(line: number, output: string): void {
		this.#note({ line, output });
	}

	#note(note: Note): void {
		this.#notes.push(note);
		this.#timer ??= setTimeout(() => this.flush(), WRITE_WAITS_MILLISECONDS);
	}

	/** Writes what waits. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#notes.length === 0) return;
		const session = this.#open();
		this.#append(this.#notes.map((note) => ({ session, ...note })));
		this.#notes = [];
	}

	/** Answers a `history_request`, oldest first. */
	query(request: HistoryContent): HistoryItem[] {
		return this.#select(request).map(({ session, line, input, output }) =>
			request.output
				? [session, line, [input, output]]
				: [session, line, input],
		);
	}

	#select(request: HistoryContent): Entry[] {
		this.flush();
		const { entries, sessions } = this.#read();
		switch (request.access) {
			case "tail":
				return last(entries, request.n);
			case "range": {
				const { session, start, stop = Number.POSITIVE_INFINITY } = request;
				const current = this.#session ?? sessions.length + 1;
				const wanted = session > 0 ? session : current + session;
				return entries.filter(
					(entry) =>
						entry.session === wanted &&
						entry.line >= start &&
						entry.line < stop,
				);
			}
			case "search": {
				const matches = globMatcher(request.pattern);
				const found = entries
					.toReversed()
					.filter(({ input }) => matches(input))
					.reverse();
				return last(
					request.unique ? latestOfEach(found) : found,
					request.n ?? found.length,
				);
			}
		}
	}

	/** The session's number is the place of its first line among those of all sessions. */
	#open(): number {
		if (this.#session === undefined) {
			this.#append([{ start: this.#start }]);
			this.#session = this.#sessions().indexOf(this.#start) + 1;
		}
		return this.#session;
	}

	#append(lines: readonly Line[]): void {
		// The newline in front ends a line that a crash has cut.
		const text = lines.map((line) => `\n${JSON.stringify(line)}\n`).join("");
		const path = this.#path;
		try {
			if (path === undefined) throw new Error("there is no home folder");
			makeFolder(dirname(path), 0o700);
			const reason = this.#distrust(path);
			if (reason !== undefined) throw new Error(reason);
			append(path, text);
		} catch (error) {
			if (this.#unsaved.length === 0)
				process.stderr.write(
					`The history cannot be kept${path === undefined ? "" : ` in ${path}`}: ${(error as Error).message}. It ends with this session; set DEEPDIVA_HISTORY to a file that can be written.\n`,
				);
			this.#unsaved.push(text);
		}
	}

	/** Those of all kernels, by the names they started with. The file may be long: nothing else in it is looked into. */
	#sessions(): string[] {
		return this.#lines(START).flatMap((line) =>
			"start" in line ? [line.start] : [],
		);
	}

	#read(): { entries: Entry[]; sessions: string[] } {
		const sessions: string[] = [];
		const entries = new Map<string, Entry>();
		for (const line of this.#lines(LINE)) {
			if ("start" in line) {
				sessions.push(line.start);
				continue;
			}
			const key = `${line.session}/${line.line}`;
			if ("input" in line) entries.set(key, { ...line, output: null });
			else {
				const entry = entries.get(key);
				if (entry) entry.output = line.output;
			}
		}
		return { entries: [...entries.values()], sessions };
	}

	#lines(pattern: RegExp): Line[] {
		const text = `${this.#saved()}${this.#unsaved.join("")}`;
		return Array.from(text.matchAll(pattern), ([found]) => parse(found)).filter(
			(line) => line !== undefined,
		);
	}

	/** Why what lies there may be somebody else's. What is no file, such as /dev/null, keeps nothing. */
	#distrust(path: string): string | undefined {
		const found = statSync(path, { throwIfNoEntry: false });
		return found && !found.isFile() ? undefined : changeableBy(path);
	}

	#saved(): string {
		const path = this.#path;
		if (path === undefined) return "";
		try {
			if (this.#distrust(path) !== undefined) return "";
			const found = { maxBytes: LONGEST_HISTORY, followLinks: true };
			return readPlainFile(path, found)?.toString() ?? "";
		} catch {
			// Missing before the first input; else #append says what is wrong.
			return "";
		}
	}
}

function append(path: string, text: string): void {
	const descriptor = openSync(path, APPENDED, 0o600);
	try {
		writeFileSync(descriptor, text);
	} finally {
		closeSync(descriptor);
	}
}

/** Undefined for what is no entry: a reader of history is better served by the rest. */
function parse(text: string): Line | undefined {
	try {
		const line = JSON.parse(text) as Line;
		return typeof line === "object" && line !== null ? line : undefined;
	} catch {
		return undefined;
	}
}

function last<T>(items: readonly T[], n: number): T[] {
	return items.slice(Math.max(0, items.length - Math.max(0, n)));
}

function latestOfEach(entries: readonly Entry[]): Entry[] {
	const latest = new Map(entries.map((entry) => [entry.input, entry]));
	return entries.filter((entry) => latest.get(entry.input) === entry);
}
