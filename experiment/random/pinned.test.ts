import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { runSeed } from "../record/identity.ts";
import { configureSession, seed, useStream } from "../session.ts";
import type { GeneratorName } from "./generators.ts";
import { installRandom } from "./install.ts";
import { withStreams } from "./scope.ts";
import { openStream, StreamSet } from "./stream.ts";
import { fillInJavaScript, fillUniforms } from "./uniforms.ts";

/*
 * The numbers that people's runs were made with. They were computed apart from
 * this code, in Python:
 *
 *   def philox(c, k):                       # Philox4x32-10, Salmon et al. 2011
 *       for _ in range(10):
 *           p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
 *           c = [q >> 32 ^ c[1] ^ k[0], q & M, p >> 32 ^ c[3] ^ k[1], p & M]
 *           k = [k[0] + 0x9E3779B9 & M, k[1] + 0xBB67AE85 & M]
 *       return c
 *   def draw(seed, name, i):                # M = 2**32 - 1
 *       d = hashlib.sha256(f"{seed}\0{name}".encode()).digest()
 *       w = philox([i // 2 & M, i // 2 >> 32, 0, 0], struct.unpack("<2I", d[:8]))
 *       a, b = w[i % 2 * 2:][:2]
 *       return (a >> 5 << 26 | b >> 6) / 2**53
 */

installRandom();

/** Seed 42: name of a stream → its first numbers. */
const FIRST: Readonly<Record<string, readonly number[]>> = {
	main: [0.25088887301722607, 0.6925870941255425, 0.40076943148546273],
	init: [0.5367167925436306, 0.5739176954405685, 0.5960290758903434],
	größe: [0.7767905453254632, 0.7141506960890126],
};

for (const [name, numbers] of Object.entries(FIRST))
	test(`the stream ${name} begins with these numbers`, () => {
		const { next } = openStream("42", name);
		assert.deepEqual(
			numbers.map(() => next()),
			numbers,
		);
	});

/** Index of a draw → its number, where batches and words of the counter end. */
const FARTHER: readonly (readonly [number, number])[] = [
	[62, 0.6850731087667978],
	[63, 0.38795989962915256],
	[64, 0.4471081798895923],
	[65, 0.23702868161541157],
	[127, 0.456313469755824],
	[128, 0.5721666146003951],
	[2 ** 33 - 1, 0.6978170198967543],
	[2 ** 33, 0.6950867147987374],
	[2 ** 33 + 1, 0.647148756560232],
];

test("farther numbers are these, drawn or sought", () => {
	const drawn = openStream("42", "main");
	const first = Array.from({ length: 129 }, drawn.next);
	for (const [index, value] of FARTHER) {
		const stream = openStream("42", "main");
		stream.seek(index);
		assert.equal(stream.draws, index);
		assert.equal(stream.next(), value, `draw ${index}`);
		if (index < first.length) assert.equal(first[index], value);
	}
	for (const fill of [fillUniforms, fillInJavaScript]) {
		const batch = new Float64Array(64);
		// Any key; across the border of the counter's words.
		const [key0, key1] = [0x6adf5ad1, 0];
		fill(batch, 0xffffffff, 0, key0, key1);
		const [, , third] = batch;
		fill(batch, 0, 1, key0, key1);
		assert.equal(third, batch[0], "block 2^32 follows block 2^32 - 1");
	}
});

test("tasks, and what they start, draw these numbers", async () => {
	const run = new StreamSet("42");
	const drawn = await run.task("fold-1", async (own) => [
		own.main.next(),
		own.main.next(),
		own.stream("init").next(),
		await own.task("inner", (inner) => inner.main.next()),
		openStream("42", own.nextWorker()).next(),
		own.constant("init:7"),
	]);
	assert.deepEqual(
		drawn,
		[
			0.11538145719377935, 0.049816837395116886, 0.4415363094348146,
			0.552953718063256, 0.3400984651670874, 0.5207760236932621,
		],
	);
	assert.equal(run.main.next(), FIRST.main?.[0]);
});

test("the first worker draws these numbers, and the second those", async () => {
	const text =
		"require('node:worker_threads').parentPort.postMessage([Math.random(), Math.random()])";
	const drawn = await withStreams(new StreamSet("42"), async () => {
		const messages: unknown[] = [];
		for (const _ of [0, 1]) {
			const [message] = await once(new Worker(text, { eval: true }), "message");
			messages.push(message);
		}
		return messages;
	});
	assert.deepEqual(drawn, [
		[0.04833826626160831, 0.241983262501841],
		[0.4483483112518054, 0.48964262123726254],
	]);
});

test("code outside of runs draws these numbers", () => {
	configureSession({});
	seed(42);
	useStream("session");
	assert.deepEqual(
		[Math.random(), Math.random(), randomBytes(4).toString("hex")],
		[0.5359851327832691, 0.3384115720572597, "9b8a4f15"],
	);
	configureSession({});
});

test("ids and tokens are these", () => {
	const under = <T>(body: () => T): T => withStreams(new StreamSet("42"), body);
	assert.equal(
		under(() => randomBytes(16).toString("hex")),
		"39fd61b71684d2faaaf732456c9986ce",
	);
	assert.equal(
		under(() => crypto.randomUUID()),
		"39fd61b7-1684-42fa-aaf7-32456c9986ce",
	);
	assert.deepEqual(
		under(() => [...crypto.getRandomValues(new Uint16Array(2))]),
		[0xfd39, 0xb761],
	);
	assert.equal(
		under(() => randomInt(1000)),
		960,
	);
});

test("another generator draws these numbers under seed and name", () => {
	// Alea of the hexadecimal SHA-256 of seed, NUL and name.
	const { next } = openStream("42", "a", "alea" satisfies GeneratorName);
	assert.deepEqual([next(), next()], [0.4167116368189454, 0.624150233110413]);
});

test("the first repeats of a run have these seeds, and begin with these numbers", () => {
	const seeds = [0, 1].map((repeat) =>
		runSeed("42", { experiment: "moons", params: {}, repeat }, 2),
	);
	assert.deepEqual(seeds, ["d81ad9dfaea447d6", "9ec7b7cb97bbd776"]);
	assert.deepEqual(
		seeds.map((one) => openStream(one, "main").next()),
		[0.8642348954802432, 0.6293235607234468],
	);
});
