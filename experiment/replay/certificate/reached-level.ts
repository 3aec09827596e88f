import type { Place } from "../place.ts";
import { isWhole, outputsOf } from "./certified-outputs.ts";
import type { CertificateLevel } from "./level.ts";
import { levelStatedBy, type Provenance } from "./provenance.ts";
import type { CertifiedReplay } from "./report.ts";
import type { Signed } from "./signed-statements.ts";

/** What was reached: by somebody else who is known here, or else by who certified it. */
export function levelOf(
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
