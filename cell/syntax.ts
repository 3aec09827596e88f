import { UsageError } from "../base/errors.ts";
import { shortened } from "../base/text-width.ts";
import { type ParsedCode, parseCode } from "./parse.ts";
import type { Program } from "./tree.ts";

/** Has it a closing tag, or one that closes itself? */
export const mayHaveJsx = (source: string) => /<\/|\/>/.test(source);

const parseAs = (lang: "ts" | "tsx", code: string): ParsedCode =>
	parseCode(`cell.${lang}`, code, { lang, sourceType: "module" });

/** Is it TypeScript only with JSX in it? */
export const needsJsx = (code: string): boolean =>
	mayHaveJsx(code) &&
	parseAs("ts", code).errors.length > 0 &&
	parseAs("tsx", code).errors.length === 0;

/** Parses a cell: as TypeScript, or with JSX where only that fits. */
export function parseSource(code: string): ParsedCode {
	const plain = parseAs("ts", code);
	if (plain.errors.length === 0 || !mayHaveJsx(code)) return plain;
	const jsx = parseAs("tsx", code);
	return jsx.errors.length === 0 ? jsx : plain;
}

const SHOWN = 2000;

/** A cell's syntax tree. @throws UsageError when it is not TypeScript */
export function parseProgram(code: string, source = code): Program {
	const { program, errors } = parseSource(code);
	if (errors[0])
		throw new UsageError(
			`a cell cannot be exported, it is not TypeScript: ${errors[0].message}\n${shortened(source, SHOWN, " …")}`,
		);
	return program;
}

/** The statements of a cell. @throws UsageError when it is not TypeScript */
export const parseStatements = (code: string): Program["body"] =>
	parseProgram(code).body;

/** The statements of a piece of code; undefined when it is not TypeScript. */
export function tryStatements(code: string): Program["body"] | undefined {
	const { program, errors } = parseAs("ts", code);
	return errors.length > 0 ? undefined : program.body;
}
