import assert from "node:assert/strict";
import { test } from "node:test";
import { formatManifest, parseManifest, rootOf } from "./manifest.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];
const parse = (text: string) => parseManifest(text, "m.txt");

for (const path of [
	"../a",
	"a/../b",
	"..",
	".",
	"a/.",
	"a/./b",
	"/a",
	"a//b",
	"a/",
	"",
	".//a",
])
	test(`a manifest with the path ${JSON.stringify(path)} is refused`, () => {
		assert.throws(() => parse(`${A}  good\n${B}  ${path}\n`), {
			code: "BAD_MANIFEST",
			message: /line 2 of m\.txt is not "<sha256> {2}<relative path>"/,
		});
	});

test("names that only look unclean are names", () => {
	const paths = ["...", "..a", ".a", "a..", "a/..b", "a/.b", "b."];
	const entries = paths.map((path) => ({ path, digest: A }));
	assert.deepEqual(parse(formatManifest(entries).toString()).entries, entries);
});

test("a path that is named twice is refused, in whatever order the lines come", () => {
	for (const lines of [
		[`${A}  a`, `${B}  a`],
		[`${A}  a`, `${A}  a`],
		[`${A}  b`, `${A}  a`, `${B}  b`],
		[`${A}  a`, `${A}  ./a`],
		[`${A}  n\nl`.replace("\n", "\\n"), `\\${A}  a`, `${A}  a`],
	])
		assert.throws(() => parse(`${lines.join("\n")}\n`), {
			code: "BAD_MANIFEST",
			message: /m\.txt names a|m\.txt names b/,
		});
});

test("the root is that of the same lines as they are written here, whoever wrote them", () => {
	const own = formatManifest([
		{ path: "a", digest: A },
		{ path: "b\nc\\", digest: B },
	]).toString();
	const root = rootOf(own);
	for (const text of [
		own,
		own.replaceAll("  ", " *"),
		own.replaceAll("\n", "\r\n"),
		own.toUpperCase().replace("  A\n", "  a\n").replace("B\\NC", "b\\nc"),
		own.trimEnd(),
		`${own.split("\n").slice(0, 2).reverse().join("\n")}\n`,
		own.replace("  a", "  ./a"),
	]) {
		const { entries, ...manifest } = parse(text);
		assert.equal(manifest.root, root, JSON.stringify(text));
		assert.deepEqual(entries, [
			{ path: "a", digest: A },
			{ path: "b\nc\\", digest: B },
		]);
	}
	// A text that an earlier check knows is cut where it would be parsed.
	assert.deepEqual(parseManifest(own, "m.txt", root), parse(own));
	assert.deepEqual(parse(""), { entries: [], root: rootOf("") });
});
