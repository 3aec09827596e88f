import { excerpt, RED, RESET, YELLOW } from "../advice/excerpt.ts";
import { adviceOnModule } from "../advice/missing-module.ts";
import { adviceOnName } from "../advice/unknown-name.ts";
import type { CellDiagnostic } from "../language/service.ts";

/** More than these are counted only. */
const SHOWN = 10;

/** Codes of TypeScript for a name, or a namespace, that it does not find; 18004 is one in `{ name }`. */
const UNKNOWN_NAME = new Set([
	2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2867, 2868,
	18004,
]);
/** The same for a module, one that is imported for its effects alone included. */
const UNKNOWN_MODULE = new Set([2307, 2732, 2792, 2882]);

/** What running the cell would have told. */
function adviceOn(
	{ code, start, length }: CellDiagnostic,
	source: string,
): string | undefined {
	const written = source.slice(start, start + length);
	if (UNKNOWN_MODULE.has(code)) return adviceOnModule(written.slice(1, -1));
	return UNKNOWN_NAME.has(code) ? adviceOnName(written, source) : undefined;
}

interface Cell {
	readonly source: string;
	readonly executionCount: number;
}

const count = (diagnostics: readonly CellDiagnostic[]) =>
	`${diagnostics.length} type error${diagnostics.length === 1 ? "" : "s"}`;

/** Each error with its place, and the line of the source. */
function list(
	diagnostics: readonly CellDiagnostic[],
	{ source, executionCount }: Cell,
	color: string,
): string[] {
	const lines = source.split("\n");
	const shown = diagnostics.slice(0, SHOWN).flatMap((diagnostic) => {
		const { line, column, length, message, code } = diagnostic;
		return [
			`${color}TS${code}${RESET}: ${message}`,
			`  at In [${executionCount}], line ${line}, column ${column}`,
			...excerpt(lines, line, column, { length, color }),
		];
	});
	const rest = diagnostics.length - SHOWN;
	return rest > 0 ? [...shown, `… and ${rest} more`] : shown;
}

/** What is shown above the output of a cell that runs all the same. */
export const typeReport = (
	diagnostics: readonly CellDiagnostic[],
	cell: Cell,
): string =>
	list(diagnostics, cell, YELLOW)
		.map((line) => `${line}\n`)
		.join("");

/** The error of a cell that was stopped. Its name is for whoever catches failures by name. */
export function typeCheckError(
	diagnostics: readonly CellDiagnostic[],
	cell: Cell,
) {
	const advised = diagnostics.map((one) => {
		const advice = adviceOn(one, cell.source);
		return advice ? { ...one, message: `${one.message}\n  ${advice}` } : one;
	});
	const ename = "TypeCheckError";
	const evalue = `${count(diagnostics)}; nothing of the cell was run (%types report runs it all the same)`;
	return {
		ename,
		evalue,
		traceback: [
			`${RED}${ename}${RESET}: ${evalue}`,
			...list(advised, cell, RED),
		],
	};
}
