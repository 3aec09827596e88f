import {
	type Completeness,
	isComplete,
} from "../../kernel/language/is-complete.ts";
import { wrappedRest } from "../../magics/magic-lines.ts";
import { DOT_COMMANDS } from "./help.ts";

/**
 * Is the text a whole cell? Answers as the kernel does, except after a magic
 * that takes the rest of its cell: that rest ends at an empty line, since
 * further statements may belong to it.
 */
export function continuation(text: string): Completeness {
	const answer = isComplete(text);
	if (answer.status !== "complete" || /\n[ \t]*$/.test(text)) return answer;
	return wrappedRest(text) === undefined
		? answer
		: { status: "incomplete", indent: "" };
}

/**
 * Does the line continue the statement before it? It does if it is indented, or
 * cannot stand alone (`else`, `.then()`). A line that begins with a bracket in
 * the first column is a statement of its own, as if typed after Enter.
 */
function goesOn(cell: string, line: string): boolean {
	if (/^\s*%/.test(line) || DOT_COMMANDS.includes(line.trimEnd())) return false;
	if (continuation(`${cell}\n${line}`).status === "invalid") return false;
	return /^\s/.test(line) || isComplete(line).status === "invalid";
}

/** Splits a piped text into cells of whole statements. */
export function splitCells(text: string): string[] {
	const cells: string[] = [];
	let cell: string | undefined;
	for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
		if (cell === undefined) {
			if (line.trim() !== "") cell = line;
			continue;
		}
		const open = continuation(cell).status === "incomplete";
		// After the empty line that ends a magic's rest, a new cell begins.
		if (open || (line.trim() !== "" && goesOn(cell, line))) {
			cell += `\n${line}`;
			continue;
		}
		cells.push(cell);
		cell = line.trim() === "" ? undefined : line;
	}
	if (cell !== undefined) cells.push(cell);
	return cells.map((one) => one.trimEnd());
}
