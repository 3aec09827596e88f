import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../base/canonical.ts";
import { temporaryFolder } from "../../base/test-folder.ts";
import { AppendFile } from "./append-file.ts";
import type { RecordingError } from "./recording-error.ts";

const never = (error: RecordingError) => {
	throw error;
};

test("a line is on disk at once, also when no pause follows", () => {
	const path = join(temporaryFolder(), "lines");
	const file = new AppendFile(path, never);
	assert.equal(existsSync(path), false);
	for (let i = 0; i < 50; i++) {
		file.append(`${i}\n`);
		assert.ok(readFileSync(path, "utf8").endsWith(`${i}\n`));
	}
});

test("of a flood of lines fewer than 32 wait, and a pause brings them to disk", async () => {
	const path = join(temporaryFolder(), "lines");
	const file = new AppendFile(path, never);
	for (let i = 1; i <= 10_007; i++) {
		file.append(`${i}\n`);
		if (i % 1000 !== 7) continue;
		const written = readFileSync(path, "utf8").trim().split("\n").length;
		assert.ok(i - written < 32, `${written} of ${i}`);
	}
	await new Promise((done) => setTimeout(done, 300));
	assert.ok(readFileSync(path, "utf8").endsWith("\n10007\n"));
});

test("what is recorded of a file is its bytes and their digest", () => {
	const path = join(temporaryFolder(), "lines");
	const file = new AppendFile(path, never);
	for (let i = 0; i < 1000; i++) file.append(`größe ${i}\n`);
	const recorded = file.close();
	const content = readFileSync(path);
	assert.equal(recorded?.bytes, content.length);
	assert.equal(recorded?.sha256, sha256(content));
	assert.equal(new AppendFile(`${path}2`, never).close(), undefined);
});

test("a clock that is set back or on keeps no line waiting", () => {
	const path = join(temporaryFolder(), "lines");
	const file = new AppendFile(path, never);
	for (const time of [1e12, 1e12 - 3_600_000, 1e12 + 3_600_000]) {
		const prompt = `${time}\n`.repeat(100);
		for (let i = 0; i < 120; i++) file.append(`${time}\n`, time);
		assert.ok(readFileSync(path, "utf8").endsWith(prompt));
		assert.ok(!readFileSync(path, "utf8").endsWith(`${time}\n${prompt}`));
		file.flush();
	}
	file.append("last\n", 0);
	assert.ok(readFileSync(path, "utf8").endsWith("\nlast\n"));
	file.close();
});

test("lines that wait when the file is closed are in it", () => {
	const path = join(temporaryFolder(), "lines");
	const file = new AppendFile(path, never);
	// At one time: the last 15 of them are neither prompt nor a whole batch.
	for (let i = 0; i < 100 + 3 * 32 + 15; i++) file.append(`${i}\n`, 0);
	const recorded = file.close();
	const lines = readFileSync(path, "utf8").split("\n");
	assert.equal(lines.length, 211 + 1);
	assert.equal(lines[210], "210");
	assert.equal(recorded?.bytes, 100 * 3 - 10 + 111 * 4);
});

const module = new URL("./append-file.ts", import.meta.url).href;

/** Appends a thousand lines to a file that may have 1024 bytes, all at one time if one is given. */
function appendUntilFull(path: string, line: string, time = "") {
	const { stdout, stderr } = spawnSync(
		"bash",
		[
			"-c",
			'ulimit -f 1; exec "$0" --disable-warning=ExperimentalWarning --input-type=module --eval "$1"',
			process.execPath,
			`import { AppendFile } from ${JSON.stringify(module)};
			let told = 0;
			const file = new AppendFile(${JSON.stringify(path)}, () => told++);
			let failure;
			for (let i = 0; i < 1000; i++)
				try { file.append(${JSON.stringify(line)} + i + "\\n", ${time}); } catch (error) { failure ??= { i, message: error.message, name: error.name }; }
			console.log(JSON.stringify({ told, failure, recorded: file.close() }));`,
		],
		// bash warns of a locale that is not installed.
		{ encoding: "utf8", env: { ...process.env, LC_ALL: "C" } },
	);
	assert.equal(stderr, "");
	const text = readFileSync(path, "utf8");
	const { told, failure, recorded } = JSON.parse(stdout) as {
		told: number;
		failure: { i: number; name: string; message: string };
		recorded: { bytes: number; sha256: string };
	};
	assert.equal(told, 1);
	assert.ok(text.endsWith("\n"));
	assert.equal(recorded.bytes, Buffer.byteLength(text));
	assert.equal(
		recorded.sha256.slice(7),
		execFileSync("sha256sum", [path], { encoding: "utf8" }).slice(0, 64),
	);
	return { failure, lines: text.trim().split("\n") };
}

test("a file that may grow no further keeps its whole lines, and says what to do", () => {
	const path = join(temporaryFolder(), "lines");
	const { failure, lines } = appendUntilFull(path, "0123456789 ");
	assert.equal(failure.name, "RecordingError");
	assert.match(
		failure.message,
		/^\S+lines cannot be written: the file may grow no further .*\(EFBIG\); what was recorded before is kept\. Raise the limit \(ulimit -f\), log less, or record elsewhere/,
	);
	assert.equal(lines.length, failure.i);
});

test("of lines that are written together, those that fit whole are kept", () => {
	const path = join(temporaryFolder(), "lines");
	const { failure, lines } = appendUntilFull(path, "12345", "0");
	// The first 100 are written one by one, then 32 at once: 10 × 7 + 90 × 8 + 26 × 9 bytes.
	assert.equal(failure.i, 100 + 32 - 1);
	assert.equal(lines.length, 10 + 90 + 26);
	assert.equal(lines.at(-1), "12345125");
});
