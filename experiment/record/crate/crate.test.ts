import assert from "node:assert/strict";
import {
	cpSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { METADATA_FILE } from "../../../formats/ro-crate/entity.ts";
import { checkCrate, RULES } from "../../../formats/ro-crate/test-crate.ts";
import { session } from "../../session.ts";
import { openTestSession, recordRun } from "../test-record.ts";

openTestSession();
session().source = { kind: "cell", text: "let a = 1;" };
writeFiles(".", { "package.json": '{"license": "MIT"}', "data/x.txt": "1" });
const recorded = await recordRun(
	async (run) => {
		run.log({ loss: 0.5 });
		await run.artifact("notes", "größe");
		console.log("printed");
	},
	{ params: { lr: 0.1, set: "a b" }, data: ["data"] },
);

type Json = Record<string, unknown>;
interface Document {
	"@context"?: unknown;
	"@graph": Json[];
}

const read = (directory: string) =>
	JSON.parse(readFileSync(join(directory, METADATA_FILE), "utf8")) as Document;

function find(document: Document, id: string): Json {
	const entity = document["@graph"].find((one) => one["@id"] === id);
	assert.ok(entity, id);
	return entity;
}

const ACTION = `#run-${recorded.record.id}`;

test("a run's folder is a Process Run Crate", () => {
	assert.deepEqual(checkCrate(recorded.directory), []);
});

test("a crate says what was executed, from which inputs, to which files", () => {
	const document = read(recorded.directory);
	const action = find(document, ACTION);
	assert.deepEqual(action.instrument, { "@id": "cell.ts" });
	assert.equal(action.startTime, recorded.record.started);
	assert.equal(action.endTime, recorded.record.ended);
	assert.deepEqual(action.actionStatus, {
		"@id": "http://schema.org/CompletedActionStatus",
	});
	const ids = (value: unknown) =>
		(value as { "@id": string }[]).map((one) => one["@id"]);
	assert.deepEqual(ids(action.result).sort(), [
		"artifacts/notes.txt",
		"metrics.jsonl",
		"stdout.log",
	]);
	const [, , , data = ""] = ids(action.object);
	assert.deepEqual(ids(action.object).slice(0, 3), [
		"#seed",
		"#param-lr",
		"#param-set",
	]);
	assert.match(data, /^ni:\/\/\/sha-256;[\w-]{43}$/);
	assert.equal(find(document, data).identifier, recorded.record.data[0]?.root);
	assert.equal(find(document, "#param-lr").value, "0.1");
	const notes = find(document, "artifacts/notes.txt");
	assert.equal(notes.contentSize, "7");
	assert.equal(
		`sha256:${notes.sha256}`,
		recorded.record.files["artifacts/notes.txt"]?.sha256,
	);
	assert.deepEqual(find(document, "./").license, {
		"@id": "https://spdx.org/licenses/MIT",
	});
});

test("the crate of a run that failed says why", async () => {
	let directory = "";
	await assert.rejects(
		recordRun((run) => {
			directory = run.info.directory;
			throw new RangeError("too large");
		}),
	);
	assert.deepEqual(checkCrate(directory), []);
	const action = read(directory)["@graph"].find(
		(one) => one["@type"] === "CreateAction",
	);
	assert.deepEqual(action?.actionStatus, {
		"@id": "http://schema.org/FailedActionStatus",
	});
	assert.equal(action?.error, "RangeError: too large");
});

test("a run without a cell was made by this package", async () => {
	openTestSession();
	const { directory } = await recordRun(() => undefined);
	assert.deepEqual(checkCrate(directory), []);
	const action = read(directory)["@graph"].find(
		(one) => one["@type"] === "CreateAction",
	) as Json;
	assert.match(
		(action.instrument as { "@id": string })["@id"],
		/^pkg:npm\/deepdiva@/,
	);
	assert.match(
		String(find(read(directory), "./").license),
		/^No licence is stated/,
	);
});

/** A way to break a rule: of the document, or of the folder. */
type Break = (document: Document, directory: string) => void;

const root: (change: (entity: Json) => void) => Break =
	(change) => (document) =>
		change(find(document, "./"));
const action: (change: (entity: Json) => void) => Break =
	(change) => (document) =>
		change(find(document, ACTION));
const without = (property: string) => (entity: Json) => {
	delete entity[property];
};
const withValue = (property: string, value: unknown) => (entity: Json) => {
	entity[property] = value;
};
/** Renames an entity, with all references to it. */
const renamed =
	(from: string, to: string): Break =>
	(document) => {
		document["@graph"] = JSON.parse(
			JSON.stringify(document["@graph"]).replaceAll(
				`"@id":${JSON.stringify(from)}`,
				`"@id":${JSON.stringify(to)}`,
			),
		) as Json[];
	};
const removed =
	(id: string): Break =>
	(document) => {
		document["@graph"] = document["@graph"].filter((one) => one["@id"] !== id);
	};
const added =
	(entity: Json): Break =>
	(document) =>
		document["@graph"].push(entity);

const breaks: Readonly<Record<string, readonly Break[]>> = {
	context: [
		(document) => {
			delete document["@context"];
		},
	],
	flattened: [
		root(withValue("author", { "@type": "Person", name: "A" })),
		root(withValue("author", { "@id": "#a", name: "A" })),
		action(withValue("object", [[{ "@id": "#seed" }]])),
	],
	identifiers: [
		added({ "@type": "Person" }),
		added({ "@id": "", "@type": "Person" }),
	],
	types: [
		added({ "@id": "#a" }),
		added({ "@id": "#a", "@type": [] }),
		added({ "@id": "#a", "@type": 1 }),
	],
	unique: [
		(document) =>
			document["@graph"].push({ ...find(document, "#seed"), value: "2" }),
	],
	descriptor: [
		removed(METADATA_FILE),
		(document) => withValue("@type", "Thing")(find(document, METADATA_FILE)),
	],
	about: [
		(document) => without("about")(find(document, METADATA_FILE)),
		(document) => withValue("about", "./")(find(document, METADATA_FILE)),
		removed("./"),
	],
	"root type": [root(withValue("@type", "CreativeWork"))],
	"root id": [renamed("./", "https://example.org/crate")],
	"root name": [root(without("name")), root(withValue("name", ""))],
	"root description": [root(without("description"))],
	"root license": [root(without("license"))],
	datePublished: [
		root(without("datePublished")),
		root(withValue("datePublished", "yesterday")),
		root(withValue("datePublished", "2026-13-45")),
		root(withValue("datePublished", 2026)),
	],
	"linked data": [
		root(withValue("hasPart", { "@id": "run.json" })),
		root(without("hasPart")),
	],
	"file type": [
		(document) => withValue("@type", "Thing")(find(document, "metrics.jsonl")),
		(document) =>
			document["@graph"].push({ "@id": "artifacts", "@type": "Thing" }),
	],
	"data id": [
		(document, directory) => {
			writeFileSync(join(directory, "a b.txt"), "");
			find(document, "./").hasPart = [
				...(find(document, "./").hasPart as Json[]),
				{ "@id": "a b.txt" },
			];
			document["@graph"].push({ "@id": "a b.txt", "@type": "File" });
		},
		renamed("metrics.jsonl", "artifacts\\metrics.jsonl"),
		renamed("metrics.jsonl", "../metrics.jsonl"),
		renamed("metrics.jsonl", "#metrics"),
		renamed("metrics.jsonl", "/tmp/metrics.jsonl"),
		renamed("metrics.jsonl", "50%.jsonl"),
	],
	payload: [
		(_, directory) => rmSync(join(directory, "metrics.jsonl")),
		(_, directory) =>
			renameSync(join(directory, "artifacts"), join(directory, "elsewhere")),
	],
	citation: [
		root(withValue("citation", "A paper, 2020")),
		root(withValue("citation", { "@id": "#paper" })),
	],
	"action time": [
		action(withValue("endTime", "12 o'clock")),
		action(withValue("startTime", "26/11/2026")),
	],
	"action status": [
		action(withValue("actionStatus", { "@id": "http://schema.org/Done" })),
		action(withValue("actionStatus", "finished")),
	],
	profile: [
		root(without("conformsTo")),
		root(
			withValue("conformsTo", { "@id": "https://w3id.org/ro/wfrun/process" }),
		),
		root(
			withValue("conformsTo", {
				"@id": "https://w3id.org/ro/wfrun/process/0.4",
			}),
		),
		removed("https://w3id.org/ro/wfrun/process/0.5"),
	],
	action: [removed(ACTION)],
	instrument: [
		action(without("instrument")),
		action(withValue("instrument", "cell.ts")),
	],
	"software type": [
		action(withValue("instrument", { "@id": "#hand" })),
		(document) => withValue("@type", "File")(find(document, "cell.ts")),
	],
};

test("every rule of the checker has a crate that breaks it", () => {
	assert.deepEqual(Object.keys(breaks).sort(), Object.keys(RULES).sort());
});

function brokenCrate(change: Break): string {
	const directory = join(temporaryFolder(), "crate");
	cpSync(recorded.directory, directory, { recursive: true });
	const document = read(directory);
	change(document, directory);
	writeFileSync(join(directory, METADATA_FILE), JSON.stringify(document));
	return directory;
}

for (const [rule, changes] of Object.entries(breaks))
	changes.forEach((change, i) => {
		test(`a crate that breaks "${rule}" is refused (${i + 1} of ${changes.length})`, () => {
			const problems = checkCrate(brokenCrate(change));
			assert.ok(
				problems.some((one) => one.rule === rule),
				JSON.stringify(problems),
			);
			for (const { message } of problems) assert.ok(message.length > 10);
		});
	});

const damages: [string, (directory: string) => void, string][] = [
	[
		"is missing",
		(directory) => rmSync(join(directory, METADATA_FILE)),
		"metadata file",
	],
	[
		"is not JSON",
		(directory) => writeFileSync(join(directory, METADATA_FILE), "{"),
		"json",
	],
	[
		"is a tree, not a list of entities",
		(directory) =>
			writeFileSync(
				join(directory, METADATA_FILE),
				JSON.stringify({ "@id": "./", "@type": "Dataset" }),
			),
		"graph",
	],
	[
		"lists what is no entity",
		(directory) =>
			writeFileSync(
				join(directory, METADATA_FILE),
				JSON.stringify({ "@graph": ["./"] }),
			),
		"graph",
	],
];

for (const [what, damage, rule] of damages)
	test(`a crate whose metadata file ${what} is refused`, () => {
		const directory = brokenCrate(() => undefined);
		damage(directory);
		assert.deepEqual(
			checkCrate(directory).map((one) => one.rule),
			[rule],
		);
	});

test("a crate may lead to its files through folders, and to the web", () => {
	const directory = brokenCrate((document) => {
		const top = find(document, "./");
		top.hasPart = [
			...(top.hasPart as { "@id": string }[]).filter(
				(one) => !one["@id"].startsWith("artifacts/"),
			),
			{ "@id": "artifacts/" },
			{ "@id": "https://example.org/data.zip" },
		];
		document["@graph"].push(
			{
				"@id": "artifacts/",
				"@type": "Dataset",
				hasPart: { "@id": "artifacts/notes.txt" },
			},
			{ "@id": "https://example.org/data.zip", "@type": "File" },
		);
	});
	assert.deepEqual(checkCrate(directory), []);
});
