import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { git } from "../../experiment/code/test-repository.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import { answerHere } from "../command-line.ts";

/*
 * What an environment and a project's folder hold for one user alone, in a run
 * that shows all of it in every way that it has. None of it may be in the run's
 * folder, among git's objects or in an export.
 */

interface Attack {
	readonly name: string;
	/** What must be nowhere. */
	readonly secret: string;
	readonly variables?: Readonly<Record<string, string>>;
	/** Beside the script, untracked. */
	readonly files?: Readonly<Record<string, string>>;
	/** What the script says of it. */
	readonly shown: string;
}

const base = "k7Q2m9X4c1V8z3N6b5L0p2R7t9W4y1H8s6D3f5G0";
const variable = (name: string, value: string, secret = value): Attack => ({
	name: `the variable ${name}`,
	variables: { [name]: value },
	secret,
	shown: `process.env.${name}`,
});
const look = (name: string, secret: string, around = "SECRET"): Attack => ({
	name,
	secret,
	// The script itself does not have it.
	shown: `String.fromCharCode(${[...around.replace("SECRET", secret)].map((one) => one.charCodeAt(0))})`,
});
const file = (path: string, content: string, secret: string): Attack => ({
	name: `the file ${path}`,
	files: { [path]: content },
	secret,
	shown: `readFileSync(${JSON.stringify(path)}, "utf8")`,
});

const ATTACKS: readonly Attack[] = [
	variable("PGPASSWORD", "of-postgres"),
	variable("SMTP_PASS", "of-the-mails"),
	variable("KAGGLE_KEY", "of-kaggle-01"),
	variable("NPM_AUTH", "of-npm-auths"),
	variable("SENTRY_DSN", "https://of-sentry@o1.ingest.io/2", "of-sentry"),
	variable("CONNECTION_STRING", "Server=a;of-a-server"),
	variable("TF_TOKEN_app_terraform_io", "of-terraform"),
	variable("TF_VAR_region_code", "of-a-variable"),
	variable("NVIDIA_API_KEY", "of-nvidia-01"),
	variable("DATABASE_URL", "postgres://u:of-an-url@h/d", "of-an-url"),
	variable("GCP_ACCOUNT", '{"private_key":"of-an-account"}', "of-an-account"),
	variable("OMP_SECRET", "of-open-mp"),
	look("an AWS secret key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
	look("a Google API key", `AIza${base.slice(0, 35)}`),
	look("a Google access token", `ya29.${base}`),
	look("a live Stripe key", `sk_live_${base.slice(0, 24)}`),
	look(
		"a Slack hook",
		`T0AAAAAAA/B0AAAAAAA/${base.slice(0, 24)}`,
		"https://hooks.slack.com/services/SECRET",
	),
	look("a bearer", "of-a-bearer", "Authorization: Bearer SECRET"),
	look("a token before a host", "of-a-token-1", "https://SECRET@host/x"),
	look("a password alone", "of-redis", "redis://:SECRET@host/0"),
	look("an AGE key", `AGE-SECRET-KEY-1${"QPZRY9X8GF".repeat(6).slice(0, 58)}`),
	look(
		"a PGP key",
		"bGlrZSBhIGtleQ",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nSECRET\n-----END PGP PRIVATE KEY BLOCK-----",
	),
	look("a member of an object", "of-a-member", '{ password: "SECRET" }'),
	file(".env", "APP_TOKEN=of-dot-env\n", "of-dot-env"),
	file("conf/.env.local", "of-env-local-1 and more\n", "of-env-local-1"),
	file(".netrc", "machine a login b password of-netrc", "of-netrc"),
	file(".npmrc", "//a/:_authToken=of-npmrc\n", "of-npmrc"),
	file("kaggle.json", '{"username":"a","key":"0f1e2d3c4b5a"}', "0f1e2d3c4b5a"),
	file(".vault-token", "of-the-vault", "of-the-vault"),
];

/** Of these nothing may be missing. */
const HONEST = [
	"max_tokens=100 tokenizer=bpe author=ann compass=north pass_rate=0.9 auth_loss=0.5",
	"sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
	"f81d4fae-7dec-11d0-a765-00a0c91e6bf6 10.5281/zenodo.1234567",
	"https://a.org:8080/x@y git@github.com:a/b.git",
	'{"token":"the","key":"conv2d_1"}',
];

const project = temporaryFolder();
const out = join(temporaryFolder(), "out");
let exported = "";
let record: RunRecord;

/** conf's file is no top-level one: it is in no snapshot, and nobody prints it. */
const isShown = ({ files }: Attack) => !files?.["conf/.env.local"];

const script = `import * as dd from "deepdiva";
import { readFileSync } from "node:fs";
const shown = () => [
${ATTACKS.filter(isShown)
	.map(({ shown }) => `\t${shown},`)
	.join("\n")}
];
await dd.run({ name: "leaky" }, async () => {
	for (const one of shown()) {
		for (let at = 0; at < one.length; at += 3) process.stdout.write(one.slice(at, at + 3));
		console.log();
		console.log(JSON.stringify({ one }), { one });
	}
	for (const one of ${JSON.stringify(HONEST)}) console.log(one);
	await dd.artifact("json", new Map(shown().map((one, i) => [i + " " + one, [one]])));
	await dd.artifact("text", shown().join("\\n"));
	for (const one of shown()) dd.log({ [one]: 1 });
	throw new Error(shown().join(" "));
});
`;

before(async () => {
	writeFiles(project, {
		"package.json": '{"type": "module"}',
		"leaky.ts": script,
		".gitignore": "runs\nnode_modules\n",
	});
	git(project, "init", "-q", "-b", "main");
	git(project, "add", "-A");
	git(project, "commit", "-q", "-m", "first");
	writeFiles(
		project,
		Object.assign({ "changed.ts": "1" }, ...ATTACKS.map(({ files }) => files)),
	);
	const env = {
		...process.env,
		DEEPDIVA_RUNS: join(project, "runs"),
		OMP_NUM_THREADS: "1",
		...Object.assign({}, ...ATTACKS.map(({ variables }) => variables)),
	};
	const run = await answerHere(["run", "leaky.ts"], { cwd: project, env });
	assert.match(run.stderr, /of-postgres/);
	const runs = join(project, "runs", "leaky");
	const [folder = ""] = readdirSync(runs);
	record = JSON.parse(readFileSync(join(runs, folder, "run.json"), "utf8"));
	exported = (
		await answerHere(["runs", "export", folder.slice(-8), "-o", out], {
			cwd: project,
			env: { ...process.env, DEEPDIVA_RUNS: join(project, "runs") },
		})
	).stderr;
});

const filesIn = (folder: string) =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));

for (const { name, secret } of ATTACKS)
	test(`${name} is in no file of a record or an export, and in no object of git`, () => {
		const ways = [
			secret,
			encodeURIComponent(secret),
			Buffer.from(secret).toString("base64").slice(0, -4),
		];
		const has = (text: string) => ways.some((way) => text.includes(way));
		const committed = git(project, "show", "HEAD:leaky.ts");
		for (const path of [...filesIn(join(project, "runs")), ...filesIn(out)]) {
			const text = readFileSync(path, "latin1");
			const line = text.split("\n").find(has);
			assert.equal(line, undefined, `${path} has it`);
		}
		const objects = git(project, "cat-file", "--batch-all-objects", "--batch");
		assert.ok(!has(objects.replaceAll(committed, "")), "git has it");
	});

test("what is no secret is on record as it was printed", () => {
	const [printed = ""] = filesIn(join(project, "runs")).filter((path) =>
		path.endsWith("stdout.log"),
	);
	const log = readFileSync(printed, "utf8");
	for (const line of HONEST) assert.ok(log.includes(`${line}\n`), line);
});

test("the variables on record are those that steer a computation", () => {
	const { variables } = record.environment as {
		variables: Record<string, string>;
	};
	// Beside those that this machine has set for all.
	assert.deepEqual(
		Object.keys(variables).filter(
			(name) =>
				name === "OMP_NUM_THREADS" ||
				!(/^(LANG|LC_\w+|NODE_\w+|TZ)$/.test(name) || name in process.env),
		),
		["OMP_NUM_THREADS"],
	);
});

test("secret files are told as skipped, those that were read first, and an export says so", () => {
	assert.ok(record.git && record.git.mode !== "ignore");
	assert.deepEqual(
		record.git.leftOut?.filter(({ why }) => /secret/.test(why)),
		[
			...[".env", ".netrc", ".npmrc", ".vault-token"].map((path) => ({
				path,
				read: true,
			})),
			{ path: "kaggle.json", read: true },
			{ path: "conf/.env.local" },
		].map(({ path, ...read }) => ({
			path,
			why: "untracked and secret by its name",
			...read,
		})),
	);
	assert.match(exported, /were not kept are not exported: \.env, \.netrc/);
});
