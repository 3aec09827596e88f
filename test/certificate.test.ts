import assert from "node:assert/strict";
import {
	appendFileSync,
	cpSync,
	existsSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { forgeOutput } from "../experiment/record/test-forgery.ts";
import { answerHere } from "./command-line.ts";

const folder = temporaryFolder();

/** The command line as somebody with a home of their own uses it. */
function as(who: string, ...args: string[]) {
	const { DEEPDIVA_RUNS: _, ...env } = process.env;
	return answerHere(args, {
		cwd: folder,
		env: { ...env, XDG_CONFIG_HOME: join(folder, who) },
	});
}

writeFiles(folder, {
	"package.json": "{}",
	"data/a.txt": "a",
	"toy.ts": [
		'import * as dd from "deepdiva";',
		"dd.seed(1);",
		'await dd.run({ name: "toy", params: { lr: 0.5 }, data: ["data"] }, ({ lr }) => dd.log({ x: lr * Math.random() }));',
	].join("\n"),
});
assert.equal((await as("alice", "run", "toy.ts")).status, 0);
const run = (
	JSON.parse((await as("alice", "runs", "--json")).stdout) as { id: string }[]
)[0]?.id as string;

const runFolder = () =>
	listRuns(join(folder, "runs")).runs.find(({ record }) => record.id === run)
		?.directory as string;
const keyOf = (who: string) => join(folder, who, "deepdiva", "signing-key.pem");

test("certify makes a key pair on first use and says so, and the signer's own certificate is valid", async () => {
	const certified = await as("alice", "certify", run, "-o", "run.intoto.jsonl");
	assert.equal(certified.status, 0, certified.stderr);
	assert.match(
		certified.stderr,
		/made a key pair: .*signing-key\.pem is private/,
	);
	assert.match(
		certified.stdout,
		/^identical: all \d+ parts of run .*\ncertified run .* as replayed: .*, signed by SHA256:[\w+/]{43}\nwrote /m,
	);
	assert.equal(statSync(keyOf("alice")).mode & 0o777, 0o600);
	const again = await as("alice", "certify", run, "-o", "run.intoto.jsonl");
	assert.equal(again.stderr, "");
	const verified = await as(
		"alice",
		"verify-certificate",
		"run.intoto.jsonl",
		"--run",
		run,
	);
	assert.equal(verified.status, 0, verified.stdout);
	assert.match(
		verified.stdout,
		/^replayed: by SHA256:[\w+/]{43}, who certified it, on \d{4}-\d\d-\d\d, node [\d.]+, \w+ \w+, same machine\n/,
	);
	assert.match(verified.stdout, /holds +packages: \d+/);
	assert.match(
		verified.stdout,
		/by SHA256:[\w+/]{43}, your own key\n[\s\S]*\nnote: signed on \d{4}-\d\d-\d\d, by its signer's clock; no log keeps certificates, .*\n\nvalid, but it says nothing of the commit of its code\n$/,
	);
});

test("to somebody else the signer is unknown until the key or its fingerprint is named", async () => {
	const verify = (...args: string[]) =>
		as("bob", "verify-certificate", "run.intoto.jsonl", "--run", run, ...args);
	const unknown = await verify();
	assert.equal(unknown.status, 2, unknown.stdout);
	const fingerprint = /SHA256:[\w+/]{43}/.exec(unknown.stdout)?.[0] as string;
	assert.match(unknown.stdout, /not known here; ask who signed/);
	assert.equal(existsSync(keyOf("bob")), false, "checking needs no key");
	assert.equal((await verify("--key", fingerprint)).status, 0);
	assert.equal(
		(await verify("--key", keyOf("alice").replace(".pem", ".pub.pem"))).status,
		0,
	);
	const other = await verify("--key", `SHA256:${"A".repeat(43)}`);
	assert.equal(other.status, 1);
	assert.match(other.stdout, /BROKEN +signature.*not by the key you named/);
});

test("a second party's replay adds its own signed statement, with the level that it reached", async () => {
	const replayed = await as(
		"bob",
		"replay",
		run,
		"--certificate",
		"run.intoto.jsonl",
	);
	assert.equal(replayed.status, 0, replayed.stdout + replayed.stderr);
	assert.match(
		replayed.stdout,
		/added to run\.intoto\.jsonl: PASSED, same machine, signed by SHA256:/,
	);
	const { status, stdout } = await as(
		"alice",
		"verify-certificate",
		"run.intoto.jsonl",
		"--run",
		run,
	);
	assert.equal(status, 0, stdout);
	assert.match(
		stdout,
		/replayed by SHA256:[\w+/]{43}, not known here: identical, same machine, on \d{4}-\d\d-\d\d, node [\d.]+, \w+ \w+ \(13 parts\)/,
	);
	const json = JSON.parse(
		(
			await as(
				"alice",
				"verify-certificate",
				"run.intoto.jsonl",
				"--run",
				run,
				"--json",
			)
		).stdout,
	) as { valid: boolean; replays: { passed: string[] }[] };
	assert.equal(json.valid, true);
	assert.deepEqual(json.replays[0]?.passed, [
		"metrics",
		"data data",
		"seed",
		"status",
		"parameters",
		"origins of parameters",
		"files of outputs",
		"final metrics",
		"draws",
		"seeds of the session",
		"identity",
		"conditions",
		"sizes of data",
	]);
});

test("without a replay the certificate says recorded, and is not enough unless its reader says so", async () => {
	const recorded = await as(
		"alice",
		"certify",
		run,
		"--no-replay",
		"-o",
		"r.jsonl",
	);
	assert.equal(recorded.status, 0, recorded.stderr);
	assert.doesNotMatch(recorded.stdout, /replaying/);
	assert.match(recorded.stdout, /^certified run .* as recorded: /);
	const verify = (...args: string[]) =>
		as("alice", "verify-certificate", "r.jsonl", "--run", run, ...args);
	const strict = await verify();
	assert.equal(strict.status, 3, strict.stdout);
	assert.match(
		strict.stdout,
		/^recorded: signed by SHA256:[\w+/]{43}, and nothing was computed again\n/,
	);
	assert.match(strict.stdout, /\nNOT ACCEPTED: .*--accept recorded\n$/);
	assert.match(
		(await verify("--json")).stdout,
		/"valid": false,\n\t"level": \{\n\t\t"level": "recorded"/,
	);
	const accepted = await verify("--accept", "recorded");
	assert.equal(accepted.status, 0);
	assert.match(
		accepted.stdout,
		/\nvalid, but nothing was computed again; it says nothing of the commit of its code\n$/,
	);
	assert.equal((await verify("--accept", "replayed")).status, 2);
	const replayed = await as("alice", "replay", run, "--certificate", "r.jsonl");
	assert.equal(replayed.status, 0, replayed.stderr);
	assert.equal((await verify()).status, 0, "a replay by a known key lifts it");
});

test("somebody else's run is not executed to be certified, unless its reader says so", async () => {
	const sent = join(temporaryFolder(), "sent");
	cpSync(runFolder(), sent, { recursive: true });
	const unasked = await as("alice", "certify", sent, "-o", "sent.jsonl");
	assert.equal(unasked.status, 2, unasked.stdout);
	assert.match(unasked.stderr, /nothing was executed\. .*--sandbox.*--yes/);
	assert.doesNotMatch(unasked.stdout, /replaying/);
	assert.equal(existsSync(join(folder, "sent.jsonl")), false);
	const signed = await as(
		"alice",
		"certify",
		sent,
		"--no-replay",
		"-o",
		"sent.jsonl",
	);
	assert.equal(signed.status, 0, signed.stderr);
});

test("metrics, hash, digests and seal that were forged together are found by the replay, and nothing is signed", async () => {
	const directory = runFolder();
	const metrics = join(directory, "metrics.jsonl");
	const kept = temporaryFolder();
	cpSync(directory, kept, { recursive: true });
	const text = readFileSync(metrics, "utf8").replace(/"x":[\d.]+/, '"x":0.125');
	writeFileSync(metrics, text);
	forgeOutput(directory, "metrics", "metrics.jsonl", (record) => {
		record.metrics = { x: 0.125 };
	});
	const certified = await as("alice", "certify", run, "-o", "forged.jsonl");
	assert.equal(certified.status, 1, certified.stdout);
	assert.match(certified.stdout, /NOT identical: metrics \(different\)/);
	assert.match(certified.stderr, /nothing was signed/);
	assert.equal(existsSync(join(folder, "forged.jsonl")), false);
	cpSync(kept, directory, { recursive: true });
});

test("data that changed are named, and so is a certificate of another run before anything is executed", async () => {
	appendFileSync(join(folder, "data", "a.txt"), "b");
	const { status, stdout } = await as(
		"alice",
		"verify-certificate",
		"run.intoto.jsonl",
		"--run",
		run,
	);
	assert.equal(status, 1);
	assert.match(stdout, /BROKEN +data:data: .* has root sha256:/);
	writeFileSync(join(folder, "data", "a.txt"), "a");
	assert.equal((await as("alice", "run", "toy.ts", "lr=0.25")).status, 0);
	const other = await as(
		"bob",
		"replay",
		"last",
		"--certificate",
		"run.intoto.jsonl",
	);
	assert.equal(other.status, 2);
	assert.match(other.stderr, /run\.intoto\.jsonl does not certify run/);
});

test("without a run's folder the certificate is not checked whole, and a file that is none is told", async () => {
	assert.equal(
		(await as("alice", "verify-certificate", "run.intoto.jsonl")).status,
		2,
	);
	const missing = await as("alice", "verify-certificate", "none.intoto.jsonl");
	assert.equal(missing.status, 2);
	assert.match(
		missing.stderr,
		/cannot be read \(ENOENT\); "deepdiva certify RUN" writes one/,
	);
	const wrong = await as("alice", "verify-certificate", "toy.ts");
	assert.equal(wrong.status, 1);
	assert.match(
		wrong.stdout,
		/BROKEN +certificate: nothing in it certifies a run/,
	);
	assert.equal((await as("alice", "replay", run, "--key", "k.pem")).status, 2);
});
