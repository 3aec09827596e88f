import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "../../../base/canonical.ts";
import { isObject } from "../../../base/json-object.ts";
import { provenanceOf, readProvenance } from "./provenance.ts";
import {
	allowedLevel,
	readReproduction,
	reproductionOf,
} from "./reproduction.ts";
import { readStatement, type Statement, StatementError } from "./statement.ts";
import { openProject, recordCertifiable } from "./test-certificate.ts";

openProject();
const provenance = provenanceOf(await recordCertifiable(), {
	level: "recorded",
});
const { environment } = provenance.predicate.buildDefinition
	.internalParameters as { environment: Record<string, unknown> };
const replayed = reproductionOf(
	{ payload: Buffer.from("x"), statement: provenance },
	{
		parts: [
			{ part: "metrics", verdict: "identical" },
			{ part: "artifact/weights", verdict: "within tolerance" },
		],
		failure: undefined,
		environment,
	},
	1e-6,
);

type Path = readonly (string | number)[];
const at = (text: string): Path =>
	text.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));

/** A copy of a statement as JSON with one value set, or taken out where it is undefined. */
function changed(statement: Statement, path: Path, value: unknown): unknown {
	const copy = JSON.parse(JSON.stringify(statement)) as unknown;
	let place = copy as Record<string | number, unknown>;
	for (const part of path.slice(0, -1))
		place = place[part] as Record<string | number, unknown>;
	if (path.length > 0) place[path.at(-1) as string] = value;
	return JSON.parse(JSON.stringify(copy));
}

const read = (value: unknown) => readProvenance(readStatement(value));

test("what a run is certified by is a statement and a provenance as the specifications have them", () => {
	const text = JSON.parse(JSON.stringify(provenance)) as unknown;
	assert.equal(digestOf(read(text)), digestOf(provenance));
});

/** What a specification demands → where to break it, and with what. */
const demands: [string, string, unknown, RegExp?][] = [
	// in-toto Statement v1, spec/v1/statement.md
	[
		"_type is the statement's, version 1",
		"_type",
		"https://in-toto.io/Statement/v0.1",
	],
	["_type is there", "_type", undefined],
	["subject is there", "subject", undefined],
	["subject is a list", "subject", {}],
	["subject names an artifact at least", "subject", []],
	["each subject is a resource descriptor", "subject.0", "run.json"],
	["each subject has a digest", "subject.0.digest", undefined],
	["each subject has a digest that is not empty", "subject.0.digest", {}],
	["a digest is a text", "subject.0.digest.sha256", 5],
	["a digest is hexadecimal", "subject.0.digest.sha256", "g".repeat(64)],
	["a digest is in lower case", "subject.0.digest.sha256", "A".repeat(64)],
	[
		"a digest has the algorithm's length",
		"subject.0.digest.sha256",
		"a".repeat(40),
	],
	[
		"a git commit has 40 or 64 digits",
		"predicate.buildDefinition.resolvedDependencies.0.digest",
		{ gitCommit: "abc" },
	],
	[
		"a digest's algorithm is accepted, and MD5 is not",
		"subject.0.digest",
		{ md5: "a".repeat(32) },
	],
	[
		"an algorithm's name is no name of every object",
		"subject.0.digest",
		{ constructor: "a" },
	],
	[
		"the names of subjects are unique",
		"subject.0.name",
		provenance.subject[1]?.name,
	],
	[
		"… whatever their case",
		"subject.0.name",
		provenance.subject[1]?.name.toUpperCase(),
	],
	["predicateType is there", "predicateType", undefined],
	["predicateType is a text", "predicateType", 1],
	["predicateType is a URI", "predicateType", "provenance"],
	[
		"a URI's scheme is in lower case",
		"predicateType",
		"HTTPS://slsa.dev/provenance/v1",
	],
	[
		"a URI's authority is in lower case",
		"predicateType",
		"https://SLSA.dev/provenance/v1",
	],
	["predicate is an object", "predicate", []],
	// spec/v1/resource_descriptor.md, field_types.md
	[
		"a dependency has uri, digest or content",
		"predicate.buildDefinition.resolvedDependencies.0",
		{ name: "git" },
	],
	[
		"… that are not empty",
		"predicate.buildDefinition.resolvedDependencies.0",
		{ name: "git", uri: "", digest: {}, content: null },
	],
	[
		"a dependency's uri is a URI",
		"predicate.buildDefinition.resolvedDependencies.0.uri",
		"not a uri",
	],
	[
		"a dependency's uri is in lower case",
		"predicate.buildDefinition.resolvedDependencies.0.uri",
		"git+https://GitHub.com/x",
	],
	[
		"a download location is a URI",
		"predicate.buildDefinition.resolvedDependencies.0.downloadLocation",
		"here",
	],
	[
		"a name is a text",
		"predicate.buildDefinition.resolvedDependencies.0.name",
		1,
	],
	[
		"a media type is a text",
		"predicate.buildDefinition.resolvedDependencies.0.mediaType",
		{ a: 1 },
	],
	[
		"content is base64",
		"predicate.buildDefinition.resolvedDependencies.0.content",
		"<>",
	],
	[
		"annotations are an object",
		"predicate.buildDefinition.resolvedDependencies.0.annotations",
		[1],
	],
	[
		"a time is in UTC",
		"predicate.runDetails.metadata.startedOn",
		"2026-01-31T12:00:00+01:00",
	],
	[
		"a time is in RFC 3339 form",
		"predicate.runDetails.metadata.finishedOn",
		"31 January 2026",
	],
	[
		"a time is one",
		"predicate.runDetails.metadata.finishedOn",
		"2026-13-31T12:00:00Z",
	],
	// SLSA Provenance v1
	[
		"the predicate's type is provenance, version 1",
		"predicateType",
		"https://slsa.dev/provenance/v0.2",
	],
	["buildDefinition is there", "predicate.buildDefinition", undefined],
	["buildDefinition is not empty", "predicate.buildDefinition", {}],
	["runDetails is there", "predicate.runDetails", null],
	["buildType is there", "predicate.buildDefinition.buildType", ""],
	["buildType is a URI", "predicate.buildDefinition.buildType", "run"],
	[
		"buildType is a run's",
		"predicate.buildDefinition.buildType",
		"https://example.com/make/v1",
	],
	[
		"externalParameters is there",
		"predicate.buildDefinition.externalParameters",
		undefined,
	],
	[
		"externalParameters is not empty",
		"predicate.buildDefinition.externalParameters",
		{},
	],
	[
		"externalParameters is an object",
		"predicate.buildDefinition.externalParameters",
		"lr=0.1",
	],
	[
		"externalParameters has nothing that is not known",
		"predicate.buildDefinition.externalParameters.secret",
		1,
	],
	[
		"the experiment is a text",
		"predicate.buildDefinition.externalParameters.experiment",
		1,
	],
	[
		"the parameters are there",
		"predicate.buildDefinition.externalParameters.parameters",
		undefined,
	],
	[
		"the seeds are there",
		"predicate.buildDefinition.externalParameters.seed",
		{ root: "42" },
	],
	[
		"the repeat index is a whole number",
		"predicate.buildDefinition.externalParameters.repeat",
		0.5,
	],
	[
		"internalParameters is an object",
		"predicate.buildDefinition.internalParameters",
		[1],
	],
	[
		"resolvedDependencies is a list",
		"predicate.buildDefinition.resolvedDependencies",
		{ a: 1 },
	],
	["builder is there", "predicate.runDetails.builder", undefined],
	["builder.id is there", "predicate.runDetails.builder.id", undefined],
	["builder.id is a URI", "predicate.runDetails.builder.id", "me"],
	[
		"builder.id is the one that a signer can sign for",
		"predicate.runDetails.builder.id",
		"https://github.com/actions/runner",
	],
	[
		"builder.version is a map of texts",
		"predicate.runDetails.builder.version.node",
		24,
	],
	[
		"builderDependencies is a list",
		"predicate.runDetails.builder.builderDependencies",
		{ a: 1 },
	],
	["invocationId is a text", "predicate.runDetails.metadata.invocationId", 7],
	["metadata is an object", "predicate.runDetails.metadata", "x"],
	[
		"byproducts is a list of descriptors",
		"predicate.runDetails.byproducts.0",
		{},
	],
];
for (const [demand, path, value] of demands)
	test(`a provenance is refused unless ${demand}`, () => {
		assert.throws(
			() => read(changed(provenance, at(path), value)),
			(error) => error instanceof StatementError,
		);
	});

test("a refusal names the place", () => {
	assert.throws(
		() =>
			read(
				changed(
					provenance,
					at("predicate.runDetails.metadata.startedOn"),
					"now",
				),
			),
		{
			name: "StatementError",
			message:
				'predicate.runDetails.metadata.startedOn is not a time in UTC such as "2026-01-31T12:00:00Z"',
		},
	);
});

const escapes = [
	"/etc/passwd",
	"../run.json",
	"a/../../b",
	"a//b",
	"./a",
	"a/.",
	"",
	"C:/a",
	"c:a",
	"a\\..\\b",
	"a\0b",
	"a\nb",
];
for (const name of escapes)
	test(`a subject named ${JSON.stringify(name)} is refused`, () => {
		assert.throws(
			() => read(changed(provenance, at("subject.0.name"), name)),
			/^StatementError: subject\[0\]\.name/,
		);
	});

test("two names that some file systems take for one are refused", () => {
	const composed = changed(provenance, at("subject.0.name"), "caf\u00e9.json");
	assert.throws(
		() =>
			read(
				changed(composed as Statement, at("subject.1.name"), "cafe\u0301.json"),
			),
		/twice/,
	);
});

const allowed: [string, string, unknown][] = [
	["fields of the statement that nobody knows", "more", { a: 1 }],
	["fields of a subject that nobody knows", "subject.0.more", 1],
	["fields of the predicate that nobody knows", "predicate.vendor_field", []],
	["a digest of an algorithm that nobody knows", "subject.0.digest.swirl", "5"],
	[
		"internalParameters that are null",
		"predicate.buildDefinition.internalParameters",
		null,
	],
	[
		"resolvedDependencies that are null",
		"predicate.buildDefinition.resolvedDependencies",
		null,
	],
	[
		"a commit of a repository that has SHA-256",
		"predicate.buildDefinition.resolvedDependencies.0.digest",
		{ gitCommit: "0".repeat(64), gitTree: "f".repeat(64) },
	],
	["no byproducts", "predicate.runDetails.byproducts", undefined],
	["empty metadata", "predicate.runDetails.metadata", {}],
	[
		"a builder's version that is null",
		"predicate.runDetails.builder.version",
		null,
	],
];
for (const [what, path, value] of allowed)
	test(`a provenance with ${what} is read`, () => {
		const given = changed(provenance, at(path), value) as Statement;
		const { predicate, subject, predicateType } = read(given);
		assert.deepEqual(
			{ predicate, subject, predicateType },
			{
				predicate: given.predicate,
				subject: given.subject,
				predicateType: provenance.predicateType,
			},
		);
	});

const readReplay = (value: unknown) => readReproduction(readStatement(value));

test("a replay is a test result as its specification has it", () => {
	const text = JSON.parse(JSON.stringify(replayed)) as unknown;
	const { predicate } = readReplay(text);
	assert.deepEqual(predicate, (text as typeof replayed).predicate);
	assert.equal(predicate.result, "WARNED");
	assert.equal(predicate.deepdiva_replay.level, "tolerance only");
	assert.equal(allowedLevel(predicate, environment), "tolerance only");
	assert.ok(isObject(environment));
});

const replayDemands: [string, string, unknown][] = [
	["the result is PASSED, WARNED or FAILED", "predicate.result", "OK"],
	["the result follows from the tests", "predicate.result", "PASSED"],
	[
		"something was compared",
		"predicate",
		{
			...replayed.predicate,
			result: "PASSED",
			passedTests: [],
			warnedTests: [],
		},
	],
	["a failed test makes it FAILED", "predicate.failedTests", ["seed"]],
	["tests are named by texts", "predicate.passedTests", [1]],
	["the configuration is there", "predicate.configuration", undefined],
	[
		"the configuration names a certificate",
		"predicate.configuration",
		[{ uri: "https://example.com/a" }],
	],
	["the predicate is there", "predicate", undefined],
	[
		"it says what it ran on",
		"predicate.deepdiva_replay.environment",
		undefined,
	],
	["it says when", "predicate.deepdiva_replay.finishedOn", "today"],
	["a tolerance is a number", "predicate.deepdiva_replay.tolerance", undefined],
];
for (const [demand, path, value] of replayDemands)
	test(`a replay's statement is refused unless ${demand}`, () => {
		assert.throws(
			() => readReplay(changed(replayed, at(path), value)),
			(error) => error instanceof StatementError,
		);
	});
