import { type ParsedCode, type ParseError, parseCode } from "../parse.ts";
import { mayHaveJsx } from "../syntax.ts";
import { pythonRefused } from "../text/python.ts";
import type { Program } from "../tree.ts";
import type { EmitOptions } from "./emit-options.ts";
import { extensionsIn } from "./extensions.ts";
import { syntaxError } from "./syntax.ts";

const parse = (source: string, lang: "ts" | "tsx") =>
	parseCode("cell.ts", source, {
		lang,
		sourceType: "module",
		showSemanticErrors: true,
	});

/** A cell, and how it becomes JavaScript: with JSX only where it has some. */
export interface Grammar {
	readonly program: Program;
	readonly emit: EmitOptions;
}

/**
 * Parses a cell as TypeScript, or with JSX: where the tsconfig says so, or where
 * only that fits.
 * @throws CellSyntaxError when it does not parse
 */
export function parseCell(source: string, given: EmitOptions): Grammar {
	const { parsed, emit } = parseAs(source, given);
	const [failure] = parsed.errors;
	if (!failure) return { program: parsed.program, emit };
	throw syntaxError(
		source,
		jsxRefused(source, emit) ?? pythonRefused(source, failure) ?? failure,
	);
}

function parseAs(
	source: string,
	emit: EmitOptions,
): { parsed: ParsedCode; emit: EmitOptions } {
	const parsed = parse(source, emit.jsx ? "tsx" : "ts");
	const [failure] = parsed.errors;
	const { jsxWhereUsed: jsx } = emit;
	if (!failure || !jsx || !mayHaveJsx(source)) return { parsed, emit };
	const withJsx = parse(source, "tsx");
	const [left] = withJsx.errors;
	// The grammar that fits the longer part is the one that is meant.
	return !left || placeOf(left) > placeOf(failure)
		? { parsed: withJsx, emit: { ...emit, jsx } }
		: { parsed, emit };
}

const placeOf = ({ labels: [label] }: ParseError) => label?.start ?? 0;

/** Is it JSX, without which the cell would parse? */
function jsxRefused(source: string, emit: EmitOptions) {
	if (emit.noJsx === undefined) return undefined;
	const { program, errors } = parse(source, "tsx");
	if (errors.length > 0) return undefined;
	const { jsx } = extensionsIn(source, program, emit);
	return jsx && { message: emit.noJsx, labels: [jsx] };
}
