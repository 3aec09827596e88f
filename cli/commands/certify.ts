import { resolve } from "node:path";
import { findRun } from "../../experiment/record/store.ts";
import { plural } from "../../widgets/text.ts";
import type { Command } from "../command.ts";

export const certifyCommand: Command = {
	name: "certify",
	summary: "Signs what a run's record says, so that others can hold you to it.",
	positionals: [
		{
			name: "RUN",
			required: true,
			description: "An id, its beginning, a run's folder, or last.",
			path: true,
		},
	],
	options: [
		{
			name: "key",
			type: "text",
			placeholder: "FILE",
			description:
				"Private Ed25519 key (PEM); made where there is none. Default: your own, in deepdiva/signing-key.pem of your configuration folder.",
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
	],
	async run({ positionals: [reference = ""], values }) {
		const { certificatePath, certifyRun } = await import(
			"../../experiment/replay/certificate/certify.ts"
		);
		const stored = findRun(reference);
		const path = resolve(
			values.get("output")?.[0] ?? certificatePath(stored.directory),
		);
		const key = await openSigningKey(values.get("key")?.[0]);
		const { subject } = certifyRun(stored, key, path);
		console.log(
			`certified run ${stored.record.id} (${stored.record.experiment}): ${plural(subject.length, "output")} and files, signed by ${key.id}\nwrote ${path}`,
		);
		return 0;
	},
};

/** The user's key, with its fingerprint; says so when it had to be made. */
export async function openSigningKey(file: string | undefined) {
	const { keyId, ownKeyPath, publicKeyPath, signingKey } = await import(
		"../../experiment/replay/certificate/keys.ts"
	);
	const path = file ?? ownKeyPath();
	const key = signingKey(path);
	const id = keyId(key.publicKey);
	if (key.created)
		console.error(
			`made a key pair: ${path} is private, keep it; give others ${publicKeyPath(path)} or its fingerprint, ${id}`,
		);
	return { ...key, id };
}
