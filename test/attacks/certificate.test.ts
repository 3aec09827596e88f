import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import type { Command } from "../../cli/command.ts";
import { verifyCertificateCommand } from "../../cli/commands/verify-certificate.ts";
import type { StoredRun } from "../../experiment/record/store/store.ts";
import { recordRun } from "../../experiment/record/test-record.ts";
import {
	certificatePath,
	certifyReplay,
	certifyRun,
} from "../../experiment/replay/certificate/certify.ts";
import {
	preAuthenticationEncoding,
	STATEMENT_TYPE,
	signEnvelope,
} from "../../experiment/replay/certificate/dsse.ts";
import { keyId } from "../../experiment/replay/certificate/keys.ts";
import type { Provenance } from "../../experiment/replay/certificate/provenance.ts";
import {
	exitCode,
	type VerificationOptions,
} from "../../experiment/replay/certificate/report.ts";
import { certificateOf } from "../../experiment/replay/certificate/signed-statements.ts";
import type { Statement } from "../../experiment/replay/certificate/statement.ts";
import {
	certify,
	identicalReplay,
	lines,
	makeKey,
	openProject,
	recordCertifiable,
} from "../../experiment/replay/certificate/test-certificate.ts";
import { verifyCertificate } from "../../experiment/replay/certificate/verify.ts";
import { parseArguments } from "../../magics/arguments/arguments.ts";
import { damaged } from "./mutate.ts";

/*
 * Certificates that say more, or something else, than is so. The signer is known
 * in most of them: a signature shows who says it, not that it is so.
 */

openProject();
const run = await recordCertifiable();
const twin = await recordCertifiable();
const alice = makeKey();
const bob = makeKey();
const mallory = makeKey();
const text = certify(run, alice);

type Json = Record<string, unknown>;
const payloadOf = (line: string) =>
	Buffer.from((JSON.parse(line) as { payload: string }).payload, "base64");
const statementOf = (line: string) =>
	JSON.parse(payloadOf(line).toString()) as Statement<Provenance>;
const signed = (statement: unknown, key = alice, type = STATEMENT_TYPE) =>
	`${signEnvelope(Buffer.from(typeof statement === "string" ? statement : JSON.stringify(statement)), type, key)}\n`;

async function verify(
	bundle: string,
	options: Partial<VerificationOptions> = {},
) {
	const report = await verifyCertificate(lines(bundle), {
		trusted: [alice.id, bob.id],
		named: true,
		run: run.directory,
		...options,
	});
	return {
		...report,
		code: exitCode(report),
		said: [
			...report.checks.map(
				({ what, status, detail = "" }) => `${status}: ${what} ${detail}`,
			),
			...report.ignored.map((line) => `passed over: ${line}`),
			...report.remarks.map((remark) => `note: ${remark}`),
		].join("\n"),
	};
}

/** A statement with something at a place put in another's stead; undefined takes it away. */
function changed(
	path: readonly (string | number)[],
	value: unknown,
): Statement<Provenance> {
	const forged = statementOf(text);
	const name = path.at(-1) as string;
	let holder = forged as unknown as Json;
	for (const part of path.slice(0, -1)) holder = holder[part] as Json;
	if (value === undefined && Array.isArray(holder))
		holder.splice(Number(name), 1);
	else if (value === undefined) delete holder[name];
	else holder[name] = value;
	return forged;
}

/** Of long lists, such as that of the packages, the first four and the last. */
const fewOf = <T>(all: readonly T[]): readonly T[] =>
	all.length > 12 ? [...all.slice(0, 4), ...all.slice(-1)] : all;

/** Every place within a value, itself first. */
function* placesIn(
	value: unknown,
	path: readonly (string | number)[] = [],
): Generator<{ path: readonly (string | number)[]; value: unknown }> {
	yield { path, value };
	if (typeof value !== "object" || value === null) return;
	for (const [key, inner] of fewOf(Object.entries(value)))
		yield* placesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

function otherThan(value: unknown): unknown {
	if (typeof value === "number") return value + 1;
	if (typeof value === "boolean") return !value;
	const said = String(value);
	if (/^\d{4}-\d\d-\d\dT.*Z$/.test(said))
		return new Date(Date.parse(said) - 1000).toISOString();
	return /^[0-9a-f]{40,}$/.test(said)
		? said.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))
		: `${said}x`;
}

/** What no record says, so that it is the signer's word: how far the signer went, and the interpreter as it was measured. */
const SIGNERS_WORD =
	/internalParameters\.level\.(signedOn|finishedOn|interpreter|parts\.\d+)$|internalParameters\.level\.parts$|resolvedDependencies\.\d+\.digest\.sha256$/;

test("every field of a statement that follows from the record is compared, whoever signed it", async () => {
	const statement = statementOf(text);
	const places = [...placesIn(statement)];
	assert.ok(places.length > 100, `${places.length} places`);
	const node = (
		statement.predicate.buildDefinition.resolvedDependencies ?? []
	).findIndex(({ name }) => name === "node");
	let compared = 0;
	for (const { path, value } of places) {
		const place = path.join(".");
		const attacks: [string, Statement<Provenance>, RegExp?][] = [];
		if (typeof value !== "object")
			attacks.push([`${place} changed`, changed(path, otherThan(value))]);
		else if (!Array.isArray(value))
			attacks.push([
				`${place}.reviewed added`,
				path.length === 0
					? ({ ...statement, reviewed: "by all" } as Statement<Provenance>)
					: changed([...path, "reviewed"], "by all"),
				/note: .*reviewed is the signer's word, and nothing here checks it/,
			]);
		else
			attacks.push([
				`${place}.0 given twice`,
				changed(path, [...value, value[0]]),
			]);
		if (path.length > 0)
			attacks.push([`${place} left out`, changed(path, undefined)]);
		for (const [attack, forged, remark] of attacks) {
			const { code, said } = await verify(signed(forged));
			if (code !== 0) compared++;
			else if (remark?.test(said)) continue;
			else
				assert.ok(
					SIGNERS_WORD.test(place) &&
						(!/resolvedDependencies/.test(place) ||
							path[3] === node ||
							path.includes(node)),
					`${attack} was accepted:\n${said}`,
				);
		}
	}
	assert.ok(compared > 150, `${compared} were found`);
});

const level = (change: Json) => {
	const path = ["predicate", "buildDefinition", "internalParameters", "level"];
	const { level: stated } = statementOf(text).predicate.buildDefinition
		.internalParameters as { level: Json };
	return changed(path, { ...stated, ...change });
};
const started = Date.parse(run.record.started);
const later = (milliseconds: number) =>
	new Date(started + milliseconds).toISOString();
const HOUR = 3_600_000;

/** What is said of the time → exit code, and what must be told. */
const ON_TIMES: [string, string, RegExp, 0 | 1 | 2, number?][] = [
	[
		"it is as it was",
		text,
		/note: signed on \d{4}-\d\d-\d\d, by its signer's clock; no log keeps/,
		0,
	],
	[
		"it was signed nine days ago",
		text,
		/note: signed on \d{4}-\d\d-\d\d, 9 days ago, /,
		0,
		started + 9.5 * 24 * HOUR,
	],
	["clocks are a minute apart", text, /holds: outputs/, 0, started - 60_000],
	[
		"it is from the future",
		text,
		/could not check: times the run started on .* in the future by the clock here/,
		2,
		started - HOUR,
	],
	[
		"it was signed in the year 9999",
		signed(level({ signedOn: "9999-12-31T23:59:59Z" })),
		/could not check: times it was signed on 9999/,
		2,
	],
	[
		"it was replayed and signed in the future",
		signed(level({ signedOn: later(3 * HOUR), finishedOn: later(2 * HOUR) })),
		/could not check: times it was replayed on /,
		2,
	],
	[
		"it was signed before the run ended",
		signed(level({ signedOn: later(-HOUR), finishedOn: later(-HOUR) })),
		/broken: times it was signed on .*, and it ended only on /,
		1,
	],
	[
		"it was replayed before the run",
		signed(level({ finishedOn: later(-HOUR) })),
		/broken: times it was replayed on .*, and the run started only on /,
		1,
	],
	[
		"it was signed before it was replayed",
		signed(level({ finishedOn: later(3 * HOUR) })),
		/broken: times it was signed on .*, and it was replayed only on /,
		1,
	],
	[
		"it was signed in the year 0",
		signed(level({ signedOn: "0000-01-01T00:00:00Z" })),
		/broken: times/,
		1,
	],
	[
		"it was signed on the 30th of February",
		signed(level({ signedOn: "2026-02-30T00:00:00Z" })),
		/level\.signedOn is not a time in UTC/,
		1,
	],
	[
		"it was signed at no time",
		signed(level({ signedOn: "yesterday" })),
		/level\.signedOn is not a time in UTC/,
		1,
	],
	[
		"it was signed in another zone",
		signed(level({ signedOn: "2026-02-03T00:00:00+14:00" })),
		/level\.signedOn is not a time in UTC/,
		1,
	],
	[
		"its interpreter is a sentence",
		signed(level({ interpreter: "node 24, linux x64, reviewed by everybody" })),
		/level\.interpreter is not an interpreter such as/,
		1,
	],
	[
		"it does not say when it was signed",
		signed(level({ signedOn: undefined })),
		/note: it does not say when it was signed/,
		0,
	],
];
for (const [what, bundle, expected, code, now] of ON_TIMES)
	test(`a certificate is told by its times where ${what}`, async () => {
		const report = await verify(bundle, now === undefined ? {} : { now });
		assert.match(report.said, expected);
		assert.equal(report.code, code, report.said);
	});

test("a run that ended before it started, or whose clock is ahead, is not certified", () => {
	for (const [ended, message] of [
		[
			later(-HOUR),
			/it ended on .*, and the run started only on .*set the clock/,
		],
		[
			later(HOUR),
			/by the clock here: .*in the future|it was signed on .*, and it ended only on/,
		],
	] as const)
		assert.throws(
			() => {
				const record = { ...run.record, ended };
				certifyRun({ ...run, record } as StoredRun, alice, {
					path: join(temporaryFolder(), "c.jsonl"),
				});
			},
			{ name: "UsageError" },
			String(message),
		);
});

/** The line that a replay by this key adds to a certificate. */
function replayBy(key = bob, certificate = text): string {
	const path = join(temporaryFolder(), "c.intoto.jsonl");
	writeFileSync(path, certificate);
	certifyReplay(
		path,
		certificateOf(lines(certificate), []),
		{ ...identicalReplay(run), environment: run.record.environment },
		key,
	);
	return `${readFileSync(path, "utf8").trim().split("\n").at(-1)}\n`;
}

interface ReplayStatement {
	readonly predicate: { readonly deepdiva_replay: Json } & Json;
}
const replay = replayBy();
const withReplay = (change: Json, of: Json = {}, key = bob) => {
	const statement = JSON.parse(payloadOf(replay).toString()) as ReplayStatement;
	const { predicate } = statement;
	return `${text}${signed(
		{
			...statement,
			predicate: {
				...predicate,
				...of,
				deepdiva_replay: { ...predicate.deepdiva_replay, ...change },
			},
		},
		key,
	)}`;
};

/** One envelope with the signatures of several keys. */
function signedByAll(
	payload: Buffer,
	keys: readonly ReturnType<typeof makeKey>[],
) {
	const envelopes = keys.map(
		(key) =>
			JSON.parse(signEnvelope(payload, STATEMENT_TYPE, key)) as {
				signatures: Json[];
			},
	);
	return `${JSON.stringify({ ...envelopes[0], signatures: envelopes.flatMap(({ signatures }) => signatures) })}\n`;
}

/** What is added → how many replays count, how it ends, and what is told. */
const ON_REPLAYS: [string, string, number, 0 | 1, RegExp][] = [
	["it is by somebody known", `${text}${replay}`, 1, 0, /holds/],
	[
		"its line is there twice",
		`${text}${replay}${replay}`,
		1,
		0,
		/passed over: line 3 repeats the replay of line 2/,
	],
	[
		"another one signs a copy of it",
		`${text}${signed(payloadOf(replay).toString(), mallory)}${replay}`,
		1,
		0,
		/passed over: line 2 repeats the replay of line 3/,
	],
	[
		"its signature is there twice",
		`${text}${signedByAll(payloadOf(replay), [bob, bob])}`,
		1,
		0,
		/holds/,
	],
	[
		"it was done before the certificate was signed",
		withReplay({ finishedOn: later(-HOUR) }),
		0,
		1,
		/line 2 cannot be: it was replayed on .*, and the run ended only on/,
	],
	[
		"it was done in the future",
		withReplay({ finishedOn: "2999-01-01T00:00:00Z" }),
		0,
		0,
		/passed over: line 2 is a replay on 2999.* in the future/,
	],
	[
		"it was done on no day",
		withReplay({ finishedOn: "2026-02-30T00:00:00Z" }),
		0,
		1,
		/finishedOn is not a time in UTC/,
	],
	[
		"it is of a run with the same digest",
		`${text}${replayBy(bob, certify(twin, alice))}`,
		0,
		1,
		/line 2 is the replay of another certificate/,
	],
];
for (const [what, bundle, count, code, expected] of ON_REPLAYS)
	test(`a replay counts once and only for its certificate, where ${what}`, async () => {
		const report = await verify(bundle);
		assert.equal(report.replays.length, count, report.said);
		assert.match(report.said, expected);
		assert.equal(report.code, code, report.said);
	});
certify(run, alice);

test("whoever certified a run and signs its replay with a further key is not somebody else", async () => {
	const own = await verify(
		`${text}${signedByAll(payloadOf(replay), [bob, alice])}`,
	);
	assert.equal(own.replays[0]?.ownReplay, true, own.said);
	const others = await verify(`${text}${replay}`);
	assert.equal(others.replays[0]?.ownReplay, false, others.said);
	const stranger = await verify(`${text}${replayBy(mallory)}`);
	assert.equal(stranger.replays[0]?.trusted, false);
	assert.equal(
		stranger.level?.level === "replayed" && stranger.level.by,
		alice.id,
	);
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const envelope = JSON.parse(text) as {
	payload: string;
	payloadType: string;
	signatures: Json[];
};
const json = payloadOf(text).toString();
/** The envelope or the statement is another's, or another → what must be told. */
const ON_STATEMENT: [string, string, RegExp][] = [
	[
		"a payload of another type",
		signed(json, alice, "text/plain"),
		/payload of another type/,
	],
	[
		"a key id of somebody else",
		`${JSON.stringify({ ...envelope, signatures: JSON.parse(signed(json, mallory)).signatures.map((one: Json) => ({ ...one, keyid: alice.id })) })}\n`,
		/not by the key you named/,
	],
	[
		"a signature of somebody else beside a bad one",
		`${JSON.stringify({ ...envelope, signatures: [...JSON.parse(signed(json, mallory)).signatures, { ...envelope.signatures[0], sig: "AAAA" }] })}\n`,
		/not by the key you named/,
	],
	[
		"an RSA key",
		`${JSON.stringify({ ...envelope, signatures: [{ keyid: alice.id, sig: sign("sha256", preAuthenticationEncoding(STATEMENT_TYPE, payloadOf(text)), rsa.privateKey).toString("base64"), deepdiva_publicKey: rsa.publicKey.export({ type: "spki", format: "der" }).toString("base64") }] })}\n`,
		/of type rsa, not Ed25519/,
	],
	[
		"a name given twice",
		signed(json.replace('"_type"', '"predicateType":"x","_type"')),
		/a name is given twice/,
	],
	[
		"a name given twice, once escaped",
		signed(json.replace('"_type"', '"\\u005ftype":"x","_type"')),
		/a name is given twice/,
	],
	[
		"an earlier predicate",
		signed({
			...JSON.parse(json),
			predicateType: "https://slsa.dev/provenance/v0.2",
		}),
		/a statement of another kind/,
	],
	[
		"another builder",
		signed(
			changed(
				["predicate", "runDetails", "builder", "id"],
				"https://github.com/actions/runner",
			),
		),
		/builder\.id is not /,
	],
	[
		"another kind of build",
		signed(
			changed(
				["predicate", "buildDefinition", "buildType"],
				"pkg:npm/deepdiva#run/v2",
			),
		),
		/a statement of another kind/,
	],
	[
		"the id of another run with the same digest",
		certify(twin, alice),
		/certified is run .*, and this is /,
	],
	[
		"no signature",
		`${JSON.stringify({ ...envelope, signatures: [] })}\n`,
		/its list of signatures is empty/,
	],
];
const deep = "[".repeat(50_000) + "]".repeat(50_000);
for (const levels of [100, 3_000, 50_000])
	ON_STATEMENT.push(
		[
			`a statement of ${levels} levels`,
			signed(
				json.replace(
					'"_type"',
					`"more":${deep.slice(50_000 - levels, 50_000 + levels)},"_type"`,
				),
			),
			/nested deeper than 64 levels/,
		],
		[
			`an envelope of ${levels} levels`,
			text.replace(
				"{",
				`{"more":${deep.slice(50_000 - levels, 50_000 + levels)},`,
			),
			/nested deeper than 64 levels/,
		],
	);
certify(run, alice);
for (const [what, bundle, expected] of ON_STATEMENT)
	test(`a certificate with ${what} is not valid`, async () => {
		const { code, said } = await verify(bundle, { trusted: [alice.id] });
		assert.equal(code, 1, said);
		assert.match(said, expected);
	});

/** What the command prints of a certificate in a run's folder. */
async function printed(directory: string, ...words: string[]) {
	const texts: string[] = [];
	mock.method(console, "log", (line: string) => void texts.push(line));
	try {
		const command: Command = verifyCertificateCommand;
		const args = parseArguments(
			command,
			[join(directory, "certificate.intoto.jsonl"), ...words],
			"deepdiva",
		);
		assert.ok(args !== "help");
		const code = await command.run(args);
		const out = texts.join("\n").split("\n");
		return { code, verdict: out.at(-1), first: out[0], lines: out.length };
	} finally {
		mock.restoreAll();
	}
}

test("a certificate of any length leaves its verdict in sight, and a pipe is not waited for", async () => {
	const folder = join(temporaryFolder(), "run");
	cpSync(run.directory, folder, { recursive: true });
	const file = join(folder, "certificate.intoto.jsonl");
	const flood = Object.fromEntries(
		Array.from({ length: 3_000 }, (_, index) => [`claim ${index}`, "valid"]),
	);
	for (const bundle of [
		signed({ ...JSON.parse(json), ...flood }),
		`${text}${"x\n".repeat(3_000)}`,
		`${text}${replay.repeat(3_000)}`,
		signed(
			changed(["predicate", "buildDefinition", "internalParameters"], flood),
		),
	]) {
		writeFileSync(file, bundle);
		const { lines: all, verdict } = await printed(folder, "--key", alice.id);
		assert.ok(all < 150, `${all} lines`);
		assert.match(verdict ?? "", /^(valid|NOT VALID|NOT ACCEPTED)/);
	}
	rmSync(file);
	if (process.platform === "win32") return;
	execFileSync("mkfifo", [file]);
	await assert.rejects(printed(folder), {
		name: "UsageError",
		message: /cannot be read \(it is no file\)/,
	});
});

test("the verdict names what is not there: data, code, a known signer, a replay", async () => {
	const bare = await recordRun((one) => one.log({ x: 1 }), {
		experiment: "bare",
	});
	certifyRun(bare, mallory, { replay: identicalReplay(bare) });
	const known = await printed(bare.directory, "--key", mallory.id);
	assert.equal(known.code, 0);
	assert.equal(
		known.verdict,
		"valid, but it says nothing of the commit of its code, of data",
	);
	assert.match(
		known.first ?? "",
		/^replayed: by SHA256:[^,]*, who certified it, on /,
	);
	const unknown = await printed(bare.directory);
	assert.equal(unknown.code, 2);
	assert.equal(
		unknown.verdict,
		"could not be checked whole: signer (nobody here knows who signed it)",
	);
	assert.match(
		unknown.first ?? "",
		/^replayed: by SHA256:[^,]*, who certified it, not known here, on /,
	);
	certifyRun(bare, mallory);
	const accepted = await printed(
		bare.directory,
		"--key",
		mallory.id,
		"--accept",
		"recorded",
	);
	assert.equal(accepted.code, 0);
	assert.match(
		accepted.verdict ?? "",
		/^valid, but nothing was computed again; /,
	);
	assert.match(accepted.first ?? "", /^recorded: signed by SHA256:/);
	const elsewhere = join(temporaryFolder(), "run");
	cpSync(run.directory, elsewhere, { recursive: true });
	certifyRun(run, mallory, {
		path: certificatePath(elsewhere),
		replay: identicalReplay(run),
	});
	assert.match(
		(await printed(elsewhere, "--key", mallory.id)).verdict ?? "",
		/^valid, but .*; not checked, since not here: data:data$/,
	);
});

test("no damage to a certificate is accepted, and none gives a trace", async () => {
	const whole = payloadOf(text);
	for (const { round, bytes } of damaged(text, {
		seed: "certificate",
		rounds: 250,
	})) {
		const bundle = bytes.toString("latin1");
		const { code, said } = await verify(bundle);
		if (code === 0)
			assert.ok(
				lines(bundle).some(({ envelope: one }) => one?.payload.equals(whole)),
				`round ${round}: ${said}`,
			);
	}
	for (const { round, bytes } of damaged(json, {
		seed: "statement",
		rounds: 150,
	})) {
		const { code, said } = await verify(
			`${signEnvelope(bytes, STATEMENT_TYPE, alice)}\n`,
		);
		if (code !== 0) continue;
		// Only what is the signer's word, or no claim at all, may differ.
		const claims = (of: Buffer) =>
			JSON.stringify(JSON.parse(of.toString()), (key, value) =>
				key === "level" || (key === "digest" && value.sha256 === undefined)
					? undefined
					: value,
			);
		if (claims(bytes) !== claims(Buffer.from(json)))
			assert.match(said, /is the signer's word/, `round ${round}`);
	}
	for (const { round, bytes } of damaged(replay, {
		seed: "replay",
		rounds: 150,
	})) {
		const { replays } = await verify(`${text}${bytes.toString("latin1")}`);
		assert.ok(replays.length <= 1, `round ${round}`);
		if (replays.length === 1)
			assert.equal(replays[0]?.signer, bob.id, `round ${round}`);
	}
	assert.equal(keyId(alice.publicKey), alice.id);
});
