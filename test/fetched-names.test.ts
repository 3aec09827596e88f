import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { PUBLISHED_AS, packageRoot } from "../base/version.ts";
import { writeScript } from "../experiment/replay/script.ts";

/** This package is not on npm: whoever registers its bare name there would run on the machine of everybody who follows such a line. */
const FETCHED = [
	// What runs a package by its name, also word by word in a list.
	/\b(?:npx|bunx|(?:npm|pnpm|yarn|bun) (?:exec|x|dlx))["',\s]+(?:-[\w=-]*["',\s]+)*deepdiva(?![\w./-])/,
	// What installs it, with options, other packages or a version; no path, archive or alias.
	/\b(?:npm|pnpm|yarn|bun) (?:i|install|add) (?:[^\s;&|`"']+ )*deepdiva(?!@npm:)(?![\w./-])/,
];

const namesFetched = (text: string) =>
	text.split("\n").filter((line) => FETCHED.some((one) => one.test(line)));

test("what npm would fetch by name is recognized, and what it would not is not", () => {
	const name = "deepdiva";
	for (const line of [
		`npx ${name} install`,
		`exec npx --no-install ${name} run`,
		`["npx","--no-install","${name}","run"]`,
		`npm exec -- ${name}`,
		`pnpm dlx ${name}`,
		`npm i ${name}`,
		`npm install --save-exact ${name}`,
		`npm install -g d3 ${name}@1.0.0\``,
	])
		assert.deepEqual(namesFetched(line), [line]);
	for (const line of [
		`${name} install`,
		`npm install ./${name}-0.1.0.tgz`,
		`npm install ${name}@npm:${PUBLISHED_AS}@1.0.0`,
		`npm ci && node bin/${name}.js install`,
		`npm install && node_modules/.bin/${name} install`,
	])
		assert.deepEqual(namesFetched(line), []);
});

const SHIPPED = [
	...["README.md", "ARCHITECTURE.md", "package.json", "index.ts", "seed.ts"],
	...[
		"host",
		"base",
		"bin",
		"bench",
		"cell",
		"cli",
		"docs",
		"experiment",
		"formats",
		"kernel",
	],
	...["magics"],
	...["scripts", "test", "training", "tutorials", "widgets"],
];
const TEXT = /\.(?:ts|js|mjs|cjs|py|sh|md|json|ipynb|html|css)$/;

/** Texts below a folder of the package, or one file, by path. */
function* textsOf(name: string): Generator<readonly [string, string]> {
	const path = join(packageRoot, name);
	if (TEXT.test(name)) yield [name, readFileSync(path, "utf8")];
	else
		for (const inner of readdirSync(path, {
			recursive: true,
			encoding: "utf8",
		}))
			if (TEXT.test(inner) && !/(^|[\\/])node_modules[\\/]/.test(inner))
				yield [join(name, inner), readFileSync(join(path, inner), "utf8")];
}

test("no page, message, tutorial or script names this package so that npm would fetch it", () => {
	const found = SHIPPED.flatMap((name) =>
		[...textsOf(name)].flatMap(([path, text]) =>
			namesFetched(text).map((line) => `${path}: ${line.trim()}`),
		),
	);
	assert.deepEqual(found, []);
});

test("nor does any file that an export writes", () => {
	const folder = temporaryFolder();
	const entry = { version: "0.1.0", resolved: "https://registry.example/x" };
	writeFiles(folder, {
		"package.json": "{}",
		"package-lock.json": JSON.stringify({
			packages: { "node_modules/deepdiva": entry },
		}),
	});
	const written = writeScript(join(folder, "a.ts"), "", {
		source: folder,
		members: 2,
		data: [],
	});
	assert.equal(written.length, 5);
	for (const path of written)
		assert.deepEqual(namesFetched(readFileSync(path, "utf8")), []);
});

test("npm refuses to publish the package under its bare name, and docs/publishing.md names the one it will have", () => {
	const { name, private: isPrivate } = JSON.parse(
		readFileSync(join(packageRoot, "package.json"), "utf8"),
	) as { name: string; private?: boolean };
	assert.deepEqual([name, isPrivate], ["deepdiva", true]);
	assert.match(PUBLISHED_AS, /^@[a-z0-9-]+\/[a-z0-9-]+$/);
	const page = readFileSync(join(packageRoot, "docs", "publishing.md"), "utf8");
	assert.ok(page.includes(PUBLISHED_AS));
});
