import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFiles } from "../../../base/test-folder.ts";
import type { StoredRun } from "../../record/store/store.ts";
import { openTestSession, recordRun } from "../../record/test-record.ts";
import { session } from "../../session.ts";
import type { ReplayResult } from "../replay.ts";
import { parseBundle } from "./bundle.ts";
import { certificatePath, certifyRun } from "./certify.ts";
import { keyId, type SigningKey } from "./keys.ts";

/** A project of its own, with data to run on. */
export function openProject(): string {
	const project = join(openTestSession(), "..");
	writeFiles(project, {
		"package.json": JSON.stringify({
			dependencies: { "@scope/tool": "^1.0.0", plain: "2.0.0" },
		}),
		"package-lock.json": JSON.stringify({
			packages: {
				"node_modules/@scope/tool": {
					version: "1.2.3",
					integrity: `sha512-${Buffer.alloc(64, 7).toString("base64")}`,
				},
				"node_modules/plain": { version: "2.0.0" },
			},
		}),
		"data/a.txt": "a",
		"data/b.txt": "b",
	});
	return project;
}

/** A run with parameters, data, source and outputs of several kinds; `loss` makes it another one. */
export function recordCertifiable(loss = 0.5): Promise<StoredRun> {
	session().source = { kind: "cell", text: `dd.log({ loss: ${loss} })` };
	session().cells = [{ source: "let a = 1", status: "ok" }];
	return recordRun(
		async (run) => {
			run.log({ loss });
			await run.artifact("weights", Float32Array.of(1, 2, loss));
			await run.artifact("notes", { a: [loss] });
		},
		{
			experiment: "certified",
			params: { lr: 0.1, set: "xor" },
			data: ["data"],
		},
	);
}

export function makeKey(): SigningKey & { id: string } {
	const key = generateKeyPairSync("ed25519");
	return { ...key, id: keyId(key.publicKey) };
}

/** A replay of a run that came out as it was recorded. */
export const identicalReplay = ({ record }: StoredRun): ReplayResult => ({
	parts: [...Object.keys(record.outputs), "seed", "status"].map((part) => ({
		part,
		verdict: "identical",
	})),
	failure: undefined,
	environment: record.environment,
});

/** Certifies a run as replayed; returns the certificate's text. */
export function certify(
	stored: StoredRun,
	key: SigningKey,
	{ replayed = true } = {},
): string {
	certifyRun(stored, key, replayed ? { replay: identicalReplay(stored) } : {});
	return readFileSync(certificatePath(stored.directory), "utf8");
}

export const lines = (text: string) => parseBundle(Buffer.from(text));
