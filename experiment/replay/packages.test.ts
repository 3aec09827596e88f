import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { packagesFit } from "./packages.ts";

const locked = {
	"": { name: "project" },
	"node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
	"node_modules/b": { version: "2.0.0", integrity: "sha512-b", dev: true },
	"node_modules/c": { version: "3.0.0", integrity: "sha512-c", optional: true },
};
const { "": _, ...all } = locked;

function fits(installed: object | undefined, lock: object = locked): boolean {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package-lock.json": JSON.stringify({ packages: lock }),
		...(installed
			? {
					"node_modules/.package-lock.json": JSON.stringify({
						packages: installed,
					}),
				}
			: {}),
	});
	return packagesFit({ folder });
}

const { "node_modules/a": a, ...others } = all;
const cases: [string, object | undefined, boolean][] = [
	["all of them", all, true],
	[
		"those without development and other platforms",
		{ "node_modules/a": a },
		true,
	],
	[
		"another version",
		{ ...all, "node_modules/a": { version: "1.0.1", integrity: "sha512-x" } },
		false,
	],
	[
		"the same version with another content",
		{ ...all, "node_modules/a": { ...a, integrity: "sha512-x" } },
		false,
	],
	["one less", others, false],
	["one more", { ...all, "node_modules/d": { version: "1.0.0" } }, false],
	["none", undefined, false],
];
for (const [what, installed, expected] of cases)
	test(`installed packages that are ${what} ${expected ? "are" : "are not"} those of the lock file`, () => {
		assert.equal(fits(installed), expected);
	});

test("where the lock file has no packages, nothing need be installed", () => {
	assert.equal(fits(undefined, { "": {} }), true);
});

for (const kind of ["optional", "dev", "devOptional", "peer", "link"])
	test(`a package that is ${kind} may be missing, also where nothing is installed`, () => {
		const lock = (is: boolean) => ({
			"": {},
			"node_modules/a": { version: "1.0.0", [kind]: is },
		});
		assert.equal(fits(undefined, lock(true)), true);
		assert.equal(fits(undefined, lock(false)), false);
		assert.equal(fits({}, lock(true)), true);
		assert.equal(fits({}, lock(false)), false);
	});

test("without a lock file no installation fits", () => {
	assert.equal(packagesFit({ folder: temporaryFolder() }), false);
});
