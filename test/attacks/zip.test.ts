import assert from "node:assert/strict";
import {
	existsSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { strToU8, type Zippable, zipSync } from "fflate";
import { temporaryFolder } from "../../base/test-folder.ts";
import { openRun } from "../../experiment/replay/reference.ts";
import { unpackZip, zipOf } from "../../formats/zip/zip.ts";
import { damaged } from "./mutate.ts";

/*
 * Archives that somebody else made. Each that is not plainly what an export
 * would be is answered with a sentence, and nothing of it stays.
 */

const text = strToU8("text");
const named = (...names: readonly string[]): Buffer =>
	Buffer.from(
		zipSync(
			Object.fromEntries(
				names.map((name) => [
					name,
					name.endsWith("/") ? new Uint8Array(0) : text,
				]),
			),
		),
	);
const typed = (mode: number): Buffer =>
	Buffer.from(
		zipSync({ a: [text, { os: 3, attrs: mode * 2 ** 16 }] } as Zippable),
	);
/** The bytes of one name written over another of the same length. */
const renamed = (archive: Buffer, from: string, to: string): Buffer =>
	Buffer.from(archive.toString("latin1").replaceAll(from, to), "latin1");
/** Writes a number at a place of the directory's first entry. */
function saying(archive: Buffer, field: number, value: number): Buffer {
	const changed = Buffer.from(archive);
	const directory = changed.readUInt32LE(changed.length - 22 + 16);
	changed.writeUInt32LE(value, directory + field);
	return changed;
}

/** As D. Fifield's: every entry's content is the same bytes. */
function overlapping(entries: number): Buffer {
	const content = deflateRawSync(Buffer.alloc(100_000));
	const name = (i: number) => Buffer.from(`f${String(i).padStart(4, "0")}`);
	const local = Buffer.alloc(30 + 5);
	local.writeUInt32LE(0x04034b50, 0);
	local.writeUInt16LE(5, 26);
	name(0).copy(local, 30);
	const listed = Array.from({ length: entries }, () => {
		const entry = Buffer.alloc(46 + 5);
		entry.writeUInt32LE(0x02014b50, 0);
		entry.writeUInt16LE(8, 10);
		entry.writeUInt32LE(content.length, 20);
		entry.writeUInt32LE(100_000, 24);
		entry.writeUInt16LE(5, 28);
		name(0).copy(entry, 46);
		return entry;
	});
	const directory = Buffer.concat(listed);
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(entries, 8);
	end.writeUInt16LE(entries, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(local.length + content.length, 16);
	return Buffer.concat([local, content, directory, end]);
}

const LARGE = new Uint8Array(1_000_000);
const one = named("a");
const ATTACKS: readonly [string, Buffer, RegExp][] = [
	...[
		"../evil",
		"a/../../evil",
		"/evil",
		"//evil",
		"C:evil",
		"C:/evil",
		"..\\evil",
		"a\\..\\..\\evil",
		"./evil",
		"a//evil",
		"a/./b",
		"..",
		"../evil/",
		"a\0b",
		"a\nb",
		"a\u001b[2Kb",
		"a\u009bb",
	].map((name): [string, Buffer, RegExp] => [
		`a name that leads out, ${JSON.stringify(name)}`,
		named(name),
		/leads out of it/,
	]),
	...[
		".git/config",
		".GIT/config",
		"runs/.Git",
		"a/git~1/config",
		"a/GIT~2/config",
		".git./config",
		".git /config",
		".git::$INDEX_ALLOCATION/config",
		".g\u200cit/config",
		"\ufeff.git/config",
		"code.git/.git/hooks/x",
		".git/",
	].map((name): [string, Buffer, RegExp] => [
		`a repository, ${JSON.stringify(name)}`,
		named(name),
		/git would take for a repository/,
	]),
	...["NUL", "a/con.txt", "COM1", "lpt9.log", "AUX/x", "conin$"].map(
		(name): [string, Buffer, RegExp] => [
			`a device of Windows, ${name}`,
			named(name),
			/Windows takes for a device/,
		],
	),
	...["a.", "b /c", "c./d"].map((name): [string, Buffer, RegExp] => [
		`an end that Windows leaves out, ${JSON.stringify(name)}`,
		named(name),
		/Windows calls otherwise/,
	]),
	["a part that is too long", named("x".repeat(256)), /longer than names/],
	["a path that is too long", named("x/".repeat(1500).slice(0, -1)), /longer/],
	["folders in folders", named("x/".repeat(300).slice(0, -1)), /too deep/],
	["a link", typed(0o120777), /has a link/],
	["a device", typed(0o020666), /has a link/],
	["a pipe", typed(0o010666), /has a link/],
	["a socket", typed(0o140666), /has a link/],
	["two of a name", renamed(named("aa", "ab"), "ab", "aa"), /twice/],
	["two of a name but for case", named("A", "a"), /twice/],
	["two of a name but for encoding", named("\u00e9", "e\u0301"), /twice/],
	["a file that is a folder", named("a", "a/b"), /as a file and as a folder/],
	[
		"a file that is a folder, listed as one",
		named("a", "A/"),
		/as a file and as a folder/,
	],
	["a name that is no UTF-8", renamed(named("ab"), "ab", "\xff\xfe"), /UTF-8/],
	["a bomb", Buffer.from(zipSync({ a: LARGE })), /unpacks to more than/],
	[
		"a bomb that says it is small",
		saying(Buffer.from(zipSync({ a: LARGE })), 24, 10),
		/is larger than it says/,
	],
	["more said than there is", saying(one, 24, 90_000), /has two sizes|smaller/],
	["other content than was packed", saying(one, 16, 1), /not what was packed/],
	["a method that is not known", saying(one, 10, 99), /method 99/],
	["an encrypted entry", saying(one, 8, 1), /encrypted/],
	["an entry that is elsewhere", saying(one, 42, 7), /not where/],
	["an entry behind the end", saying(one, 42, 2 ** 31), /not where/],
	["content that goes on", saying(one, 20, 2 ** 30), /two sizes|cut off/],
	["entries that share their bytes", overlapping(200), /in another entry/],
	["two entries that share their bytes", overlapping(2), /in another entry/],
	[
		"a directory that is larger",
		Buffer.concat([one, one.subarray(-22)]),
		/no zip file/,
	],
	["a text", Buffer.from("not a zip at all, but long enough"), /no zip file/],
	["nothing", Buffer.alloc(0), /no zip file/],
];

for (const [what, bytes, said] of ATTACKS)
	test(`an archive with ${what} is refused whole`, () => {
		const base = temporaryFolder();
		const archive = join(base, "a.zip");
		writeFileSync(archive, bytes);
		for (const folder of [join(base, "into", "new"), join(base, "there")]) {
			assert.throws(
				() => unpackZip(archive, folder, 500_000),
				(error: Error) =>
					error.name === "UsageError" &&
					said.test(error.message) &&
					/nothing of it was unpacked/.test(error.message),
			);
			assert.equal(existsSync(folder), false);
		}
		assert.deepEqual(
			readdirSync(base).filter((name) => name !== "into"),
			["a.zip"],
		);
	});

test("a pipe, a folder or a device in the place of an archive is refused", async () => {
	const base = temporaryFolder();
	for (const archive of [base, "/dev/zero"])
		assert.throws(() => unpackZip(archive, join(base, "x")), /is no file/);
	await assert.rejects(openRun(join(base, "none.zip")), /there is no file/);
});

test("what we pack can be unpacked, and what could not be is not packed", () => {
	const base = temporaryFolder();
	const files = new Map([
		["runs/toy/run.json", strToU8("{}")],
		["code.git/HEAD", text],
		["a/.gitignore", text],
		["a/ü.txt", new Uint8Array(0)],
		["a/zeros", LARGE],
	]);
	writeFileSync(join(base, "a.zip"), zipOf(files));
	unpackZip(join(base, "a.zip"), join(base, "a"));
	for (const [path, content] of files)
		assert.deepEqual(readFileSync(join(base, "a", path)), Buffer.from(content));
	for (const name of ["nul.txt", "a/.git/config", "a."])
		assert.throws(
			() => zipOf(new Map([[name, text]])),
			/cannot be in an archive; export to a folder/,
		);
});

test("a damaged archive is refused with a sentence, or unpacked inside its folder", () => {
	const base = temporaryFolder();
	const archive = join(base, "a.zip");
	const original = zipOf(
		new Map([
			["deepdiva-export.json", strToU8('{"format":1,"runs":[]}')],
			["runs/toy/x/run.json", strToU8('{"a": "b"}'.repeat(50))],
			["code.git/HEAD", text],
		]),
	);
	for (const { round, bytes } of damaged(original, {
		seed: "zip",
		rounds: 1000,
	})) {
		writeFileSync(archive, bytes);
		const folder = join(base, "into");
		rmSync(folder, { recursive: true, force: true });
		try {
			unpackZip(archive, folder, 1_000_000);
		} catch (error) {
			assert.equal(
				(error as Error).name,
				"UsageError",
				`round ${round}: ${(error as Error).stack}`,
			);
			assert.equal(existsSync(folder), false, `round ${round}`);
		}
		assert.deepEqual(
			readdirSync(base).filter((name) => name !== "into"),
			["a.zip"],
			`round ${round}`,
		);
	}
});
