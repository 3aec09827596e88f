import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../../base/canonical.ts";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { crc32c, maskedCrc32c } from "../../../formats/tfevents/crc32c.ts";
import { EventFile } from "../../../formats/tfevents/event-file.ts";
import { MessageEncoder } from "../../../formats/tfevents/message.ts";
import type { RunInfo, RunOutcome } from "../observer.ts";
import { verifyFiles } from "../store/store.ts";
import { openTestSession, recordRun } from "../test-record.ts";
import { observeTensorBoard, tagOf } from "./observer.ts";

test("CRC-32C has the values of RFC 3720 and of TensorFlow's own test", () => {
	assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
	assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
	assert.equal(
		crc32c(Uint8Array.from({ length: 32 }, (_, k) => k)),
		0x46dd794e,
	);
	assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
	const crc = crc32c(Buffer.from("foo"));
	assert.notEqual(maskedCrc32c(Buffer.from("foo")), crc);
});

test("numbers are encoded as Protocol Buffers says", () => {
	for (const [value, bytes] of [
		[0, [0]],
		[127, [0x7f]],
		[150, [0x96, 1]],
		[2 ** 40, [0x80, 0x80, 0x80, 0x80, 0x80, 0x20]],
		[-1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
	] as const) {
		const encoder = new MessageEncoder();
		encoder.varint(1, value);
		assert.deepEqual([...encoder.bytes], [8, ...bytes]);
	}
});

test("metrics have tags by split", () => {
	for (const [name, tag] of [
		["loss", "train/loss"],
		["train_loss", "train/loss"],
		["val_accuracy", "val/accuracy"],
		["test_loss", "test/loss"],
		["valuation", "train/valuation"],
		["gan/discriminator", "gan/discriminator"],
	] as const)
		assert.equal(tagOf(name), tag);
});

const eventFiles = (directory: string) =>
	readdirSync(directory).filter((name) =>
		name.startsWith("events.out.tfevents."),
	);

/** Whole events in a file, their sums checked; what follows the last is not. */
function countEvents(file: string): number {
	const bytes = readFileSync(file);
	let events = 0;
	for (let at = 0; at + 12 <= bytes.length; events++) {
		const length = bytes.readUInt32LE(at);
		const end = at + 12 + length;
		if (end + 4 > bytes.length) break;
		assert.equal(bytes.readUInt32LE(at + 8), maskedCrc32c(bytes, at, at + 8));
		assert.equal(bytes.readUInt32LE(end), maskedCrc32c(bytes, at + 12, end));
		at = end + 4;
	}
	return events;
}

test("a run that says nothing has no event file", async () => {
	openTestSession();
	const { directory } = await recordRun(() => {});
	assert.deepEqual(eventFiles(directory), []);
});

test("the event file is on record, and no part of the digest, which is that of the same run elsewhere", async () => {
	const body = (run: { log(values: object): void }) => run.log({ loss: 1 });
	openTestSession();
	const one = await recordRun(body as never);
	openTestSession();
	const two = await recordRun(body as never);
	const [file = ""] = eventFiles(one.directory);
	assert.equal(
		one.record.files[file]?.sha256,
		sha256(readFileSync(join(one.directory, file))),
	);
	assert.equal(one.record.digest, two.record.digest);
});

test("an event file is closed with its run, and another run's events go on", async () => {
	openTestSession();
	const { directory, record } = await recordRun(() => {});
	const observer = observeTensorBoard();
	const tell = (id: string) =>
		observer.event?.(
			{ ...info, id },
			{
				type: "notice",
				level: "warning",
				text: id,
			},
		);
	const info = { recorded: true, id: "a", directory } as RunInfo;
	const other = temporaryFolder();
	writeFileSync(join(other, "run.json"), JSON.stringify(record));
	observer.runStarted?.(info);
	observer.runStarted?.({ ...info, id: "b", directory: other });
	tell("a");
	observer.runEnded?.(info, {} as RunOutcome);
	tell("a");
	tell("b");
	tell("b");
	observer.runEnded?.({ ...info, id: "b" }, {} as RunOutcome);
	const count = (folder: string) => {
		const [file = ""] = eventFiles(folder);
		return countEvents(join(folder, file));
	};
	// The first event of a file says which version it has.
	assert.equal(count(directory), 1 + 1);
	assert.equal(count(other), 1 + 2);
});

test("a full disk ends the event file with a warning, not the run", async () => {
	openTestSession();
	const warned = once(process, "warning");
	const { directory, record } = await recordRun((run) => {
		symlinkSync("/dev/full", join(run.info.directory, "events.out.tfevents.1"));
		run.log({ loss: 1 });
	});
	assert.equal(record.status, "finished");
	// A link to a device is no file of the run, and nothing reads it.
	assert.deepEqual(verifyFiles({ directory, record }), [
		{ file: "events.out.tfevents.1", problem: "not on record" },
	]);
	const [warning] = (await warned) as [Error];
	assert.match(warning.message, /TensorBoard's file .*no space left/);
});

test("an event larger than the buffer keeps its place among the others", () => {
	const folder = temporaryFolder();
	const file = new EventFile(folder);
	const data = (size: number) => (summary: MessageEncoder) =>
		summary.data(1, new Uint8Array(size));
	for (const size of [10, 100_000, 20, 65_000, 1_000, 64_999])
		file.add(1, data(size));
	file.close();
	const [name = ""] = eventFiles(folder);
	assert.equal(countEvents(join(folder, name)), 7);
	const again = new EventFile(folder);
	again.add(2, data(5));
	again.close();
	assert.deepEqual(eventFiles(folder), [name]);
	assert.equal(countEvents(join(folder, name)), 8);
});

test("a process that is killed loses no event older than a second, even in a busy loop", async () => {
	const folder = temporaryFolder();
	const child = spawn(
		process.execPath,
		[
			"--input-type=module",
			"--eval",
			`import { EventFile } from ${JSON.stringify(new URL("../../../formats/tfevents/event-file.ts", import.meta.url).href)};
			const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
			const event = (summary) => summary.text(1, "x");
			const file = new EventFile(${JSON.stringify(folder)});
			file.add(1, event);
			file.add(2, event);
			await new Promise((resolve) => setTimeout(resolve, 1000));
			file.add(3, event);
			busy(1000);
			file.add(4, event);
			process.stdout.write("ready\\n");
			while (true);`,
		],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	await once(child.stdout, "data");
	child.kill("SIGKILL");
	await once(child, "exit");
	const [name = ""] = eventFiles(folder);
	assert.equal(countEvents(join(folder, name)), 5);
});
