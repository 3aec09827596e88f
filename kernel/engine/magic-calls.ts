import { UsageError } from "../../base/errors.ts";
import type { MagicLine, ParsedCell } from "../../cell/cell.ts";
import type { GeneratedCode } from "../../cell/compile/generate.ts";
import { RUNTIME } from "../../cell/compile/syntax.ts";
import { wrapValue } from "../../cell/inline.ts";
import { parseSource } from "../../cell/syntax.ts";
import { endsTooEarly } from "../../cell/text/incomplete.ts";
import { lineOf, parseMagic, spelledMagic } from "../../magics/registry.ts";

/** A cell's code with its magics as calls, each in its line. */
export interface CellWithCalls {
	readonly code: string;
	/** Leads a place in `code` back to the cell. */
	origin(place: { line: number; column: number }): {
		line: number;
		column: number;
	};
}

interface Move {
	/** Column (1-based) of the code that a magic takes, in the cell. */
	readonly from: number;
	/** In the code with calls. */
	readonly to: number;
}

/** All of a magic's call stands for all of its line. */
const TO_LINE_START: Move = { from: 1, to: Number.POSITIVE_INFINITY };

const samePlace: CellWithCalls["origin"] = (place) => place;

/** @throws UsageError for a magic that is not written well */
export function withCalls(parsed: ParsedCell): CellWithCalls {
	const lines = [...parsed.lines];
	const moves = new Map<number, Move>();
	const source = parsed.source.split("\n");
	for (const magic of parsed.magics) {
		const { line } = magic;
		const { code, move } = callOf(
			magic,
			source[line - 1] as string,
			source.slice(line).some((one) => one.trim() !== ""),
		);
		lines[line - 1] = code;
		if (move) moves.set(line, move);
	}
	if (moves.size === 0) return { code: lines.join("\n"), origin: samePlace };
	return {
		code: lines.join("\n"),
		origin({ line, column }) {
			const move = moves.get(line);
			return {
				line,
				column: move
					? Math.max(move.from, column - move.to + move.from)
					: column,
			};
		},
	};
}

function callOf(
	{ text, mark }: MagicLine,
	line: string,
	isFollowed: boolean,
): { code: string; move: Move | undefined } {
	const call = (...more: string[]) =>
		`await ${RUNTIME}.magic(${[JSON.stringify(text), `"${mark}"`, ...more].join(", ")})`;
	const called = parseMagic(text, mark);
	const { magic, args, wraps } = called;
	if (magic.line !== "code" || wraps || args === "help")
		return { code: `${call()};`, move: TO_LINE_START };
	const value = lineOf(called);
	const start = line.trimEnd().length - value.length;
	const wrapped = wrapValue(value, call);
	if (!wrapped && isFollowed && goesOn(value))
		throw new UsageError(
			`the code after ${spelledMagic(magic)} goes on in the next line; write %%${magic.name} in the first line of the cell, and the code below it`,
		);
	// The compiler will say what is wrong, in its place.
	if (!wrapped) return { code: " ".repeat(start) + value, move: undefined };
	const { from, to } = wrapped.moved;
	return { code: wrapped.code, move: { from: start + from + 1, to: to + 1 } };
}

function goesOn(value: string): boolean {
	const [error] = parseSource(value).errors;
	return error !== undefined && endsTooEarly(value, error);
}

/** The same code, its places those of the cell without calls. */
export function atOrigin<T extends GeneratedCode>(
	generated: T,
	{ origin }: CellWithCalls,
): T {
	if (origin === samePlace) return generated;
	return { ...generated, position: movedBack(generated.position, origin) };
}

const movedBack =
	(
		position: GeneratedCode["position"],
		origin: CellWithCalls["origin"],
	): GeneratedCode["position"] =>
	(line, column) => {
		const place = position(line, column);
		return place && origin(place);
	};
