import { stripVTControlCharacters } from "node:util";
import { isolated, oneLine } from "../../base/shown-text.ts";
import { displayWidth, truncate } from "../../base/text-width.ts";
import type { MimeBundle, Output } from "../../kernel/protocol/requests.ts";
import type { RunningCell } from "./execute.ts";

/** What the view writes to: `process.stdout`, or anything that takes text. */
export interface TerminalStream {
	write(text: string): unknown;
	/** A terminal: lines may be redrawn. */
	readonly isTTY?: boolean;
	readonly columns?: number;
}

/**
 * Shows a notebook while it executes. Each cell has a dim header; prints pass
 * through. A display with an id may still change, so its text is printed once,
 * as it is when the cell ends; until then a terminal shows the one that changed
 * last as a single line, redrawn in place.
 */
export class TerminalView {
	readonly #stream: TerminalStream;
	readonly #color: boolean;
	/** Texts to print at the end of the cell, by display id, oldest first. */
	readonly #held = new Map<string, string>();
	/** What was printed last of each display. */
	readonly #printed = new Map<string, string>();
	/** The line that is redrawn in place; "" for none. */
	#status = "";
	#isStatusDrawn = false;
	#isAtLineStart = true;
	/** Is the output to be cleared when the next one comes? */
	#clearsNext = false;

	/** @param options.color Default: on a terminal, unless NO_COLOR is set */
	constructor(
		stream: TerminalStream,
		{
			color = stream.isTTY === true && !process.env.NO_COLOR,
		}: { readonly color?: boolean } = {},
	) {
		this.#stream = stream;
		this.#color = color;
	}

	/** The cell begins. */
	cellStart({ number, total, source }: RunningCell): void {
		const label = `[${number}/${total}] `;
		const line = firstLine(source);
		const more = source.trim() === line ? "" : " …";
		const room = this.#width - displayWidth(label) - displayWidth(more);
		const text = label + truncate(isolated(oneLine(line)), room) + more;
		this.#writeBlock(this.#color ? `\u001b[2m${text}\u001b[22m` : text);
	}

	/** A cell shows something. */
	output(output: Output): void {
		if (output.type === "clear_output") {
			this.#clearsNext = true;
			if (!output.wait) this.#clearIfAsked();
			return;
		}
		this.#clearIfAsked();
		if (output.type === "stream") this.#write(output.text);
		else if (output.type === "error")
			this.#writeBlock(
				output.traceback.join("\n") || `${output.ename}: ${output.evalue}`,
			);
		else {
			const id = output.transient.display_id;
			if (id === undefined) this.#writeBlock(textOf(output.data));
			else this.#hold(id, textOf(output.data));
		}
	}

	/** The cell has ended: displays that could still change are printed now. */
	cellEnd(): void {
		this.#status = "";
		this.#clearsNext = false;
		this.#erase();
		for (const [id, text] of this.#held) {
			this.#writeBlock(text);
			this.#printed.set(id, text);
		}
		this.#held.clear();
		if (!this.#isAtLineStart) this.#write("\n");
	}

	/** A terminal that does not know its width reports 0. */
	get #width(): number {
		return Math.max(20, this.#stream.columns || 80);
	}

	#erase(): void {
		if (this.#isStatusDrawn) this.#stream.write("\r\u001b[K");
		this.#isStatusDrawn = false;
	}

	#draw(): void {
		// The status would be appended to a line that the cell has not ended yet.
		const isPossible = this.#stream.isTTY === true && this.#isAtLineStart;
		if (!isPossible || this.#status === "") return;
		// One column stays free: writing into the last one wraps on some terminals.
		const line = truncate(this.#status, this.#width - 1);
		this.#stream.write(`\r${line}\u001b[K`);
		this.#isStatusDrawn = true;
	}

	#write(text: string): void {
		if (text === "") return;
		this.#erase();
		this.#stream.write(this.#color ? text : stripVTControlCharacters(text));
		this.#isAtLineStart = text.endsWith("\n");
		this.#draw();
	}

	/** On lines of its own. */
	#writeBlock(text: string): void {
		const block = text.trimEnd();
		if (block === "") return;
		this.#write(`${this.#isAtLineStart ? "" : "\n"}${block}\n`);
	}

	#hold(id: string, text: string): void {
		if (this.#printed.get(id) === text) return;
		this.#held.set(id, text);
		const line = stripVTControlCharacters(text.trim());
		// Tables and pictures wait for the end of the cell.
		if (line.includes("\n")) return;
		// The status is one line that is redrawn in place, so it must contain no
		// line break.
		this.#status = isolated(oneLine(line));
		if (this.#status === "") this.#erase();
		else this.#draw();
	}

	#clearIfAsked(): void {
		if (!this.#clearsNext) return;
		this.#clearsNext = false;
		this.#held.clear();
		this.#status = "";
		this.#erase();
	}
}

function firstLine(source: string): string {
	return source.trim().split("\n", 1)[0]?.trim() ?? "";
}

function textOf(data: MimeBundle): string {
	for (const mime of ["text/plain", "text/markdown"])
		if (typeof data[mime] === "string") return data[mime];
	const types = oneLine(Object.keys(data).join(", "));
	return types === "" ? "" : `(an output a terminal cannot show: ${types})`;
}
