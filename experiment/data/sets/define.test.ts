import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { installRandom } from "../../random/install.ts";
import { seed } from "../../session.ts";
import { defineDataset } from "./define.ts";
import { getData } from "./get-data.ts";

installRandom();

test("a defined data set is the same under every seed, and written once", async () => {
	let written = 0;
	defineDataset({
		name: "noise",
		summary: "Numbers.",
		write(folder, { rng }) {
			written++;
			const next = rng("numbers");
			writeFileSync(join(folder, "a.txt"), `${next()} ${Math.random()}`);
		},
	});
	const folder = temporaryFolder();
	const roots: string[] = [];
	for (const [i, name] of ["one", "two"].entries()) {
		seed(i);
		const { directory, status, verification } = await getData(
			"noise",
			join(folder, name),
		);
		assert.equal(status, "created");
		assert.equal(verification.status, "created");
		roots.push(verification.root);
		assert.match(readFileSync(join(directory, "a.txt"), "utf8"), /^0\.\d+ 0\./);
	}
	assert.equal(roots[0], roots[1]);
	const again = await getData("noise", join(folder, "one"));
	assert.deepEqual([again.status, written], ["present", 2]);
	// Under a root that was pinned, other content is refused, also where it is there already.
	const define = (text: string, root: string | undefined) =>
		defineDataset({
			name: "pinned",
			summary: "s",
			...(root === undefined ? {} : { root }),
			write: (into) => writeFileSync(join(into, "a.txt"), text),
		});
	define("1", undefined);
	const { root } = (await getData("pinned", join(folder, "p"))).verification;
	define("2", root);
	assert.equal((await getData("pinned", join(folder, "p"))).status, "present");
	await assert.rejects(getData("pinned", join(folder, "q")), {
		name: "DataError",
		code: "CHECKSUM",
	});
});

test("a folder that is not as its manifest says is not taken for the data set", async () => {
	defineDataset({
		name: "kept",
		summary: "s",
		write: (folder) => writeFileSync(join(folder, "a.txt"), "1"),
	});
	const directory = join(temporaryFolder(), "kept");
	await getData("kept", directory);
	writeFileSync(join(directory, "a.txt"), "2");
	await assert.rejects(getData("kept", directory), { code: "EXISTS" });
	const { verification } = await getData("kept", directory, { force: true });
	assert.equal(verification.status, "unchanged");
});

const nothing = () => undefined;
const refused: readonly [string, unknown, string][] = [
	[
		"has a built-in name",
		{ name: "mnist", summary: "s", write: nothing },
		'dd.defineDataset("mnist"): there is a built-in data set of this name; choose another one',
	],
	[
		"writes nothing",
		{ name: "a", summary: "s" },
		'dd.defineDataset("a"): write is missing: the function that writes its files into a folder',
	],
	[
		"has a root that is none",
		{ name: "a", summary: "s", root: "abc", write: nothing },
		'dd.defineDataset("a"): root must be "sha256:" and 64 hexadecimal digits, as dd.verifyData gives it, not "abc"',
	],
];

for (const [what, definition, message] of refused)
	test(`a data set that ${what} is refused`, () => {
		assert.throws(() => Reflect.apply(defineDataset, undefined, [definition]), {
			name: "UsageError",
			message,
		});
	});

test("a built-in data set is found by its name, and overwrites no folder", async () => {
	for (const name of ["digits", "mnist"]) {
		const directory = temporaryFolder();
		writeFiles(directory, { "mine.txt": "" });
		await assert.rejects(getData(name, directory), { code: "EXISTS" }, name);
	}
});

test("a data set whose function leaves its folder empty leaves none behind", async () => {
	defineDataset({ name: "empty", summary: "s", write: nothing });
	const directory = join(temporaryFolder(), "empty");
	await assert.rejects(getData("empty", directory), {
		code: "BAD_FORMAT",
		message:
			'dd.defineDataset("empty"): write wrote no file; write into the folder that it is given',
	});
	await assert.rejects(getData("emtpy", directory), {
		code: "BAD_ARGUMENT",
		message: 'there is no data set "emtpy"; did you mean "empty"?',
	});
});
