import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { oneLine, shown } from "../../base/shown-text.ts";
import { findRun } from "../../experiment/record/store/store.ts";
import { checkDataNames } from "../../experiment/replay/workplace.ts";
import { plural } from "../../widgets/text/text.ts";
import { defineCommand } from "../command.ts";
import { readDataPlaces } from "../data-places.ts";
import { print, printError } from "../print.ts";
import { reportReplay } from "../replay/replay-report.ts";
import { interruptible, replayStored } from "../replay/replay-stored.ts";
import { isForeign } from "../replay/stranger.ts";

export const certifyCommand = defineCommand({
	name: "certify",
	summary:
		"Executes a run again and signs that it came out the same, so that others can hold you to it.",
	positionals: [
		{
			name: "run",
			placeholder: "RUN",
			required: true,
			description: "An id, its beginning, a run's folder, or last.",
			path: true,
		},
	],
	options: [
		{
			name: "no-replay",
			type: "flag",
			description:
				"Execute nothing: the certificate says that the run was recorded, and not that it comes out the same again.",
		},
		{
			name: "data",
			type: "text",
			placeholder: "NAME=DIR",
			multiple: true,
			description: "Where a data folder lies here, by its recorded path.",
		},
		{
			name: "key",
			type: "text",
			placeholder: "FILE",
			description:
				"Private Ed25519 key (PEM); made if there is none. Default: your own, in deepdiva/signing-key.pem of your configuration folder.",
		},
		{
			name: "yes",
			type: "flag",
			description:
				"Execute it even if it does not lie in a runs folder of this project: its code may be somebody else's.",
		},
		{
			name: "output",
			short: "o",
			type: "text",
			placeholder: "FILE",
			description:
				"The certificate. Default: certificate.intoto.jsonl in the run's folder.",
		},
	],
	examples: [
		"deepdiva certify last",
		"deepdiva certify 3fa2c1d0 -o run.intoto.jsonl",
		"deepdiva certify 3fa2c1d0 --no-replay",
	],
	/** 0: signed. 1: it did not come out the same, so nothing was signed. */
	async run({ values }) {
		const { run: reference, yes, "no-replay": unreplayed } = values;
		const { certificatePath, certifyRun, requireCertifiable } = await import(
			"../../experiment/replay/certificate/certify.ts"
		);
		const stored = findRun(reference);
		const { record } = stored;
		const data = readDataPlaces(values.data);
		checkDataNames(data, record);
		requireCertifiable(stored);
		if (!unreplayed && !yes && isForeign({ stored, carried: undefined }))
			throw new UsageError(
				shown`deepdiva certify: run ${record.id} lies in no runs folder of the project that you are in, so its code may be somebody else's, and certify executes it with all your rights; nothing was executed. Look at it first (deepdiva runs show ${reference}), replay it shut off (deepdiva replay ${reference} --sandbox), or give --yes`,
			);
		const path = resolve(values.output ?? certificatePath(stored.directory));
		const key = await openSigningKey(values.key);
		return interruptible(async (signal) => {
			const replay = unreplayed
				? undefined
				: await replayStored(
						{ stored, carried: undefined },
						{ data, signal, say: (text) => print(oneLine(text)) },
					);
			if (
				replay &&
				!reportReplay(record.id, replay, {
					json: false,
					tolerance: undefined,
					rebuilt: replay.rebuilt,
					lacks: replay.lacks,
				})
			) {
				printError(
					"deepdiva: nothing was signed; certify with --no-replay if what the run recorded is to be signed all the same",
				);
				return 1;
			}
			const { subject } = certifyRun(stored, key, {
				path,
				...(replay ? { replay } : {}),
			});
			print(
				shown`certified run ${record.id} (${record.experiment}) as ${replay ? "replayed" : "recorded"}: ${plural(subject.length, "output")} and files, signed by ${key.id}\nwrote ${path}`,
			);
			return 0;
		});
	},
});

/**
 * The user's key, with its fingerprint. Tells the user if it had to be made.
 */
export async function openSigningKey(file: string | undefined) {
	const { keyId, ownKeyPath, publicKeyPath, signingKey } = await import(
		"../../experiment/replay/certificate/keys.ts"
	);
	const path = file ?? ownKeyPath();
	const key = signingKey(path);
	const id = keyId(key.publicKey);
	if (key.created)
		printError(
			`made a key pair: ${path} is private, keep it; give others ${publicKeyPath(path)} or its fingerprint, ${id}`,
		);
	return { ...key, id };
}
