import type { Params, Scalar } from "../../events.ts";
import type { Redactor } from "../../secrets/redact.ts";
import type { ExecutedCell, ExecutedSource } from "../../session.ts";
import { describeError, type RecordedError } from "../error-place.ts";
import { jsonNumber } from "../metric-log.ts";
import type { RecordedGit } from "../record.ts";

/** Parameters as a record has them: without secrets, and with texts for what JSON has no number for. */
export const recordedParams = (params: Params, redactor: Redactor): Params =>
	Object.fromEntries(
		Object.entries(params).map(([key, value]) => {
			const inJson = (one: Scalar): Scalar =>
				typeof one === "number" ? jsonNumber(one) : one;
			const recorded = redactor.param(key, value);
			return [
				key,
				typeof recorded === "object" ? recorded.map(inJson) : inJson(recorded),
			];
		}),
	);

/** The name of the file that holds what is executed. */
export const sourceFile = (kind: ExecutedSource["kind"]): string =>
	`${kind}.ts`;

/** What is executed, and what was executed before it, as files of the record: texts by file name. */
export function sourceFiles(
	redactor: Redactor,
	source: ExecutedSource | undefined,
	cells: readonly ExecutedCell[],
): Record<string, string> {
	if (!source) return {};
	const files = { [sourceFile(source.kind)]: redactor.source(source.text) };
	if (source.kind !== "cell") return files;
	const clean = cells.map((cell) => ({
		...cell,
		source: redactor.source(cell.source),
	}));
	return {
		...files,
		"cells.json": `${JSON.stringify(clean, undefined, "\t")}\n`,
	};
}

/** An error as a record has it. The line that failed is a piece of a source, and is cleaned as one. */
export function recordedError(
	error: unknown,
	redactor: Redactor,
): RecordedError {
	const { place, ...told } = redactor.deep(describeError(error));
	if (!place) return told;
	const { code } = place;
	return {
		...told,
		place:
			code === undefined ? place : { ...place, code: redactor.source(code) },
	};
}

/** The state of the code as a record has it: people name branches and files, but not commits and trees. */
export function recordedGit(git: RecordedGit, redactor: Redactor): RecordedGit {
	if (git.mode === "ignore") return git;
	const { branch, remote, skipped, leftOut } = git;
	return {
		...git,
		...(branch === undefined ? {} : { branch: redactor.text(branch) }),
		...(remote === undefined ? {} : { remote: redactor.text(remote) }),
		skipped: redactor.deep(skipped),
		...(leftOut === undefined ? {} : { leftOut: redactor.deep(leftOut) }),
	};
}
