import assert from "node:assert/strict";
import { test } from "node:test";
import { queryObjects } from "node:v8";
import { Ending } from "./ending.ts";

class Answer {}

test("who waits for an answer hears of the end, before it and after it", async () => {
	const ending = new Ending();
	const open = new Promise<never>(() => undefined);
	const waiting = ending.race(open);
	assert.equal(await ending.race(Promise.resolve("in time")), "in time");
	await assert.rejects(ending.race(Promise.reject(new Error("refused"))), {
		message: "refused",
	});
	ending.end(new Error("gone"));
	ending.end(new Error("gone again"));
	await assert.rejects(waiting, { message: "gone" });
	await assert.rejects(ending.race(open), { message: "gone" });
	await ending.wait();
});

test("what waits for an end keeps no answer that has come", async () => {
	const ending = new Ending();
	for (let asked = 0; asked < 100; asked++)
		await ending.race(Promise.resolve(new Answer()));
	assert.ok(queryObjects(Answer, { format: "count" }) < 10);
});
