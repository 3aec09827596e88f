import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
	appendFileSync,
	readdirSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { type HashedFile, hashFile } from "./hash-file.ts";
import { type HashManyOptions, hashMany } from "./hash-many.ts";
import { assertHashed } from "./test-hashed.ts";

test("a file's digest is the SHA-256 of its bytes, for every size around a part's", () => {
	const folder = temporaryFolder();
	for (const size of [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 5_000_000]) {
		const path = join(folder, "file");
		const bytes = Buffer.alloc(size, "deepdiva");
		writeFileSync(path, bytes);
		const { digest, bytes: count } = hashFile(path);
		assert.equal(digest, createHash("sha256").update(bytes).digest("hex"));
		assert.equal(count, size);
	}
});

test("a file that is written while it is read gets no digest", () => {
	const path = join(temporaryFolder(), "growing.bin");
	writeFileSync(path, Buffer.alloc(3_000_000));
	for (const since of [undefined, statSync(path).ctimeMs])
		assert.throws(
			() => hashFile(path, { since, onBytes: () => appendFileSync(path, "x") }),
			{ code: "CHANGING", message: /growing\.bin was changed while/ },
		);
});

test("a file that was written twice while it was read is read a third time", () => {
	const path = join(temporaryFolder(), "late.bin");
	writeFileSync(path, "first");
	const more = [" second", " third"];
	const { digest, bytes } = hashFile(path, {
		onBytes: () => appendFileSync(path, more.shift() ?? ""),
	});
	const text = "first second third";
	assert.equal(digest, createHash("sha256").update(text).digest("hex"));
	assert.equal(bytes, text.length);
});

test("a file of which more can be read than it is long gets no digest", {
	skip: process.platform !== "linux" && "there are such files on Linux",
}, () => {
	for (const since of [undefined, Date.now() + 10_000])
		assert.throws(() => hashFile("/proc/version", { since }), {
			code: "CHANGING",
		});
});

test("threads give the same digests as one core, and pass on what went wrong", async () => {
	const folder = temporaryFolder();
	const paths = Array.from({ length: 100 }, (_, k) => {
		const path = join(folder, String(k));
		writeFileSync(path, Buffer.alloc(k * 1000, k));
		return path;
	});
	/** This thread looks at its signal with each file: it is held up there, or it would have read all before another has begun. */
	let here = 0;
	const rest = new Int32Array(new SharedArrayBuffer(4));
	const signal = AbortSignal.any([]);
	signal.throwIfAborted = () => {
		here++;
		Atomics.wait(rest, 0, 0, 50);
	};
	const threads = { jobs: 2, sharedMs: 0, signal };
	const alone = paths.map((path) => hashFile(path));
	const hashed = async (options: HashManyOptions) => {
		here = 0;
		const files = await hashMany(paths, options);
		assert.ok(here < paths.length, "all were read by this thread");
		return files;
	};
	assertHashed(await hashed(threads), alone.entries());
	// Each with the stamp of its own, where it is asked for; the change time cannot be set.
	for (const [k, path] of paths.entries()) utimesSync(path, k, k);
	const since = Date.now() + 10_000;
	const stamped = paths.map((path) => hashFile(path, { since }));
	assert.equal(stamped[7]?.stamp?.mtimeMs, 7000);
	assertHashed(await hashed({ ...threads, since }), stamped.entries());
	const within = await hashMany(["7", "3"], { ...threads, since, folder });
	const [third, seventh] = [stamped[3], stamped[7]];
	assert.ok(third && seventh);
	assertHashed(within, [seventh, third].entries());
	// Of some files alone, each in its place; the others get neither stamp nor digest.
	const only = new Uint32Array(new SharedArrayBuffer(8));
	only.set([3, 70]);
	for (const jobs of [1, 2]) {
		const some = await hashMany(paths, { jobs, sharedMs: 0, since, only });
		assertHashed(some, [
			[3, third],
			[70, stamped[70] as HashedFile],
			[4, { digest: "0".repeat(64), bytes: 0 }],
		]);
	}
	await assert.rejects(hashMany([...paths, join(folder, "gone")], threads), {
		code: "CHANGING",
		message: /gone/,
	});
	await assert.rejects(hashMany(paths, { jobs: 0 }), { code: "BAD_ARGUMENT" });
});

test("a file that is rewritten while it is read, its modification time set back, is read again", () => {
	const path = join(temporaryFolder(), "file");
	writeFileSync(path, "first");
	const { mtime, ctimeMs } = statSync(path);
	let rewritten = false;
	const { digest } = hashFile(path, {
		since: ctimeMs,
		onBytes: () => {
			if (rewritten) return;
			rewritten = true;
			writeFileSync(path, "FIRST");
			utimesSync(path, mtime, new Date("2020-01-01"));
		},
	});
	assert.equal(digest, createHash("sha256").update("FIRST").digest("hex"));
});

test("a file that was hashed, or could not be, is open no longer", {
	skip: process.platform !== "linux" && "Linux lists what is open",
}, () => {
	const path = join(temporaryFolder(), "file");
	writeFileSync(path, "x");
	const open = () => readdirSync("/proc/self/fd").length;
	const before = open();
	for (let k = 0; k < 5; k++) {
		hashFile(path);
		assert.throws(() => hashFile("/proc/version"), { code: "CHANGING" });
	}
	assert.equal(open(), before);
});
