import { otherSpellings } from "../../cell/parameters.ts";
import { streamNameOf } from "../../cell/stream-name.ts";
import { parseProgram } from "../../cell/syntax.ts";
import { userMagic } from "../user.ts";
import { mayDraw } from "./draws.ts";
import type { Piece, Wrapper } from "./piece.ts";
import { assignShared, type SharedNames } from "./shared.ts";

/** A cell's part of a script. */
export function section(piece: Piece, shared: SharedNames): string {
	const { wrapper, parsed, names } = piece;
	const { apart, code } = assignShared(piece, shared);
	const head = drawsFromCell(piece)
		? [`dd.useStream(${JSON.stringify(streamNameOf(parsed))});`]
		: [];
	if (wrapper)
		return joined([...head, ...runLines(piece, wrapper, code, apart)]);
	return joined([
		...head,
		...apart,
		// What `using` declares ends with its cell, not with the script.
		...(names.hasUsing ? ["{", code.trim(), "}"] : [code.trim()]),
	]);
}

const joined = (parts: readonly string[]) =>
	parts.filter((part) => part !== "").join("\n");

/** The code above the wrapping magic, and the magic's call. */
function runLines(
	piece: Piece,
	{ line, text, call: { magic, args } }: Wrapper,
	code: string,
	apart: readonly string[],
): string[] {
	const { parsed } = piece;
	const lines = code.split("\n");
	const before = lines.slice(0, line).join("\n").trim();
	const inside = lines.slice(line).join("\n").trim();
	if (args === "help") return [before];
	const call =
		magic.toCode(args, parsed.text ?? asBody(inside, piece), text) ??
		`// ${parsed.source.split("\n")[line - 1]}`;
	return [before, ...apart, call];
}

/** Can the cell's code draw random numbers outside of runs, which have streams of their own? */
function drawsFromCell({ parsed, calls, wrapper }: Piece): boolean {
	if (
		calls.some(
			({ magic }) => magic.line === "code" || magic === userMagic(magic.name),
		)
	)
		return true;
	if (wrapper) return false;
	const { body } = parseProgram(parsed.lines.join("\n"), parsed.source);
	return mayDraw(body.filter(({ type }) => type !== "ImportDeclaration"));
}

/** The code as the body of a run, its parameters as constants. */
function asBody(code: string, { params, names }: Piece): string {
	const others = [...otherSpellings(code, params)];
	const constants = [...params, ...others.map(([other]) => other)];
	const list = `{ ${[...params, ...others.map(([other, name]) => `${name}: ${other}`)].join(", ")} }`;
	const open =
		params.length === 0
			? ["async () => {"]
			: names.assignsAny(constants)
				? // Parameters of a function could be assigned to.
					["async () => {", `const ${list} = dd.params;`]
				: [`async (${list}) => {`];
	return [...open, ...(code === "" ? [] : [code]), "}"].join("\n");
}
