import { UsageError } from "../../../base/errors.ts";
import type { BundleLine } from "./bundle.ts";
import type { Check } from "./checks/check.ts";
import type { TrustedKey } from "./keys.ts";
import { openEnvelope } from "./open.ts";
import { PROVENANCE, type Provenance, readProvenance } from "./provenance.ts";
import { type Reproduction, readReproduction } from "./reproduction.ts";
import { readStatement, type Statement } from "./statement.ts";

/** A statement of ours that a signature vouches for. */
export interface Signed<Predicate> {
	readonly line: number;
	readonly payload: Buffer;
	readonly signers: readonly string[];
	readonly statement: Statement<Predicate>;
}

/** What is wrong with a line of a certificate. */
export const brokenLine = (line: number, detail: string): Check => ({
	what: `line ${line}`,
	status: "broken",
	detail,
});

/** What the lines of a certificate say. */
export interface Statements {
	readonly provenances: Signed<Provenance>[];
	readonly reproductions: Signed<Reproduction>[];
	readonly checks: Check[];
	readonly ignored: string[];
	/** Was a line left out since nobody here knows its key? */
	readonly unknownSigner: boolean;
}

/** The statements of a bundle, of those lines whose signatures verify. */
export function readLines(
	lines: readonly BundleLine[],
	trusted: readonly TrustedKey[],
): Statements {
	const provenances: Signed<Provenance>[] = [];
	const reproductions: Signed<Reproduction>[] = [];
	const checks: Check[] = [];
	const ignored: string[] = [];
	let unknownSigner = false;
	for (const { line, envelope, problem } of lines) {
		if (!envelope) {
			ignored.push(`line ${line} is no envelope: ${problem}`);
			continue;
		}
		const opened = openEnvelope(envelope, trusted);
		if (opened.kind === "ignored") {
			ignored.push(`line ${line} ${opened.why}`);
			unknownSigner ||= opened.unknownSigner === true;
		} else if (opened.kind === "broken")
			checks.push(brokenLine(line, opened.why));
		else
			try {
				const { payload } = envelope;
				const { signers } = opened;
				const statement = readStatement(opened.value);
				if (statement.predicateType === PROVENANCE)
					provenances.push({
						line,
						payload,
						signers,
						statement: readProvenance(statement),
					});
				else
					reproductions.push({
						line,
						payload,
						signers,
						statement: readReproduction(statement),
					});
			} catch (error) {
				checks.push(brokenLine(line, (error as Error).message));
			}
	}
	return { provenances, reproductions, checks, ignored, unknownSigner };
}

/** The certified run that a replay is to be about. @throws UsageError where there is none */
export function certificateOf(
	lines: readonly BundleLine[],
	trusted: readonly TrustedKey[],
): { payload: Buffer; statement: Statement<Provenance> } {
	const [certificate] = readLines(lines, trusted).provenances;
	if (certificate) return certificate;
	throw new UsageError(
		'nothing in this certificate certifies a run; "deepdiva verify-certificate FILE" says why',
	);
}
