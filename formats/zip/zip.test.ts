import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { strToU8, type Zippable, zipSync } from "fflate";
import { temporaryFolder } from "../../base/test-folder.ts";
import { unpackZip, zipOf } from "./zip.ts";

const base = temporaryFolder();
const text = strToU8("text");

function saved(bytes: Uint8Array): string {
	const path = join(base, "some.zip");
	writeFileSync(path, bytes);
	return path;
}

/** Two names of the same length, the second written over the first, as no writer would. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
	return Buffer.from(
		Buffer.from(bytes).toString("latin1").replaceAll(from, to),
		"latin1",
	);
}

test("what is packed is unpacked, byte for byte", () => {
	const folder = temporaryFolder();
	const large = Buffer.alloc(100_000, "abc");
	unpackZip(
		saved(
			zipOf(
				new Map([
					["b/ü c.txt", text],
					["a", large],
					["empty", Buffer.alloc(0)],
				]),
			),
		),
		folder,
	);
	assert.deepEqual(
		readFileSync(join(folder, "b", "ü c.txt")),
		Buffer.from(text),
	);
	assert.deepEqual(readFileSync(join(folder, "a")), large);
	assert.equal(readFileSync(join(folder, "empty")).length, 0);
});

test("the order in which files come, and the time, are not in the bytes", () => {
	const a = zipOf(
		new Map([
			["a", text],
			["b/c", text],
		]),
	);
	const b = zipOf(
		new Map([
			["b/c", text],
			["a", text],
		]),
	);
	assert.deepEqual(a, b);
});

const link = { os: 3, attrs: 0o120777 * 2 ** 16 };
const hostile: [string, RegExp, Uint8Array][] = [
	[
		"leads out by ..",
		/leads out of it, "\.\.\/evil"/,
		zipSync({ "../evil": text }),
	],
	[
		"leads out further down",
		/leads out of it/,
		zipSync({ "a/../../evil": text }),
	],
	["is absolute", /leads out of it, "\/evil"/, zipSync({ "/evil": text })],
	["names a drive", /leads out of it/, zipSync({ "C:evil": text })],
	["has backslashes", /leads out of it/, zipSync({ "..\\evil": text })],
	[
		"is a folder that leads out",
		/leads out of it/,
		zipSync({ "../evil/": new Uint8Array() }),
	],
	[
		"is a link",
		/has a link, "inside"/,
		zipSync({ inside: [text, link] } as Zippable),
	],
	[
		"stands there twice",
		/has "aa\.txt" twice/,
		renamed(zipSync({ "aa.txt": text, "ab.txt": text }), "ab.txt", "aa.txt"),
	],
	[
		"stands there twice, for some file systems",
		/twice/,
		zipSync({ "a.txt": text, "A.txt": text }),
	],
	[
		"is a file and a folder",
		/"a" as a file and as a folder|"A" as a file/i,
		zipSync({ a: text, "a/b": text }),
	],
	[
		"is cut off",
		/no zip file, or damaged/,
		zipSync({ a: text }).subarray(0, 60),
	],
	[
		"is no zip file",
		/no zip file, or damaged/,
		strToU8("something else altogether"),
	],
];
for (const [what, problem, bytes] of hostile)
	test(`nothing is unpacked of an archive of which an entry ${what}`, () => {
		const folder = join(temporaryFolder(), "into");
		assert.throws(
			() => unpackZip(saved(bytes), folder),
			(error: Error) =>
				problem.test(error.message) &&
				/nothing of it was unpacked/.test(error.message),
		);
		assert.equal(existsSync(folder), false);
		assert.equal(existsSync(join(folder, "..", "evil")), false);
		assert.deepEqual(readdirSync(base), ["some.zip"]);
	});

test("an archive that unpacks to more than its bound is refused, also where it lies about that", () => {
	const bomb = zipSync({ a: new Uint8Array(1_000_000) });
	assert.ok(bomb.length < 2000);
	const folder = temporaryFolder();
	assert.throws(
		() => unpackZip(saved(bomb), folder, 100_000),
		/unpacks to more than 100000 bytes/,
	);
	const lie = Buffer.from(bomb);
	for (let at = 0; at + 4 <= lie.length; at++)
		if (lie.readUInt32LE(at) === 1_000_000) lie.writeUInt32LE(10, at);
	try {
		unpackZip(saved(lie), folder, 100_000);
		assert.ok(readFileSync(join(folder, "a")).length <= 10);
	} catch (error) {
		assert.match((error as Error).message, /damaged/);
	}
	assert.throws(
		() => unpackZip(join(base, "none.zip"), folder),
		/there is no file/,
	);
});
