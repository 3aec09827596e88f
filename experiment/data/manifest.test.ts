import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { temporaryFolder } from "../../base/test-folder.ts";
import { SharedTexts } from "./hashing/shared-texts.ts";
import { parseManifest, rootOf, writeManifest } from "./manifest.ts";
import { formatManifest, type ManifestEntry } from "./manifest-lines.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];

/** What is read of a manifest with this text. */
function parse(text: string | Buffer, known?: string) {
	const { lines, root } = parseManifest(Buffer.from(text), "m.txt", known);
	return { entries: [...lines], root };
}

const format = (entries: readonly ManifestEntry[], leftOut?: Set<number>) =>
	Buffer.concat(
		Array.from(
			formatManifest(
				{
					paths: SharedTexts.from(entries.map(({ path }) => path)),
					writeDigest: (index, target, at) =>
						target.write((entries[index] as ManifestEntry).digest, at),
				},
				leftOut,
			),
			(piece) => Buffer.from(piece),
		),
	);

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
	assert.deepEqual(parse(format(entries)).entries, entries);
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
	const own = format([
		{ path: "a", digest: A },
		{ path: "b\nc\\", digest: B },
	]).toString();
	const root = rootOf(Buffer.from(own));
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
	assert.deepEqual(parse(own, root), parse(own));
	assert.deepEqual(parse(""), { entries: [], root: rootOf(Buffer.alloc(0)) });
});

test("lines come in the order of bytes, with each name's characters as they are, and a file can be left out", () => {
	const paths = ["a", "a\rb", "a b", "a\\", "é", "\ue000", "😀", "😁\n"];
	const entries = paths.map((path, k) => ({ path, digest: k % 2 ? A : B }));
	const text = format(entries).toString();
	assert.equal(
		text,
		`${B}  a\n\\${A}  a\\rb\n${B}  a b\n\\${A}  a\\\\\n${B}  é\n${A}  \ue000\n${B}  😀\n\\${A}  😁\\n\n`,
	);
	const whole = parse(text);
	assert.deepEqual(whole.entries, entries);
	const lines = text.split("\n").slice(0, -1);
	assert.deepEqual(parse(lines.toReversed().join("\n")), whole);
	assert.equal(
		format(entries, new Set([1, 6])).toString(),
		lines.map((line, k) => (k === 1 || k === 6 ? "" : `${line}\n`)).join(""),
	);
});

test("a manifest of more than one piece is written and hashed as it is", () => {
	const entries = Array.from({ length: 9_000 }, (_, k) => ({
		path: String(k).padStart(5, "0"),
		digest: k % 2 ? A : B,
	}));
	entries.splice(7_000, 0, {
		path: `06999${"x\n".repeat(200_000)}`,
		digest: A,
	});
	const text = entries
		.map(({ path, digest }) =>
			path.includes("\n")
				? `\\${digest}  ${path.replaceAll("\n", "\\n")}\n`
				: `${digest}  ${path}\n`,
		)
		.join("");
	assert.ok(format(entries).equals(Buffer.from(text)));
	const file = join(temporaryFolder(), "manifest");
	const paths = SharedTexts.from(entries.map(({ path }) => path));
	const writeDigest = (index: number, target: Buffer, at: number) =>
		target.write((entries[index] as ManifestEntry).digest, at);
	const root = rootOf(Buffer.from(text));
	assert.equal(rootOf(formatManifest({ paths, writeDigest })), root);
	assert.equal(
		writeManifest(file, formatManifest({ paths, writeDigest })),
		root,
	);
	assert.equal(readFileSync(file, "utf8"), text);
});

test("bytes that are no character are read as U+FFFD, and so is the root", () => {
	const bytes = Buffer.concat([
		Buffer.from(`${A}  a`),
		Buffer.from([0xff]),
		Buffer.from("\n"),
	]);
	const entries = [{ path: "a\ufffd", digest: A }];
	assert.deepEqual(parse(bytes), { entries, root: rootOf(format(entries)) });
});

test("a manifest in memory takes little more than its bytes, however many lines it has", () => {
	setFlagsFromString("--expose-gc");
	const collectGarbage = runInNewContext("gc") as () => void;
	const held = () => {
		// What is freed may hold something that is freed the next time.
		for (let k = 0; k < 3; k++) collectGarbage();
		const { heapUsed, arrayBuffers } = process.memoryUsage();
		return heapUsed + arrayBuffers;
	};
	// One line is not in its own form, so that all are written anew.
	const foreign = (count: number) =>
		Buffer.from(
			Array.from(
				{ length: count },
				(_, k) => `${A} ${k ? " " : "*"}${String(k).padStart(19, "0")}\n`,
			).join(""),
		);
	const kept: unknown[] = [];
	const memoryOf = (count: number) => {
		const bytes = foreign(count);
		const before = held();
		kept.push(parseManifest(bytes, "m.txt"), bytes);
		return held() - before;
	};
	const more = (memoryOf(40_000) - memoryOf(20_000)) / 20_000;
	// A line has 86 bytes; an object with two strings takes as much again.
	assert.ok(more < 120, `${more} bytes a line`);
	assert.equal(kept.length, 4);
});
