import {
	type Completeness,
	isComplete,
} from "../../kernel/language/is-complete.ts";
import { wrappedRest } from "../../magics/magic-lines.ts";
import { DOT_COMMANDS } from "./help.ts";

/**
 * Is the text a whole cell? As the kernel says, except that the rest which a
 * magic takes ends at an empty line: a statement that is whole is not yet all
 * of it.
 */
export function continuation(text: string): Completeness {
	const answer = isComplete(text);
	if (answer.status !== "complete" || /\n[ \t]*$/.test(text)) return answer;
	return wrappedRest(text) === undefined
		? answer
		: { status: "incomplete", indent: "" };
}

/**
 * Does the line go on with the statement before it? So it does where it is
 * indented and where it cannot stand alone (`else`, `.then()`). What starts
 * with a bracket in the first column is taken for a statement of its own, as
 * if typed after Enter.
 */
function goesOn(cell: string, line: string): boolean {
	if (/^\s*%/.test(line) || DOT_COMMANDS.includes(line.trimEnd())) return false;
	if (continuation(`${cell}\n${line}`).status === "invalid") return false;
	return /^\s/.test(line) || isComplete(line).status === "invalid";
}

/** Cuts a text that was not typed, but piped, into cells: as many as there are whole statements. */
export function splitCells(text: string): string[] {
	const cells: string[] = [];
	let cell: string | undefined;
	for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
		if (cell === undefined) {
			if (line.trim() !== "") cell = line;
			continue;
		}
		const open = continuation(cell).status === "incomplete";
		// The empty line that ends what a magic takes may be followed by anything.
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
