import { existsSync, lstatSync, realpathSync } from "node:fs";
import { UsageError } from "../../base/errors.ts";
import { isWithin } from "../../base/files.ts";
import { oneLine } from "../../base/shown-text.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import type { StoredRun } from "../../experiment/record/store/store.ts";
import type { OpenRun } from "../../experiment/replay/reference.ts";
import { runsDirectory } from "../../experiment/session.ts";
import { shownName } from "../../widgets/text/text.ts";
import { canAsk, isAnsweredYes } from "../question.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/**
 * Does the code of a run seem to come from somebody else? It does unless it
 * lies in the runs folder of the reader's own project: zip files, exports, and
 * run folders copied from anywhere.
 */
export function isForeign({
	stored,
	carried,
}: Pick<OpenRun, "stored" | "carried">): boolean {
	if (carried) return true;
	const own = runsDirectory();
	if (!existsSync(own)) return true;
	return !isWithin(realpathSync(own), realpathSync(stored.directory));
}

/** Who signed a run, as far as its certificate shows. */
export interface Author {
	/** To follow "of". */
	readonly name: string;
	readonly certificate: "none" | "unknown key" | "known key";
}

/**
 * Checks the certificate that came with a run.
 * @throws UsageError where it does not hold: whoever changed the run did not expect it to be looked at
 */
export async function authorOf({
	directory,
	record,
}: StoredRun): Promise<Author> {
	const [{ certificatePath }, { readBundle }, { verifyCertificate }, keys] =
		await Promise.all([
			import("../../experiment/replay/certificate/certify.ts"),
			import("../../experiment/replay/certificate/bundle.ts"),
			import("../../experiment/replay/certificate/verify.ts"),
			import("../../experiment/replay/certificate/keys.ts"),
		]);
	const path = certificatePath(directory);
	const entry = lstatSync(path, { throwIfNoEntry: false });
	if (!entry) return { name: "whoever made this file", certificate: "none" };
	if (!entry.isFile())
		throw new UsageError(
			`the certificate of run ${shownName(record.id)} is no plain file, so nothing was executed`,
		);
	const own = keys.ownPublicKey();
	const { checks, signer = "nobody" } = await verifyCertificate(
		readBundle(path),
		{
			trusted: own ? [own] : [],
			named: false,
			run: directory,
			data: new Map(),
		},
	);
	const broken = checks.filter(({ status }) => status === "broken");
	if (broken.length > 0)
		throw new UsageError(
			`the certificate of run ${shownName(record.id)} does not hold, so nothing was executed: ${broken
				.map(({ what, detail }) => oneLine(`${what} ${detail ?? "is broken"}`))
				.join("; ")}; remove the certificate to replay it as an unsigned run`,
		);
	return own !== undefined && signer === keys.trustedKeyId(own)
		? { name: "you yourself, by its certificate", certificate: "known key" }
		: {
				name: `whoever has the key ${oneLine(signer)}, by its certificate; ask them whether it is theirs`,
				certificate: "unknown key",
			};
}

/** The code of a run that is executed, in a few words. */
export function whatRuns({ source, git }: RunRecord): string {
	const code =
		git === undefined || git.mode === "ignore"
			? "what it imports"
			: "the code that it was recorded with";
	return `${source.kind === "cell" ? "its notebook's cells" : "its script"} and ${code}`;
}

export interface Announcement {
	readonly reference: string;
	readonly stored: StoredRun;
	readonly author: Author;
	/** The sandbox, if there is one. */
	readonly sandbox: Sandbox | undefined;
}

/** How code is confined, in words. */
export const heldBy = (sandbox: Sandbox | undefined): string =>
	sandbox
		? `in a sandbox (${sandbox.name}): without the network, your files and your environment`
		: "with all your rights: it can read and write your files and connect";

/**
 * One sentence that says what is about to run, whose code it is, and how to
 * look at it first.
 */
export function announcement({
	reference,
	stored: { record },
	author,
	sandbox,
}: Announcement): string {
	const from = oneLine(reference);
	return `${from}: run ${shownName(record.id)} (${shownName(record.experiment)}) is executed here, that is ${whatRuns(record)}, ${heldBy(sandbox)}; the code is that of ${author.name}; to look at it first, which executes nothing: deepdiva runs show ${from}`;
}

/**
 * Asks whether somebody else's code is to be executed.
 * @param question what follows the announcement
 * @param sandbox what it will be shut off by
 * @throws UsageError where nobody can answer
 */
export async function isAgreed(
	question: string,
	sandbox: Sandbox | undefined,
	signal: AbortSignal,
): Promise<boolean> {
	if (!canAsk())
		throw new UsageError(
			`deepdiva replay: nothing was executed, since it is somebody else's code and nobody can be asked here; give ${
				sandbox
					? "--sandbox or --yes to execute it shut off from your files and the network"
					: "--sandbox to execute it shut off from your files and the network, or --yes to execute it with all your rights"
			}`,
		);
	return isAnsweredYes(question, { output: process.stderr, signal });
}
