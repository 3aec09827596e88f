import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { findRun } from "../../experiment/record/store/store.ts";
import { readOwnNotebook } from "./language.ts";

const folder = temporaryFolder();

function notebook(metadata: Record<string, unknown>): string {
	const name = "nb.ipynb";
	writeFiles(folder, {
		[name]: JSON.stringify({
			nbformat: 4,
			nbformat_minor: 5,
			metadata,
			cells: [],
		}),
	});
	return join(folder, name);
}

const foreign: [string, Record<string, unknown>, string][] = [
	["by its language", { language_info: { name: "python" } }, "python"],
	["by its kernel's language", { kernelspec: { language: "R" } }, "R"],
	["by the name of its kernel", { kernelspec: { name: "python3" } }, "python3"],
];

for (const [name, metadata, language] of foreign)
	test(`a notebook in another language, ${name}, is neither executed nor exported`, () => {
		const path = notebook(metadata);
		assert.throws(() => readOwnNotebook(path), {
			name: "UsageError",
			message: `${path} is a notebook in ${language}; only TypeScript and JavaScript run here – if its cells are TypeScript, choose the kernel "TypeScript (DeepDIVA)" in Jupyter and save`,
		});
	});

test("a notebook in TypeScript, of any kernel, or that does not say, is taken", () => {
	for (const metadata of [
		{},
		{ kernelspec: { name: "deno", language: "typescript" } },
		{ language_info: { name: "javascript" }, kernelspec: { name: "jslab" } },
		{ kernelspec: { name: "tslab" } },
	])
		assert.deepEqual(readOwnNotebook(notebook(metadata)).cells, []);
});

test("a script in place of a notebook, and a notebook in place of a run, are told apart", () => {
	assert.throws(
		() => readOwnNotebook("a/b.ts"),
		/^UsageError: a\/b\.ts is a script, and no notebook; run it with: deepdiva run a\/b\.ts$/,
	);
	for (const reference of ["nb.ipynb", "./nb.ipynb"])
		assert.throws(
			() => findRun(reference),
			/nb\.ipynb is a notebook, and no run; execute it/,
		);
});
