import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { type SplitDataOptions, splitData } from "./split-folder.ts";

const PNG = "\x89PNG\r\n\x1a\n";

/** Class folders of so many files, each with a content of its own. */
function classes(sizes: Record<string, number>, prefix = "") {
	return Object.fromEntries(
		Object.entries(sizes).flatMap(([name, size]) =>
			Array.from({ length: size }, (_, k): [string, Uint8Array] => [
				`${prefix}${name}/${k}.png`,
				Buffer.from(`${PNG}${name} ${k}`, "latin1"),
			]),
		),
	);
}

function folderOf(files: Record<string, string | Uint8Array>) {
	const folder = join(temporaryFolder(), "in");
	mkdirSync(folder);
	writeFiles(folder, files);
	return folder;
}

const beside = (folder: string, name = "out") => join(folder, "..", name);

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => !entry.isDirectory())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)))
		.sort();
}

async function split(
	files: Record<string, string | Uint8Array>,
	options?: SplitDataOptions,
) {
	const folder = folderOf(files);
	const result = await splitData(folder, beside(folder), options);
	return { folder, result, files: filesIn(beside(folder)) };
}

const SIZES = { cat: 50, dog: 30, ant: 7 };

describe("a split folder", () => {
	test("holds every file once, each class in the given shares, the source left alone", async () => {
		const { folder, result, files } = await split(classes(SIZES));
		assert.deepEqual(
			[...result.counts],
			[
				["ant", { train: 4, val: 2, test: 1 }],
				["cat", { train: 30, val: 10, test: 10 }],
				["dog", { train: 18, val: 6, test: 6 }],
			],
		);
		assert.equal(result.verification.status, "created");
		assert.equal(result.verification.files, 87);
		assert.equal(files.length, 87);
		assert.equal(
			new Set(files.map((file) => file.replace(/^\w+\//, ""))).size,
			87,
		);
		for (const file of files)
			assert.deepEqual(
				readFileSync(join(beside(folder), file)),
				readFileSync(join(folder, file.replace(/^\w+\//, ""))),
			);
		assert.equal(filesIn(folder).length, 87);
	});

	test("depends on names and seed alone: not on place, order of creation, times or a session's seed", async () => {
		const files = classes(SIZES);
		const one = await split(files);
		const two = await split(
			Object.fromEntries(Object.entries(files).reverse()),
		);
		assert.deepEqual(two.files, one.files);
		assert.equal(two.result.verification.root, one.result.verification.root);
		const other = await split(files, { seed: 43 });
		assert.notDeepEqual(other.files, one.files);
		assert.deepEqual((await split(files, { seed: "42" })).files, one.files);
	});

	test("made of links holds the same bytes, and may move together with its source", async () => {
		const folder = folderOf(classes(SIZES));
		const copied = await splitData(folder, beside(folder, "copy"));
		const linked = await splitData(folder, beside(folder, "links"), {
			link: true,
		});
		assert.equal(linked.verification.root, copied.verification.root);
		const moved = join(temporaryFolder(), "moved");
		renameSync(join(folder, ".."), moved);
		const [file = ""] = filesIn(join(moved, "links"));
		assert.ok(lstatSync(join(moved, "links", file)).isSymbolicLink());
		assert.equal(
			readFileSync(join(moved, "links", file), "latin1").slice(0, 4),
			"\x89PNG",
		);
	});

	test("made of links reached through a link to another place finds its files", async () => {
		const folder = folderOf(classes({ a: 5, b: 5 }));
		const far = temporaryFolder();
		mkdirSync(join(far, "deep/er"), { recursive: true });
		symlinkSync(join(far, "deep/er"), beside(folder, "there"));
		const target = join(beside(folder, "there"), "out");
		const { verification } = await splitData(folder, target, { link: true });
		assert.equal(verification.files, 10);
	});

	test("of train and test divides train and keeps test, as published sets need it", async () => {
		const { folder, result, files } = await split(
			{
				...classes({ cat: 50, dog: 30 }, "train/"),
				...classes({ cat: 5, dog: 5 }, "test/"),
			},
			{ val: 0.1 },
		);
		assert.deepEqual(
			[...result.counts],
			[
				["cat", { train: 45, val: 5, test: 5 }],
				["dog", { train: 27, val: 3, test: 5 }],
			],
		);
		assert.deepEqual(
			files.filter((file) => file.startsWith("test/")),
			filesIn(folder).filter((file) => file.startsWith("test/")),
		);
		await assert.rejects(
			splitData(folder, beside(folder, "b"), { test: 0.2 }),
			{ code: "BAD_ARGUMENT", message: /test part of its own.*--test/ },
		);
	});

	test("has every class in train, however small", async () => {
		const { result } = await split(classes({ a: 1, b: 1, c: 1, d: 2, e: 60 }));
		for (const [, { train }] of result.counts) assert.ok(train > 0);
	});

	test("leaves out hidden files and files in no class, and says which; names what is no picture", async () => {
		const { result, files } = await split({
			...classes({ a: 5, b: 5 }),
			"labels.csv": "",
			"a/.DS_Store": "",
			"a/notes.txt": "notes",
			"b/photo.jpg": Buffer.of(0xff, 0xd8, 0xff, 0xe0),
			"b/empty.png": "",
		});
		assert.deepEqual(result.leftOut, ["a/.DS_Store", "labels.csv"]);
		assert.deepEqual([...result.notPictures].sort(), [
			"a/notes.txt",
			"b/empty.png",
		]);
		assert.equal(files.length, 13);
	});
});

describe("a split is refused, and nothing written, where", () => {
	const cases: [
		string,
		Record<string, string | Uint8Array>,
		SplitDataOptions,
		string,
		RegExp,
	][] = [
		["there are no classes", { "a.png": PNG }, {}, "BAD_LAYOUT", /no folders/],
		[
			"a folder lies in a class",
			{ ...classes({ a: 3 }), "a/more/x.png": PNG },
			{},
			"BAD_LAYOUT",
			/a\/more\/x\.png lies deeper than .*CLASS\/FILE/,
		],
		[
			"it is divided already",
			{ ...classes({ a: 3 }, "train/"), ...classes({ a: 3 }, "val/") },
			{},
			"BAD_LAYOUT",
			/has a folder val beside train/,
		],
		[
			"test has a class that train lacks",
			{ ...classes({ a: 3 }, "train/"), ...classes({ b: 3 }, "test/") },
			{},
			"BAD_LAYOUT",
			/test\/b is a class that train lacks/,
		],
		[
			"the shares leave nothing to train on",
			classes({ a: 3 }),
			{ val: 0.5, test: 0.5 },
			"BAD_ARGUMENT",
			/leave nothing to train on/,
		],
		[
			"the shares are more than all",
			classes({ a: 3 }),
			{ val: 0.9 },
			"BAD_ARGUMENT",
			/are not shares/,
		],
	];
	for (const [what, files, options, code, message] of cases)
		test(what, async () => {
			const folder = folderOf(files);
			await assert.rejects(splitData(folder, beside(folder), options), {
				code,
				message,
			});
			assert.deepEqual(readdirSync(join(folder, "..")), ["in"]);
		});

	test("a class folder is empty", async () => {
		const folder = folderOf(classes({ a: 3 }));
		mkdirSync(join(folder, "b"));
		await assert.rejects(splitData(folder, beside(folder)), {
			code: "BAD_LAYOUT",
			message: /class folder .*in\/b is empty/,
		});
	});

	test("the new folder exists, or lies in the old one", async () => {
		const folder = folderOf(classes({ a: 3 }));
		mkdirSync(beside(folder));
		writeFileSync(join(beside(folder), "mine"), "");
		await assert.rejects(splitData(folder, beside(folder)), {
			code: "EXISTS",
		});
		assert.deepEqual(readdirSync(beside(folder)), ["mine"]);
		await assert.rejects(splitData(folder, join(folder, "out")), {
			code: "BAD_ARGUMENT",
			message: /lies in/,
		});
	});

	test("it is interrupted", async () => {
		const folder = folderOf(classes({ a: 3 }));
		await assert.rejects(
			splitData(folder, beside(folder), { signal: AbortSignal.abort() }),
			{ name: "AbortError" },
		);
		assert.equal(existsSync(beside(folder)), false);
	});

	test("the disk takes no more", () => {
		const folder = folderOf({
			...classes({ a: 3 }),
			"a/large.png": Buffer.alloc(1 << 20),
		});
		// The shell's limit on a file's size stands for a full disk: no write beyond it.
		const { stdout } = spawnSync(
			"sh",
			[
				"-c",
				`trap '' XFSZ; ulimit -f 16; exec "$0" --input-type=module --eval "$1"`,
				process.execPath,
				`import { splitData } from ${JSON.stringify(new URL("./split-folder.ts", import.meta.url).href)};
				await splitData("in", "out").catch(({ code, message }) => console.log(code, message));`,
			],
			{ cwd: join(folder, ".."), encoding: "utf8" },
		);
		assert.match(stdout, /^UNWRITABLE out could not be written: EFBIG/);
		assert.deepEqual(readdirSync(join(folder, "..")), ["in"]);
	});
});
