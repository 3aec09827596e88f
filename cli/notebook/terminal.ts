import { stripVTControlCharacters } from "node:util";
import { isolated, oneLine } from "../../base/shown-text.ts";
import type { MimeBundle, Output } from "../../kernel/protocol/requests.ts";
import { displayWidth, truncate } from "../../widgets/text/text.ts";
import type { RunningCell } from "./execute.ts";

/** What the view writes to: `process.stdout`, or anything that takes text. */
export interface TerminalStream {
	write(text: string): unknown;
	/** A terminal: lines may be redrawn. */
	readonly isTTY?: boolean;
	readonly columns?: number;
}

/** Hand its methods to `executeNotebook` as `onCellStart`, `onOutput`, `onCellEnd`. */
export interface TerminalView {
	cellStart(cell: RunningCell): void;
	output(cell: string, output: Output): void;
	cellEnd(): void;
}

/**
 * Shows a notebook while it executes. Each cell has a dim header; prints pass
 * through. A display with an id may still change, so its text is printed once,
 * as it is when the cell ends; until then a terminal shows the one that changed
 * last as a single line, redrawn in place.
 */
export function terminalView(
	stream: TerminalStream,
	{
		color = stream.isTTY === true && !process.env.NO_COLOR,
	}: { readonly color?: boolean } = {},
): TerminalView {
	const live = stream.isTTY === true;
	// A terminal that does not know its width says 0.
	const width = () => Math.max(20, stream.columns || 80);
	/** Texts to print at the end of the cell, by display id, oldest first. */
	const held = new Map<string, string>();
	const printed = new Map<string, string>();
	let status = "";
	let statusDrawn = false;
	let atLineStart = true;
	let clearNext = false;

	const erase = () => {
		if (statusDrawn) stream.write("\r\u001b[K");
		statusDrawn = false;
	};
	const draw = () => {
		// A status would be appended to a line the cell has not ended yet.
		if (!live || status === "" || !atLineStart) return;
		// One column stays free: writing into the last one wraps on some terminals.
		stream.write(`\r${truncate(status, width() - 1)}\u001b[K`);
		statusDrawn = true;
	};
	const write = (text: string) => {
		if (text === "") return;
		erase();
		stream.write(color ? text : stripVTControlCharacters(text));
		atLineStart = text.endsWith("\n");
		draw();
	};
	const writeBlock = (text: string) => {
		const block = text.trimEnd();
		if (block === "") return;
		write(`${atLineStart ? "" : "\n"}${block}\n`);
	};
	const dim = (text: string) => (color ? `\u001b[2m${text}\u001b[22m` : text);

	function hold(id: string, text: string): void {
		if (printed.get(id) === text) return;
		held.set(id, text);
		const line = stripVTControlCharacters(text.trim());
		// Tables and pictures wait for the end of the cell.
		if (line.includes("\n")) return;
		// Redrawn in place, so nothing in it may leave its line.
		status = isolated(oneLine(line));
		if (status === "") erase();
		else draw();
	}

	function clearIfAsked(): void {
		if (!clearNext) return;
		clearNext = false;
		held.clear();
		status = "";
		erase();
	}

	return {
		cellStart(cell) {
			const label = `[${cell.number}/${cell.total}] `;
			const line = firstLine(cell.source);
			const more = cell.source.trim() === line ? "" : " …";
			const room = width() - displayWidth(label) - displayWidth(more);
			writeBlock(dim(label + truncate(isolated(oneLine(line)), room) + more));
		},

		output(_cell, output) {
			if (output.type === "clear_output") {
				clearNext = true;
				if (!output.wait) clearIfAsked();
				return;
			}
			clearIfAsked();
			switch (output.type) {
				case "stream":
					write(output.text);
					return;
				case "error":
					writeBlock(
						output.traceback.join("\n") || `${output.ename}: ${output.evalue}`,
					);
					return;
				default: {
					const id = output.transient.display_id;
					if (id === undefined) writeBlock(textOf(output.data));
					else hold(id, textOf(output.data));
				}
			}
		},

		cellEnd() {
			status = "";
			clearNext = false;
			erase();
			for (const [id, text] of held) {
				writeBlock(text);
				printed.set(id, text);
			}
			held.clear();
			if (!atLineStart) write("\n");
		},
	};
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
