import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProportional } from "../../base/test-growth.ts";
import { Redactor } from "./redact.ts";
import { REDACTED } from "./secret-looks.ts";

const A = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6";
const hex = (length: number) => "3f9a0c7be1".repeat(20).slice(0, length);
const base = (length: number) => (A + A + A + A).slice(0, length);

/** The secret part, and what stands around it. */
const LOOKS: readonly [
	what: string,
	before: string,
	secret: string,
	after?: string,
][] = [
	["an AWS key id", "id ", `AKIA${"Q3".repeat(8)}`],
	["a temporary AWS key id", "", `ASIA${"Q3".repeat(8)}`],
	["an AWS secret key", "", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
	[
		"an AWS secret key in quotes",
		'("',
		"kd8Fh2/LqPz0+Xv7Tn1mRw5sYc9GbJ4eUa6iOo3Z",
		'")',
	],
	["a Google API key", "", `AIza${base(35)}`],
	["a Google access token", "", `ya29.${base(60)}`],
	["a Google client secret", "", `GOCSPX-${base(28)}`],
	["a live Stripe key", "", `sk_live_${base(24)}`],
	["a restricted Stripe key", "", `rk_live_${base(24)}`],
	[
		"a Slack hook",
		"https://hooks.slack.com/services/",
		`T0ABCDEFG/B0ABCDEFG/${base(24)}`,
	],
	[
		"a Discord hook",
		"https://discord.com/api/webhooks/",
		`123456789012345678/${base(60)}`,
	],
	["a Slack token", "", `xoxb-123456789012-${base(24)}`],
	["a bearer", "Authorization: Bearer ", base(30)],
	["a bearer in an object", "{ Authorization: 'Bearer ", base(30), "' }"],
	["a bearer in JSON", '{"Authorization":"Bearer ', base(30), '"}'],
	["a basic log-in", "authorization: Basic ", "YW5uOmh1bnRlcjI="],
	["a bearer of letters", "Authorization: Bearer ", "swordfish"],
	["an API key in a header", "X-Api-Key: ", "swordfish-12"],
	["a cookie", "Cookie: ", "session=swordfish; b=c", "\n"],
	["a token in an address", "https://", "swordfishtoken", "@host/x"],
	[
		"a token of an issuer in an address",
		"git clone https://",
		`ghp_${base(36)}`,
		"@github.com/a/b",
	],
	["a password without a user", "redis://:", "pw", "@host:6379"],
	["a password of a database", "postgres://u:", "p%40ss", "@h/db"],
	["a password with a slash", "amqp://u:", "pa/ss?w#d", "@h/vhost"],
	["a password in several hosts", "mongodb+srv://u:", "pw12", "@a,b/db"],
	["a password in an address in JSON", "https:\\/\\/u:", "pw12", "@host\\/x"],
	[
		"a signature in an address",
		"https://a.org/x?sv=1&sig=",
		"ab%2Fcd",
		"&se=2",
	],
	[
		"an account's key",
		"DefaultEndpointsProtocol=https;AccountKey=",
		`${base(86)}==`,
		";E=a",
	],
	[
		"a private key",
		"",
		"-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----",
	],
	[
		"a PGP key",
		"",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOY\n-----END PGP PRIVATE KEY BLOCK-----",
	],
	[
		"an OpenSSH key",
		"",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----",
	],
	[
		"a private key in JSON",
		'"',
		"-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----",
		'"',
	],
	[
		"a private key that was cut off",
		"",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nabc",
	],
	["an AGE key", "", `AGE-SECRET-KEY-1${"QPZRY9X8GF".repeat(6).slice(0, 58)}`],
	["a GitHub token", "", `github_pat_${base(22)}_${base(59)}`],
	["a GitLab token", "", `glpat-${base(20)}`],
	["a Hugging Face token", "", `hf_${base(34)}`],
	["an OpenAI key", "", `sk-proj-${base(48)}`],
	["an Anthropic key", "", `sk-ant-api03-${base(95)}`],
	["a PyPI token", "", `pypi-AgEIcHlwaS5vcmc${base(60)}`],
	["an npm token", "//registry.npmjs.org/:_authToken=", `npm_${base(36)}`],
	["a Databricks token", "", `dapi${hex(32)}`],
	["a SendGrid key", "", `SG.${base(22)}.${base(43)}`],
	["a Telegram bot", "", `123456789:AA${base(33)}`],
	["a Vault token", "", `hvs.${base(95)}`],
	["a Docker token", "", `dckr_pat_${base(27)}`],
	[
		"a signed web token",
		"",
		`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${base(43)}`,
	],
	["a token of a rule set that is maintained", "", `vcp_${base(24)}`],
	["a variable of a shell", "PGPASSWORD=", "swordfish", " psql"],
	["a member of an object", "{ password: '", "swordfish", "', lr: 1 }"],
	["a member of JSON", '{"db_password": "', "swordfish", '"}'],
	["a member of JSON in JSON", '"{\\"password\\":\\"', "swordfish", '\\"}"'],
	[
		"a member of an object in a text",
		"{ one: '{ password: \"",
		"swordfish",
		"\" }' }",
	],
	[
		"a member in JSON in JSON in JSON",
		'"\\\\\\"password\\\\\\":\\\\\\"',
		"swordfish",
		'\\\\\\""',
	],
	["a variable behind another", "url=password=", "swordfish"],
	["a member with a quote in it", '{"password":"', 'sword\\"fish', '","a":1}'],
	[
		"a member in JSON in JSON with a quote in it",
		'"{\\"password\\":\\"',
		'of\\\\\\"a-member',
		'\\"}"',
	],
	["a line of YAML", "db:\n  password: ", "swordfish", "\n  port: 1"],
	["a line of INI", "[db]\npassword = ", "swordfish", "\n"],
	["a flag", "login --password ", "swordfish", " --lr 1"],
	["a log-in of curl", "curl -s -u ann:", "swordfish", " https://a.org"],
	["a log-in of netrc", "machine a.org login ann password ", "swordfish"],
];

for (const [what, before, secret, after = ""] of LOOKS)
	test(`${what} is taken out by its look, and nothing around it`, () => {
		const redactor = new Redactor();
		const text = `said ${before}${secret}${after} so`.replace(
			/^said (?=db:|\[)/,
			"",
		);
		const around = text.replace(secret, REDACTED);
		for (const [given, expected] of [
			[text, around],
			[`${text}\n${text}`, `${around}\n${around}`],
		] as const)
			assert.equal(redactor.text(given), expected);
		assert.equal(redactor.text(around), around);
	});

const HONEST = [
	"max_tokens=100 tokenizer=bpe author=ann compass=north pass_rate=0.9 bypass=yes keyboard=us monkey=1 n_passes=3 auth_loss=0.25",
	'{"token":"the","tokens":["a","b"],"token_id":5,"key":"conv2d_1","keys":8,"secretary":"ann"}',
	`sha256:${hex(64)} commit ${hex(40)} ${hex(12)} md5 ${hex(32)}`,
	"f81d4fae-7dec-11d0-a765-00a0c91e6bf6 10.5281/zenodo.1234567 arXiv:2101.00001v2",
	`sha512-${Buffer.alloc(64, 7).toString("base64")} sha1-${Buffer.alloc(20, 9).toString("base64")}`,
	Buffer.from(
		Float32Array.from({ length: 300 }, (_, i) => Math.sin(i)).buffer,
	).toString("base64"),
	"https://a.org:8080/x@y http://localhost:8888/lab ftp://host/a ssh://git@host/a git@github.com:a/b.git https://ann@a.org",
	"https://a.org/?page=2&key=short&code=12&sort=name#a@b mailto:ann@example.org",
	"password: required\nsecret: none\ntoken: missing\npassword=\npassword: ********",
	"const token = next(); if (password === entered) login(password);",
	"the bearer of good news, a basic understanding, Authorization: required",
	"-----BEGIN CERTIFICATE-----\nMIIabc\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\nMIIabc\n-----END PUBLIC KEY-----",
	"resnet50_block3_conv2/weights:0 model.layers.12.self_attn.q_proj.weight dense_Dense7/kernel",
	"/home/ann/experiments/Moons2026/RunsOfMay/SomeFolder7/data.csv C:\\Users\\ann\\AppData\\x",
	"2026-05-01T10:20:30.123Z 0x7ffee4c3 3.141592653589793 1e-7 9007199254740993",
	"sk-learn compatible, sk-learn-contrib-imbalanced-estimators, npm_config_registry, hf_hub, SG.1.2",
	"git log --author ann --since 2020 --key value -u 1 --tokens 5 --use-auth",
	"loss: 0.25 accuracy: 0.9 epoch=3/10 lr=0.001 key=value a=b c:d",
	"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
];

for (const text of HONEST)
	test(`${JSON.stringify(text).slice(0, 70)} stays as it is`, () => {
		assert.equal(new Redactor().text(text), text);
	});

const TRAPS: readonly [string, (length: number) => string][] = [
	...[
		"a",
		"a.",
		"a-",
		"a_",
		"eyJ-",
		"eyJaaaaaaaaa.",
		"sk-",
		"sk-a-",
		"://",
		"a://",
		"a://b:",
		"a://b:c/",
		"https://a:b",
		"-----BEGIN PRIVATE KEY-----",
		"-----BEGIN ",
		"-----BEGIN RSA PRIVATE KEY-----\n",
		"?token",
		"?a=",
		"&aa-token",
		"authorization: ",
		"authorization:\t",
		"Bearer ",
		"bearer   ",
		"--password ",
		"--a-",
		"curl -s ",
		"curl -u ann ",
		"login a password ",
		"login ",
		'a="',
		"password='",
		'password="\\',
		"password: ",
		"password:\n",
		"pass=",
		"a=b",
		'\\"password\\": \\"',
		"SG.",
		"SG.aaaaaaaaaaaaaaaa.",
		"xoxb-",
		"A1",
		"MAAAAAAAAAAAAAAAAAAAAAAA.",
		"AccountKey=",
		";Pwd=",
		"hooks.slack.com/services/",
		"https://maker.ifttt.com/",
		"x.webhook.office.com/",
		"mysql -",
		"aB1/",
		"\\",
		'{"',
		"params:{",
		"params: {'",
		"parameter(",
		"parameter<",
		"password:",
		"`",
		"'",
		"const password: ",
		"const password = ",
		"%%bash\n",
		"%a=",
		"!a=",
		"// Parameters\nconst a = ",
		"cookie: ",
		"[redacted]",
		"password=[redacted]",
		"\ud800",
	].map((piece): [string, (length: number) => string] => [
		piece,
		(length) => piece.repeat(Math.ceil(length / piece.length)),
	]),
];

test("a text, a cell and a text of a shell of 100,000 characters are searched in time that grows with them", () => {
	const redactor = new Redactor({ password: "swordfish", api_key: "aaaaaaaa" });
	const ways: ((text: string) => unknown)[] = [
		(text) => redactor.text(text),
		(text) => redactor.source(text),
		(text) => redactor.source(`%%bash\n${text}`),
		(text) => new Redactor().learnSource(text),
		(text) => redactor.unfinished(text),
	];
	for (const [piece, make] of TRAPS)
		for (const [i, way] of ways.entries())
			assertProportional(
				(length) => way(make(length)),
				`${JSON.stringify(piece)} in way ${i}`,
			);
});
