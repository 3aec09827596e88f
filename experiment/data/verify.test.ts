import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	appendFileSync,
	chmodSync,
	cpSync,
	existsSync,
	linkSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import type { DataErrorCode } from "./data-error.ts";
import { DataError } from "./data-error.ts";
import type { Stamps } from "./hashing/stamp.ts";
import { readStatIndex } from "./hashing/stat-index.ts";
import { trustStats } from "./hashing/test-stamps.ts";
import { folderRoot, verifyData } from "./verify.ts";

const FILES = {
	"train/cat/1.png": "a cat",
	"train/cat/2.png": "another",
	"train/dog/1.png": "a dog",
	"train-list.csv": "1,2,3",
	"test/dog/9.png": "a dog too",
};
const NOTHING = { added: [], removed: [], modified: [], renamed: [] };
const LONG_AGO = new Date("2020-01-01T00:00:00Z");

function dataset(files: Record<string, string> = FILES) {
	const folder = join(temporaryFolder(), "pets");
	mkdirSync(folder);
	writeFiles(folder, files);
	return folder;
}

/** A data set with its manifest. */
async function verified(files: Record<string, string> = FILES) {
	const folder = dataset(files);
	await verifyData(folder);
	return folder;
}

/** Made first of all, since a test waits until it is two seconds old. */
const old = verified();

function rejectsWith(code: DataErrorCode, message: RegExp) {
	return (error: unknown) => {
		assert.ok(error instanceof DataError, String(error));
		assert.equal(error.code, code);
		assert.match(error.message, message);
		return true;
	};
}

describe("the manifest", () => {
	test("is created on first use, beside the folder and not in it", async () => {
		const folder = dataset();
		const result = await verifyData(folder);
		assert.equal(result.status, "created");
		assert.equal(result.mode, "init");
		assert.equal(result.files, 5);
		assert.equal(result.bytes, 31);
		assert.deepEqual(result.changes, NOTHING);
		assert.deepEqual(readdirSync(folder).sort(), [
			"test",
			"train",
			"train-list.csv",
		]);
		assert.deepEqual(readdirSync(join(folder, "..")).sort(), [
			"pets",
			"pets.manifest-sha256.stat.json",
			"pets.manifest-sha256.txt",
		]);
	});

	test("can be checked with sha256sum -c, even with line breaks and backslashes in names", async () => {
		const folder = await verified({
			...FILES,
			"line\nbreak": "1",
			"back\\slash": "2",
			"return\rhere": "3",
			" spaces ": "4",
			"*star": "5",
			"é/😀": "6",
			"100%0A": "7",
		});
		const output = execFileSync(
			"sha256sum",
			["-c", "../pets.manifest-sha256.txt"],
			{ cwd: folder, encoding: "utf8" },
		);
		assert.equal(output.match(/: OK$/gm)?.length, 12);
		assert.equal(
			(await verifyData(folder, { mode: "deep" })).status,
			"unchanged",
		);
	});

	test("is what sha256sum prints, sorted by bytes, and its own SHA-256 is the root", async () => {
		const folder = dataset({ ...FILES, "\ue000": "x", "😀": "y", Z: "z" });
		const { root, manifest } = await verifyData(folder);
		const printed = execFileSync(
			"bash",
			[
				"-c",
				"find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum",
			],
			{ cwd: folder, encoding: "utf8" },
		);
		assert.equal(readFileSync(manifest, "utf8"), printed);
		const sum = execFileSync("sha256sum", [manifest], { encoding: "utf8" });
		assert.equal(root, `sha256:${sum.slice(0, 64)}`);
	});

	test("written by sha256sum itself, unsorted, with ./ and binary marks, is understood", async () => {
		const folder = dataset();
		execFileSync(
			"bash",
			[
				"-c",
				"find . -type f | LC_ALL=C sort -r | xargs sha256sum -b | sed 's/$/\\r/' > ../pets.manifest-sha256.txt",
			],
			{ cwd: folder },
		);
		const result = await verifyData(folder);
		assert.equal(result.status, "unchanged");
		assert.equal(result.recordedRoot, result.root);
	});

	test("that was damaged is named with its line", async () => {
		const folder = await verified();
		const path = `${folder}.manifest-sha256.txt`;
		const text = readFileSync(path, "utf8");
		writeFileSync(path, text.replace(/^(.*\n)...../, "$1?"));
		await assert.rejects(
			verifyData(folder),
			rejectsWith("BAD_MANIFEST", /line 2 of .*pets\.manifest-sha256\.txt/),
		);
		writeFileSync(path, `${text}${"0".repeat(64)}  ../outside\n`);
		await assert.rejects(
			verifyData(folder),
			rejectsWith("BAD_MANIFEST", /line 6/),
		);
	});

	test("is required by an explicit check, whose error says how to make one", async () => {
		const folder = dataset();
		for (const mode of ["deep", "quick"] as const)
			await assert.rejects(
				verifyData(folder, { mode }),
				rejectsWith("NO_MANIFEST", /--init/),
			);
		assert.equal(existsSync(`${folder}.manifest-sha256.txt`), false);
	});

	test("is not overwritten by init without a reason", async () => {
		const folder = await verified();
		const before = readFileSync(`${folder}.manifest-sha256.txt`, "utf8");
		writeFiles(folder, { "train/cat/1.png": "a CAT" });
		await assert.rejects(
			verifyData(folder, { mode: "init" }),
			rejectsWith("MANIFEST_EXISTS", /--accept/),
		);
		assert.equal(readFileSync(`${folder}.manifest-sha256.txt`, "utf8"), before);
	});

	test("takes a new version with the reason why, which is kept", async () => {
		const folder = await verified();
		const first = (await verifyData(folder)).root;
		writeFiles(folder, { "train/cat/3.png": "a third" });
		const accepted = await verifyData(folder, { accept: "a third cat came" });
		assert.equal(accepted.status, "created");
		assert.equal(accepted.recordedRoot, first);
		assert.deepEqual(accepted.changes.added, ["train/cat/3.png"]);
		assert.equal((await verifyData(folder)).status, "unchanged");
		const log = JSON.parse(
			readFileSync(`${folder}.manifest-sha256.log.jsonl`, "utf8"),
		);
		assert.equal(log.why, "a third cat came");
		assert.equal(log.previous, first);
		assert.equal(log.root, accepted.root);
		await assert.rejects(
			verifyData(folder, { accept: " " }),
			rejectsWith("BAD_ARGUMENT", /reason/),
		);
	});

	test("may be kept elsewhere, but not in the folder it describes", async () => {
		const folder = dataset();
		const manifest = join(folder, "..", "sums.txt");
		const result = await verifyData(folder, { manifest });
		assert.equal(result.manifest, manifest);
		assert.equal((await verifyData(folder, { manifest })).status, "unchanged");
		await assert.rejects(
			verifyData(folder, { manifest: join(folder, "sums.txt") }),
			rejectsWith("BAD_ARGUMENT", /elsewhere/),
		);
	});
});

describe("a quick check notices", () => {
	const traps: Record<
		string,
		{ act: (folder: string) => void; changes: object }
	> = {
		"a deleted file": {
			act: (folder) => rmSync(join(folder, "train/cat/2.png")),
			changes: { removed: ["train/cat/2.png"] },
		},
		"an added file": {
			act: (folder) => writeFiles(folder, { "val/x": "new" }),
			changes: { added: ["val/x"] },
		},
		"bytes changed with the modification time restored": {
			act: (folder) => {
				const file = join(folder, "train/cat/1.png");
				// To the digit: a time in whole seconds comes back as it was.
				utimesSync(file, LONG_AGO, LONG_AGO);
				trustStats(folder);
				writeFileSync(file, "A CAT");
				utimesSync(file, LONG_AGO, LONG_AGO);
			},
			changes: { modified: ["train/cat/1.png"] },
		},
		"a file overwritten with an older modification time": {
			act: (folder) => {
				const file = join(folder, "train/cat/1.png");
				writeFileSync(file, "A CAT");
				utimesSync(file, LONG_AGO, LONG_AGO);
			},
			changes: { modified: ["train/cat/1.png"] },
		},
		"two files of equal size swapped": {
			act: (folder) => {
				const [a, b] = [
					join(folder, "train/cat/1.png"),
					join(folder, "train/dog/1.png"),
				];
				renameSync(a, `${a}~`);
				renameSync(b, a);
				renameSync(`${a}~`, b);
			},
			changes: { modified: ["train/cat/1.png", "train/dog/1.png"] },
		},
		"a file moved to another class": {
			act: (folder) =>
				renameSync(
					join(folder, "train/cat/2.png"),
					join(folder, "train/dog/2.png"),
				),
			changes: {
				renamed: [{ from: "train/cat/2.png", to: "train/dog/2.png" }],
			},
		},
		"a folder renamed": {
			act: (folder) =>
				renameSync(join(folder, "test"), join(folder, "held-out")),
			changes: {
				renamed: [{ from: "test/dog/9.png", to: "held-out/dog/9.png" }],
			},
		},
	};
	for (const [trap, { act, changes }] of Object.entries(traps))
		test(trap, async () => {
			const folder = await verified();
			trustStats(folder);
			act(folder);
			const quick = await verifyData(folder, { mode: "quick" });
			assert.equal(quick.status, "changed");
			assert.notEqual(quick.root, quick.recordedRoot);
			assert.deepEqual(quick.changes, { ...NOTHING, ...changes });
			const deep = await verifyData(folder, { mode: "deep" });
			assert.deepEqual(deep.changes, quick.changes);
			assert.equal(deep.root, quick.root);
		});

	test("a rewrite so soon after the manifest that no time stamp shows it", async () => {
		const folder = await verified();
		const path = `${folder}.manifest-sha256.stat.json`;
		// Files just written are not vouched for, whatever their stat says …
		const stamps = readStatIndex(path, folder)?.stamps(5) as Stamps;
		for (let line = 0; line < 5; line++) assert.equal(stamps.has(line), false);
		// … so equal size, times and inode do not hide other bytes.
		const again = await verifyData(folder);
		assert.equal(again.hashed, 5);
		writeFiles(folder, { "train/cat/1.png": "A CAT" });
		assert.deepEqual((await verifyData(folder)).changes.modified, [
			"train/cat/1.png",
		]);
	});

	test("nothing else, and keeps the manifest as it was", async () => {
		const folder = await verified();
		const before = readFileSync(`${folder}.manifest-sha256.txt`);
		writeFiles(folder, { "train/cat/1.png": "A CAT" });
		await verifyData(folder);
		assert.deepEqual(readFileSync(`${folder}.manifest-sha256.txt`), before);
		assert.equal((await verifyData(folder)).status, "changed");
	});
});

describe("a check passes", () => {
	test("without reading a file whose stat is as recorded", async () => {
		const folder = await verified();
		trustStats(folder);
		const result = await verifyData(folder);
		assert.equal(result.status, "unchanged");
		assert.equal(result.mode, "quick");
		assert.equal(result.hashed, 0);
		assert.equal(result.bytes, 31);
	});

	test("on a touched file, which it reads again", async () => {
		const folder = await verified();
		trustStats(folder);
		utimesSync(join(folder, "train/cat/1.png"), LONG_AGO, LONG_AGO);
		const result = await verifyData(folder);
		assert.equal(result.status, "unchanged");
		assert.equal(result.hashed, 1);
	});

	test("on a folder moved or copied with its manifest, and the root stays", async () => {
		const folder = await verified();
		const { root } = await verifyData(folder);
		const moved = join(temporaryFolder(), "animals");
		cpSync(folder, moved, { recursive: true });
		for (const suffix of ["txt", "stat.json"])
			cpSync(
				`${folder}.manifest-sha256.${suffix}`,
				`${moved}.manifest-sha256.${suffix}`,
			);
		const copy = await verifyData(moved, { mode: "quick" });
		assert.equal(copy.status, "unchanged");
		assert.equal(copy.root, root);
		const further = join(temporaryFolder(), "beasts");
		renameSync(moved, further);
		renameSync(
			`${moved}.manifest-sha256.txt`,
			`${further}.manifest-sha256.txt`,
		);
		const result = await verifyData(further, { mode: "quick" });
		assert.equal(result.status, "unchanged");
		assert.equal(result.root, root);
	});

	test("in another time zone and with a relative or unclean path", async () => {
		const folder = await verified();
		trustStats(folder);
		const zone = process.env.TZ;
		process.env.TZ = "Pacific/Auckland";
		try {
			const result = await verifyData(`${folder}/../pets/`);
			assert.equal(result.status, "unchanged");
			assert.equal(result.hashed, 0);
		} finally {
			if (zone === undefined) delete process.env.TZ;
			else process.env.TZ = zone;
		}
	});

	test("on an empty folder, without its stat index, and with a damaged one", async () => {
		const empty = await verified({});
		assert.equal((await verifyData(empty)).status, "unchanged");
		const folder = await verified();
		rmSync(`${folder}.manifest-sha256.stat.json`);
		assert.equal((await verifyData(folder)).hashed, 5);
		writeFileSync(`${folder}.manifest-sha256.stat.json`, "{");
		assert.equal((await verifyData(folder)).status, "unchanged");
	});

	test("through symbolic links, to files and to folders", async () => {
		const folder = dataset();
		const outside = temporaryFolder();
		writeFiles(outside, { "big/1.png": "far away", "one.png": "single" });
		symlinkSync(join(outside, "big"), join(folder, "linked"));
		symlinkSync(join(outside, "one.png"), join(folder, "one.png"));
		symlinkSync("train/cat", join(folder, "cats"));
		const { files } = await verifyData(folder);
		assert.equal(files, 9);
		execFileSync("sha256sum", ["-c", "../pets.manifest-sha256.txt"], {
			cwd: folder,
		});
		trustStats(folder);
		writeFiles(outside, { "one.png": "SINGLE" });
		assert.deepEqual((await verifyData(folder)).changes.modified, ["one.png"]);
	});
});

describe("a check that cannot be made is an error that says why:", () => {
	test("a missing folder, a file instead of a folder", async () => {
		const folder = dataset();
		await assert.rejects(
			verifyData(join(folder, "nowhere")),
			rejectsWith("MISSING_FOLDER", /nowhere/),
		);
		await assert.rejects(
			verifyData(join(folder, "train-list.csv")),
			rejectsWith("NOT_A_FOLDER", /train-list\.csv is a file/),
		);
		await assert.rejects(
			verifyData("/"),
			rejectsWith("BAD_ARGUMENT", /no folder above/),
		);
	});

	test("a file or folder that this user may not read", async () => {
		const folder = dataset();
		const root = process.geteuid?.() === 0;
		// Nothing is forbidden to root, so it becomes an ordinary user for a while.
		const asUser = async (body: () => Promise<void>) => {
			chmodSync(join(folder, ".."), 0o777);
			if (root) process.seteuid?.(65534);
			try {
				await body();
			} finally {
				if (root) process.seteuid?.(0);
			}
		};
		for (const path of ["train/dog/1.png", "test"]) {
			const { mode } = statSync(join(folder, path));
			chmodSync(join(folder, path), 0);
			await asUser(() =>
				assert.rejects(
					verifyData(folder),
					rejectsWith("UNREADABLE", new RegExp(`${path} may not be read`)),
				),
			);
			chmodSync(join(folder, path), mode);
		}
	});

	test("a data folder whose surroundings cannot be written to keeps no manifest, but can be checked against one", async () => {
		const folder = await verified();
		const parent = join(folder, "..");
		const root = process.geteuid?.() === 0;
		chmodSync(parent, 0o555);
		if (root) process.seteuid?.(65534);
		try {
			const result = await verifyData(folder);
			assert.equal(result.status, "unchanged");
			await assert.rejects(
				verifyData(join(folder, "train")).then(() =>
					verifyData(folder, { manifest: join(parent, "new.txt") }),
				),
				rejectsWith("UNWRITABLE", /could not be written/),
			);
		} finally {
			if (root) process.seteuid?.(0);
			chmodSync(parent, 0o755);
		}
	});

	test("a broken link, links in a circle, a link to a folder above", async () => {
		const broken = dataset();
		symlinkSync("gone.png", join(broken, "link.png"));
		await assert.rejects(
			verifyData(broken),
			rejectsWith("BROKEN_LINK", /link\.png/),
		);
		const above = dataset();
		symlinkSync("..", join(above, "train/up"));
		await assert.rejects(
			verifyData(above),
			rejectsWith("LINK_LOOP", /train\/up/),
		);
		const circle = dataset();
		symlinkSync("self", join(circle, "self"));
		await assert.rejects(verifyData(circle), rejectsWith("LINK_LOOP", /self/));
		const pair = dataset();
		const outside = temporaryFolder();
		writeFiles(outside, { "a/x": "", "b/y": "" });
		symlinkSync(join(outside, "b"), join(outside, "a/to-b"));
		symlinkSync(join(outside, "a"), join(outside, "b/to-a"));
		symlinkSync(join(outside, "a"), join(pair, "a"));
		await assert.rejects(verifyData(pair), rejectsWith("LINK_LOOP", /to-a/));
	});

	test("a pipe, which would never end, and a link to a device", async () => {
		const pipe = dataset();
		execFileSync("mkfifo", [join(pipe, "train/pipe")]);
		await assert.rejects(
			verifyData(pipe),
			rejectsWith("NOT_A_FILE", /train\/pipe is neither a file nor a folder/),
		);
		const device = dataset();
		symlinkSync("/dev/null", join(device, "null.png"));
		await assert.rejects(
			verifyData(device),
			rejectsWith("NOT_A_FILE", /null\.png/),
		);
	});

	test("a file that is written, or vanishes, during the check", async () => {
		/** Acts whenever the check, on its way, looks whether it is to stop. */
		const meanwhile = (act: () => void) =>
			Object.assign(new AbortController().signal, { throwIfAborted: act });
		const written = dataset();
		await assert.rejects(
			verifyData(written, {
				signal: meanwhile(() =>
					appendFileSync(join(written, "train/dog/1.png"), "!"),
				),
			}),
			rejectsWith("CHANGING", /train\/dog\/1\.png was changed while/),
		);
		const vanished = dataset();
		let looks = 0;
		await assert.rejects(
			verifyData(vanished, {
				signal: meanwhile(() => {
					// Six folders are listed, then the first file is read.
					if (++looks === 7) rmSync(join(vanished, "train/dog/1.png"));
				}),
			}),
			rejectsWith("CHANGING", /train\/dog\/1\.png disappeared/),
		);
		for (const folder of [written, vanished])
			assert.equal(existsSync(`${folder}.manifest-sha256.txt`), false);
	});

	test("a socket among the files", async () => {
		const folder = dataset();
		const server = createServer();
		await new Promise<void>((ready) =>
			server.listen(join(folder, "socket"), ready),
		);
		await assert.rejects(
			verifyData(folder),
			rejectsWith("NOT_A_FILE", /socket/),
		);
		server.close();
	});

	test("a file name that is not UTF-8", async () => {
		const folder = dataset();
		const name = Buffer.from("caf\xe9.png", "latin1");
		writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), "latin1");
		await assert.rejects(
			verifyData(folder),
			rejectsWith("NOT_UTF8", /caf\\xe9\.png/),
		);
		const replacement = await verified({ "\ufffd.png": "a legal name" });
		assert.equal((await verifyData(replacement)).status, "unchanged");
	});
});

test("a sampled check reads its share of the files and says what that is worth", async () => {
	const folder = await verified(
		Object.fromEntries(
			Array.from({ length: 200 }, (_, k) => [`${k}.txt`, `file ${k}`]),
		),
	);
	trustStats(folder);
	const options = { mode: "sample", sample: 0.05, sampleSeed: "7" } as const;
	const result = await verifyData(folder, options);
	assert.equal(result.status, "unchanged");
	assert.equal(result.hashed, 10);
	// Each counts once, read or looked up.
	assert.equal(result.bytes, 10 * 6 + 90 * 7 + 100 * 8);
	assert.equal(result.files, 200);
	assert.deepEqual(result.sample?.detection[0], {
		changed: 1,
		probability: 1 - 190 / 200,
	});
	await assert.rejects(
		verifyData(folder, { mode: "sample" }),
		rejectsWith("BAD_ARGUMENT", /--sample 5%/),
	);
	await assert.rejects(
		verifyData(folder, { mode: "sample", sample: 5 }),
		rejectsWith("BAD_ARGUMENT", /500 %/),
	);
});

test("thousands of files are one root, and of them one that changed and one that vanished are named", async () => {
	const folder = join(temporaryFolder(), "many");
	// Links are made in a tenth of the time that files take; each file has five names.
	for (let k = 0; k < 2_000; k++) {
		const path = join(folder, `${k % 100}`, `${k}.png`);
		if (k < 100) mkdirSync(join(folder, `${k}`), { recursive: true });
		if (k < 400) writeFileSync(path, `image ${k}`);
		else linkSync(join(folder, `${k % 100}`, `${k % 400}.png`), path);
	}
	const { root, files } = await verifyData(folder);
	assert.equal(files, 2_000);
	const sum = execFileSync(
		"bash",
		[
			"-c",
			"find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum",
		],
		{ cwd: folder, encoding: "utf8" },
	);
	assert.equal(root, `sha256:${sum.slice(0, 64)}`);
	trustStats(folder);
	const quick = await verifyData(folder);
	assert.equal(quick.status, "unchanged");
	assert.equal(quick.hashed, 0);
	rmSync(join(folder, "17/17.png"));
	writeFiles(folder, { "17/17.png": "IMAGE 17" });
	rmSync(join(folder, "99/1999.png"));
	const changed = await verifyData(folder);
	assert.deepEqual(changed.changes, {
		...NOTHING,
		modified: ["17/17.png"],
		removed: ["99/1999.png"],
	});
	// The new file, and the other names of the two whose number of links changed.
	assert.equal(changed.hashed, 1 + 4 + 4);
});

test("a check can be interrupted, and leaves nothing half-written", async () => {
	const folder = dataset();
	await assert.rejects(verifyData(folder, { signal: AbortSignal.abort() }), {
		name: "AbortError",
	});
	assert.deepEqual(readdirSync(join(folder, "..")), ["pets"]);
});

test("a manifest that was exchanged, as git pull does, makes every file be read though no stamp changed", async () => {
	const folder = await verified();
	const manifest = `${folder}.manifest-sha256.txt`;
	const mine = readFileSync(manifest, "utf8");
	trustStats(folder);
	assert.equal((await verifyData(folder)).hashed, 0);
	const [first = "", ...rest] = mine.split("\n");
	const theirs = [first.replace(/^.{64}/, "0".repeat(64)), ...rest].join("\n");
	for (const { text, modified } of [
		{ text: theirs, modified: ["test/dog/9.png"] },
		// One that says the same in another way is the same manifest.
		{ text: mine.replaceAll("  ", " *"), modified: [] },
	]) {
		trustStats(folder);
		writeFileSync(manifest, text);
		const result = await verifyData(folder);
		assert.equal(result.hashed, modified.length > 0 ? 5 : 0);
		assert.deepEqual(result.changes, { ...NOTHING, modified });
		writeFileSync(manifest, mine);
	}
});

test("a check keeps the stamps of what it need not read again, whatever it finds", async () => {
	const folder = await verified();
	trustStats(folder);
	writeFiles(folder, { "train/cat/1.png": "A CAT" });
	// A change leaves the index as it was: it belongs to the manifest.
	for (const _ of [1, 2]) assert.equal((await verifyData(folder)).hashed, 1);
	writeFiles(folder, { "train/cat/1.png": "a cat" });
	// What is as it was again is too young for a stamp; the others keep theirs.
	for (const _ of [1, 2]) {
		const { hashed, status } = await verifyData(folder);
		assert.deepEqual([hashed, status], [1, "unchanged"]);
	}
});

test("what a check has read it need not read again once it is two seconds old", async () => {
	const folder = await old;
	const hashed = async () => (await verifyData(folder)).hashed;
	// When the manifest was made they were too young, unless that took seconds: all of it may be read once more.
	const age = Date.now() - statSync(`${folder}.manifest-sha256.txt`).mtimeMs;
	await new Promise((done) => setTimeout(done, 2_100 - age));
	await hashed();
	assert.equal(await hashed(), 0);
	utimesSync(join(folder, "train-list.csv"), LONG_AGO, LONG_AGO);
	assert.equal(await hashed(), 1);
});

test("every version that was accepted is on record, with the one before", async () => {
	const folder = await verified();
	const roots = [(await verifyData(folder)).root];
	for (const why of ["first", "second"]) {
		writeFiles(folder, { [why]: why });
		roots.push((await verifyData(folder, { accept: `  ${why} ` })).root);
	}
	const log = readFileSync(`${folder}.manifest-sha256.log.jsonl`, "utf8");
	assert.deepEqual(
		log
			.trim()
			.split("\n")
			.map((line) => {
				const { why, previous, root, files, changes } = JSON.parse(line);
				return [why, previous, root, files, changes];
			}),
		[
			["first", roots[0], roots[1], 6, 1],
			["second", roots[1], roots[2], 7, 1],
		],
	);
	assert.equal(log.endsWith("\n"), true);
});

test("a manifest of a folder within a data folder is no data, unless the outer manifest lists it already", async () => {
	const folder = await verified();
	const { root } = await verifyData(folder);
	const within = join(folder, "train", "cat");
	await verifyData(within);
	writeFiles(within, { "3.png": "a third" });
	await verifyData(within, { accept: "one more" });
	rmSync(join(within, "3.png"));
	assert.ok(existsSync(`${within}.manifest-sha256.log.jsonl`));
	for (const mode of ["quick", "deep"] as const) {
		const { status, changes } = await verifyData(folder, { mode });
		assert.deepEqual([status, changes], ["unchanged", NOTHING]);
	}
	assert.equal(await folderRoot(folder), root);
	// A first check finds the same data.
	const again = join(temporaryFolder(), "pets");
	cpSync(folder, again, { recursive: true });
	assert.equal((await verifyData(again)).root, root);
	// What names no folder is the user's.
	writeFiles(folder, { "train/cow.manifest-sha256.txt": "" });
	const { changes } = await verifyData(folder);
	assert.deepEqual(changes.added, ["train/cow.manifest-sha256.txt"]);
});

test("a manifest that lists one within, as earlier versions wrote it, holds as long as that stays as it was", async () => {
	const folder = await verified();
	await verifyData(join(folder, "train", "cat"));
	rmSync(join(folder, "train", "cat.manifest-sha256.stat.json"));
	const listing = execFileSync(
		"sh",
		["-c", "find * -type f | LC_ALL=C sort | xargs sha256sum"],
		{ cwd: folder, encoding: "utf8" },
	);
	writeFileSync(`${folder}.manifest-sha256.txt`, listing);
	const { status, root } = await verifyData(folder);
	assert.equal(status, "unchanged");
	assert.equal(await folderRoot(folder, { expected: root }), root);
	assert.notEqual(await folderRoot(folder), root);
	writeFiles(folder, { "train/cat.manifest-sha256.txt": "other" });
	assert.deepEqual((await verifyData(folder)).changes.modified, [
		"train/cat.manifest-sha256.txt",
	]);
});

test("a manifest may be called like its folder, and then some", async () => {
	const folder = dataset();
	const manifest = `${folder}.sums`;
	assert.equal((await verifyData(folder, { manifest })).status, "created");
	assert.equal((await verifyData(folder, { manifest })).status, "unchanged");
	assert.deepEqual(readdirSync(join(folder, "..")).sort(), [
		"pets",
		"pets.sums",
		"pets.sums.stat.json",
	]);
});

test("links that lead back over several others, and one to a folder above all data, are named where they stand", async () => {
	const folder = dataset();
	const outside = temporaryFolder();
	for (const name of ["x", "y"]) writeFiles(join(outside, name), { f: name });
	symlinkSync(join(outside, "y"), join(outside, "x", "to-y"));
	symlinkSync(join(outside, "x"), join(outside, "y", "to-x"));
	symlinkSync(join(outside, "x"), join(folder, "to-x"));
	await assert.rejects(
		verifyData(folder),
		rejectsWith("LINK_LOOP", /pets\/to-x\/to-y\/to-x is a symbolic link/),
	);
	rmSync(join(folder, "to-x"));
	symlinkSync("..", join(folder, "up"));
	await assert.rejects(
		verifyData(folder),
		rejectsWith(
			"LINK_LOOP",
			/^\S+\/deepdiva-[^/]+\/pets\/up is a symbolic link to /,
		),
	);
});
