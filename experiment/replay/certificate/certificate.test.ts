import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import {
	cpSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { git } from "../../code/test-repository.ts";
import type { RunRecord } from "../../record/record.ts";
import { sealOf, writeRecord } from "../../record/record-file.ts";
import { readRun, type StoredRun } from "../../record/store/store.ts";
import { recordRun } from "../../record/test-record.ts";
import type { ComparedPart } from "../compare.ts";
import type { ReplayResult } from "../replay.ts";
import { appendToBundle } from "./bundle.ts";
import { certificatePath, certifyReplay, certifyRun } from "./certify.ts";
import { preAuthenticationEncoding, signEnvelope } from "./dsse.ts";
import type { Provenance } from "./provenance.ts";
import { exitCode, type VerificationOptions } from "./report.ts";
import { TEST_RESULT } from "./reproduction.ts";
import { certificateOf } from "./signed-statements.ts";
import type { ResourceDescriptor, Statement } from "./statement.ts";
import {
	certify,
	identicalReplay,
	lines,
	makeKey,
	openProject,
	recordCertifiable,
} from "./test-certificate.ts";
import { verifyCertificate } from "./verify.ts";

const project = openProject();
const stored = await recordCertifiable(0.5);
const otherRun = await recordCertifiable(0.25);
const me = makeKey();
const mallory = makeKey();
const recordedText = certify(stored, me, { replayed: false });
const text = certify(stored, me);

interface EnvelopeFields {
	payload: string;
	payloadType: string;
	signatures: object[];
}
const envelope = JSON.parse(text) as EnvelopeFields;
const payload = Buffer.from(envelope.payload, "base64");
const statement = JSON.parse(payload.toString()) as Statement<Provenance>;
const resign = (value: unknown, key = mallory, type = envelope.payloadType) =>
	signEnvelope(
		typeof value === "string"
			? Buffer.from(value)
			: Buffer.from(JSON.stringify(value)),
		type,
		key,
	);

async function verify(
	certificate: string,
	options: Partial<VerificationOptions> = {},
) {
	const report = await verifyCertificate(lines(certificate), {
		trusted: [me.id],
		named: true,
		run: stored.directory,
		...options,
	});
	return {
		...report,
		code: exitCode(report),
		broken: report.checks
			.filter(({ status }) => status === "broken")
			.map(({ what, detail }) => `${what} ${detail}`),
	};
}

test("an honest certificate holds, and says what was checked", async () => {
	const { code, checks, run, signer } = await verify(text);
	assert.equal(code, 0);
	assert.equal(run, stored.record.id);
	assert.equal(signer, me.id);
	assert.deepEqual(
		checks.map(({ what, status }) => [what, status]),
		[
			["signature", "holds"],
			["files", "holds"],
			["parameters and seed", "holds"],
			["environment", "holds"],
			["outputs", "holds"],
			["packages", "holds"],
			["data:data", "holds"],
		],
	);
});

test("installed packages are dependencies by package URL, with the digest of their archives", () => {
	const packages =
		statement.predicate.buildDefinition.resolvedDependencies?.filter(
			({ name }) => name?.startsWith("package:"),
		) ?? [];
	assert.deepEqual(
		packages.find(({ name }) => name === "package:@scope/tool"),
		{
			name: "package:@scope/tool",
			uri: "pkg:npm/%40scope/tool@1.2.3",
			digest: { sha512: "07".repeat(64) },
		},
	);
	assert.deepEqual(
		packages.find(({ name }) => name === "package:plain"),
		{ name: "package:plain", uri: "pkg:npm/plain@2.0.0" },
	);
	assert.ok(packages.some(({ uri }) => uri?.startsWith("pkg:npm/deepdiva@")));
});

test("subjects are the outputs: what they say, and their files; what went in is a dependency", () => {
	assert.deepEqual(
		statement.subject.map(({ name }) => name),
		[
			"output:artifact/notes",
			"output:artifact/weights",
			"output:metrics",
			"artifacts/notes.json",
			"artifacts/weights.npy",
			"metrics.jsonl",
		],
	);
	const { buildDefinition, runDetails } = statement.predicate;
	assert.deepEqual(buildDefinition.externalParameters, {
		experiment: "certified",
		parameters: { lr: 0.1, set: "xor" },
		seed: { root: "42", boot: "42" },
		repeat: 0,
		occurrence: 0,
	});
	assert.deepEqual(
		buildDefinition.resolvedDependencies
			?.map(({ name }) => name)
			.filter((name) => !name?.startsWith("package:")),
		["data:data", "lock file", "node", "cell.ts", "cells.json"],
	);
	assert.deepEqual(
		runDetails.byproducts?.map(({ name }) =>
			name?.replace(/\.\d+\./, ".TIME."),
		),
		["run.json", "events.out.tfevents.TIME.deepdiva", "ro-crate-metadata.json"],
	);
});

/** A copy of the run's folder. */
function copyOf(run: StoredRun = stored): string {
	const folder = join(project, "runs", "copies", `copy-${Math.random()}`);
	mkdirSync(join(folder, ".."), { recursive: true });
	cpSync(run.directory, folder, { recursive: true });
	return folder;
}

function flip(path: string, at: number): void {
	const bytes = readFileSync(path);
	const index = at < 0 ? bytes.length + at : at;
	bytes[index] = (bytes[index] as number) ^ 1;
	writeFileSync(path, bytes);
}

/** Changes a record and seals it again, as somebody would who knows how. */
function forge(folder: string, change: (record: RunRecord) => object): void {
	const { record } = readRun(folder);
	const { seal: _, ...rest } = { ...record, ...change(record) };
	const forged = rest as RunRecord;
	forged.seal = sealOf(forged);
	writeRecord(folder, forged);
}

const forgePackage = (folder: string, name: string, said: object) =>
	forge(folder, ({ environment }) => ({
		environment: {
			...environment,
			packages: { ...(environment.packages as object), [name]: said },
		},
	}));

/** What is done to the run's folder → what is named. */
const onFolder: [string, (folder: string) => void, RegExp[]][] = [
	...[
		"artifacts/notes.json",
		"artifacts/weights.npy",
		"metrics.jsonl",
		"cell.ts",
		"cells.json",
	].flatMap((file): [string, (folder: string) => void, RegExp[]][] => [
		[
			`the last byte but one of ${file} is flipped`,
			(folder) => flip(join(folder, file), -2),
			[new RegExp(`^${file} is not as it was certified`)],
		],
		[
			`${file} is gone`,
			(folder) => rmSync(join(folder, file)),
			[new RegExp(`^${file} is missing`)],
		],
	]),
	[
		"a weight is changed",
		(folder) => flip(join(folder, "artifacts", "weights.npy"), 130),
		[
			/^artifacts\/weights\.npy/,
			/^output:artifact\/weights is not what its files say/,
		],
	],
	[
		"a byte is added to a file",
		(folder) =>
			writeFileSync(join(folder, "metrics.jsonl"), "\n", { flag: "a" }),
		[/^metrics\.jsonl is not as it was certified/],
	],
	[
		"a file is replaced by a link to a copy of it outside",
		(folder) => {
			const outside = join(temporaryFolder(), "cell.ts");
			renameSync(join(folder, "cell.ts"), outside);
			symlinkSync(outside, join(folder, "cell.ts"));
		},
		[/^cell\.ts is a link that leads out of the run folder/],
	],
	[
		"a parameter is changed in the record, which is sealed again",
		(folder) =>
			forge(folder, ({ params }) => ({
				params: { ...params, lr: { value: 0.2, origin: "default" } },
			})),
		[
			/^run\.json is not as it was certified/,
			/^parameters\.lr is not what was certified/,
		],
	],
	[
		"a parameter is added to the record",
		(folder) =>
			forge(folder, ({ params }) => ({
				params: { ...params, more: { value: 1, origin: "default" } },
			})),
		[/^parameters\.more/],
	],
	[
		"the seed is changed in the record",
		(folder) =>
			forge(folder, ({ seed }) => ({ seed: { ...seed, root: "43" } })),
		[/^seed\.root/, /^run seed is [0-9a-f]{16} on record, and what/],
	],
	[
		"the final metric is changed in the record",
		(folder) => forge(folder, () => ({ metrics: { loss: 0.01 } })),
		[
			/^final metric loss is 0\.01 on record, and what it follows from gives 0\.5/,
		],
	],
	[
		"the environment is changed in the record",
		(folder) =>
			forge(folder, ({ environment }) => ({
				environment: { ...environment, node: "26.0.0" },
			})),
		[/^environment\.node is not what was certified/],
	],
	[
		"the times are changed in the record",
		(folder) =>
			forge(folder, () => ({
				started: "2020-01-01T00:00:00.000Z",
				ended: "2020-01-01T00:00:01.000Z",
				milliseconds: 1000,
			})),
		[/^times are not what was certified/],
	],
	[
		"the end is changed in the record",
		(folder) =>
			forge(folder, ({ ended }) => ({
				ended: ended?.replace(/\d{4}/, "2999"),
			})),
		[/^times are not what was certified/],
	],
	[
		"a file is replaced by a link into a folder that is called almost the same",
		(folder) => {
			mkdirSync(`${folder}-2`);
			renameSync(join(folder, "cell.ts"), join(`${folder}-2`, "cell.ts"));
			symlinkSync(join(`${folder}-2`, "cell.ts"), join(folder, "cell.ts"));
		},
		[/^cell\.ts is a link that leads out of the run folder/],
	],
	[
		"a file lies in the folder that no run wrote",
		(folder) => writeFiles(folder, { "artifacts/better.npy": "x" }),
		[/^artifacts\/better\.npy lies in the run's folder and is not on record/],
	],
	[
		"a byte of TensorBoard's file is flipped",
		(folder) =>
			flip(
				join(
					folder,
					readdirSync(folder).find((name) => name.startsWith("events.")) ?? "",
				),
				-2,
			),
		[/^events\.out\.tfevents\.\d+\.deepdiva is not as it was certified/],
	],
	[
		"the data root is changed in the record",
		(folder) =>
			forge(folder, ({ data }) => ({
				data: [{ ...data[0], root: `sha256:${"0".repeat(64)}` }],
			})),
		[/^data:data is not what was certified/, /^data:data .* has root/],
	],
	[
		"a package's version is changed in the record",
		(folder) => forgePackage(folder, "plain", { version: "2.0.1" }),
		[/^package:plain is not what was certified/],
	],
	[
		"a package's integrity is changed in the record",
		(folder) =>
			forgePackage(folder, "@scope/tool", {
				version: "1.2.3",
				integrity: `sha512-${Buffer.alloc(64, 8).toString("base64")}`,
			}),
		[/^package:@scope\/tool is not what was certified/],
	],
	[
		"a package's integrity is taken out of the record",
		(folder) => forgePackage(folder, "@scope/tool", { version: "1.2.3" }),
		[/^package:@scope\/tool is not what was certified/],
	],
	[
		"a package is said to be another under its name",
		(folder) =>
			forgePackage(folder, "plain", { name: "evil", version: "2.0.0" }),
		[/^package:plain is not what was certified/],
	],
	[
		"a package is added to the record",
		(folder) => forgePackage(folder, "more", { version: "1.0.0" }),
		[/^package:more is not what was certified/],
	],
	[
		"an output's digest is changed in the record",
		(folder) =>
			forge(folder, ({ outputs }) => ({
				outputs: {
					...outputs,
					metrics: { ...outputs.metrics, digest: `sha256:${"0".repeat(64)}` },
				},
			})),
		[/^output:metrics is not what was certified/],
	],
	[
		"an output is added to the record, with its file",
		(folder) => {
			writeFiles(folder, { "artifacts/more.txt": "x" });
			forge(folder, ({ outputs, files }) => ({
				outputs: {
					...outputs,
					"artifact/more": {
						digest: "sha256:0",
						files: ["artifacts/more.txt"],
					},
				},
				files: {
					...files,
					"artifacts/more.txt": { sha256: "sha256:0", bytes: 1 },
				},
			}));
		},
		[
			/^output:artifact\/more/,
			/^artifacts\/more\.txt is on record and was not certified/,
		],
	],
	[
		"an output is taken out of the record",
		(folder) =>
			forge(folder, ({ outputs: { metrics: _, ...outputs } }) => ({ outputs })),
		[/^output:metrics is not what was certified/],
	],
	[
		"the record is no JSON any more",
		(folder) => writeFileSync(join(folder, "run.json"), "{"),
		[/^run\.json .*damaged/],
	],
	[
		"the record is gone",
		(folder) => rmSync(join(folder, "run.json")),
		[/^run\.json is missing/],
	],
];
for (const [what, change, expected] of onFolder)
	test(`where ${what}, the certificate does not hold and names it`, async () => {
		const folder = copyOf();
		change(folder);
		const { code, broken } = await verify(text, { run: folder });
		assert.equal(code, 1);
		for (const message of expected)
			assert.ok(
				broken.some((line) => message.test(line)),
				`${message} in ${broken.join("\n")}`,
			);
	});

/** What is done to the certificate → what is named. */
const onCertificate: [string, string, RegExp][] = [
	[
		"its payload is changed",
		JSON.stringify({
			...envelope,
			payload: Buffer.from(
				payload.toString().replace('"lr":0.1', '"lr":0.2'),
			).toString("base64"),
		}),
		/^line 1 the signature does not verify/,
	],
	[
		"another key takes the place of the signer's",
		JSON.stringify({
			...envelope,
			signatures: [
				{
					...envelope.signatures[0],
					deepdiva_publicKey: mallory.publicKey
						.export({ type: "spki", format: "der" })
						.toString("base64"),
				},
			],
		}),
		/^line 1 the signature does not verify/,
	],
	[
		"somebody else signed the same statement",
		resign(statement),
		/^signature line 1 is signed by SHA256:.*, not by the key you named/,
	],
	[
		"somebody else signed it and claims the signer's key id",
		JSON.stringify({
			...JSON.parse(resign(statement)),
			signatures: [
				{ ...JSON.parse(resign(statement)).signatures[0], keyid: me.id },
			],
		}),
		/not by the key you named/,
	],
	[
		"its list of signatures is empty",
		JSON.stringify({ ...envelope, signatures: [] }),
		/^certificate nothing in it certifies a run/,
	],
	[
		"its payload type is another",
		JSON.stringify({ ...envelope, payloadType: "text/plain" }),
		/^certificate nothing in it certifies a run/,
	],
	[
		"its payload type is another, and it is signed so",
		resign(statement, me, "application/json"),
		/^certificate nothing in it certifies a run/,
	],
	["it is signed with RSA", signedWith("rsa"), /^certificate/],
	["it is signed with ECDSA", signedWith("ec"), /^certificate/],
	[
		"it is signed with the hash of the public key as a secret",
		JSON.stringify({
			...envelope,
			signatures: [{ sig: Buffer.alloc(32).toString("base64") }],
		}),
		/^certificate it is not signed with the key you named/,
	],
	[
		"something follows it on its line",
		`${text.trim()} true`,
		/^certificate nothing in it certifies a run/,
	],
	[
		"it is cut short",
		text.slice(0, -20),
		/^certificate nothing in it certifies a run/,
	],
	["it is empty", "", /^certificate nothing in it certifies a run/],
	[
		"it is the certificate of another run by the same signer",
		certify(otherRun, me),
		/^run certified is run/,
	],
	[
		"it holds the certificate of another run as well",
		`${text}${certify(otherRun, me)}`,
		/^line 2 certifies another run/,
	],
	[
		"its signer gives one name twice in the statement",
		resign(
			payload.toString().replace('{"experiment"', '{"repeat":5,"experiment"'),
			me,
		),
		/twice in one object/,
	],
	[
		"its signer gives a name twice, once escaped",
		resign(
			payload
				.toString()
				.replace('{"experiment"', '{"r\\u0065peat":5,"experiment"'),
			me,
		),
		/twice in one object/,
	],
	[
		"a subject's name leads out of the folder",
		resign(
			{
				...statement,
				subject: [
					...statement.subject,
					{ name: "../../secret", digest: { sha256: "0".repeat(64) } },
				],
			},
			me,
		),
		/leads out of the run folder/,
	],
	[
		"a byproduct's name leads out of the folder",
		withByproduct("../secret"),
		/^\.\.\/secret is named so that it leads out/,
	],
	[
		"a subject's name is the same in another normal form",
		resign(
			{
				...statement,
				subject: [
					...statement.subject,
					{ name: "caf\u00e9", digest: { sha256: "0".repeat(64) } },
					{ name: "cafe\u0301", digest: { sha256: "0".repeat(64) } },
				],
			},
			me,
		),
		/twice/,
	],
	[
		"an output is left out of the statement",
		resign(
			{
				...statement,
				subject: statement.subject.filter(
					({ name }) => name !== "output:metrics",
				),
			},
			me,
		),
		/^output:metrics is not what was certified/,
	],
	[
		"a file is left out of the statement",
		resign(
			{
				...statement,
				subject: statement.subject.filter(
					({ name }) => name !== "metrics.jsonl",
				),
			},
			me,
		),
		/^metrics\.jsonl is on record and was not certified/,
	],
	[
		"the data are left out of the statement",
		withoutDependency("data:data"),
		/^data:data is not what was certified/,
	],
	[
		"a package is left out of the statement",
		withoutDependency("package:plain"),
		/^package:plain is not what was certified/,
	],
	[
		"a package has another URL in the statement",
		resign(payload.toString().replace("/plain@2.0.0", "/plain@2.0.1"), me),
		/^package:plain is not what was certified/,
	],
	[
		"a package has another digest in the statement",
		resign(payload.toString().replace("07".repeat(64), "08".repeat(64)), me),
		/^package:@scope\/tool is not what was certified/,
	],
	[
		"a package stands in the statement a second time, as another",
		withDependency({ name: "package:plain", uri: "pkg:npm/plain@6.6.6" }),
		/^package:plain is not what was certified/,
	],
	[
		"a package that was not on record is added to the statement",
		withDependency({ name: "package:more", uri: "pkg:npm/more@1.0.0" }),
		/^package:more is not what was certified/,
	],
	[
		"a package's URL is none",
		resign(
			payload.toString().replace("pkg:npm/plain@2.0.0", "npm plain 2.0.0"),
			me,
		),
		/resolvedDependencies\[\d+\]\.uri is not a URI/,
	],
	[
		"the code has another remote in the statement",
		withDependency({ name: "git", uri: "git+https://example.org/other" }),
		/^git is not what was certified/,
	],
	[
		"run.json is left out of the statement",
		withoutByproduct("run.json"),
		/^run\.json is on record and was not certified/,
	],
	[
		"TensorBoard's file is left out of the statement",
		withoutByproduct("events."),
		/^events\.out\.tfevents\.\d+\.deepdiva is on record and was not certified/,
	],
	[
		"the description of the crate is left out of the statement",
		withoutByproduct("ro-crate-metadata.json"),
		/^ro-crate-metadata\.json is on record and was not certified/,
	],
	[
		"the cell is left out of the statement",
		withoutDependency("cell.ts"),
		/^cell\.ts is on record and was not certified/,
	],
	[
		"a parameter's name has a dot where another is nested",
		resign(
			JSON.parse(
				payload
					.toString()
					.replace('"lr":0.1', '"x":{"lr":0.1}')
					.replace('"set"', '"x.y"'),
			) as object,
			me,
		),
		/^parameters\.lr/,
	],
	[
		"it is a statement of the wrong version",
		resign({ ...statement, _type: "https://in-toto.io/Statement/v0.1" }, me),
		/_type is not/,
	],
];

function signedWith(kind: "rsa" | "ec"): string {
	const key =
		kind === "rsa"
			? generateKeyPairSync("rsa", { modulusLength: 1024 })
			: generateKeyPairSync("ec", { namedCurve: "P-256" });
	return JSON.stringify({
		...envelope,
		signatures: [
			{
				keyid: me.id,
				sig: sign(
					"sha256",
					preAuthenticationEncoding(envelope.payloadType, payload),
					key.privateKey,
				).toString("base64"),
				deepdiva_publicKey: key.publicKey
					.export({ type: "spki", format: "der" })
					.toString("base64"),
			},
		],
	});
}

function withByproducts(
	change: (all: readonly ResourceDescriptor[]) => ResourceDescriptor[],
): string {
	const { predicate } = statement;
	return resign(
		{
			...statement,
			predicate: {
				...predicate,
				runDetails: {
					...predicate.runDetails,
					byproducts: change(predicate.runDetails.byproducts ?? []),
				},
			},
		},
		me,
	);
}

function withByproduct(name: string): string {
	const digest = { sha256: "0".repeat(64) };
	return withByproducts((all) => [...all, { name, digest }]);
}

function withoutByproduct(beginning: string): string {
	return withByproducts((all) =>
		all.filter(({ name }) => !name?.startsWith(beginning)),
	);
}

function withDependencies(
	change: (all: readonly ResourceDescriptor[]) => ResourceDescriptor[],
): string {
	const { predicate } = statement;
	const { buildDefinition } = predicate;
	return resign(
		{
			...statement,
			predicate: {
				...predicate,
				buildDefinition: {
					...buildDefinition,
					resolvedDependencies: change(
						buildDefinition.resolvedDependencies ?? [],
					),
				},
			},
		},
		me,
	);
}

function withoutDependency(name: string): string {
	return withDependencies((all) => all.filter((one) => one.name !== name));
}

function withDependency(more: ResourceDescriptor): string {
	return withDependencies((all) => [more, ...all]);
}

for (const [what, certificate, message] of onCertificate)
	test(`a certificate does not hold where ${what}`, async () => {
		const { code, broken } = await verify(certificate);
		assert.equal(code, 1);
		assert.ok(
			broken.some((line) => message.test(line)),
			`${message} in ${broken.join("\n")}`,
		);
	});

test("one flipped bit in any tenth byte of the certificate's file never gives another certificate that holds", async () => {
	const bytes = Buffer.from(text.trim());
	const folder = stored.directory;
	for (let at = 0; at < bytes.length; at += 10) {
		const copy = Buffer.from(bytes);
		copy[at] = (copy[at] as number) ^ (1 << (at % 8));
		const { checks } = await verifyCertificate(lines(copy.toString("latin1")), {
			trusted: [me.id],
			named: true,
			run: folder,
		});
		const holds = checks.every(({ status }) => status === "holds");
		// The key id is a hint, and no part of what is signed.
		if (holds)
			assert.match(
				bytes.toString().slice(0, at),
				/"keyid":"[^"]*$|"keyi?$|"ke?$/,
			);
	}
});

test("a signer who is not known is no failure, and no success: it could not be checked", async () => {
	const unknown = await verify(text, { trusted: [], named: false });
	assert.equal(unknown.code, 2);
	assert.deepEqual(unknown.broken, []);
	const bare = JSON.stringify({
		...envelope,
		signatures: envelope.signatures.map((one) => ({
			...one,
			deepdiva_publicKey: undefined,
		})),
	});
	assert.equal((await verify(bare, { trusted: [], named: false })).code, 2);
	// A fingerprint cannot verify what brings no key along; the key itself can.
	assert.equal((await verify(bare, { trusted: [me.publicKey] })).code, 0);
});

test("without the run's folder it could not be checked; data that are elsewhere are not needed", async () => {
	assert.equal((await verify(text, { run: undefined })).code, 2);
	const elsewhere = temporaryFolder();
	renameSync(join(project, "data"), join(elsewhere, "data"));
	try {
		const { code, checks } = await verify(text);
		assert.equal(code, 0);
		assert.equal(checks.at(-1)?.status, "not here");
		const found = await verify(text, {
			data: new Map([["data", join(elsewhere, "data")]]),
		});
		assert.equal(found.checks.at(-1)?.status, "holds");
		const wrong = await verify(text, {
			data: new Map([["data", join(elsewhere, "none")]]),
		});
		assert.equal(wrong.code, 2);
		flip(join(elsewhere, "data", "b.txt"), 0);
		const changed = await verify(text, {
			data: new Map([["data", join(elsewhere, "data")]]),
		});
		assert.equal(changed.code, 1);
		assert.match(changed.broken.join(), /^data:data .* has root sha256:/);
	} finally {
		flip(join(elsewhere, "data", "b.txt"), 0);
		renameSync(join(elsewhere, "data"), join(project, "data"));
	}
});

test("lines of other kinds are passed over, wherever they stand", async () => {
	const foreign = [
		"not JSON",
		"{}",
		resign({ ...statement, predicateType: "https://spdx.dev/Document" }),
		resign({
			...statement,
			predicateType: TEST_RESULT,
			predicate: { result: "PASSED", configuration: [] },
		}),
		resign(statement, mallory, "application/vnd.novulz+cbor"),
	];
	const { code, ignored } = await verify(
		[...foreign.slice(0, 3), text.trim(), "", ...foreign.slice(3)].join("\r\n"),
	);
	assert.equal(code, 0);
	assert.equal(ignored.length, foreign.length);
});

test("two parties may certify the same run; one that is known is enough", async () => {
	const { code, signer } = await verify(`${resign(statement)}\n${text}`);
	assert.equal(code, 0);
	assert.equal(signer, me.id);
});

test("a certificate states its level: recorded, or replayed by whom, when and on what", async () => {
	const { level } = await verify(text);
	assert.ok(level?.level === "replayed");
	const { finishedOn, ...rest } = level;
	assert.deepEqual(rest, {
		level: "replayed",
		by: me.id,
		interpreter: `node ${process.versions.node}, ${process.platform} ${process.arch}`,
		place: "same machine",
	});
	assert.match(finishedOn, /^\d{4}-\d\d-\d\dT/);
	const recorded = await verify(certify(stored, me, { replayed: false }));
	assert.deepEqual(recorded.level, { level: "recorded" });
	assert.deepEqual(recorded.broken, []);
	assert.equal(recorded.code, 3);
	assert.equal(exitCode(recorded, { accepted: true }), 0);
	certify(stored, me);
});

test("lines of one run in any order have the level of whoever went furthest and is known", async () => {
	const recorded = certify(stored, me, { replayed: false });
	certify(stored, me);
	for (const both of [`${recorded}${text}`, `${text}${recorded}`]) {
		const { level, code } = await verify(both);
		assert.equal(level?.level, "replayed");
		assert.equal(code, 0);
	}
	// Mallory, whom nobody knows, states it; I signed what was recorded.
	const { level, code } = await verify(`${resign(statement)}\n${recorded}`);
	assert.deepEqual(level, { level: "recorded" });
	assert.equal(code, 3);
});

test("a line that certifies the same run with other parameters is found, whoever signed it", async () => {
	const { predicate } = statement;
	const { buildDefinition } = predicate;
	const other = {
		...statement,
		predicate: {
			...predicate,
			buildDefinition: {
				...buildDefinition,
				externalParameters: {
					...buildDefinition.externalParameters,
					parameters: { lr: 0.9, set: "xor" },
				},
			},
		},
	};
	for (const key of [me, mallory])
		for (const both of [
			`${text}${resign(other, key)}\n`,
			`${resign(other, key)}\n${text}`,
		]) {
			const { code, broken } = await verify(both);
			assert.equal(code, 1);
			assert.match(broken.join("\n"), /certifies run \w+ otherwise/);
		}
});

test("a certificate of a run that did not finish does not hold", async () => {
	const folder = copyOf();
	const { record } = readRun(folder);
	record.status = "running";
	delete record.seal;
	writeRecord(folder, record);
	const { code, broken } = await verify(text, { run: folder });
	assert.equal(code, 1);
	assert.match(broken.join("\n"), /run is running on record/);
});

test("a run that put out nothing is not certified: there is nothing to hold anybody to", async () => {
	const nothing = await recordRun(() => undefined, { experiment: "nothing" });
	assert.throws(() => certifyRun(nothing, me), {
		name: "UsageError",
		message: `run ${nothing.record.id} put out nothing, so there is no result to certify; record one with dd.log or dd.artifact`,
	});
});

test("a certificate of an earlier version, which states no level, was recorded", async () => {
	const { predicate } = statement;
	const { buildDefinition } = predicate;
	const { level: _, ...internalParameters } =
		buildDefinition.internalParameters ?? {};
	const { code, level } = await verify(
		resign(
			{
				...statement,
				predicate: {
					...predicate,
					buildDefinition: { ...buildDefinition, internalParameters },
				},
			},
			me,
		),
	);
	assert.deepEqual(level, { level: "recorded" });
	assert.equal(code, 3);
});

test("a record that contradicts its files is not certified", () => {
	const folder = copyOf();
	forge(folder, () => ({ metrics: { loss: 0.01 } }));
	assert.throws(() => certifyRun(readRun(folder), me), {
		name: "UsageError",
		message: `the record of run ${stored.record.id} contradicts itself or the run's files: final metric loss is 0.01, and what it follows from gives 0.5; restore the run folder from a copy`,
	});
});

test("a run that did not finish, or whose files changed since, is not certified", () => {
	const folder = copyOf();
	flip(join(folder, "metrics.jsonl"), 3);
	assert.throws(() => certifyRun(readRun(folder), me), {
		name: "UsageError",
		message: `run ${stored.record.id} is not as it was recorded: metrics.jsonl is changed; restore the run folder from a copy`,
	});
	const { record } = stored;
	assert.throws(
		() =>
			certifyRun({ ...stored, record: { ...record, status: "failed" } }, me),
		/did not finish \(failed\)/,
	);
});

// ── replays ────────────────────────────────────────────────────────────────

const environment = { ...stored.record.environment };
const identical: ComparedPart[] = [
	{ part: "metrics", verdict: "identical" },
	{ part: "seed", verdict: "identical" },
];

/** The certificate with a replay by `key` in it. */
function replayed(
	parts: readonly ComparedPart[] = identical,
	elsewhere: object = {},
	key = mallory,
	tolerance?: number,
	{ replayed: own = true } = {},
): string {
	const path = join(temporaryFolder(), "c.intoto.jsonl");
	const certificate = own ? text : recordedText;
	writeFileSync(path, certificate);
	certifyReplay(
		path,
		certificateOf(lines(certificate), []),
		{
			parts,
			failure: undefined,
			environment: { ...environment, ...elsewhere },
		},
		key,
		tolerance,
	);
	return readFileSync(path, "utf8");
}

const levels: [string, string, readonly ComparedPart[], object, number?][] = [
	["same machine", "the same", identical, {}],
	["other machine", "another id", identical, { machine: "0".repeat(32) }],
	["other machine", "another processor", identical, { cpu: "abacus" }],
	[
		"other engine or architecture",
		"another architecture",
		identical,
		{ arch: "arm64" },
	],
	["other engine or architecture", "another V8", identical, { v8: "15.0" }],
	[
		"tolerance only",
		"the same",
		[{ part: "metrics", verdict: "within tolerance" }],
		{},
		1e-6,
	],
	[
		"different",
		"the same",
		[{ part: "metrics", verdict: "different" }],
		{ arch: "arm64" },
	],
];
for (const [level, where, parts, elsewhere, tolerance] of levels)
	test(`a replay on a machine that is ${where} reaches the level "${level}"${tolerance ? " with a tolerance" : ""}`, async () => {
		const { code, replays } = await verify(
			replayed(parts, elsewhere, mallory, tolerance),
		);
		assert.equal(code, 0);
		assert.equal(replays.length, 1);
		assert.equal(replays[0]?.level, level);
		assert.equal(replays[0].signer, mallory.id);
		assert.equal(replays[0].trusted, false);
		assert.equal(replays[0].ownReplay, false);
	});

for (const [who, key, named, expected] of [
	["somebody who is known", mallory, [me.id, mallory.id], "replayed"],
	["somebody who is not known", mallory, [me.id], "recorded"],
] as const)
	test(`a replay by ${who} leaves a certificate of the level recorded ${expected === "replayed" ? "replayed" : "as it was"}`, async () => {
		const { level } = await verify(
			replayed(identicalReplay(stored).parts, {}, key, undefined, {
				replayed: false,
			}),
			{ trusted: named },
		);
		assert.equal(level?.level, expected);
		if (level?.level === "replayed") assert.equal(level.by, key.id);
	});

for (const [what, parts] of [
	["left an output out", identical],
	[
		"came out different",
		[
			...identicalReplay(stored).parts,
			{ part: "final metric loss", verdict: "different" },
		],
	],
] as [string, ComparedPart[]][])
	test(`a replay that ${what} makes no certificate replayed`, async () => {
		const { level } = await verify(
			replayed(parts, {}, mallory, undefined, { replayed: false }),
			{ trusted: [me.id, mallory.id] },
		);
		assert.deepEqual(level, { level: "recorded" });
	});

test("a run whose replay was not identical is not certified", () => {
	for (const [what, replay] of [
		[
			"different",
			{
				...identicalReplay(stored),
				parts: [{ part: "metrics", verdict: "different" }],
			},
		],
		["failed", { ...identicalReplay(stored), failure: "it broke" }],
		["nowhere", { parts: identical, failure: undefined }],
	] as const)
		assert.throws(
			() => certifyRun(stored, me, { replay: replay as ReplayResult }),
			/did not come out the same when it was executed again, so nothing was signed/,
			what,
		);
});

test("who replays a run of one's own is told as such", async () => {
	const { replays } = await verify(replayed(identical, {}, me));
	assert.equal(replays[0]?.ownReplay, true);
	assert.equal(replays[0].trusted, true);
});

test("a replay that did not get to its end adds nothing", () => {
	const path = join(temporaryFolder(), "c.intoto.jsonl");
	writeFileSync(path, text);
	assert.throws(
		() =>
			certifyReplay(
				path,
				certificateOf(lines(text), []),
				{ parts: [], failure: "it broke" },
				mallory,
			),
		/could not be executed again/,
	);
	assert.equal(readFileSync(path, "utf8"), text);
});

const replayLine = replayed().trim().split("\n")[1] as string;
const replayStatement = JSON.parse(
	Buffer.from(
		(JSON.parse(replayLine) as EnvelopeFields).payload,
		"base64",
	).toString(),
) as Statement<Record<string, unknown> & { deepdiva_replay: object }>;
const withReplay = (change: object, replay: object = {}) =>
	`${text}${resign({
		...replayStatement,
		predicate: {
			...replayStatement.predicate,
			...change,
			deepdiva_replay: {
				...replayStatement.predicate.deepdiva_replay,
				...replay,
			},
		},
	})}`;

const onReplay: [string, string, RegExp][] = [
	[
		"its payload is changed",
		`${text}${JSON.stringify({ ...JSON.parse(replayLine), payload: Buffer.from("{}").toString("base64") })}`,
		/^line 2 the signature does not verify/,
	],
	[
		"it is about another certificate",
		withReplay({
			configuration: [
				{ name: "certificate", digest: { sha256: "0".repeat(64) } },
			],
		}),
		/^line 2 is the replay of another certificate/,
	],
	[
		"it is an old one, of another run",
		`${certify(otherRun, me)}${replayLine}`,
		/^line 2 is the replay of another certificate/,
	],
	[
		"it claims more than its own facts give",
		withReplay({}, { level: "other engine or architecture" }),
		/^line 2 claims the level/,
	],
	[
		"it claims to have passed with failed tests",
		withReplay({ failedTests: ["metrics"] }),
		/^line 2 predicate\.result does not follow/,
	],
	[
		"it is about outputs that were not certified",
		`${text}${resign({ ...replayStatement, subject: [{ name: "output:metrics", digest: { sha256: "0".repeat(64) } }] })}`,
		/^line 2 is about an output that was not certified, output:metrics/,
	],
];
for (const [what, certificate, message] of onReplay)
	test(`a replay's statement is refused where ${what}`, async () => {
		const { code, broken, replays } = await verify(certificate);
		assert.equal(code, 1);
		assert.ok(
			broken.some((line) => message.test(line)),
			broken.join("\n"),
		);
		assert.deepEqual(replays, []);
	});

test("a replay is added as a line, and the lines before stay as they were", () => {
	const certificate = replayed();
	assert.ok(certificate.startsWith(text));
	assert.equal(certificate.trim().split("\n").length, 2);
	const path = join(temporaryFolder(), "c.intoto.jsonl");
	writeFileSync(path, text.trim());
	appendToBundle(path, "{}");
	assert.equal(readFileSync(path, "utf8"), `${text.trim()}\n{}\n`);
});

test("the certificate lies in the run's folder, and the run is still as it was recorded", async () => {
	certify(stored, me);
	assert.equal(
		certificatePath(stored.directory),
		join(stored.directory, "certificate.intoto.jsonl"),
	);
	assert.equal((await verify(text)).code, 0);
});

test("a certificate says where the run's code is, and when it is gone", async () => {
	const project = openProject();
	git(project, "init", "-q", "-b", "main");
	const stored = await recordCertifiable();
	const key = makeKey();
	const text = certify(stored, key);
	const code = async () =>
		(
			await verifyCertificate(lines(text), {
				trusted: [key.publicKey],
				named: true,
				run: stored.directory,
			})
		).checks.find(({ what }) => what === "code");
	assert.equal((await code())?.status, "holds");
	const ref = git(project, "for-each-ref", "--format=%(refname)").trim();
	git(project, "update-ref", "-d", ref);
	git(project, "gc", "-q", "--prune=now");
	const gone = await code();
	assert.equal(gone?.status, "not here");
	assert.match(gone?.detail ?? "", /whoever made the run must push it/);
});

test("a replay that came out within a tolerance, be it in one number, makes no certificate replayed", async () => {
	const parts: ComparedPart[] = [
		...identicalReplay(stored).parts,
		{ part: "final metric loss", verdict: "within tolerance" },
	];
	const { level, replays } = await verify(
		replayed(parts, {}, mallory, 1e-6, { replayed: false }),
		{ trusted: [me.id, mallory.id] },
	);
	assert.deepEqual(replays[0]?.warned, ["final metric loss"]);
	assert.deepEqual(level, { level: "recorded" });
});

test("of several replays that of somebody else counts, in whatever order they were added", async () => {
	const { parts } = identicalReplay(stored);
	const [own = "", others = ""] = [me, mallory].map(
		(key) =>
			replayed(parts, {}, key, undefined, { replayed: false })
				.trim()
				.split("\n")
				.at(-1) ?? "",
	);
	const certificate = recordedText.trim();
	const levelOf = async (...added: string[]) => {
		const bundle = `${[certificate, ...added].join("\n")}\n`;
		const { level } = await verify(bundle, { trusted: [me.id, mallory.id] });
		return level?.level === "replayed" ? level.by : undefined;
	};
	assert.equal(await levelOf(), undefined);
	assert.equal(await levelOf(own), me.id);
	assert.equal(await levelOf(own, others), mallory.id);
	assert.equal(await levelOf(others, own), mallory.id);
});
