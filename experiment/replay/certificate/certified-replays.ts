import { isWhole, outputsOf } from "./certified-outputs.ts";
import type { Check } from "./checks/check.ts";
import { isAhead, tooEarly } from "./checks/check-times.ts";
import { interpreterOf } from "./level.ts";
import { levelStatedBy, type Provenance } from "./provenance.ts";
import type { CertifiedReplay } from "./report.ts";
import {
	allowedLevel,
	environmentOf,
	payloadDigest,
	type Reproduction,
} from "./reproduction.ts";
import { brokenLine, type Signed } from "./signed-statements.ts";
import type { Statement } from "./statement.ts";

/** The replays of a certified run, and what is wrong with others. */
export interface CertifiedReplays {
	readonly replays: readonly CertifiedReplay[];
	readonly checks: readonly Check[];
	readonly ignored: readonly string[];
}

/** Reads the replays that a certificate has of its run. */
export function certifiedReplays(
	certificate: Signed<Provenance>,
	provenances: readonly Signed<Provenance>[],
	reproductions: readonly Signed<Reproduction>[],
	isTrusted: (signer: string) => boolean,
	now: number,
): CertifiedReplays {
	const replays: CertifiedReplay[] = [];
	const checks: Check[] = [];
	const ignored: string[] = [];
	for (const one of once(reproductions, isTrusted, ignored)) {
		const { line, statement } = one;
		const problem = replayProblem(one, provenances, certificate);
		const { finishedOn } = statement.predicate.deepdiva_replay;
		if (problem !== undefined) checks.push(brokenLine(line, problem));
		else if (isAhead(finishedOn, now))
			ignored.push(
				`line ${line} is a replay on ${finishedOn}, which lies in the future by the clock here`,
			);
		else replays.push(describeReplay(one, certificate, isTrusted));
	}
	return { replays, checks, ignored };
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

/** A replay, with the certificate that it names and the one whose outputs it is to be about. */
interface ReplayOfRun {
	readonly replay: Statement<Reproduction>;
	readonly tested: Statement<Provenance>;
	readonly certificate: Statement<Provenance>;
}

/** What a replay's statement must not be. Each says what is wrong, undefined where nothing is; the first one counts. */
const REPLAY_CHECKS: readonly ((of: ReplayOfRun) => string | undefined)[] = [
	otherOutput,
	replayTooEarly,
	otherLevel,
];

/** Why a replay's statement is not about this certificate, or says what it must not. */
function replayProblem(
	{ statement: replay }: Signed<Reproduction>,
	provenances: readonly Signed<Provenance>[],
	certificate: Signed<Provenance>,
): string | undefined {
	const about = replay.predicate.configuration[0].digest.sha256;
	const tested = provenances.find(
		({ payload }) => payloadDigest(payload) === about,
	);
	if (!tested) return "is the replay of another certificate";
	const of = {
		replay,
		tested: tested.statement,
		certificate: certificate.statement,
	};
	for (const check of REPLAY_CHECKS) {
		const problem = check(of);
		if (problem !== undefined) return problem;
	}
	return undefined;
}

function otherOutput({ replay, certificate }: ReplayOfRun): string | undefined {
	const outputs = new Map(
		certificate.subject.map(({ name, digest }) => [name, digest.sha256]),
	);
	const other = replay.subject.find(
		({ name, digest }) => outputs.get(name) !== digest.sha256,
	);
	return other && `is about an output that was not certified, ${other.name}`;
}

/** A replay comes after the run, and after the signing of the certificate that it names. */
function replayTooEarly({ replay, tested }: ReplayOfRun): string | undefined {
	const { finishedOn } = replay.predicate.deepdiva_replay;
	const ended = tested.predicate.runDetails.metadata?.finishedOn;
	const { signedOn } = levelStatedBy(tested);
	const replayed = ["it was replayed", finishedOn] as const;
	const earlier: readonly (readonly [string, string | undefined])[] = [
		["the run ended", ended],
		["the certificate was signed", signedOn],
	];
	for (const [what, time] of earlier) {
		const early =
			time === undefined ? undefined : tooEarly(replayed, [what, time]);
		if (early !== undefined) return `cannot be: ${early}`;
	}
	return undefined;
}

function otherLevel({ replay, tested }: ReplayOfRun): string | undefined {
	const { predicate } = replay;
	const allowed = allowedLevel(predicate, environmentOf(tested.predicate));
	const { level } = predicate.deepdiva_replay;
	return level === allowed
		? undefined
		: `claims the level "${level}", and what it says of itself gives "${allowed}"`;
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
