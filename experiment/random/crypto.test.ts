import assert from "node:assert/strict";
import nodeCrypto, {
	createHash,
	getRandomValues,
	randomBytes,
	randomFillSync,
	randomInt,
	randomUUID,
	webcrypto,
} from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { promisify } from "node:util";
import { integerBelow } from "./crypto.ts";
import { installRandom } from "./install.ts";
import { withStreams } from "./scope.ts";
import { StreamSet } from "./stream.ts";

installRandom();

const required: typeof nodeCrypto = createRequire(import.meta.url)("crypto");
const under = <T>(body: () => T, isChosen = true): T =>
	withStreams(new StreamSet("1", { isChosen: () => isChosen }), body);
const hex = (bytes: ArrayBufferView) =>
	Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

const ways: readonly [string, () => unknown][] = [
	["randomUUID of node:crypto", () => randomUUID()],
	["randomUUID of require", () => required.randomUUID()],
	["randomUUID of the global crypto", () => crypto.randomUUID()],
	["randomUUID of webcrypto", () => webcrypto.randomUUID()],
	["randomBytes", () => randomBytes(9).toString("hex")],
	["randomBytes of require", () => required.randomBytes(9).toString("hex")],
	["randomBytes with a callback", () => promisify(randomBytes)(9).then(hex)],
	["randomInt", () => randomInt(1e12)],
	["randomInt between two numbers", () => randomInt(-5, 2 ** 40)],
	[
		"randomInt with a callback",
		() => promisify<number, number>(randomInt as never)(1e12),
	],
	["getRandomValues", () => hex(getRandomValues(new Uint32Array(3)))],
	[
		"getRandomValues of the global crypto",
		() => hex(crypto.getRandomValues(new Uint16Array(5))),
	],
];

for (const [name, draw] of ways)
	test(`${name} is the same under the same chosen seed, and only there`, async () => {
		const first = await under(draw);
		assert.deepEqual(await under(draw), first);
		assert.notDeepEqual(
			await withStreams(new StreamSet("2"), draw),
			first,
			"another seed",
		);
		assert.notDeepEqual(
			await under(draw, false),
			await under(draw, false),
			"a seed that nobody chose",
		);
		assert.notDeepEqual(await draw(), await draw(), "no seed");
	});

test("ids draw from a stream of their own: an id more moves no Math.random", () => {
	const random = under(() => Math.random());
	assert.equal(
		under(() => {
			randomUUID();
			crypto.getRandomValues(new Uint8Array(3));
			return Math.random();
		}),
		random,
	);
});

test("two ids under one seed differ, and are valid ids of version 4", () => {
	under(() => {
		const ids = Array.from({ length: 50 }, () => randomUUID());
		assert.equal(new Set(ids).size, 50);
		for (const id of ids)
			assert.match(
				id,
				/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
			);
	});
});

test("randomInt stays in its range and reaches all of it", () => {
	under(() => {
		const drawn = Array.from({ length: 400 }, () => randomInt(-2, 3));
		assert.deepEqual(
			[...new Set(drawn)].sort((a, b) => a - b),
			[-2, -1, 0, 1, 2],
		);
		const large = randomInt(2 ** 48 - 1);
		assert.ok(Number.isSafeInteger(large) && large >= 0);
	});
});

test("the order of callbacks decides nothing: numbers are drawn when they are asked for", async () => {
	const both = () =>
		Promise.all([promisify(randomBytes)(4), promisify(randomBytes)(4)]);
	const [first, second] = await under(both);
	const [again, last] = await under(() => [randomBytes(4), randomBytes(4)]);
	assert.deepEqual([first, second], [again, last]);
});

test("wrong arguments throw what Node throws", () => {
	under(() => {
		assert.throws(() => randomBytes(-1), { code: "ERR_OUT_OF_RANGE" });
		assert.throws(() => randomInt(1.5), { code: "ERR_INVALID_ARG_TYPE" });
		assert.throws(() => randomInt(3, 3), { code: "ERR_OUT_OF_RANGE" });
		assert.throws(() => randomUUID(7 as never), {
			code: "ERR_INVALID_ARG_TYPE",
		});
		assert.throws(() => crypto.getRandomValues(new Float32Array(1) as never), {
			name: "TypeMismatchError",
		});
	});
});

test("keys and randomFill are left to the system", () => {
	const key = () =>
		nodeCrypto.generateKeySync("hmac", { length: 64 }).export().toString("hex");
	assert.notEqual(under(key), under(key));
	const fill = () => hex(randomFillSync(new Uint8Array(8)));
	assert.notEqual(under(fill), under(fill));
	assert.equal(createHash("sha256").digest("hex").length, 64);
});

test("getRandomValues writes into its view, all of it, and nothing beside it", () => {
	for (const isChosen of [true, false])
		under(() => {
			const bytes = new Uint8Array(400).fill(7);
			const view = new Uint32Array(bytes.buffer, 100, 50);
			assert.equal(crypto.getRandomValues(view), view);
			const [before, within, after] = [
				bytes.subarray(0, 100),
				bytes.subarray(100, 300),
				bytes.subarray(300),
			];
			for (const beside of [before, after])
				assert.deepEqual([...new Set(beside)], [7]);
			// 200 bytes that were drawn are not all in one half of what a byte can be.
			for (const part of [within.subarray(0, 100), within.subarray(100)])
				assert.ok(new Set(part).size > 50);
		}, isChosen);
});

test("no integer of a range is likelier than another: what lies beyond the last whole multiple is drawn again", () => {
	// 2^53 is 2 more than a multiple of 3.
	const drawn = [2 ** 53 - 1, 2 ** 53 - 2, 2 ** 53 - 3, 5];
	const next = () => (drawn.shift() as number) / 2 ** 53;
	assert.equal(integerBelow(3, { next }), (2 ** 53 - 3) % 3);
	assert.deepEqual(drawn, [5]);
});
