import { canonicalJson } from "../../../base/canonical.ts";
import { UsageError } from "../../../base/errors.ts";
import type { Place } from "../place.ts";
import type { DataPlaces } from "../work-tree.ts";
import type { BundleLine } from "./bundle.ts";
import type { Check } from "./check.ts";
import { checkRun, runOf } from "./check-run.ts";
import { checkTimes, isAhead, tooEarly } from "./check-times.ts";
import { type TrustedKey, trustedKeyId } from "./keys.ts";
import { type CertificateLevel, interpreterOf } from "./level.ts";
import { openEnvelope } from "./open.ts";
import {
	contentName,
	levelStatedBy,
	PROVENANCE,
	type Provenance,
	readProvenance,
} from "./provenance.ts";
import { freshness, saysNothingOf } from "./remarks.ts";
import {
	allowedLevel,
	environmentOf,
	type Level,
	payloadDigest,
	type Reproduction,
	readReproduction,
} from "./reproduction.ts";
import { readStatement, type Statement } from "./statement.ts";

/** A replay by somebody, as its statement says. */
export interface CertifiedReplay {
	readonly signer: string;
	/** Is it the one who certified the run? */
	readonly ownReplay: boolean;
	readonly trusted: boolean;
	readonly level: Level;
	readonly tolerance?: number;
	readonly finishedOn: string;
	readonly interpreter: string;
	readonly passed: readonly string[];
	readonly warned: readonly string[];
	readonly failed: readonly string[];
	/** Is it about every output that was certified, and did each come out the same? */
	readonly whole: boolean;
}

export interface CertificateReport {
	/** Absent where nothing certifies a run. */
	readonly level?: CertificateLevel;
	readonly checks: readonly Check[];
	/** Of the run that is certified. */
	readonly run?: string;
	readonly experiment?: string;
	readonly signer?: string;
	/** Does the reader know the signer's key? Without that, everybody could have signed it. */
	readonly isSignerKnown?: boolean;
	readonly replays: readonly CertifiedReplay[];
	/** What its reader should know, though all of it holds: when it was signed, what nothing here checks. */
	readonly remarks: readonly string[];
	/** What it does not bind, since nothing of it is on record. */
	readonly saysNothingOf: readonly string[];
	/** Lines that say nothing about the run: other formats, other statements, unknown signers. */
	readonly ignored: readonly string[];
}

export interface VerificationOptions {
	/** Keys whose owners the user knows. */
	readonly trusted: readonly TrustedKey[];
	/** Were they named for this check? Then no other will do. */
	readonly named: boolean;
	/** The run's folder, if it is here. */
	readonly run?: string;
	/** Where data lie, by the path that the record has; by default beside the run. */
	readonly data?: DataPlaces;
	readonly onProgress?: (text: string) => void;
	/** The fingerprint of the reader's own key: what was signed with it is called theirs. */
	readonly own?: string;
	/** Milliseconds since 1970. Default: the clock here. */
	readonly now?: number;
}

/** A statement of ours that a signature vouches for. */
interface Signed<Predicate> {
	readonly line: number;
	readonly payload: Buffer;
	readonly signers: readonly string[];
	readonly statement: Statement<Predicate>;
}

/**
 * 0 when everything holds, 1 when something is broken, 2 when it could not be
 * checked, 3 when all of it holds and nobody who is known here had it computed again.
 * @param accepted is a certificate of the level `recorded` enough?
 */
export function exitCode(
	{ checks, level }: CertificateReport,
	{ accepted = false }: { accepted?: boolean } = {},
): 0 | 1 | 2 | 3 {
	const has = (status: Check["status"]) =>
		checks.some((check) => check.status === status);
	if (has("broken")) return 1;
	if (has("could not check")) return 2;
	return level?.level === "replayed" || accepted ? 0 : 3;
}

/** Checks a certificate: signatures, statements, and everything that they say of what is here. */
export async function verifyCertificate(
	lines: readonly BundleLine[],
	options: VerificationOptions,
): Promise<CertificateReport> {
	const { provenances, reproductions, checks, ignored, unknownSigner } =
		readLines(lines, options.trusted);
	const isTrusted = trustedBy(options.trusted);
	// Of several, one by somebody who is trusted: the order of lines decides nothing else.
	const certificate =
		provenances.find(({ signers }) => signers.some(isTrusted)) ??
		provenances[0];
	if (!certificate)
		return {
			checks: [
				...checks,
				unknownSigner && !options.named
					? {
							what: "signer",
							status: "could not check",
							detail:
								"no key comes with the certificate; name its signer's with --key",
						}
					: {
							what: "certificate",
							status: "broken",
							detail: unknownSigner
								? "it is not signed with the key you named"
								: "nothing in it certifies a run",
						},
			],
			replays: [],
			remarks: [],
			saysNothingOf: [],
			ignored,
		};
	const now = options.now ?? Date.now();
	const checked =
		options.run === undefined
			? undefined
			: await checkRun(
					certificate.statement,
					options.run,
					options.data ?? new Map(),
					options.onProgress,
				);
	checks.push(
		trustCheck(certificate, isTrusted, options),
		...checkTimes(certificate.statement, now),
		...provenances
			.filter((other) => claimsOf(other) !== claimsOf(certificate))
			.map(({ line, statement }) =>
				brokenLine(
					line,
					runOf(statement) === runOf(certificate.statement)
						? `certifies run ${runOf(statement)} otherwise`
						: `certifies another run, ${runOf(statement)}`,
				),
			),
		...(checked?.checks ?? [
			{
				what: "run",
				status: "could not check",
				detail: "its folder is not here; name it with --run",
			} as const,
		]),
	);
	const replays = once(reproductions, isTrusted, ignored).flatMap(
		(reproduction) => {
			const problem = replayProblem(reproduction, provenances, certificate);
			const { finishedOn } = reproduction.statement.predicate.deepdiva_replay;
			if (problem !== undefined)
				checks.push(brokenLine(reproduction.line, problem));
			else if (isAhead(finishedOn, now))
				ignored.push(
					`line ${reproduction.line} is a replay on ${finishedOn}, which lies in the future by the clock here`,
				);
			else return [describeReplay(reproduction, certificate, isTrusted)];
			return [];
		},
	);
	return {
		level: levelOf(
			// Somebody else who is known may have gone further.
			[
				certificate,
				...provenances.filter(({ signers }) => signers.some(isTrusted)),
			].filter((other) => claimsOf(other) === claimsOf(certificate)),
			replays,
			isTrusted,
		),
		checks,
		run: runOf(certificate.statement),
		experiment:
			certificate.statement.predicate.buildDefinition.externalParameters
				.experiment,
		signer: certificate.signers.find(isTrusted) ?? certificate.signers[0],
		isSignerKnown: certificate.signers.some(isTrusted),
		replays,
		remarks: [
			freshness(certificate.statement, now),
			...(checked?.unchecked ?? []).map(
				(place) => `${place} is the signer's word, and nothing here checks it`,
			),
		],
		saysNothingOf: saysNothingOf(certificate.statement),
		ignored,
	};
}

/** Each replay once, whoever else signed a copy of it; of its signers somebody who is known goes first. */
function once(
	reproductions: readonly Signed<Reproduction>[],
	isTrusted: (signer: string) => boolean,
	ignored: string[],
): Signed<Reproduction>[] {
	const found = new Map<string, Signed<Reproduction>>();
	for (const one of [
		...reproductions.filter(({ signers }) => signers.some(isTrusted)),
		...reproductions.filter(({ signers }) => !signers.some(isTrusted)),
	]) {
		const digest = payloadDigest(one.payload);
		const before = found.get(digest);
		if (before)
			ignored.push(
				`line ${one.line} repeats the replay of line ${before.line}`,
			);
		else found.set(digest, one);
	}
	return [...found.values()].toSorted((a, b) => a.line - b.line);
}

/** What was reached: by somebody else who is known here, or else by who certified it. */
function levelOf(
	certificates: readonly Signed<Provenance>[],
	replays: readonly CertifiedReplay[],
	isTrusted: (signer: string) => boolean,
): CertificateLevel {
	const known = replays.filter(
		({ trusted, whole, failed, warned }) =>
			trusted && failed.length === 0 && warned.length === 0 && whole,
	);
	const best = known.find(({ ownReplay }) => !ownReplay) ?? known[0];
	if (best) {
		const { signer: by, finishedOn, interpreter, level } = best;
		return {
			level: "replayed",
			by,
			finishedOn,
			interpreter,
			place: level as Place,
		};
	}
	for (const { statement, signers } of certificates) {
		const stated = levelStatedBy(statement);
		if (
			stated.level === "recorded" ||
			!isWhole(outputsOf(statement), stated.parts)
		)
			continue;
		const { finishedOn, interpreter, place } = stated;
		return {
			level: "replayed",
			by: signers.find(isTrusted) ?? (signers[0] as string),
			finishedOn,
			interpreter,
			place,
		};
	}
	return { level: "recorded" };
}

/** The outputs that a statement is about. */
const outputsOf = ({ subject }: Statement): string[] =>
	subject
		.map(({ name }) => name)
		.filter((name) => name.startsWith(contentName("")))
		.map((name) => name.slice(contentName("").length));

/** Is every output among the parts that came out the same? */
const isWhole = (outputs: readonly string[], parts: readonly string[]) =>
	outputs.length > 0 && outputs.every((output) => parts.includes(output));

const brokenLine = (line: number, detail: string): Check => ({
	what: `line ${line}`,
	status: "broken",
	detail,
});

interface Statements {
	readonly provenances: Signed<Provenance>[];
	readonly reproductions: Signed<Reproduction>[];
	readonly checks: Check[];
	readonly ignored: string[];
	/** Was a line left out since nobody here knows its key? */
	readonly unknownSigner: boolean;
}

/** The statements of a bundle, of those lines whose signatures verify. */
function readLines(
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

function trustedBy(
	trusted: readonly TrustedKey[],
): (signer: string) => boolean {
	const ids = new Set(trusted.map(trustedKeyId));
	return (signer) => ids.has(signer);
}

/** What a certificate says of a run: nothing of how far its signer went, and of the interpreter that was measured meanwhile. */
function claimsOf({ statement: { subject, predicate } }: Signed<Provenance>) {
	const { buildDefinition } = predicate;
	const { level: _, ...internalParameters } =
		buildDefinition.internalParameters ?? {};
	return canonicalJson({
		subject,
		predicate: {
			...predicate,
			buildDefinition: {
				...buildDefinition,
				internalParameters,
				resolvedDependencies: buildDefinition.resolvedDependencies?.map(
					(one) => (one.name === "node" ? { uri: one.uri } : one),
				),
			},
		},
	});
}

function trustCheck(
	{ line, signers }: Signed<Provenance>,
	isTrusted: (signer: string) => boolean,
	{ named, own }: VerificationOptions,
): Check {
	const known = signers.find(isTrusted);
	if (known !== undefined)
		return {
			what: "signature",
			status: "holds",
			detail: `by ${known}${known === own ? ", your own key" : named ? ", a key that you named" : ""}`,
		};
	const signer = signers.join(", ");
	return named
		? {
				what: "signature",
				status: "broken",
				detail: `line ${line} is signed by ${signer}, not by the key you named`,
			}
		: {
				what: "signer",
				status: "could not check",
				detail: `the signature is good, but ${signer} is not known here; ask who signed for the fingerprint, and name it with --key`,
			};
}

/** Why a replay's statement is not about this certificate, or says what it must not. */
function replayProblem(
	{ statement }: Signed<Reproduction>,
	provenances: readonly Signed<Provenance>[],
	certificate: Signed<Provenance>,
): string | undefined {
	const { predicate, subject } = statement;
	const about = predicate.configuration[0].digest.sha256;
	const tested = provenances.find(
		({ payload }) => payloadDigest(payload) === about,
	);
	if (!tested) return "is the replay of another certificate";
	const outputs = new Map(
		certificate.statement.subject.map(({ name, digest }) => [
			name,
			digest.sha256,
		]),
	);
	for (const { name, digest } of subject)
		if (outputs.get(name) !== digest.sha256)
			return `is about an output that was not certified, ${name}`;
	const early = replayTooEarly(predicate, tested.statement);
	if (early !== undefined) return `cannot be: ${early}`;
	const allowed = allowedLevel(
		predicate,
		environmentOf(tested.statement.predicate),
	);
	return predicate.deepdiva_replay.level === allowed
		? undefined
		: `claims the level "${predicate.deepdiva_replay.level}", and what it says of itself gives "${allowed}"`;
}

/** A replay comes after the run, and after the signing of the certificate that it names. */
function replayTooEarly(
	{ deepdiva_replay: { finishedOn } }: Reproduction,
	tested: Statement<Provenance>,
): string | undefined {
	const ended = tested.predicate.runDetails.metadata?.finishedOn;
	const { signedOn } = levelStatedBy(tested);
	const replayed = ["it was replayed", finishedOn] as const;
	const earlier: readonly (readonly [string, string | undefined])[] = [
		["the run ended", ended],
		["the certificate was signed", signedOn],
	];
	return earlier
		.map(([what, time]) =>
			time === undefined ? undefined : tooEarly(replayed, [what, time]),
		)
		.find((problem) => problem !== undefined);
}

function describeReplay(
	{ statement, signers }: Signed<Reproduction>,
	certificate: Signed<Provenance>,
	isTrusted: (signer: string) => boolean,
): CertifiedReplay {
	const { predicate } = statement;
	const { level, tolerance, finishedOn, environment } =
		predicate.deepdiva_replay;
	const certified = outputsOf(certificate.statement);
	const signer = signers.find(isTrusted) ?? (signers[0] as string);
	return {
		signer,
		// Whoever certified it and signs with a further key is nobody else.
		ownReplay: signers.some((one) => certificate.signers.includes(one)),
		trusted: isTrusted(signer),
		level,
		...(tolerance === undefined ? {} : { tolerance }),
		finishedOn,
		interpreter: interpreterOf(environment),
		passed: predicate.passedTests,
		warned: predicate.warnedTests,
		failed: predicate.failedTests,
		whole:
			isWhole(certified, predicate.passedTests) &&
			isWhole(certified, outputsOf(statement)),
	};
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
