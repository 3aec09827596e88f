import { ChangedRecordError, UsageError } from "../../../base/errors.ts";
import { writeFileAtomic } from "../../../base/files.ts";
import { join } from "../../../host/paths.ts";
import { describeContradiction } from "../../record/check/contradiction.ts";
import { contradictions } from "../../record/check/contradictions.ts";
import {
	requireSealed,
	type StoredRun,
	statusOf,
	verifyFiles,
} from "../../record/store/store.ts";
import { isIdentical } from "../compare.ts";
import type { ReplayResult } from "../replay.ts";
import { appendToBundle } from "./bundle.ts";
import { checkTimes } from "./checks/check-times.ts";
import { STATEMENT_TYPE, signEnvelope } from "./dsse.ts";
import type { SigningKey } from "./keys.ts";
import { statedLevel } from "./level.ts";
import { type Provenance, provenanceOf } from "./provenance.ts";
import { type Reproduction, reproductionOf } from "./reproduction.ts";
import type { Statement } from "./statement.ts";

/** Where a run's certificate lies unless told otherwise. */
export const certificatePath = (directory: string) =>
	join(directory, "certificate.intoto.jsonl");

export interface CertifyOptions {
	/** Where to. Default: the run's folder. */
	readonly path?: string;
	/** The run, executed again just now: the certificate's level is `replayed`; without it, `recorded`. */
	readonly replay?: ReplayResult;
}

/**
 * @throws UsageError for a run that did not finish, that put out nothing, whose files
 *   changed since, or whose record contradicts them
 */
export function requireCertifiable(stored: StoredRun): void {
	const { record } = stored;
	const status = statusOf(stored);
	if (status !== "finished")
		throw new UsageError(
			`run ${record.id} did not finish (${status}), so there is no result to certify`,
		);
	if (Object.keys(record.outputs).length === 0)
		throw new UsageError(
			`run ${record.id} put out nothing, so there is no result to certify; record one with dd.log or dd.artifact`,
		);
	requireSealed(stored);
	const problems = verifyFiles(stored);
	if (problems.length > 0)
		throw new ChangedRecordError(
			`run ${record.id} is not as it was recorded: ${problems
				.map(({ file, problem }) => `${file} is ${problem}`)
				.join(", ")}; restore the run folder from a copy`,
		);
	const against = contradictions(stored);
	if (against.length > 0)
		throw new ChangedRecordError(
			`the record of run ${record.id} contradicts itself or the run's files: ${against
				.map(describeContradiction)
				.join("; ")}; restore the run folder from a copy`,
		);
}

/**
 * Signs what a run's record says, and writes the certificate.
 * @throws UsageError for a run that cannot be certified, or whose replay was not identical
 */
export function certifyRun(
	stored: StoredRun,
	key: SigningKey,
	{ path = certificatePath(stored.directory), replay }: CertifyOptions = {},
): Statement<Provenance> {
	requireCertifiable(stored);
	if (
		replay &&
		!(
			replay.environment &&
			replay.failure === undefined &&
			isIdentical(replay.parts)
		)
	)
		throw new UsageError(
			`run ${stored.record.id} did not come out the same when it was executed again, so nothing was signed; certify with --no-replay if what it recorded is to be signed all the same`,
		);
	const statement = provenanceOf(
		stored,
		statedLevel(stored.record.environment, replay),
	);
	const [impossible] = checkTimes(statement, Date.now());
	if (impossible)
		throw new UsageError(
			`run ${stored.record.id} cannot be certified by the clock here: ${impossible.detail}; set the clock, or certify where the run was recorded`,
		);
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
