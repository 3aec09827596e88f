import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string) =>
	readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

const { scripts, version, license } = JSON.parse(read("package.json")) as {
	readonly scripts: Readonly<Record<string, string>>;
	readonly version: string;
	readonly license: string;
};

test("the table of commands in CONTRIBUTING.md has each that package.json has, and no other", () => {
	const listed = [
		...read("CONTRIBUTING.md").matchAll(
			/^\| `npm (?:run )?([\w:-]+)` \| .{10,} \|$/gm,
		),
	].map(([, name = ""]) => name);
	/** npm starts it by itself, before the command that it is named for. */
	const isHook = (name: string) =>
		name === "prepare" || (name.startsWith("pre") && name.slice(3) in scripts);
	const commands = Object.keys(scripts).filter((name) => !isHook(name));
	assert.deepEqual(listed.sort(), commands.sort());
});

test("CITATION.cff and CHANGELOG.md speak of the version that package.json names", () => {
	const citation = read("CITATION.cff");
	assert.ok(citation.includes(`\nversion: ${version}\n`), version);
	assert.ok(citation.includes(`\nlicense: ${license}\n`), license);
	assert.ok(read("CHANGELOG.md").includes(`\n## [${version}] `), version);
});
