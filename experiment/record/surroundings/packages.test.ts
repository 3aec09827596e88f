import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../../base/canonical.ts";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { dependencies, version } from "../../../base/version.ts";
import { describePackages, projectLicense } from "./packages.ts";

const entry = (of: string) => ({ version: of, integrity: `sha512-${of}` });

test("direct dependencies are recorded as they are installed, with their integrity", () => {
	const folder = temporaryFolder();
	const lock = JSON.stringify({
		packages: {
			"": {},
			"node_modules/a": entry("1.0.0"),
			"node_modules/b": entry("2.0.0"),
			"node_modules/@s/c": { version: "3.0.0", link: true },
			"node_modules/inner": entry("4.0.0"),
			"node_modules/alias": { name: "real", ...entry("5.0.0") },
		},
	});
	writeFiles(folder, {
		"package.json": JSON.stringify({
			dependencies: { a: "^1.0.0", absent: "1", alias: "npm:real@5" },
			devDependencies: { "@s/c": "*" },
			optionalDependencies: { b: "2" },
		}),
		"package-lock.json": lock,
		// Another version was put there by hand.
		"node_modules/.package-lock.json": JSON.stringify({
			packages: { "node_modules/a": entry("1.1.0") },
		}),
		"deep/inside/x.ts": "",
	});
	const { lockFile, packages } = describePackages(`${folder}/deep/inside`);
	assert.equal(lockFile, sha256(lock));
	assert.deepEqual(packages.a, { version: "1.1.0", integrity: "sha512-1.1.0" });
	assert.deepEqual(packages.b, { version: "2.0.0", integrity: "sha512-2.0.0" });
	assert.deepEqual(packages["@s/c"], { version: "3.0.0" });
	assert.deepEqual(packages.alias, {
		name: "real",
		version: "5.0.0",
		integrity: "sha512-5.0.0",
	});
	assert.equal(packages.inner, undefined);
	assert.equal(packages.absent, undefined);
	assert.deepEqual(packages.deepdiva, { version });
	for (const [name, exact] of Object.entries(dependencies))
		assert.equal(packages[name]?.version, exact);
});

test("without a project, or with a damaged one, this package's own are recorded", () => {
	const folder = temporaryFolder();
	assert.equal(describePackages(folder).lockFile, undefined);
	writeFiles(folder, { "package.json": "{", "package-lock.json": "{" });
	const { lockFile, packages } = describePackages(folder);
	assert.equal(lockFile, sha256("{"));
	assert.deepEqual(packages.deepdiva, { version });
});

const licenses: [string | undefined, string | undefined][] = [
	['{"license": "MIT"}', "MIT"],
	['{"license": "GPL-3.0-or-later"}', "GPL-3.0-or-later"],
	['{"license": "SEE LICENSE IN FILE"}', undefined],
	['{"license": {"type": "MIT"}}', undefined],
	["{}", undefined],
	[undefined, undefined],
];

for (const [manifest, license] of licenses)
	test(`a project with ${manifest ?? "no package.json"} states ${license ?? "no licence"}`, () => {
		const folder = temporaryFolder();
		if (manifest !== undefined)
			writeFiles(folder, { "package.json": manifest });
		assert.equal(projectLicense(`${folder}/runs`), license);
	});
