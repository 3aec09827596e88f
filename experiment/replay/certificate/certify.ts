import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import { writeFileAtomic } from "../../files.ts";
import { type StoredRun, verifyFiles } from "../../record/store.ts";
import type { ReplayResult } from "../replay.ts";
import { appendToBundle } from "./bundle.ts";
import { STATEMENT_TYPE, signEnvelope } from "./dsse.ts";
import type { SigningKey } from "./keys.ts";
import { type Provenance, provenanceOf } from "./provenance.ts";
import { type Reproduction, reproductionOf } from "./reproduction.ts";
import type { Statement } from "./statement.ts";

/** Where a run's certificate lies unless told otherwise. */
export const certificatePath = (directory: string) =>
	join(directory, "certificate.intoto.jsonl");

/**
 * Signs what a run's record says, and writes the certificate.
 * @throws UsageError for a run that did not finish, or whose files changed since
 */
export function certifyRun(
	stored: StoredRun,
	key: SigningKey,
	path = certificatePath(stored.directory),
): Statement<Provenance> {
	const { record } = stored;
	if (record.status !== "finished")
		throw new UsageError(
			`run ${record.id} did not finish (${record.status}), so there is no result to certify`,
		);
	const problems = verifyFiles(stored);
	if (problems.length > 0)
		throw new UsageError(
			`run ${record.id} is not as it was recorded: ${problems
				.map(({ file, problem }) => `${file} is ${problem}`)
				.join(", ")}; restore the run folder from a copy`,
		);
	const statement = provenanceOf(stored);
	writeFileAtomic(path, `${signed(statement, key)}\n`);
	return statement;
}

/**
 * Signs what a replay said about a certified run, and adds it to the certificate.
 * @throws UsageError for a replay that did not get to the end of the run
 */
export function certifyReplay(
	path: string,
	certificate: Parameters<typeof reproductionOf>[0],
	{ environment, ...result }: ReplayResult,
	key: SigningKey,
	tolerance?: number,
): Statement<Reproduction> {
	if (!environment || result.failure !== undefined)
		throw new UsageError(
			"the run could not be executed again, so nothing was added to the certificate",
		);
	const statement = reproductionOf(
		certificate,
		{ ...result, environment },
		tolerance,
	);
	appendToBundle(path, signed(statement, key));
	return statement;
}

const signed = (statement: Statement, key: SigningKey) =>
	signEnvelope(Buffer.from(JSON.stringify(statement)), STATEMENT_TYPE, key);
