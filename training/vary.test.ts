import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { KeyboardInterrupt } from "../base/errors.ts";
import { task } from "../experiment/random/scope.ts";
import { contradictions } from "../experiment/record/check/contradictions.ts";
import { describeCrate } from "../experiment/record/crate/describe.ts";
import type { RunResult } from "../experiment/record/guard/plan.ts";
import { paramValues } from "../experiment/record/record.ts";
import { readRun } from "../experiment/record/store/store.ts";
import { openTestSession } from "../experiment/record/test-record.ts";
import {
	internalOf,
	parametersOf,
} from "../experiment/replay/certificate/provenance.ts";
import { compareRuns } from "../experiment/replay/compare.ts";
import { session } from "../experiment/session.ts";
import { reportMultirun } from "../experiment/sweep/statistics/report/members.ts";
import * as tf from "./backend/tf.ts";

import { checkpoint, log, restore, rng } from "./recording.ts";
import { type MultirunOptions, multirun } from "./run.ts";

const digests = (results: readonly RunResult<unknown>[]) =>
	results.map(({ outcome }) => outcome.digest);

const recordOf = ({ run }: Pick<RunResult<unknown>, "run">) =>
	readRun(run.directory).record;

/** Members' identities and digests, in a project of their own. */
async function pointsRuns(options: MultirunOptions = {}) {
	openTestSession();
	return multirun({
		...{ task: "points", n: 3, git: "ignore", ...options },
		params: { set: "moons", size: 60, epochs: 2, ...options.params },
	});
}

/** The test points of a run of task `points`, standardised. */
function pointsOf({ run }: RunResult<unknown>): string {
	const file = Object.keys(readRun(run.directory).record.files).find((name) =>
		/boundary.*\.json$/.test(name),
	);
	assert.ok(file);
	const { points } = JSON.parse(readFileSync(join(run.directory, file), "utf8"))
		.boundary as { points: { x: number; y: number; label: number }[] };
	assert.ok(points.length > 5);
	return JSON.stringify(points.map(({ x, y, label }) => [x, y, label]));
}

suite("task points", () => {
	test("with the initial weights alone varied has the same data in each repeat, and other results", async () => {
		const plain = await pointsRuns();
		const varied = await pointsRuns({ vary: ["init"] });
		assert.equal(new Set(plain.map(pointsOf)).size, 3);
		assert.deepEqual(
			varied.map(pointsOf),
			[0, 0, 0].map((at) => pointsOf(plain[at] as RunResult<unknown>)),
		);
		assert.equal(new Set(digests(varied)).size, 3);
	});

	test("repeat 0 is the same run whatever varies, and every other repeat one of its own", async () => {
		const ways = [undefined, ["init"], ["order"], ["init", "order"]];
		const all = [];
		for (const vary of ways)
			all.push(await pointsRuns(vary === undefined ? {} : { vary }));
		const [first] = all.map((runs) => digests(runs)[0]);
		assert.deepEqual(
			all.map((runs) => digests(runs)[0]),
			ways.map(() => first),
		);
		const identities = all.map((runs) => runs.map((one) => recordOf(one)));
		assert.equal(new Set(identities.map(([zero]) => zero?.identity)).size, 1);
		for (const repeat of [1, 2]) {
			const records = identities.map((runs) => runs[repeat]);
			assert.equal(new Set(records.map((one) => one?.identity)).size, 4);
			assert.equal(new Set(records.map((one) => one?.digest)).size, 4);
			// Pairs are found by it: repeat k of every multirun has one seed.
			assert.equal(new Set(records.map((one) => one?.seed.run)).size, 1);
		}
		assert.equal(
			new Set(identities.map(([zero]) => zero?.multirun?.id)).size,
			4,
		);
	});

	test("points of a grid share what varies and what does not, repeat by repeat", async () => {
		const runs = await pointsRuns({
			vary: ["split"],
			params: { lr: [0.1, 0.01] },
		});
		const points = runs.map(pointsOf);
		assert.deepEqual(points.slice(3), points.slice(0, 3));
		assert.equal(new Set(points).size, 3);
	});
});

/** What draws from each kind of stream, as numbers. */
async function drawAll(): Promise<void> {
	const ones = tf.ones([1, 32]);
	const weightOf = (initializer: ReturnType<typeof tf.initializers.heNormal>) =>
		(
			tf.layers
				.dense({ units: 2, kernelInitializer: initializer })
				.apply(ones) as tf.Tensor
		).dataSync()[0] as number;
	const maskOf = (seed?: number) =>
		[
			...(
				tf.layers
					.dropout({ rate: 0.5, ...(seed === undefined ? {} : { seed }) })
					.apply(ones, { training: true }) as tf.Tensor
			).dataSync(),
		].reduce((sum, value, bit) => sum + (value > 0 ? 2 ** bit : 0), 0);
	log({
		weight: weightOf(tf.initializers.heNormal({})),
		seededWeight: weightOf(tf.initializers.heNormal({ seed: 7 })),
		order: Number(
			[...tf.util.createShuffledIndices(12)]
				.map((index) => index.toString(12))
				.join("")
				.slice(0, 9)
				.replace(/[ab]/g, "0"),
		),
		mask: maskOf(),
		seededMask: maskOf(7),
		main: Math.random(),
		tensor: tf.randomNormal([1]).dataSync()[0] as number,
		fixedTensor: tf
			.randomNormal([1], 0, 1, "float32", 3)
			.dataSync()[0] as number,
		id: randomInt(2 ** 40),
		own: rng("fold:1")(),
		other: rng("other")(),
		alea: rng("fold", { generator: "alea" })(),
		...(await task("branch", () => ({
			branchMain: Math.random(),
			branchWeight: weightOf(tf.initializers.heNormal({})),
			branchOwn: rng("fold")(),
		}))),
	});
}

const KINDS: readonly [vary: string[], differ: string[]][] = [
	[["init"], ["weight", "seededWeight", "branchWeight"]],
	[["init:7"], ["seededWeight"]],
	[["order"], ["order"]],
	[["dropout"], ["mask", "seededMask"]],
	[["main"], ["main", "tensor", "branchMain"]],
	[["crypto"], ["id"]],
	[["fold"], ["own", "alea", "branchOwn"]],
	[
		["other", "fold:1"],
		["own", "other"],
	],
];

for (const [vary, differ] of KINDS)
	test(`vary ${vary.join(", ")}: ${differ.join(", ")} differ between repeats, and nothing else`, async () => {
		openTestSession();
		const runs = await multirun(
			{ name: "all", n: 3, vary, git: "ignore" },
			drawAll,
		);
		const metrics = runs.map(({ outcome }) => outcome.metrics);
		const [first = {}] = metrics;
		const differing = Object.keys(first).filter(
			(name) => new Set(metrics.map((values) => values[name])).size === 3,
		);
		const equal = Object.keys(first).filter(
			(name) => new Set(metrics.map((values) => values[name])).size === 1,
		);
		assert.deepEqual(differing.sort(), differ.toSorted());
		assert.equal(differing.length + equal.length, Object.keys(first).length);
	});

test("the order in which streams are named makes no other run", async () => {
	openTestSession();
	const one = await multirun(
		{ name: "all", n: 2, vary: ["order", "init"] },
		drawAll,
	);
	openTestSession();
	const two = await multirun(
		{ name: "all", n: 2, vary: ["init", "order"] },
		drawAll,
	);
	assert.deepEqual(
		one.map((result) => recordOf(result).identity),
		two.map((result) => recordOf(result).identity),
	);
	assert.deepEqual(recordOf(one[1] as RunResult<unknown>).multirun?.vary, [
		"init",
		"order",
	]);
	assert.equal(one[0]?.run.multirun?.id, two[0]?.run.multirun?.id);
	assert.deepEqual(digests(one), digests(two));
});

test("a multirun that is resumed has repeat 0 from one that varies something else, and later repeats from its like", async () => {
	openTestSession();
	session().source = { kind: "cell", text: "drawAll" };
	const begin = (vary: readonly string[] | undefined, n: number) =>
		multirun(
			{
				...{ name: "all", n, resume: true, git: "ignore" },
				...(vary ? { vary } : {}),
			},
			drawAll,
		);
	const ids = (results: readonly RunResult<unknown>[]) =>
		results.map(({ run }) => run.id);
	const plain = ids(await begin(undefined, 2));
	const init = ids(await begin(["init"], 3));
	assert.deepEqual(
		init.map((id, at) => id === plain[at]),
		[true, false, false],
	);
	const more = ids(await begin(["init"], 4));
	assert.deepEqual(more.slice(0, 3), init);
	const order = ids(await begin(["order"], 2));
	assert.equal(order[0], plain[0]);
	assert.ok(![...plain, ...more].includes(order[1] as string));
});

test("a member that goes on from its checkpoint has the streams of its repeat", async () => {
	const body = (stops: () => boolean) => async () => {
		const weights = new Float32Array(3);
		const done = await restore({ weights });
		for (let epoch = done + 1; epoch <= 3; epoch++) {
			weights.forEach((_, i) => {
				weights[i] = (weights[i] ?? 0) + Math.random() + rng("order")();
			});
			log({ sum: weights[0] as number }, { step: epoch });
			await checkpoint(epoch, { weights });
			if (epoch === 2 && stops()) throw new KeyboardInterrupt();
		}
	};
	const options = {
		name: "stops",
		n: 2,
		vary: ["order"],
		git: "ignore",
	} as const;
	openTestSession();
	const whole = await multirun(
		options,
		body(() => false),
	);
	openTestSession();
	session().source = { kind: "cell", text: "body" };
	let begun = 0;
	await assert.rejects(
		multirun(
			options,
			body(() => ++begun === 2),
		),
		KeyboardInterrupt,
	);
	const rest = await multirun(
		{ ...options, resume: true },
		body(() => false),
	);
	assert.deepEqual(digests(rest), digests(whole));
	assert.notEqual(recordOf(rest[1] as RunResult<unknown>).resumed, undefined);
	assert.equal(new Set(digests(whole)).size, 2);
});

test("a record says what varies and both seeds, and what of it does not follow is told", async () => {
	const runs = await pointsRuns({ vary: ["order"] });
	const [zero, one] = runs.map(({ run }) => readRun(run.directory));
	assert.ok(zero && one);
	assert.equal(zero.record.seed.fixed, undefined);
	assert.equal(one.record.seed.fixed, zero.record.seed.run);
	assert.notEqual(one.record.seed.run, zero.record.seed.run);
	assert.deepEqual(zero.record.multirun?.vary, ["order"]);
	assert.deepEqual(paramValues(one.record), paramValues(zero.record));
	assert.deepEqual(contradictions(one), []);
	assert.deepEqual(contradictions(zero), []);
	const told = (change: object) =>
		contradictions({ ...one, record: { ...one.record, ...change } }).map(
			({ what }) => what,
		);
	const { seed, multirun: membership } = one.record;
	assert.ok(membership);
	assert.deepEqual(told({ seed: { ...seed, fixed: seed.run } }), [
		"seed of streams that do not vary",
	]);
	assert.deepEqual(told({ multirun: { ...membership, vary: ["init"] } }), [
		"identity",
		"ro-crate-metadata.json",
	]);
	const { vary: _, ...all } = membership;
	assert.deepEqual(told({ multirun: all }), [
		"identity",
		"seed of streams that do not vary",
		"ro-crate-metadata.json",
	]);
});

test("a certificate, a crate and a comparison say what varies", async () => {
	const runs = await pointsRuns({ vary: ["order"] });
	const [zero, one] = runs.map((result) => recordOf(result));
	assert.ok(zero && one);
	assert.deepEqual(parametersOf(one).vary, ["order"]);
	assert.equal("vary" in parametersOf(zero), false);
	const { runSeed, fixedSeed } = internalOf(one) as Record<string, unknown>;
	assert.deepEqual([runSeed, fixedSeed], [one.seed.run, zero.seed.run]);
	assert.match(
		JSON.stringify(describeCrate(one)),
		/repeat 1 of the random streams order alone/,
	);
	assert.match(JSON.stringify(describeCrate(zero)), /repeat 0"/);
	const typed = { ...one, vary: ["order"] };
	assert.deepEqual(parametersOf(typed).overrides, { "--vary": "order" });
	const parts = compareRuns(typed, one, []);
	assert.deepEqual(
		parts.filter(({ verdict }) => verdict !== "identical"),
		[{ part: "override --vary", verdict: "missing", recorded: "order" }],
	);
});

test("recorded runs are grouped by what varied", async () => {
	openTestSession();
	const some = [];
	for (const vary of [undefined, ["init"], ["order", "init"]])
		some.push(
			...(await multirun(
				{ name: "all", n: 2, git: "ignore", ...(vary ? { vary } : {}) },
				drawAll,
			)),
		);
	const { metrics, runs, notes } = reportMultirun(some);
	assert.equal(runs, 6);
	assert.deepEqual(notes, []);
	assert.deepEqual(
		metrics[0]?.groups.map(({ group, runs: count }) => [group, count]),
		[
			["vary=all", 2],
			["vary=init", 2],
			["vary=init,order", 2],
		],
	);
	assert.deepEqual(reportMultirun(some.slice(4)).notes, [
		"only init, order differ between repeats",
	]);
});

suite("streams that no run drew from", () => {
	/** What is told of the multirun as a whole. */
	async function notices(vary: readonly string[], body: () => unknown) {
		openTestSession();
		const texts: string[] = [];
		session().observers.add({
			multirunNoticed: (_, { text, level }) => texts.push(`${level}: ${text}`),
		});
		await multirun({ name: "x", n: 2, vary, git: "ignore" }, body);
		return texts;
	}

	test("are told at the end, with those that runs drew from", async () => {
		assert.deepEqual(await notices(["weights"], drawAll), [
			"warning: multirun x: --vary weights: no run drew from weights, so all repeats of a point are the same run; runs drew from crypto, dropout, dropout:7, fold, fold:1, init, init:7, main, order, other",
		]);
		assert.deepEqual(
			await notices(["inti", "main"], () =>
				log({ x: Math.random() + rng("init")() }),
			),
			[
				"warning: multirun x: --vary inti,main: no run drew from inti, so it makes no difference between repeats; runs drew from init, main; did you mean init?",
			],
		);
		assert.deepEqual(await notices(["init"], () => log({ x: 1 })), [
			"warning: multirun x: --vary init: no run drew from init, so all repeats of a point are the same run; runs drew from no stream at all",
		]);
	});

	test("are none where branches, initializers with seeds or one of several members draw", async () => {
		let members = 0;
		for (const [name, body] of [
			["init", () => task("a", () => log({ x: rng("init")() }))],
			[
				"init",
				() => {
					const initializer = tf.initializers.heNormal({ seed: 7 });
					log({ x: initializer.apply([2, 2]).dataSync()[0] as number });
				},
			],
			["late", () => log({ x: ++members === 2 ? rng("late")() : 0 })],
		] as const)
			assert.deepEqual(await notices([name], body), []);
	});
});

suite("a multirun is refused whose vary", () => {
	for (const [what, options, message] of [
		[
			"has one repeat",
			{ n: 1, vary: ["init"] },
			/^vary \(init\) says what differs between repeats, and there is only one: give n of at least 2, for example -n 5, or leave vary out$/,
		],
		[
			"names a stream twice",
			{ vary: ["init", "order", "init"] },
			/^vary names "init" twice; remove one$/,
		],
		[
			"names none",
			{ vary: [] },
			/^vary is a list of random streams, for example \["init", "order"\]/,
		],
		[
			"is a text",
			{ vary: "init" as never },
			/^vary is a list of random streams/,
		],
		[
			"has what is no text",
			{ vary: [1] as never },
			/^vary is a list of random streams/,
		],
		[
			"has an empty name",
			{ vary: ["init", ""] },
			/^vary: "" is no name of a random stream; give names with commas between them/,
		],
		[
			"has a name with a comma",
			{ vary: ["init,order"] },
			/^vary: "init,order" is no name of a random stream/,
		],
	] as const)
		test(what, async () => {
			openTestSession();
			let begun = 0;
			await assert.rejects(
				multirun({ name: "x", git: "ignore", ...options }, () => void begun++),
				{ name: "UsageError", message },
			);
			assert.equal(begun, 0);
		});
});
