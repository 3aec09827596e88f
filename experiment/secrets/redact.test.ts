import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { writeFiles } from "../../base/test-folder.ts";
import { git } from "../code/test-repository.ts";
import type { ParamValue } from "../events.ts";
import { parameter } from "../parameters/parameter.ts";
import { contradictions } from "../record/check/contradictions.ts";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { configureSession, session } from "../session.ts";
import { isSecret } from "./named-secrets.ts";
import { REDACTED, Redactor, withoutCredentials } from "./redact.ts";

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

const overlapping: [string, string[], string, string][] = [
	[
		"a secret that begins with another",
		["hunter2", "hunter22"],
		"hunter22 hunter2 hunter222",
		`${REDACTED} ${REDACTED} ${REDACTED}2`,
	],
	[
		"a secret that ends with another's beginning",
		["abcdefgh", "efghijkl"],
		"<abcdefghijkl>",
		`<${REDACTED}>`,
	],
	["a secret that overlaps itself", ["abcabc"], "<abcabcabc>", `<${REDACTED}>`],
	[
		"a secret inside of another",
		["swordfish", "my swordfish, again"],
		"my swordfish, again: swordfish",
		`${REDACTED}: ${REDACTED}`,
	],
	[
		"a short secret that begins with another, where it is declared",
		["abc", "abcd"],
		'password=abcd password="abcd" password=abc',
		`password=${REDACTED} password=${REDACTED} password=${REDACTED}`,
	],
];

for (const [what, secrets, text, expected] of overlapping)
	test(`${what} leaves nothing of itself`, () => {
		for (const order of [secrets, secrets.toReversed()]) {
			const redactor = new Redactor();
			for (const password of order) redactor.learn({ password });
			assert.equal(redactor.text(text), expected);
		}
	});

const secret = `p"ä's\\w/ö?r & d\n`;
const spellings: [string, string][] = [
	["as it is", secret],
	["in JSON", JSON.stringify({ secret })],
	["in JSON within JSON", JSON.stringify(JSON.stringify(secret))],
	["as Node shows it", inspect({ secret })],
	["in an address", `https://a.org/?q=${encodeURIComponent(secret)}`],
	["in a form", String(new URLSearchParams({ secret }))],
	["in a path", encodeURI(secret)],
	["as hexadecimal digits", Buffer.from(secret).toString("hex")],
	["as Node shows bytes", inspect(Buffer.from(secret))],
	[
		"in a page",
		secret.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;"),
	],
	[
		"in JSON that has no other letters",
		JSON.stringify(secret).replace(
			/[^ -~]/g,
			(one) => `\\u00${one.charCodeAt(0).toString(16)}`,
		),
	],
	["as a list of bytes", JSON.stringify([...Buffer.from(secret)])],
	[
		"as numbers of a script",
		[...Buffer.from(secret)]
			.map((one) => `\\x${one.toString(16).padStart(2, "0")}`)
			.join(""),
	],
	[
		"in base64 of base64",
		Buffer.from(Buffer.from(secret).toString("base64")).toString("base64"),
	],
	...["", "a", "ab", "abc"].flatMap((before): [string, string][] => [
		[
			`in base64 after ${before.length} bytes`,
			Buffer.from(`${before}${secret}x`).toString("base64"),
		],
		[
			`in base64url after ${before.length} bytes`,
			Buffer.from(`${before}${secret}`).toString("base64url"),
		],
	]),
];

for (const [how, text] of spellings)
	test(`a secret is taken out of a text ${how}`, () => {
		const redactor = new Redactor({ password: secret });
		const clean = redactor.text(`<${text}>`);
		assert.ok(clean.includes(REDACTED), clean);
		// Of base64, what the bytes around it need.
		assert.ok(clean.length <= REDACTED.length + 34, clean);
		assert.equal(redactor.text(clean), clean);
	});

const written: [string, string][] = [
	[
		"%dd run login password=hunter22 api_key='a b' lr=1",
		`%dd run login password=${REDACTED} api_key=${REDACTED} lr=1`,
	],
	[
		'%dd multirun m token=one,two,"th,ree" pin_password=007 lr=1,2',
		`%dd multirun m token=${REDACTED},[redacted-2],[redacted-3] pin_password=${REDACTED} lr=1,2`,
	],
	["%env API_KEY=x", `%env API_KEY=${REDACTED}`],
	["!TOKEN=abc curl a.org", `!TOKEN=${REDACTED} curl a.org`],
	[
		"%%writefile .env\nHOST=a\nexport DB_PASSWORD=abc",
		`%%writefile .env\nHOST=a\nexport DB_PASSWORD=${REDACTED}`,
	],
	[
		'// Parameters\nconst password = "a\\"b";\nconst pin_secret = 7;\nconst lr = 0.1;',
		`// Parameters\nconst password = "${REDACTED}";\nconst pin_secret = "${REDACTED}";\nconst lr = 0.1;`,
	],
	[
		"// Parameters\nconst lr = \"a\" + 'b';",
		"// Parameters\nconst lr = \"a\" + 'b';",
	],
	[
		"%dd run x use_password=true token=5 max_tokens=7\nconst token=f(1)",
		"%dd run x use_password=true token=5 max_tokens=7\nconst token=f(1)",
	],
	[
		"let lr = 0.1; let password = \"a\"; var dbPassword: string='b c'; const a = 1, api_key = `c`;",
		`let lr = 0.1; let password = "${REDACTED}"; var dbPassword: string='${REDACTED}'; const a = 1, api_key = \`${REDACTED}\`;`,
	],
	[
		'function login(user = "ann", password = "abc") {} const { pwd = "x" } = given;',
		`function login(user = "ann", password = "${REDACTED}") {} const { pwd = "${REDACTED}" } = given;`,
	],
	[
		`const token = "the"; const apiKey = "api_key"; let password = \`\${ask}\`; if (password === "no") password = ask();`,
		`const token = "the"; const apiKey = "api_key"; let password = \`\${ask}\`; if (password === "no") password = ask();`,
	],
	[
		"run({ params: {password:\"abcde\", token: `ab}c`, lr: 1, 'pin_secret': 12, pwd: [\"a\", 'b'] } })",
		`run({ params: {password:"${REDACTED}", token: \`${REDACTED}\`, lr: 1, 'pin_secret': "${REDACTED}", pwd: ["${REDACTED}", '[redacted-2]'] } })`,
	],
	[
		'parameter("token", "a(b)c"); parameter<string>(`api_key`, `abc`); parameter("lr", "abc")',
		`parameter("token", "${REDACTED}"); parameter<string>(\`api_key\`, \`${REDACTED}\`); parameter("lr", "abc")`,
	],
];

for (const [source, expected] of written)
	test(`of the cell ${JSON.stringify(source)} the record keeps what is no secret`, () => {
		assert.equal(new Redactor().source(source), expected);
		// A replay reads, and records, what was kept.
		const again = new Redactor();
		again.learnSource(expected);
		assert.equal(again.source(expected), expected);
	});

test("the default of a notebook's secret parameter is secret in whatever comes after", () => {
	const redactor = new Redactor();
	redactor.learnSource(
		'let lr = 0.1; let password = "hunter22tag"; const apiKey: string = `of-a-template`;\nlet token = "a-usual-word";',
	);
	assert.equal(
		redactor.text("hunter22tag of-a-template a-usual-word"),
		`${REDACTED} ${REDACTED} a-usual-word`,
	);
});

/** Every file of a run's folder that has one of these texts, as it is. */
const filesWith = (directory: string, secrets: RegExp) =>
	readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => secrets.test(readFileSync(file, "latin1")));

test("what is secret in any run of a session is left out of every record after, in whatever file", async () => {
	openTestSession({ overrides: { db_password: "of-the-command-line" } });
	const current = session();
	await recordRun(() => undefined, {
		params: { password: "hunter22", api_key: 123456789 },
	});
	current.cells = [
		{ source: "%dd run login password=hunter22", status: "ok" },
		{ source: "%dd run task=nope password=of-a-failed-cell", status: "error" },
		{ source: "%env OWN_TOKEN=of-a-variable", status: "ok" },
		{
			source: '// Parameters\nconst password = "of-an-injected-cell";',
			status: "ok",
		},
	];
	current.source = undefined;
	assert.equal(parameter("db_password", "of-a-script"), "of-the-command-line");
	current.source = { kind: "cell", text: 'log("of-the-command-line");' };
	const all =
		"hunter22 of-a-failed-cell of-a-variable of-the-command-line of-an-injected-cell of-a-script";
	const { directory, record } = await recordRun(
		async (run) => {
			run.log({ [`hunter22-${1}`]: 1 });
			run.log({ "of-a-variable": 1, "of-a-failed-cell": 2 });
			await run.artifact("text", all);
			await run.artifact("json", new Map([[all, [all, 123456789, 1]]]));
			run.confusion({
				name: "c",
				confusion: { classes: ["hunter22"], matrix: [] },
			});
			for (const piece of ["hun", "ter", "22 of-a-fail", "ed-cell", "\nhunter"])
				process.stdout.write(piece);
			await run.checkpoint(
				1,
				Promise.resolve({ tensors: {}, values: { all } }),
			);
			await run.artifact(
				"checkpoint",
				readFileSync(
					join(run.info.directory, "checkpoint.safetensors"),
					"latin1",
				),
			);
		},
		{ params: { note: all, number: 123456789, lr: 1 } },
	);
	assert.deepEqual(
		filesWith(
			directory,
			/hunter22|123456789|of-(a-(failed|var|script)|an-inj|the-com)/,
		),
		[],
	);
	assert.equal(
		readFileSync(join(directory, "stdout.log"), "utf8"),
		`${REDACTED} ${REDACTED}\nhunter`,
	);
	assert.deepEqual(record.metrics, { [`${REDACTED}-1`]: 1, [REDACTED]: 2 });
	assert.deepEqual(contradictions({ directory, record }), []);
	configureSession({});
});

test("a script's record has no secret of runs that it starts later", () => {
	const redactor = new Redactor();
	const source = `
const token = "a word of the text";
const password = dd.parameter("password", "first-one");
await dd.run({ name: "a", params: { lr: 0.1, token: "7777777", 'api-key': 'second-one', pin_secret: 1234567 } }, body);
await dd.multirun({ params: { token: ["third-one", "fourth-one"], path: "data" } }, body);
`;
	redactor.learnSource(source);
	assert.equal(
		redactor.source(source),
		source
			.replace(/(first|second|third)-one|7777777/g, REDACTED)
			.replace("1234567", `"${REDACTED}"`)
			.replace("fourth-one", "[redacted-2]"),
	);
});

test("a text with half of a character is refused as an artifact, not changed", async () => {
	openTestSession();
	await assert.rejects(
		recordRun((run) => run.artifact("text", ["\ud800"])),
		/half of a character/,
	);
});

test("a run that is running when another begins keeps nothing of the other's secrets in its sources", async () => {
	openTestSession();
	session().source = {
		kind: "script",
		text: 'await dd.run({ params: { password: "hunter22" } })',
	};
	const { directory, record } = await recordRun(async () => {
		await recordRun(() => undefined, { params: { password: "hunter22" } });
	});
	assert.deepEqual(filesWith(directory, /hunter22/), []);
	assert.deepEqual(contradictions({ directory, record }), []);
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

test("a secret that is part of another, in quotes of either kind, in a parameter of another name, leaves nothing of itself", () => {
	const redactor = new Redactor(
		{ token: "abcdefgh", password: "abcdefghijkl", pwd: "it" },
		{ A_SECRET: "sixsix", B_SECRET: "fives", OLDPWD: "/home/ann/before" },
	);
	for (const [text, expected] of [
		["abcdefghijkl abcdefgh", `${REDACTED} ${REDACTED}`],
		["%dd run x pwd='it' it", `%dd run x pwd=${REDACTED} it`],
		['%dd run x pwd="it" pwd=it', `%dd run x pwd=${REDACTED} pwd=${REDACTED}`],
		// Six characters are a secret wherever they stand, five may be a word.
		["sixsix fives", `${REDACTED} fives`],
		["/home/ann/before/a.csv", "/home/ann/before/a.csv"],
		["half \ud800", "half \ufffd"],
	] as const)
		assert.equal(redactor.text(text), expected);
	assert.equal(
		redactor.param("url", "https://ann:hunter2@a.org/?q=sixsix"),
		`https://ann:${REDACTED}@a.org/?q=${REDACTED}`,
	);
	assert.equal(redactor.param("pwd", "it"), REDACTED);
	assert.equal(redactor.param("size", 6), 6);
});

test("the line at which a run failed has no short secret either", async () => {
	const file = join(openTestSession(), "..", "login.ts");
	writeFileSync(file, 'login({ params: { token: "abc", lr: 1 } });\n');
	let directory = "";
	await assert.rejects(
		recordRun((run) => {
			directory = run.info.directory;
			const error = new Error("refused");
			error.stack = `Error: refused\n    at ${file}:1:1`;
			throw error;
		}),
		{ message: "refused" },
	);
	assert.match(
		readFileSync(join(directory, "run.json"), "utf8"),
		/token: \\"\[redacted\]\\", lr: 1/,
	);
});

test("a name that is secret, or has the look of it, names no artifact, picture, stream, run, branch or file left out", async () => {
	const project = join(openTestSession(), "..");
	git(project, "init", "-q", "-b", "swordfish-branch");
	writeFiles(project, { "swordfish.pem": "x", "a.ts": "" });
	git(project, "add", "a.ts");
	git(project, "commit", "-q", "-m", "first");
	const drawn: string[] = [];
	session().observers.add({
		event: (_, event) => {
			if (event.type === "picture") drawn.push(JSON.stringify(event));
		},
	});
	const token = `ghp_${"a1".repeat(18)}`;
	const { directory, record } = await recordRun(
		async (run) => {
			run.rng("swordfish")();
			await run.artifact("swordfish", 1);
			await run.artifact(token, new Map([["password", "mackerel"]]));
			await run.artifact("list", { passwords: ["mackerel"], token: "the" });
			run.confusion({
				name: "swordfish",
				confusion: { classes: ["swordfish", token], matrix: [] },
			});
		},
		{ experiment: "swordfish", params: { password: "swordfish" } },
	);
	assert.deepEqual(filesWith(directory, /swordfish|a1a1|mackerel/), []);
	assert.doesNotMatch(
		JSON.stringify([directory, record, drawn]),
		/swordfish|a1a1|mackerel/,
	);
	assert.deepEqual(Object.keys(record.outputs).sort(), [
		"artifact/list",
		"artifact/redacted",
		"confusion/redacted-1",
	]);
	assert.equal(record.experiment, "redacted");
	assert.equal(
		readFileSync(join(directory, "artifacts/list.json"), "utf8"),
		`{"passwords":["${REDACTED}"],"token":"the"}\n`,
	);
	assert.deepEqual(contradictions({ directory, record }), []);
});

test("what is printed in pieces, line by line or moments apart is searched as a whole", async () => {
	openTestSession();
	const key =
		"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKC\nabcdef012345\n-----END RSA PRIVATE KEY-----";
	const { directory } = await recordRun(async () => {
		process.stdout.write("a ghp_a1a1a1a1");
		await new Promise(setImmediate);
		process.stdout.write(`${"a1".repeat(14)} b\nAuthorization: `);
		await new Promise(setImmediate);
		process.stdout.write("Bearer ");
		process.stdout.write("mackerel\n");
		for (const line of key.split("\n")) console.log(line);
		console.log({ password: "mackerel", lr: 0.1 });
		process.stdout.write("the end");
	});
	assert.equal(
		readFileSync(join(directory, "stdout.log"), "utf8"),
		`a ${REDACTED} b\nAuthorization: Bearer ${REDACTED}\n${REDACTED}\n{ password: '${REDACTED}', lr: 0.1 }\nthe end`,
	);
});

test("a variable that is set while a run computes is secret at once, and so is what files for log-ins say", async () => {
	const project = join(openTestSession(), "..");
	writeFiles(project, {
		".env": "DB_PASSWORD='of the file'\nLR=0.1234567\n",
		".netrc": "machine a login ann password of-netrc",
		"kaggle.json": '{"username":"ann","key":"0f1e2d3c4b5a"}',
		".env.late": "LATE_TOKEN=of-a-late-file\n",
	});
	process.env.SERVICE_URL = "redis://ann:of-an-address@host";
	process.env.SERVICE_ACCOUNT = '{"private_key":"of-an-account"}';
	process.env.A_PRIVATE_KEY = "first-line-of-a-key-1\nsecond-line-of-a-key-2";
	const { directory } = await recordRun(() => {
		process.env.NEW_TOKEN = "of-the-run";
		Object.assign(process.env, { OTHER_TOKEN: "assigned-1" });
		console.log("of-the-run assigned-1");
		process.loadEnvFile(join(project, ".env.late"));
		console.log(
			"of-the-run assigned-1 of-a-late-file, of the file 0.1234567 of-netrc ann 0f1e2d3c4b5a of-an-address of-an-account second-line-of-a-key-2",
		);
	});
	for (const name of [
		"SERVICE_URL",
		"SERVICE_ACCOUNT",
		"A_PRIVATE_KEY",
		"NEW_TOKEN",
		"OTHER_TOKEN",
		"LATE_TOKEN",
	])
		delete process.env[name];
	const r = REDACTED;
	assert.equal(
		readFileSync(join(directory, "stdout.log"), "utf8"),
		`${r} ${r}\n${r} ${r} ${r}, ${r} 0.1234567 ${r} ann ${r} ${r} ${r} ${r}\n`,
	);
});

test("a variable that gets another value is secret with each, however often the environment is looked at", () => {
	const redactor = new Redactor();
	const values = ["first-value-1", "second-value-2", "first-value-1"];
	for (const value of values)
		for (let look = 0; look < 2; look++)
			redactor.learnEnvironment({ SERVICE_TOKEN: value, PWD: "/a/folder-1" });
	assert.equal(redactor.learnt, 2);
	assert.equal(
		redactor.text("first-value-1 in /a/folder-1, second-value-2"),
		`${REDACTED} in /a/folder-1, ${REDACTED}`,
	);
});

test("cells give secrets to members and files in their own ways, and code stays code", () => {
	for (const [source, expected] of [
		[
			'connect({ password: "hunter22", user: "ann" });',
			`connect({ password: "${REDACTED}", user: "ann" });`,
		],
		[
			'db.password = "hunter22"; const ok = first ? password : "another one";',
			`db.password = "${REDACTED}"; const ok = first ? password : "another one";`,
		],
		[
			"const a = { secret: ask(), token: next, password };",
			"const a = { secret: ask(), token: next, password };",
		],
		[
			"%%writefile .netrc\nmachine a login b password c\n",
			`%%writefile .netrc\n${REDACTED}\n`,
		],
		["%%writefile -a id_rsa\nabc", `%%writefile -a id_rsa\n${REDACTED}\n`],
		[
			"%%writefile .env\ndb_password=abc\nLR=1",
			`%%writefile .env\ndb_password=${REDACTED}\nLR=1`,
		],
		[
			"%%writefile a.py\nlogin(password=pw, key='x')",
			"%%writefile a.py\nlogin(password=pw, key='x')",
		],
		[
			"%%writefile a.py\nlogin(password='pw')",
			`%%writefile a.py\nlogin(password='${REDACTED}')`,
		],
		[
			"%%writefile a.ts\nlogin({ password, token: f(1) }); password=ask()",
			"%%writefile a.ts\nlogin({ password, token: f(1) }); password=ask()",
		],
		[
			"%%bash\npgpassword=abc psql -h a",
			`%%bash\npgpassword=${REDACTED} psql -h a`,
		],
		["!curl -u ann:pw https://a.org", `!curl -u ann:${REDACTED} https://a.org`],
	] as const)
		assert.equal(new Redactor().source(source), expected, source);
});

test("a number behind a secret's name is taken out as a whole, and the code stays code", () => {
	const redactor = new Redactor();
	for (const number of [
		"0.5",
		"1e-3",
		"1.5E+10",
		"12_000",
		"0xFF_00",
		"0b101",
		"90071992547409931n",
		"7",
		"3.",
	])
		assert.equal(
			redactor.source(`f({ params: { secret_weight: ${number}, lr: 0.1 } });`),
			`f({ params: { secret_weight: "[redacted]", lr: 0.1 } });`,
			number,
		);
	assert.equal(
		redactor.source("f({ params: { secret_weights: [0.25, 1e-9] } });"),
		'f({ params: { secret_weights: ["[redacted]", "[redacted-2]"] } });',
	);
});

test("packed data of one endless word are recorded, and a token behind them is found", () => {
	const redactor = new Redactor();
	const packed = "A1b2".repeat(2_000_000);
	assert.ok(redactor.text(packed) === packed, "they stay as they are");
	const token = `ghp_${"a1B2".repeat(9)}`;
	assert.ok(redactor.text(`${packed} ${token}`) === `${packed} [redacted]`);
});
