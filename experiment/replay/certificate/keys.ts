import { UsageError } from "../../../base/errors.ts";
import { makeFolder } from "../../../base/files.ts";
import { userFolder } from "../../../base/home.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { makePrivateFolder } from "../../../base/private-folder.ts";
import {
	chmodSync,
	existsSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "../../../host/files.ts";
import { createHash } from "../../../host/hash.ts";
import { dirname, join } from "../../../host/paths.ts";
import {
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	type KeyObject,
} from "../../../host/signatures.ts";

export interface SigningKey {
	readonly privateKey: KeyObject;
	readonly publicKey: KeyObject;
}

/** `SHA256:` and 43 letters, as OpenSSH writes fingerprints: of the key's SubjectPublicKeyInfo. */
export function keyId(key: KeyObject): string {
	const digest = createHash("sha256")
		.update(key.export({ type: "spki", format: "der" }))
		.digest();
	return `SHA256:${Buffer.from(digest)
		.toString("base64")
		.replace(/={1,2}$/, "")}`;
}

/** Where the user's own key lies: below `XDG_CONFIG_HOME`, on Windows below `APPDATA`. */
export function ownKeyPath(
	env: Readonly<Record<string, string | undefined>> = process.env,
): string {
	const config =
		env.XDG_CONFIG_HOME || (process.platform === "win32" && env.APPDATA);
	return join(
		userFolder(config || undefined, ".config"),
		"deepdiva",
		"signing-key.pem",
	);
}

/** The public half beside a private key, to be given to others. */
export const publicKeyPath = (path: string) =>
	path.replace(/(\.pem)?$/, ".pub.pem");

/**
 * The key in `path`; where there is none a pair is made: the private key
 * readable for its owner alone, the public one beside it.
 * @throws UsageError for a key of another kind, or one that others can read
 */
export function signingKey(path: string): SigningKey & { created: boolean } {
	// Whoever can put another key there signs as this user.
	if (path === ownKeyPath()) makePrivateFolder(dirname(path));
	const created = !existsSync(path);
	if (created) makeKeyPair(path);
	if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
		throw new UsageError(
			`other users can read the private key ${path}, so what it signs proves nothing; run: chmod 600 ${path}`,
		);
	let privateKey: KeyObject;
	try {
		privateKey = createPrivateKey(readFileSync(path));
	} catch (error) {
		throw new UsageError(
			`${path} is not a private key in PEM form (${(error as Error).message}); leave out --key to use your own key`,
		);
	}
	if (privateKey.asymmetricKeyType !== "ed25519")
		throw new UsageError(
			`${path} is a key of type ${privateKey.asymmetricKeyType}, and certificates are signed with Ed25519; make one with: openssl genpkey -algorithm ed25519 -out ${path}`,
		);
	return { privateKey, publicKey: createPublicKey(privateKey), created };
}

function makeKeyPair(path: string): void {
	const { privateKey, publicKey } = generateKeyPairSync("ed25519");
	makeFolder(dirname(path), 0o700);
	// "wx": a key that another process makes at the same time is not overwritten.
	writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }), {
		flag: "wx",
		mode: 0o600,
	});
	// Whatever the umask says.
	chmodSync(path, 0o600);
	writeFileSync(
		publicKeyPath(path),
		publicKey.export({ type: "spki", format: "pem" }),
	);
}

/** @throws SyntaxError unless these bytes (DER) are an Ed25519 public key */
export function publicKeyFrom(der: Buffer): KeyObject {
	let key: KeyObject;
	try {
		key = createPublicKey({ key: der, type: "spki", format: "der" });
	} catch {
		throw new SyntaxError("its public key cannot be read");
	}
	if (key.asymmetricKeyType !== "ed25519")
		throw new SyntaxError(
			`its public key is of type ${key.asymmetricKeyType}, not Ed25519`,
		);
	return key;
}

/** A key that a user trusts: a file with it, or its fingerprint. */
export type TrustedKey = KeyObject | string;

/** Its fingerprint. */
export const trustedKeyId = (key: TrustedKey): string =>
	typeof key === "string" ? key : keyId(key);

/** A public key has some hundred bytes, whatever its kind. */
const LARGEST_KEY = 2 ** 16;

/**
 * What `--key` means: a public key's file (or a private key's, of which the
 * public half is taken), or a fingerprint `SHA256:…`.
 * @throws UsageError
 */
export function readTrustedKey(text: string): TrustedKey {
	if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return text;
	let key: KeyObject;
	try {
		const content = readPlainFile(text, {
			maxBytes: LARGEST_KEY,
			followLinks: true,
		});
		if (!content) throw new Error("it is no plain file");
		key = createPublicKey(content);
	} catch (error) {
		throw new UsageError(
			`"${text}" is neither a file with a public key (${(error as Error).message}) nor a fingerprint like SHA256:…`,
		);
	}
	if (key.asymmetricKeyType !== "ed25519")
		throw new UsageError(
			`${text} is a key of type ${key.asymmetricKeyType}; certificates are signed with Ed25519 keys`,
		);
	return key;
}

/** The user's own public key, if there is one. */
export function ownPublicKey(): TrustedKey | undefined {
	const path = ownKeyPath();
	if (!existsSync(path)) return undefined;
	// A key that somebody else put there would make their certificates this user's own.
	makePrivateFolder(dirname(path));
	return readTrustedKey(path);
}
