import { canonicalJson } from "../../../base/canonical.ts";
import type { BundleLine } from "./bundle.ts";
import { certifiedReplays } from "./certified-replays.ts";
import type { Check } from "./checks/check.ts";
import { type CheckedRun, checkRun } from "./checks/check-run.ts";
import { checkTimes } from "./checks/check-times.ts";
import { type TrustedKey, trustedKeyId } from "./keys.ts";
import { type Provenance, runOf } from "./provenance.ts";
import { levelOf } from "./reached-level.ts";
import { freshness, saysNothingOf } from "./remarks.ts";
import type { CertificateReport, VerificationOptions } from "./report.ts";
import {
	brokenLine,
	readLines,
	type Signed,
	type Statements,
} from "./signed-statements.ts";

/** A certificate that is being checked, with what is here to check it by. */
interface Checked {
	readonly certificate: Signed<Provenance>;
	/** All statements of the bundle that certify a run, this one included. */
	readonly provenances: readonly Signed<Provenance>[];
	readonly isTrusted: (signer: string) => boolean;
	/** Milliseconds since 1970. */
	readonly now: number;
	/** Undefined where the run's folder is not here. */
	readonly run: CheckedRun | undefined;
	readonly options: VerificationOptions;
}

/** What is checked of a certificate, in the order in which the reader is told. */
const CHECKS: readonly ((checked: Checked) => readonly Check[])[] = [
	trustCheck,
	({ certificate, now }) => checkTimes(certificate.statement, now),
	otherCertificates,
	({ run }) => run?.checks ?? [RUN_NOT_HERE],
];

const RUN_NOT_HERE: Check = {
	what: "run",
	status: "could not check",
	detail: "its folder is not here; name it with --run",
};

/** Checks a certificate: signatures, statements, and everything that they say of what is here. */
export async function verifyCertificate(
	lines: readonly BundleLine[],
	options: VerificationOptions,
): Promise<CertificateReport> {
	const statements = readLines(lines, options.trusted);
	const { provenances } = statements;
	const isTrusted = trustedBy(options.trusted);
	const isKnown = ({ signers }: Signed<Provenance>) => signers.some(isTrusted);
	// Of several, one by somebody who is trusted: the order of lines decides nothing else.
	const certificate = provenances.find(isKnown) ?? provenances[0];
	if (!certificate) return nothingCertified(statements, options);
	const now = options.now ?? Date.now();
	const { statement } = certificate;
	const run = await runChecks(certificate, options);
	const checked = { certificate, provenances, isTrusted, now, run, options };
	const { replays, checks, ignored } = certifiedReplays(
		certificate,
		provenances,
		statements.reproductions,
		isTrusted,
		now,
	);
	// Somebody else who is known may have gone further.
	const equal = [certificate, ...provenances.filter(isKnown)].filter(
		(other) => claimsOf(other) === claimsOf(certificate),
	);
	return {
		level: levelOf(equal, replays, isTrusted),
		checks: [
			...statements.checks,
			...CHECKS.flatMap((check) => check(checked)),
			...checks,
		],
		run: runOf(statement),
		experiment:
			statement.predicate.buildDefinition.externalParameters.experiment,
		signer: certificate.signers.find(isTrusted) ?? certificate.signers[0],
		isSignerKnown: isKnown(certificate),
		replays,
		remarks: [
			freshness(statement, now),
			...(run?.unchecked ?? []).map(
				(place) => `${place} is the signer's word, and nothing here checks it`,
			),
		],
		saysNothingOf: saysNothingOf(statement),
		ignored: [...statements.ignored, ...ignored],
	};
}

/** What to report of a bundle in which nothing certifies a run. */
function nothingCertified(
	{ checks, ignored, unknownSigner }: Statements,
	{ named }: VerificationOptions,
): CertificateReport {
	const why: Check =
		unknownSigner && !named
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
				};
	return {
		checks: [...checks, why],
		replays: [],
		remarks: [],
		saysNothingOf: [],
		ignored,
	};
}

async function runChecks(
	{ statement }: Signed<Provenance>,
	{ run, data = new Map(), onProgress }: VerificationOptions,
): Promise<CheckedRun | undefined> {
	return run === undefined
		? undefined
		: checkRun(statement, run, data, onProgress);
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

/** Statements of the same bundle that say something else. */
function otherCertificates({ certificate, provenances }: Checked): Check[] {
	const run = runOf(certificate.statement);
	return provenances
		.filter((other) => claimsOf(other) !== claimsOf(certificate))
		.map(({ line, statement }) => {
			const other = runOf(statement);
			return brokenLine(
				line,
				other === run
					? `certifies run ${other} otherwise`
					: `certifies another run, ${other}`,
			);
		});
}

/** Who signed it, and does the reader know them? */
function trustCheck({ certificate, isTrusted, options }: Checked): Check[] {
	const { line, signers } = certificate;
	const { named, own } = options;
	const known = signers.find(isTrusted);
	if (known !== undefined) {
		const whose =
			known === own ? ", your own key" : named ? ", a key that you named" : "";
		return [
			{ what: "signature", status: "holds", detail: `by ${known}${whose}` },
		];
	}
	const signer = signers.join(", ");
	return [
		named
			? {
					what: "signature",
					status: "broken",
					detail: `line ${line} is signed by ${signer}, not by the key you named`,
				}
			: {
					what: "signer",
					status: "could not check",
					detail: `the signature is good, but ${signer} is not known here; ask who signed for the fingerprint, and name it with --key`,
				},
	];
}
