import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import {
	keyId,
	ownKeyPath,
	ownPublicKey,
	publicKeyPath,
	readTrustedKey,
	signingKey,
} from "./keys.ts";

const folder = temporaryFolder();
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("on first use a key pair is made, its private half for its owner alone", () => {
	const path = join(folder, "deep", "key.pem");
	const made = signingKey(path);
	assert.equal(made.created, true);
	assert.equal(mode(path), "600");
	assert.equal(mode(join(folder, "deep")), "700");
	const again = signingKey(path);
	assert.equal(again.created, false);
	assert.equal(keyId(again.publicKey), keyId(made.publicKey));
	const given = readTrustedKey(publicKeyPath(path));
	assert.ok(typeof given !== "string");
	assert.equal(keyId(given), keyId(made.publicKey));
});

test("the fingerprint is what openssl computes", () => {
	const path = join(folder, "openssl.pem");
	signingKey(path);
	const der = execFileSync("openssl", [
		"pkey",
		"-in",
		path,
		"-pubout",
		"-outform",
		"DER",
	]);
	const sum = execFileSync("openssl", ["dgst", "-sha256", "-binary"], {
		input: der,
	});
	assert.equal(
		keyId(signingKey(path).publicKey),
		`SHA256:${sum.toString("base64").replace("=", "")}`,
	);
});

test("a private key that others can read signs nothing", () => {
	const path = join(folder, "open.pem");
	signingKey(path);
	chmodSync(path, 0o640);
	assert.throws(() => signingKey(path), {
		name: "UsageError",
		message: `other users can read the private key ${path}, so what it signs proves nothing; run: chmod 600 ${path}`,
	});
});

test("a key of another kind, and a file that is no key, are refused", () => {
	const write = (name: string, content: string) => {
		const path = join(folder, name);
		writeFileSync(path, content, { mode: 0o600 });
		return path;
	};
	const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
	const path = write(
		"rsa.pem",
		rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
	);
	assert.throws(() => signingKey(path), /key of type rsa.*openssl genpkey/);
	assert.throws(() => readTrustedKey(path), /key of type rsa/);
	const text = write("text.pem", "hello");
	assert.throws(() => signingKey(text), /not a private key in PEM form/);
	assert.equal(readFileSync(text, "utf8"), "hello");
	assert.throws(
		() => readTrustedKey("SHA256:abc"),
		/neither a file with a public key .* nor a fingerprint/,
	);
});

test("one's own key is neither made nor believed in a folder that others can write to", {
	skip: process.platform === "win32" && "no modes there",
}, () => {
	const { XDG_CONFIG_HOME } = process.env;
	process.env.XDG_CONFIG_HOME = join(folder, "shared");
	try {
		const { created } = signingKey(ownKeyPath());
		assert.ok(created);
		assert.ok(ownPublicKey());
		chmodSync(dirname(ownKeyPath()), 0o755);
		assert.ok(!signingKey(ownKeyPath()).created);
		assert.equal(statSync(dirname(ownKeyPath())).mode & 0o777, 0o700);
		chmodSync(process.env.XDG_CONFIG_HOME, 0o777);
		const refused = /deepdiva is not private: .*shared can be changed by every/;
		assert.throws(() => signingKey(ownKeyPath()), refused);
		assert.throws(() => ownPublicKey(), refused);
		// A key that is named is the business of whoever names it.
		assert.ok(readTrustedKey(ownKeyPath()));
	} finally {
		if (XDG_CONFIG_HOME === undefined) delete process.env.XDG_CONFIG_HOME;
		else process.env.XDG_CONFIG_HOME = XDG_CONFIG_HOME;
	}
});

test("the key lies in the user's configuration folder", () => {
	assert.equal(
		ownKeyPath({ XDG_CONFIG_HOME: "/c" }),
		join("/c", "deepdiva", "signing-key.pem"),
	);
	assert.match(ownKeyPath({}), /[\\/]deepdiva[\\/]signing-key\.pem$/);
});
