import { linkSync, renameSync, rmSync, writeFileSync } from "../host/files.ts";
import { createHmac, timingSafeEqual } from "../host/hash.ts";
import { join } from "../host/paths.ts";
import { randomBytes } from "../host/system-random.ts";
import { temporaryName } from "./files.ts";
import { userFolder } from "./home.ts";
import { readPlainFile } from "./plain-file.ts";
import { makePrivateFolder, NotPrivateError } from "./private-folder.ts";

const KEY_BYTES = 32;

/**
 * Where the key of this user's caches lies: below `XDG_STATE_HOME`, on Windows
 * below `LOCALAPPDATA`.
 * @throws UsageError where there is no home folder
 */
export function sealKeyPath(
	env: Readonly<Record<string, string | undefined>> = process.env,
): string {
	const named =
		env.XDG_STATE_HOME || (process.platform === "win32" && env.LOCALAPPDATA);
	return join(
		userFolder(named || undefined, ".local", "state"),
		"deepdiva",
		"cache-key",
	);
}

/**
 * By path: HOME can change within a process, and the key of one user must not
 * seal for another.
 */
const keys = new Map<string, Buffer>();

/** Used where no key can be stored: other processes do not accept its seals. */
let ownKey: Buffer | undefined;

function sealKey(): Buffer {
	try {
		const path = sealKeyPath();
		const known = keys.get(path);
		if (known) return known;
		const key = storedKey(path);
		keys.set(path, key);
		return key;
	} catch (error) {
		if (!ownKey && error instanceof NotPrivateError) say(error);
		ownKey ??= randomBytes(KEY_BYTES);
		return ownKey;
	}
}

function say({ message }: NotPrivateError): void {
	process.emitWarning(
		`What was checked is not kept, so data and Node are read in full each time: ${message}`,
		{ code: "DEEPDIVA_NOT_PRIVATE" },
	);
}

/** @throws where the folder is not private, or cannot be written */
function storedKey(path: string): Buffer {
	makePrivateFolder(join(path, ".."));
	const key = readKey(path) ?? makeKey(path);
	if (!key) throw new Error(`${path} is no key`);
	return key;
}

/** Undefined for a missing file, and for one that others may have read or written. */
function readKey(path: string): Buffer | undefined {
	try {
		const key = readPlainFile(path, {
			maxBytes: KEY_BYTES,
			isRight: ({ mode, uid }) =>
				process.platform === "win32" ||
				(uid === process.geteuid?.() && (mode & 0o077) === 0),
		});
		return key?.length === KEY_BYTES ? key : undefined;
	} catch {
		return undefined;
	}
}

/**
 * The file appears whole or not at all. When several processes start at once,
 * all use the key that was written first.
 */
function makeKey(path: string): Buffer | undefined {
	const draft = temporaryName(path);
	try {
		writeFileSync(draft, randomBytes(KEY_BYTES), { flag: "wx", mode: 0o600 });
		try {
			linkSync(draft, path);
		} catch {
			// A file that is no key is in the way, or the file system has no links.
			if (!readKey(path)) renameSync(draft, path);
		}
	} finally {
		rmSync(draft, { force: true });
	}
	return readKey(path);
}

/** Characters of a seal. */
export const SEAL_LENGTH = 64;

/**
 * A seal of texts that this user's processes alone can make: HMAC-SHA256 under a
 * key in a private folder. What a cache says is believed only with its seal, so
 * one that came with an archive, a clone, or from another user or machine is
 * computed anew, and so is everything once the key is lost.
 * @param purpose what is sealed; a seal for one purpose is none for another
 * @param texts as strings, or as their UTF-8 bytes, which need not be copied
 */
export function userSeal(
	purpose: string,
	...texts: readonly (string | Uint8Array)[]
): string {
	const seal = createHmac("sha256", sealKey());
	for (const text of [purpose, ...texts])
		seal.update(`${Buffer.byteLength(text)}:`).update(text);
	return seal.digest("hex");
}

/** Is this what `userSeal` gives? */
export function isUserSeal(
	seal: unknown,
	purpose: string,
	...texts: readonly (string | Uint8Array)[]
): boolean {
	const right = Buffer.from(userSeal(purpose, ...texts));
	const given = Buffer.from(String(seal));
	return given.length === right.length && timingSafeEqual(given, right);
}
