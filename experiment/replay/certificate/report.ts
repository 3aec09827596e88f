import type { DataPlaces } from "../workplace.ts";
import type { Check } from "./checks/check.ts";
import type { TrustedKey } from "./keys.ts";
import type { CertificateLevel } from "./level.ts";
import type { Level } from "./reproduction.ts";

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

/** What a check of a certificate found. */
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

/** What a reader of a certificate has and knows. */
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
