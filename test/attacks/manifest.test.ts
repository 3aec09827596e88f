/**
 * Data folders from strangers: what lies in them, and beside them – manifest, stat
 * index, log, descriptions – is theirs, and says what they like.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
	copyFileSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { Stamps } from "../../experiment/data/hashing/stamp.ts";
import {
	readStatIndex,
	writeStatIndex,
} from "../../experiment/data/hashing/stat-index.ts";
import {
	base64Of,
	trustStats,
} from "../../experiment/data/hashing/test-stamps.ts";
import { readManifest, rootOf } from "../../experiment/data/manifest.ts";
import { verifyData } from "../../experiment/data/verify.ts";
import { answerHere } from "../command-line.ts";
import { damaged } from "./mutate.ts";
import { proof } from "./proof.ts";

const isWindows = process.platform === "win32" && "no pipes and modes there";

const beside = (folder: string, what: string) =>
	`${folder}.manifest-sha256.${what}`;
const indexOf = (folder: string) => beside(folder, "stat.json");
const manifestOf = (folder: string) => beside(folder, "txt");

/** A folder with a manifest and an index that vouches for each of its files. */
async function pets(): Promise<string> {
	const folder = join(temporaryFolder(), "pets");
	writeFiles(folder, {
		"train/cat/1.png": "a cat",
		"train/dog/1.png": "a dog",
	});
	await verifyData(folder);
	trustStats(folder);
	return folder;
}

/** What a stranger writes as the index who knows everything but this user's key. */
function forgeIndex(
	folder: string,
	root: string,
	version: number,
	seal?: string,
): void {
	const manifest = readManifest(manifestOf(folder));
	const stamps = new Stamps(manifest?.lines.length ?? 0);
	for (const [line, path] of [...(manifest?.lines.paths() ?? [])].entries())
		stamps.set(line, statSync(join(folder, path)));
	writeFileSync(
		indexOf(folder),
		`${JSON.stringify({ version, root, stamps: base64Of(stamps), ...(seal !== undefined && { seal }) })}\n`,
	);
}

function rootNow(folder: string): string {
	const manifest = readManifest(manifestOf(folder));
	assert.ok(manifest);
	return manifest.root;
}

const change = (folder: string) =>
	writeFileSync(join(folder, "train/cat/1.png"), "A CAT");

/** Each changes a file, and makes the index say that it is as it was. */
const STALE_TRUST: Readonly<
	Record<string, (folder: string) => void | Promise<void>>
> = {
	"an index with the new file's stamp, as versions before had it": (folder) => {
		change(folder);
		forgeIndex(folder, rootNow(folder), 2);
	},
	"an index with the new file's stamp and no seal": (folder) => {
		change(folder);
		forgeIndex(folder, rootNow(folder), 3);
	},
	"an index with the new file's stamp and the old seal": (folder) => {
		const { seal } = JSON.parse(readFileSync(indexOf(folder), "utf8")) as {
			seal: string;
		};
		change(folder);
		forgeIndex(folder, rootNow(folder), 3, seal);
	},
	"an index with the new file's stamp, sealed by another user": (folder) => {
		change(folder);
		const { XDG_STATE_HOME } = process.env;
		process.env.XDG_STATE_HOME = temporaryFolder();
		trustStats(folder);
		if (XDG_STATE_HOME === undefined) delete process.env.XDG_STATE_HOME;
		else process.env.XDG_STATE_HOME = XDG_STATE_HOME;
	},
	"an older index of one's own, after the file was written over": (folder) => {
		copyFileSync(indexOf(folder), `${folder}.kept`);
		change(folder);
		renameSync(`${folder}.kept`, indexOf(folder));
	},
	"an older index, and the file's times restored in the same inode": (
		folder,
	) => {
		const path = join(folder, "train/cat/1.png");
		const { atime, mtime } = statSync(path);
		change(folder);
		utimesSync(path, atime, mtime);
	},
	"an older index and the older manifest, after a new version was accepted":
		async (folder) => {
			for (const path of [indexOf(folder), manifestOf(folder)])
				copyFileSync(path, `${path}.kept`);
			change(folder);
			await verifyData(folder, { accept: "a better cat" });
			for (const path of [indexOf(folder), manifestOf(folder)])
				renameSync(`${path}.kept`, path);
		},
	"the genuine index of another folder with the same files": async (folder) => {
		change(folder);
		const other = join(temporaryFolder(), "pets");
		writeFiles(other, {
			"train/cat/1.png": "a cat",
			"train/dog/1.png": "a dog",
		});
		await verifyData(other);
		const stamps = new Stamps(2);
		for (const [line, path] of ["train/cat/1.png", "train/dog/1.png"].entries())
			stamps.set(line, statSync(join(folder, path)));
		writeStatIndex(indexOf(other), other, rootNow(other), stamps);
		copyFileSync(indexOf(other), indexOf(folder));
	},
	"a link to a genuine index that this user made elsewhere": async (folder) => {
		change(folder);
		trustStats(folder);
		renameSync(indexOf(folder), `${folder}.kept`);
		symlinkSync(`${folder}.kept`, indexOf(folder));
	},
};

describe("a changed file is not called unchanged by", () => {
	for (const [attack, act] of Object.entries(STALE_TRUST))
		test(attack, { skip: isWindows }, async () => {
			const folder = await pets();
			assert.equal((await verifyData(folder)).hashed, 0, "an honest index");
			await act(folder);
			const { status, changes } = await verifyData(folder, { mode: "quick" });
			assert.equal(status, "changed");
			assert.deepEqual(changes.modified, ["train/cat/1.png"]);
		});

	test("a manifest that was edited with its index is another manifest, and its paths are looked at", async () => {
		const folder = await pets();
		const text = `${"0".repeat(64)}  ../../etc/passwd\n`;
		writeFileSync(manifestOf(folder), text);
		for (const seal of [undefined, "", "0".repeat(64)]) {
			writeFileSync(
				indexOf(folder),
				JSON.stringify({
					version: 3,
					root: rootOf(Buffer.from(text)),
					stamps: "",
					seal,
				}),
			);
			await assert.rejects(verifyData(folder), {
				code: "BAD_MANIFEST",
				message: /line 1 of .*"0+ {2}\.\.\/\.\.\/etc\/passwd"/,
			});
		}
	});
});

test("an index that is damaged anywhere is read as a missing one", async () => {
	const folder = await pets();
	const original = readFileSync(indexOf(folder));
	for (const { round, bytes } of damaged(original, {
		seed: "stat index",
		rounds: 300,
	})) {
		writeFileSync(indexOf(folder), bytes);
		const index = readStatIndex(indexOf(folder), folder);
		// Damage may leave out the line end, or change nothing that JSON reads.
		if (index)
			assert.deepEqual(
				JSON.parse(bytes.toString()),
				JSON.parse(original.toString()),
				`round ${round}`,
			);
	}
	writeFileSync(indexOf(folder), original);
	assert.equal((await verifyData(folder)).hashed, 0);
});

test("a temporary name that a stranger could guess is not written to", async () => {
	const kept = proof();
	const folder = await pets();
	for (const name of [indexOf(folder), manifestOf(folder)])
		symlinkSync(kept.file, `${name}.${process.pid}.tmp`);
	rmSync(indexOf(folder));
	await verifyData(folder);
	change(folder);
	await verifyData(folder, { accept: "a better cat" });
	kept.assertNone("a link under the temporary name");
});

const hex = (digit: string) => digit.repeat(64);

/** Manifests that are refused, each with what is said. */
const REFUSED: Readonly<Record<string, readonly [text: string, said: RegExp]>> =
	{
		"a path above the folder": [`${hex("a")}  ../secret\n`, /line 1 of/],
		"a path above, further in": [`${hex("a")}  a/../../secret\n`, /line 1 of/],
		"a path above in an escaped name": [
			`\\${hex("a")}  a\\n/../../secret\n`,
			/line 1 of/,
		],
		"an absolute path": [`${hex("a")}  /etc/passwd\n`, /line 1 of/],
		"an absolute path behind ./": [`${hex("a")}  .//etc/passwd\n`, /line 1 of/],
		"an empty part": [`${hex("a")}  a//b\n`, /line 1 of/],
		"a folder": [`${hex("a")}  a/\n`, /line 1 of/],
		"the folder itself": [`${hex("a")}  .\n`, /line 1 of/],
		"no path": [`${hex("a")}  \n`, /line 1 of/],
		"an empty line": [`${hex("a")}  b\n\n${hex("a")}  c\n`, /line 2 of/],
		"a digest that is too short": [`${"a".repeat(40)}  b\n`, /line 1 of/],
		"a digest that is too long": [`${"a".repeat(65)}  b\n`, /line 1 of/],
		"a digest of other letters": [`${hex("g")}  b\n`, /line 1 of/],
		"a path named twice": [
			`${hex("a")}  b\n${hex("c")}  b\n`,
			/names b twice; remove one/,
		],
		"a path named twice, once with ./": [
			`${hex("a")}  ./b\n${hex("c")}  b\n`,
			/names b twice/,
		],
		"a path named twice, once with a CRLF": [
			`${hex("a")}  b\r\n${hex("c")}  b\n`,
			/names b twice/,
		],
		"a path named twice, once escaped": [
			`${hex("a")}  b\n\\${hex("c")}  b\n`,
			/names b twice/,
		],
		"a path named twice, far apart": [
			`${hex("a")}  b\n${hex("a")}  a\n${hex("c")}  c\n${hex("c")}  b\n`,
			/names b twice/,
		],
		"a line of ten megabytes": [
			`${"x".repeat(10_000_000)}\n`,
			/line 1 of .{1,400}$/s,
		],
		"a web page": ["<!DOCTYPE html><script>1</script>", /line 1 of/],
		"a byte order mark": [`\ufeff${hex("a")}  b\n`, /line 1 of/],
		"NUL bytes": ["\0".repeat(100), /line 1 of/],
	};

describe("a manifest is refused with its line:", () => {
	const folder = pets();
	for (const [attack, [text, said]] of Object.entries(REFUSED))
		test(attack, async () => {
			writeFileSync(manifestOf(await folder), text);
			await assert.rejects(verifyData(await folder), {
				code: "BAD_MANIFEST",
				message: said,
			});
		});
});

test("a manifest that others wrote in their own way serves as well", async () => {
	const folder = await pets();
	const { root } = await verifyData(folder);
	const own = readFileSync(manifestOf(folder), "utf8");
	for (const text of [
		own.replaceAll("\n", "\r\n"),
		own.replaceAll("  train", " *./train"),
		own.replace(/^[0-9a-f]+/gm, (digest) => digest.toUpperCase()),
		own.split("\n").slice(0, 2).reverse().join("\n"),
	]) {
		assert.notEqual(text, own);
		writeFileSync(manifestOf(folder), text);
		const found = await verifyData(folder);
		assert.equal(found.status, "unchanged");
		assert.equal(found.root, root);
	}
	// Names that look alike and are not, and names that JavaScript's objects have, are other files.
	const digest = own.slice(0, 64);
	writeFileSync(
		manifestOf(folder),
		`${own}${digest}  __proto__\n${digest}  constructor\n${digest}  caf\u00e9\n${digest}  cafe\u0301\n`,
	);
	const { status, changes } = await verifyData(folder);
	assert.equal(status, "changed");
	assert.deepEqual(changes.removed, [
		"__proto__",
		"cafe\u0301",
		"caf\u00e9",
		"constructor",
	]);
});

test("a damaged manifest is an answer or an error with a sentence, and reads nothing outside the folder", async () => {
	const folder = await pets();
	const original = readFileSync(manifestOf(folder));
	for (const { round, bytes } of damaged(original, {
		seed: "manifest",
		rounds: 150,
	})) {
		writeFileSync(manifestOf(folder), bytes);
		try {
			const { changes, hashed } = await verifyData(folder);
			assert.equal(hashed, 2, `round ${round}`);
			for (const path of changes.removed)
				assert.ok(
					path.split("/").every((part) => !["", ".", ".."].includes(part)),
					`round ${round}: ${path}`,
				);
		} catch (error) {
			assert.ok(error instanceof Error);
			assert.equal(error.name, "DataError", `round ${round}: ${error.stack}`);
		}
	}
});

/** What stands where a file is expected; nothing of it may be waited for, or read without end. */
const NO_FILES: Readonly<
	Record<
		string,
		{
			at: (folder: string) => string;
			make: (path: string) => void;
			said: RegExp;
		}
	>
> = {
	"a pipe as index": {
		at: indexOf,
		make: (path) => execFileSync("mkfifo", [path]),
		said: /^unchanged/,
	},
	"a device as index": {
		at: indexOf,
		make: (path) => symlinkSync("/dev/zero", path),
		said: /^unchanged/,
	},
	"a folder as index": { at: indexOf, make: mkdirSync, said: /^unchanged/ },
	"an index of a terabyte": {
		at: indexOf,
		make: (path) => {
			writeFileSync(path, "");
			truncateSync(path, 2 ** 40);
		},
		said: /^unchanged/,
	},
	"an index of brackets": {
		at: indexOf,
		make: (path) => writeFileSync(path, "[".repeat(1_000_000)),
		said: /^unchanged/,
	},
	"a pipe as manifest": {
		at: manifestOf,
		make: (path) => execFileSync("mkfifo", [path]),
		said: /BAD_MANIFEST .* is no plain file/,
	},
	"a device as manifest": {
		at: manifestOf,
		make: (path) => symlinkSync("/dev/zero", path),
		said: /BAD_MANIFEST .* is no plain file/,
	},
	"a manifest of a terabyte": {
		at: manifestOf,
		make: (path) => {
			writeFileSync(path, "");
			truncateSync(path, 2 ** 40);
		},
		said: /BAD_MANIFEST .* of at most 384 MiB/,
	},
	"a manifest that is a link to itself": {
		at: manifestOf,
		make: (path) => symlinkSync(path, path),
		said: /LINK_LOOP/,
	},
	"a pipe in the data": {
		at: (folder) => join(folder, "pipe"),
		make: (path) => execFileSync("mkfifo", [path]),
		said: /NOT_A_FILE .*pipe is neither a file nor a folder/,
	},
	"a link to a device in the data": {
		at: (folder) => join(folder, "zero.png"),
		make: (path) => symlinkSync("/dev/zero", path),
		said: /NOT_A_FILE/,
	},
	"a link to what waits in /proc": {
		at: (folder) => join(folder, "mounts.png"),
		make: (path) => symlinkSync("/proc/self/fd", path),
		said: /NOT_A_FILE|BROKEN_LINK|CHANGING|LINK_LOOP/,
	},
	"a link to the folder itself": {
		at: (folder) => join(folder, "train/again"),
		make: (path) => symlinkSync("..", path),
		said: /LINK_LOOP/,
	},
	"two links to each other": {
		at: (folder) => join(folder, "one"),
		make: (path) => {
			symlinkSync(path, `${path}.two`);
			symlinkSync(`${path}.two`, path);
		},
		said: /LINK_LOOP|could not be read/,
	},
	"a pipe as log of versions": {
		at: (folder) => beside(folder, "log.jsonl"),
		make: (path) => {
			execFileSync("mkfifo", [path]);
			change(path.replace(/\.manifest-sha256.*$/, ""));
		},
		said: /UNREADABLE .* is no plain file .*reason cannot be added/,
	},
	"a pipe as description": {
		at: (folder) => `${folder}.croissant.json`,
		make: (path) => execFileSync("mkfifo", [path]),
		said: /BAD_FORMAT .* is not a Croissant description/,
	},
};

test("nothing that is no file is waited for, or read without end", {
	skip: isWindows,
}, async () => {
	const folders: string[] = [];
	for (const { at, make } of Object.values(NO_FILES)) {
		const folder = await pets();
		rmSync(at(folder), { force: true });
		make(at(folder));
		folders.push(folder);
	}
	// All in one process: what hangs is killed, and its line is missing.
	const room = (path: string) =>
		JSON.stringify(new URL(`../../experiment/data/${path}`, import.meta.url));
	const { stdout, stderr } = spawnSync(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			"--max-old-space-size=400",
			"--input-type=module",
			"--eval",
			`import { verifyData } from ${room("verify.ts")};
				import { writeCroissant } from ${room("exchange/croissant.ts")};
				for (const folder of ${JSON.stringify(folders)}) {
					try {
						let found = await verifyData(folder);
						if (found.status === "changed")
							found = await verifyData(folder, { accept: "why" });
						if (${JSON.stringify(Object.keys(NO_FILES))}[${JSON.stringify(folders)}.indexOf(folder)].includes("description"))
							await writeCroissant(found);
						console.log(found.status);
					} catch (error) {
						console.log(error.code + " " + error.message);
					}
				}`,
		],
		{ encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" },
	);
	const said = stdout.split("\n");
	for (const [index, [attack, { said: expected }]] of Object.entries(
		NO_FILES,
	).entries())
		assert.match(
			said[index] ?? "",
			expected,
			`${attack}; before it the process said ${JSON.stringify(said.slice(0, index))} and ${stderr}`,
		);
});

test("an index that is a link is replaced, and what it leads to is left alone", async () => {
	const kept = proof();
	const folder = await pets();
	rmSync(indexOf(folder));
	symlinkSync(kept.file, indexOf(folder));
	assert.equal((await verifyData(folder)).status, "unchanged");
	trustStats(folder);
	kept.assertNone("an index that is a link");
	assert.ok(lstatSync(indexOf(folder)).isFile());
});

test("names are never run, and are shown without their codes", async () => {
	const kept = proof();
	const folder = temporaryFolder();
	writeFiles(join(folder, "pets"), {
		[`$(${kept.command.replaceAll("/", "\u2215")})`]: "1",
		"`touch proof`": "2",
		"; touch proof;": "3",
		"-rf": "4",
		"--accept": "5",
		"| sh": "6",
		"\u001b[2K\u001b]0;title\u0007name": "7",
		"line\nbreak": "8",
	});
	const first = await answerHere(["verify-data", "pets"], { cwd: folder });
	assert.equal(first.status, 0, first.stderr);
	for (const name of [
		"-rf",
		"\u001b[2K\u001b]0;title\u0007name",
		"line\nbreak",
	])
		writeFileSync(join(folder, "pets", name), "changed");
	const second = await answerHere(["verify-data", "pets"], { cwd: folder });
	assert.equal(second.status, 1);
	assert.match(second.stdout, /CHANGED \(3 modified\)/);
	// \p{Cc}: control characters; a line end is one.
	assert.doesNotMatch(second.stdout.replaceAll("\n", ""), /\p{Cc}/u);
	kept.assertNone("a name with a command");
	assert.ok(!lstatSync(join(folder, "proof"), { throwIfNoEntry: false }));
});

test("addresses in a stranger's description and bag are never fetched", async () => {
	let asked = 0;
	const server = createServer((_, response) => {
		asked++;
		response.end();
	}).listen(0, "127.0.0.1");
	await new Promise((listening) => server.once("listening", listening));
	const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	try {
		const folder = temporaryFolder();
		writeFiles(folder, {
			"bag/bagit.txt":
				"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
			"bag/fetch.txt": `${address}/x 5 data/train/cat/1.png\n`,
			"bag/manifest-sha256.txt": `${hex("a")}  data/train/cat/1.png\n`,
			"bag/data/train/dog/1.png": "a dog",
			"bag.croissant.json": JSON.stringify({
				"@context": `${address}/context.json`,
				conformsTo: `${address}/spec`,
				license: `${address}/license`,
				url: address,
				creator: "Ada",
				description: "pets",
				datePublished: "2026-01-31",
				distribution: [
					{ "@type": "cr:FileObject", contentUrl: `${address}/data.zip` },
				],
			}),
		});
		const { root } = await verifyData(join(folder, "bag"));
		const module = new URL(
			"../../experiment/data/exchange/croissant.ts",
			import.meta.url,
		);
		const { writeCroissant } = (await import(
			module.href
		)) as typeof import("../../experiment/data/exchange/croissant.ts");
		await writeCroissant(await verifyData(join(folder, "bag")));
		assert.match(root, /^sha256:/);
		assert.equal(asked, 0);
	} finally {
		server.close();
	}
});

test("a manifest of 50,000 lines for two files is counted, not listed", async () => {
	const folder = await pets();
	const lines = Array.from(
		{ length: 50_000 },
		(_, k) => `${hex("a")}  gone/${String(k).padStart(6, "0")}.png\n`,
	);
	writeFileSync(
		manifestOf(folder),
		lines.join("") + readFileSync(manifestOf(folder), "utf8"),
	);
	const { status, stdout } = await answerHere(["verify-data", folder], {
		cwd: temporaryFolder(),
	});
	assert.equal(status, 1);
	assert.match(stdout, /CHANGED \(50,000 removed\)/);
	assert.ok(stdout.length < 4_000, `${stdout.length} characters`);
});
