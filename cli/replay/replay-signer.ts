import { UsageError } from "../../base/errors.ts";
import { shown } from "../../base/shown-text.ts";
import type { StoredRun } from "../../experiment/record/store/store.ts";
import type { ReplayResult } from "../../experiment/replay/replay.ts";
import { openSigningKey } from "../commands/certify.ts";

/**
 * Adds the outcome of a replay to a certificate. Certificate and key are
 * checked before anything is executed.
 * @throws UsageError
 */
export async function replaySigner(
	path: string,
	stored: StoredRun,
	keyFile: string | undefined,
	tolerance: number | undefined,
): Promise<(result: ReplayResult) => string> {
	const [
		{ certifyReplay },
		{ readBundle },
		{ certificateOf },
		{ verifyCertificate },
	] = await Promise.all([
		import("../../experiment/replay/certificate/certify.ts"),
		import("../../experiment/replay/certificate/bundle.ts"),
		import("../../experiment/replay/certificate/signed-statements.ts"),
		import("../../experiment/replay/certificate/verify.ts"),
	]);
	const lines = readBundle(path);
	// Any signer is accepted here; readers of the certificate decide whom they
	// trust.
	const { checks } = await verifyCertificate(lines, {
		trusted: [],
		named: false,
		run: stored.directory,
		data: new Map(),
	});
	const broken = checks.filter(({ status }) => status === "broken");
	if (broken.length > 0)
		throw new UsageError(
			`${path} does not certify run ${stored.record.id} as it is here: ${broken
				.map(({ what, detail }) => `${what} ${detail}`)
				.join("; ")}`,
		);
	const certified = certificateOf(lines, []);
	const key = await openSigningKey(keyFile);
	return (result) => {
		const { predicate } = certifyReplay(
			path,
			certified,
			result,
			key,
			tolerance,
		);
		return shown`added to ${path}: ${predicate.result}, ${predicate.deepdiva_replay.level}, signed by ${key.id}`;
	};
}
