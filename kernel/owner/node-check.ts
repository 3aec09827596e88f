import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "../../base/canonical.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { readPlainFile } from "../../base/plain-file.ts";
import { makePrivateFolder } from "../../base/private-folder.ts";
import { isUserSeal, sealKeyPath, userSeal } from "../../base/user-seal.ts";
import type { NodePackage } from "./node-packages.ts";

const PURPOSE = "node binary 1";

/** By path: what was right when this process looked. */
const seen = new Map<string, string>();

/** What changes when a file is touched; nobody can set its change time back. */
function stampOf(path: string): string {
	const { size, mtimeMs, ctimeMs, ino } = statSync(path);
	return [size, mtimeMs, ctimeMs, ino].join(" ");
}

/** Where an earlier check of this binary is remembered. */
const notePath = (binary: string) =>
	join(dirname(sealKeyPath()), `node-${sha256(binary).slice(-16)}.json`);

function isNoted(binary: string, digest: string, stamp: string): boolean {
	try {
		const bytes = readPlainFile(notePath(binary), { maxBytes: 4096 });
		const { seal } = JSON.parse(String(bytes)) as { seal?: unknown };
		return isUserSeal(seal, PURPOSE, binary, digest, stamp);
	} catch {
		return false;
	}
}

function note(binary: string, digest: string, stamp: string): void {
	try {
		const path = notePath(binary);
		makePrivateFolder(dirname(path));
		const seal = userSeal(PURPOSE, binary, digest, stamp);
		writeFileAtomic(path, `${JSON.stringify({ binary, seal })}\n`);
	} catch {
		// Then the next process looks again.
	}
}

function digestOf(path: string): string {
	const hash = createHash("sha256");
	const buffer = Buffer.allocUnsafeSlow(1 << 20);
	const descriptor = openSync(path, "r");
	try {
		let count = readSync(descriptor, buffer);
		while (count > 0) {
			hash.update(buffer.subarray(0, count));
			count = readSync(descriptor, buffer);
		}
	} finally {
		closeSync(descriptor);
	}
	return hash.digest("hex");
}

/**
 * Is this the binary that the project records? It is read, which takes half a
 * second, when it is new or was touched; the answer is kept under this user's seal.
 * @throws Error that says what was found and what to do
 */
export function checkNode(
	binary: string,
	{
		name,
		version,
		sha256: recorded,
	}: Pick<NodePackage, "name" | "version" | "sha256">,
): void {
	const stamp = stampOf(binary);
	if (seen.get(binary) === stamp) return;
	if (!isNoted(binary, recorded, stamp)) {
		const found = digestOf(binary);
		if (found !== recorded)
			throw new Error(
				`${binary} is not the Node that this version of deepdiva records: its SHA-256 is ${found}, and that of ${name}@${version} is ${recorded}. It was changed or damaged, or another version was installed; remove node_modules and run "npm ci", or leave it out with "npm ci --omit=optional" and use a Node of your own`,
			);
		note(binary, recorded, stamp);
	}
	seen.set(binary, stamp);
}
