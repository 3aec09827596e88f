import { UsageError } from "../base/errors.ts";
import { type ParsedCode, parseCode } from "./parse.ts";
import type { Program } from "./tree.ts";

/** Has it a closing tag, or one that closes itself? */
export const mayHaveJsx = (source: string) => /<\/|\/>/.test(source);

/** Is it TypeScript only with JSX in it? */
export const needsJsx = (code: string): boolean =>
	mayHaveJsx(code) &&
	parseCode("cell.ts", code, { lang: "ts", sourceType: "module" }).errors
		.length > 0 &&
	parseCode("cell.tsx", code, { lang: "tsx", sourceType: "module" }).errors
		.length === 0;

/** Parses a cell: as TypeScript, or with JSX where only that fits. */
export function parseSource(code: string): ParsedCode {
	const plain = parseCode("cell.ts", code, {
		lang: "ts",
		sourceType: "module",
	});
	if (plain.errors.length === 0 || !mayHaveJsx(code)) return plain;
	const jsx = parseCode("cell.tsx", code, {
		lang: "tsx",
		sourceType: "module",
	});
	return jsx.errors.length === 0 ? jsx : plain;
}

const SHOWN = 2000;
const shortened = (source: string) =>
	source.length > SHOWN ? `${source.slice(0, SHOWN)} …` : source;

/** A cell's syntax tree. @throws UsageError when it is not TypeScript */
export function parseProgram(code: string, source = code): Program {
	const { program, errors } = parseSource(code);
	if (errors[0])
		throw new UsageError(
			`a cell cannot be exported, it is not TypeScript: ${errors[0].message}\n${shortened(source)}`,
		);
	return program;
}

/** The statements of a cell. @throws UsageError when it is not TypeScript */
export const parseStatements = (code: string): Program["body"] =>
	parseProgram(code).body;

/** The statements of a piece of code; undefined when it is not TypeScript. */
export function tryStatements(code: string): Program["body"] | undefined {
	const { program, errors } = parseCode("cell.ts", code, {
		lang: "ts",
		sourceType: "module",
	});
	return errors.length > 0 ? undefined : program.body;
}
