import assert from "node:assert/strict";
import { test } from "node:test";
import { recordedPackages } from "./purl.ts";

const hash = Buffer.alloc(64, 1).toString("base64");
const cases: [
	name: string,
	recorded: object,
	purl: string,
	digest?: Record<string, string>,
][] = [
	["foobar", { version: "12.3.1" }, "pkg:npm/foobar@12.3.1"],
	[
		"@angular/animation",
		{ version: "12.3.1" },
		"pkg:npm/%40angular/animation@12.3.1",
	],
	["JSONStream", { version: "1.3.5" }, "pkg:npm/JSONStream@1.3.5"],
	["built", { version: "1.0.0+7" }, "pkg:npm/built@1.0.0%2B7"],
	[
		"alias",
		{ name: "@scope/real", version: "1.0.0" },
		"pkg:npm/%40scope/real@1.0.0",
	],
	[
		"whole",
		{ version: "1.0.0", integrity: `sha512-${hash}` },
		"pkg:npm/whole@1.0.0",
		{ sha512: "01".repeat(64) },
	],
	[
		"twice",
		{
			version: "1.0.0",
			integrity: `sha1-${Buffer.alloc(20, 2).toString("base64")} sha512-${hash}?x`,
		},
		"pkg:npm/twice@1.0.0",
		{ sha1: "02".repeat(20), sha512: "01".repeat(64) },
	],
	["cut", { version: "1.0.0", integrity: "sha512-AAAA" }, "pkg:npm/cut@1.0.0"],
	[
		"unknown",
		{ version: "1.0.0", integrity: "md5-AAAA" },
		"pkg:npm/unknown@1.0.0",
	],
];
for (const [name, recorded, purl, digest] of cases)
	test(`the package ${name} is ${purl}`, () => {
		assert.deepEqual(recordedPackages({ packages: { [name]: recorded } }), [
			{ name, purl, ...(digest ? { digest } : {}) },
		]);
	});

test("what is no package is left out", () => {
	assert.deepEqual(recordedPackages({}), []);
	assert.deepEqual(recordedPackages({ packages: { a: null, b: {} } }), []);
});
