import assert from "node:assert/strict";
import { test } from "node:test";
import { isRacy, type Stamp, Stamps, sameStamp } from "./stamp.ts";
import { base64Of } from "./test-stamps.ts";

const stamp: Stamp = { size: 5, mtimeMs: 1e12, ctimeMs: 1e12 + 9, ino: 77 };
const fields = ["size", "mtimeMs", "ctimeMs", "ino"] as const;

test("a stamp is another one when any of size, times and inode is", () => {
	const stamps = new Stamps(2);
	stamps.set(1, { ...stamp });
	assert.ok(sameStamp(stamp, { ...stamp }));
	assert.ok(stamps.matches(1, stamp));
	for (const field of fields) {
		// A quarter of a microsecond is the least that a time can differ by.
		const other = { ...stamp, [field]: stamp[field] + 2 ** -12 };
		assert.ok(!sameStamp(stamp, other), field);
		assert.ok(!sameStamp(other, stamp), field);
		assert.ok(!stamps.matches(1, other), field);
		const others = new Stamps(2);
		others.set(1, other);
		assert.ok(!stamps.equals(others), field);
	}
	assert.deepEqual([stamps.has(0), stamps.has(1)], [false, true]);
	assert.ok(!stamps.matches(0, stamp));
});

test("stamps come back from their text, for as many lines as there were", () => {
	const stamps = new Stamps(3);
	stamps.set(2, stamp);
	const text = Buffer.from(base64Of(stamps));
	const again = Stamps.fromBase64(text, 3);
	assert.ok(again?.equals(stamps));
	assert.equal(again?.matches(2, stamp), true);
	for (const lines of [0, 2, 4])
		assert.equal(Stamps.fromBase64(text, lines), undefined);
	assert.equal(Stamps.fromBase64(Buffer.alloc(0), 3), undefined);
	assert.equal(Stamps.fromBase64(Buffer.from("damaged"), 3), undefined);
	assert.equal(Stamps.fromBase64(Buffer.alloc(0), 0)?.lines, 0);
});

test("more stamps than are turned into base64 at once come back as well", () => {
	const stamps = new Stamps(4_001);
	for (let line = 0; line < 4_001; line += 2)
		stamps.set(line, { size: line, mtimeMs: 1e12 + line, ctimeMs: 7, ino: 9 });
	const text = base64Of(stamps);
	assert.equal(Buffer.from(text, "base64").toString("base64"), text);
	assert.ok(Stamps.fromBase64(Buffer.from(text), 4_001)?.equals(stamps));
	// A stranger's text of the right length.
	const damaged = Buffer.from(text).fill("!", 70_000, 70_010);
	assert.equal(Stamps.fromBase64(damaged, 4_001), undefined);
});

test("a stamp is read back and copied to another line, and so is that there is none", () => {
	const [stamps, others] = [new Stamps(2), new Stamps(3)];
	stamps.set(1, stamp);
	others.copy(2, stamps, 1);
	assert.ok(others.matches(2, stamp));
	assert.equal(others.size(2), stamp.size);
	others.copy(2, stamps, 0);
	assert.equal(others.has(2), false);
});

test("a file is young when either of its times is less than two seconds before it was hashed", () => {
	const at = 1e12;
	for (const [mtimeMs, ctimeMs, young] of [
		[at - 2_001, at - 2_001, false],
		[at - 2_000, at - 9_000, true],
		// Its modification time may be set to whatever one likes.
		[at - 9_000, at - 2_000, true],
		[at - 9_000, at - 2_001, false],
		[at + 5_000, at - 9_000, true],
	] as const)
		assert.equal(isRacy({ ...stamp, mtimeMs, ctimeMs }, at), young);
});
