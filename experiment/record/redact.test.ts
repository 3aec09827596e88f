import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ParamValue } from "../events.ts";
import { configureSession, session } from "../session.ts";
import { isSecret, REDACTED, Redactor, withoutCredentials } from "./redact.ts";
import { openTestSession, recordRun } from "./test-record.ts";

const remotes: [string, string][] = [
	["https://github.com/a/b.git", "https://github.com/a/b.git"],
	["https://ann:secret@github.com/a/b.git", "https://github.com/a/b.git"],
	["https://ann:se@cret@github.com/a/b.git", "https://github.com/a/b.git"],
	["https://token@github.com/a@b.git", "https://github.com/a@b.git"],
	["git+ssh://ann:secret@host/a", "git+ssh://host/a"],
	["git@github.com:a/b.git", "git@github.com:a/b.git"],
	["/srv/a@b.git", "/srv/a@b.git"],
];

for (const [url, kept] of remotes)
	test(`of the remote ${url} the record keeps ${kept}`, () => {
		assert.equal(withoutCredentials(url), kept);
	});

const names: [string, ParamValue, boolean][] = [
	["password", "abc", true],
	["dbPassword", "abc", true],
	["PASSWORD", 1234, true],
	["api_key", "abc", true],
	["apiKey", "abc", true],
	["API-KEY", "abc", true],
	["AWS_SECRET_ACCESS_KEY", "abc", true],
	["client_secret", "abc", true],
	["credentials", "abc", true],
	["token", "abc", true],
	["HF_TOKEN", "abc", true],
	["githubToken", "abc", true],
	["token", 5, false],
	["max_tokens", 100, false],
	["tokens", "words", false],
	["tokenizer", "bpe", false],
	["token_length", "4", false],
	["key", "abc", false],
	["keys", 8, false],
	["key_size", 64, false],
	["monkey", "abc", false],
	["secretary", "abc", false],
	["use_password", true, false],
	["password", "", false],
	["lr", 0.1, false],
];

for (const [name, value, secret] of names)
	test(`${name}=${value} is ${secret ? "a secret" : "none"}`, () => {
		assert.equal(isSecret(name, value), secret);
	});

const texts: [string, string, string][] = [
	[
		"a password in a URL",
		"fetch('https://ann:hunter2@example.org/x?y=1')",
		`fetch('https://ann:${REDACTED}@example.org/x?y=1')`,
	],
	[
		"a token in a query",
		"https://a.org/?a=1&access_token=abc&b=2 https://a.org/?X-Signature=x",
		`https://a.org/?a=1&access_token=${REDACTED}&b=2 https://a.org/?X-Signature=${REDACTED}`,
	],
	[
		"tokens by their look",
		`ghp_${"a1".repeat(18)} hf_${"B2".repeat(17)} AKIA${"A1".repeat(8)}`,
		`${REDACTED} ${REDACTED} ${REDACTED}`,
	],
	[
		"a signed web token",
		`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${"s".repeat(43)}`,
		REDACTED,
	],
	[
		"a private key",
		"-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n",
		`${REDACTED}\n`,
	],
	[
		"the value of a secret variable",
		"Authorization: swordfish",
		`Authorization: ${REDACTED}`,
	],
	[
		"the value of a secret parameter, also a short one where it is declared",
		'%dd run x password=abc apiKey="long enough"\nlog("abc", "long enough")',
		`%dd run x password=${REDACTED} apiKey="${REDACTED}"\nlog("abc", "${REDACTED}")`,
	],
	[
		"nothing else",
		"a@b.org https://a.org:80/x@y ftp://host sha256:deadbeef sk-1 $&",
		"a@b.org https://a.org:80/x@y ftp://host sha256:deadbeef sk-1 $&",
	],
];

for (const [what, text, expected] of texts)
	test(`${what} is taken out of a text`, () => {
		const redactor = new Redactor(
			{ password: "abc", apiKey: "long enough", lr: 1 },
			{ MY_TOKEN: "swordfish", HOME: "/home/ann" },
		);
		assert.equal(redactor.text(text), expected);
	});

test("the working directory of a shell, PWD, is no password", () => {
	const redactor = new Redactor(
		{},
		{ PWD: "/home/ann/moons", DB_PWD: "swordfish" },
	);
	assert.equal(
		redactor.text('readFile("/home/ann/moons/a.csv", "swordfish")'),
		`readFile("/home/ann/moons/a.csv", "${REDACTED}")`,
	);
});

test("a run gets its secrets, and its folder has none of them", async () => {
	openTestSession({ overrides: { password: "correct horse" } });
	process.env.SERVICE_TOKEN = "environment-secret";
	const seen: unknown[] = [];
	session().source = {
		kind: "cell",
		text: '%dd run test token=abcdefgh\nawait fetch("https://ann:urlsecret@example.org")',
	};
	session().cells = [{ source: "const again = 'abcdefgh';", status: "ok" }];
	let directory = "";
	await assert.rejects(
		recordRun(
			async (run) => {
				directory = run.info.directory;
				seen.push(run.params.token, run.params.password);
				console.log("using abcdefgh and correct horse");
				process.stderr.write("with environment-secret\n");
				await run.artifact("notes", { lr: 1 });
				throw new Error("refused: token abcdefgh");
			},
			{
				params: { token: "abcdefgh", password: "correct horse", lr: 1 },
				origins: { password: "override" },
			},
		),
		{ message: "refused: token abcdefgh" },
	);
	delete process.env.SERVICE_TOKEN;
	assert.deepEqual(seen, ["abcdefgh", "correct horse"]);
	const files = readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
	assert.ok(files.length >= 6, files.join());
	for (const file of files)
		assert.doesNotMatch(
			readFileSync(file, "utf8"),
			/abcdefgh|correct horse|environment-secret|urlsecret/,
			file,
		);
	configureSession({});
});

test("another secret makes no other run", async () => {
	openTestSession();
	const body = (token: string) =>
		recordRun((run) => run.log({ drawn: Math.random() }), {
			params: { token, lr: 1 },
		});
	const first = await body("one");
	const second = await body("two");
	assert.equal(second.record.identity, first.record.identity);
	assert.equal(second.record.seed.run, first.record.seed.run);
	assert.equal(second.record.params.token?.value, REDACTED);
});
