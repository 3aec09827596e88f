import assert from "node:assert/strict";
import {
	appendFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { verifyData } from "../verify.ts";
import { writeCroissant } from "./croissant.ts";
import { croissantProblems } from "./test-croissant.ts";

const FILES = {
	"train/cat/1.png": "a cat",
	"train/dog/1.png": "a dog",
	"train/dog/2.jpg": "a dog",
	"val/cat/3.PNG": "another cat",
	"test/dog/9.jpeg": "another dog",
	"about.txt": "two classes",
	"list.csv": "1,2",
	LICENSE: "CC BY",
};

const METADATA = {
	description: "Cats and dogs.",
	license: "https://spdx.org/licenses/CC-BY-4.0",
	url: "https://example.org/pets",
	creator: "Ada Lovelace",
	datePublished: "2026-01-31",
};

async function pets(files: Record<string, string> = FILES) {
	const folder = join(temporaryFolder(), "two pets");
	mkdirSync(folder);
	writeFiles(folder, files);
	return { folder, verification: await verifyData(folder) };
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach into JSON of their own making
type Json = any;

const read = (path: string): Json => JSON.parse(readFileSync(path, "utf8"));

describe("the Croissant description", () => {
	test("has what Croissant 1.1 requires, with splits and labels of the folder layout", async () => {
		const { folder, verification } = await pets();
		const path = writeCroissant(verification, METADATA);
		assert.equal(path, `${folder}.croissant.json`);
		assert.deepEqual(croissantProblems(path), []);
		const { name, identifier, recordSet } = read(path);
		assert.equal(name, "two pets");
		assert.equal(identifier, verification.root);
		const [splits, labels, images] = recordSet;
		assert.deepEqual(
			splits.data.map((row: Json) => Object.values(row)),
			[
				["train", "cr:TrainingSplit"],
				["val", "cr:ValidationSplit"],
				["test", "cr:TestSplit"],
			],
		);
		assert.deepEqual(
			labels.data.map((row: Json) => Object.values(row)),
			[["cat"], ["dog"]],
		);
		assert.equal(images["@id"], "images");
		assert.deepEqual(images.field[3].dataType, ["sc:Text", "cr:Label"]);
	});

	test("of files in another layout says which files there are", async () => {
		const { verification } = await pets({
			"a.json": "{}",
			"sub/b.json": "{}",
			README: "",
			"train/deeper/than/usual.png": "",
		});
		const path = writeCroissant(verification, METADATA);
		assert.deepEqual(croissantProblems(path), []);
		assert.equal(read(path).recordSet, undefined);
	});

	test("keeps what a person wrote into it, and follows the data", async () => {
		const { folder, verification } = await pets();
		const path = writeCroissant(verification, {
			...METADATA,
			organization: "Society for Computing",
			version: "1.0.0",
		});
		writeFileSync(
			path,
			JSON.stringify({ ...read(path), name: "Pets", keywords: ["pets"] }),
		);
		writeFiles(folder, { "train/owl/1.png": "an owl" });
		writeCroissant(await verifyData(folder, { accept: "owls" }), {
			version: "1.1.0",
		});
		assert.deepEqual(croissantProblems(path), []);
		const { recordSet, ...after } = read(path);
		assert.equal(after.name, "Pets");
		assert.deepEqual(after.keywords, ["pets"]);
		assert.equal(after.version, "1.1.0");
		assert.deepEqual(
			after.creator.map((creator: Json) => creator["@type"]),
			["sc:Person", "sc:Organization"],
		);
		assert.equal(recordSet[1].data.length, 3);
	});

	test("is not written without what only people know, nor of changed data, nor over something else", async () => {
		const { folder, verification } = await pets();
		const path = `${folder}.croissant.json`;
		assert.throws(() => writeCroissant(verification, { url: METADATA.url }), {
			code: "BAD_ARGUMENT",
			message:
				/requires description, license, creator, datePublished .*license=https/,
		});
		for (const [key, value] of [
			["license", "CC-BY-4.0"],
			["url", "here"],
			["datePublished", "31.1.2026"],
		])
			assert.throws(
				() =>
					writeCroissant(verification, { ...METADATA, [key as string]: value }),
				{ code: "BAD_ARGUMENT", message: new RegExp(`${key} "${value}"`) },
			);
		assert.equal(existsSync(path), false);
		writeFileSync(path, "my notes");
		assert.throws(() => writeCroissant(verification, METADATA), {
			code: "BAD_FORMAT",
			message: /repair or remove/,
		});
		appendFileSync(join(folder, "list.csv"), ",3");
		const changed = await verifyData(folder);
		assert.throws(() => writeCroissant(changed, METADATA), { code: "CHANGED" });
		assert.equal(readFileSync(path, "utf8"), "my notes");
	});
});

describe("the Croissant reader of these tests refuses a description", () => {
	const breaches: Record<string, (description: Json) => void> = {
		"the context has the prefixes sc, cr and dct": (d) => {
			d["@context"].cr = "http://example.org/";
		},
		"every property means what its vocabulary says": (d) => {
			delete d["@context"].recordSet;
		},
		"embedded data are JSON, data types are terms": (d) => {
			d["@context"].data = "cr:data";
		},
		"@type is sc:Dataset": (d) => {
			d["@type"] = "cr:Dataset";
		},
		"conformsTo names Croissant 1.1": (d) => {
			d.conformsTo = "http://mlcommons.org/croissant/1.0";
		},
		"name is a text": (d) => {
			delete d.name;
		},
		"description is a text": (d) => {
			d.description = "";
		},
		"license is a URL or a work": (d) => {
			d.license = "free";
		},
		"url is a URL": (d) => {
			delete d.url;
		},
		"creator is a person or an organization with a name": (d) => {
			d.creator = "Ada Lovelace";
		},
		"datePublished is a date": (d) => {
			d.datePublished = "2026-13-01";
		},
		"distribution has FileObjects and FileSets": (d) => {
			d.distribution[1]["@type"] = "cr:Folder";
		},
		"every resource, record set and field has an id of its own": (d) => {
			d.distribution[2]["@id"] = d.distribution[1]["@id"];
		},
		"a FileObject has a contentUrl and an encodingFormat": (d) => {
			delete d.distribution[0].encodingFormat;
		},
		"a FileObject's sha256 is that of its bytes": (d) => {
			d.distribution[0].sha256 = "0".repeat(64);
		},
		"a FileObject's contentSize is its size": (d) => {
			d.distribution[0].contentSize = "1 B";
		},
		"a FileSet has patterns and an encodingFormat": (d) => {
			delete d.distribution[1].includes;
		},
		"a FileSet lies in a FileObject that there is": (d) => {
			d.distribution[1].containedIn.fileObject["@id"] = "archive";
		},
		"a FileSet's lines are read, then its regex finds the path in each": (
			d,
		) => {
			d.distribution[1].containedIn.transform.reverse();
		},
		"a FileSet has files": (d) => {
			d.distribution[1].includes = ["*.gif"];
		},
		"every file is in one FileSet": (d) => {
			d.distribution[1].includes = ["*"];
		},
		"@type of a record set is cr:RecordSet": (d) => {
			d.recordSet[0]["@type"] = "cr:Table";
		},
		"a record set's fields have its id in front of theirs": (d) => {
			d.recordSet[2]["@id"] = "pictures";
		},
		"a record set's key is one of its fields": (d) => {
			d.recordSet[0].key["@id"] = "labels/name";
		},
		"embedded data have the record set's fields": (d) => {
			d.recordSet[1].data[0].name = "cat";
		},
		"an enumeration has a name for each value": (d) => {
			d.recordSet[1].data[0] = {};
		},
		"a split says what it is for": (d) => {
			d.recordSet[0].data[0]["splits/url"] = "training";
		},
		"@type of a field is cr:Field": (d) => {
			d.recordSet[2].field[0]["@type"] = "cr:Column";
		},
		"a field has a data type": (d) => {
			delete d.recordSet[2].field[0].dataType;
		},
		"a field has a source or embedded data": (d) => {
			delete d.recordSet[2].field[0].source;
		},
		"a field's source is a FileSet that there is": (d) => {
			d.recordSet[2].field[0].source.fileSet["@id"] = "manifest";
		},
		"what is extracted from a file is one of its properties": (d) => {
			d.recordSet[2].field[0].source.extract.fileProperty = "path";
		},
		"a regex has one group and finds it in every path": (d) => {
			d.recordSet[2].field[2].source.transform.regex = "^(train)(/)";
		},
		"what a field refers to has its values": (d) => {
			d.recordSet[1].data.pop();
		},
	};
	for (const [rule, act] of Object.entries(breaches))
		test(`where this does not hold: ${rule}`, async () => {
			const { verification } = await pets();
			const path = writeCroissant(verification, METADATA);
			const description = read(path);
			act(description);
			writeFileSync(path, JSON.stringify(description));
			const problems = croissantProblems(path);
			assert.ok(problems.includes(rule), problems.join("\n"));
		});

	test("by exactly these rules", () => {
		const source = readFileSync(
			new URL("./test-croissant.ts", import.meta.url),
			"utf8",
		);
		const rules = [...source.matchAll(/must\(\s*"([^"]+)"/g)].map(
			([, rule]) => rule,
		);
		assert.deepEqual([...new Set(rules)].sort(), Object.keys(breaches).sort());
	});
});
