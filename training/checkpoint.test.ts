import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { KeyboardInterrupt, UsageError } from "../base/errors.ts";
import { userFunction } from "../experiment/leaks/test-user.ts";
import { type ActiveRun, requireRun } from "../experiment/record/active-run.ts";
import {
	CHECKPOINT_FILE,
	readCheckpoint,
} from "../experiment/record/checkpoint.ts";
import type { RunRecord } from "../experiment/record/record.ts";
import {
	listRuns,
	readRun,
	verifyFiles,
} from "../experiment/record/store/store.ts";
import { openTestSession } from "../experiment/record/test-record.ts";
import { compareRuns } from "../experiment/replay/compare.ts";
import {
	configureSession,
	runsDirectory,
	session,
} from "../experiment/session.ts";
import * as tf from "./backend/tf.ts";
import { checkpoint, log, restore, rng } from "./recording.ts";
import { type Body, multirun, run } from "./run.ts";

const optimizers = {
	adam: () => tf.train.adam(0.05),
	sgd: () => tf.train.sgd(0.05),
	momentum: () => tf.train.momentum(0.05, 0.9),
	rmsprop: () => tf.train.rmsprop(0.01),
	adagrad: () => tf.train.adagrad(0.05),
	adadelta: () => tf.train.adadelta(0.05),
	adamax: () => tf.train.adamax(0.05),
} as const;

/** Trains a model with dropout for four epochs; stops after `until` of them. */
function training(
	optimizer: keyof typeof optimizers,
	until = 4,
): Body<{ epochs: number }, void> {
	return async ({ epochs }, active) => {
		const draw = rng("data");
		const x = tf.tensor2d(Array.from({ length: 40 }, () => [draw(), draw()]));
		const y = tf.sum(x, 1, true);
		const model = tf.sequential({
			layers: [
				tf.layers.dense({ inputShape: [2], units: 8, activation: "relu" }),
				tf.layers.dropout({ rate: 0.3 }),
				tf.layers.dense({ units: 1 }),
			],
		});
		model.compile({
			optimizer: optimizers[optimizer](),
			loss: "meanSquaredError",
		});
		const best = { loss: Number.MAX_VALUE, epoch: 0 };
		const done = await restore({ model, best });
		for (let epoch = done + 1; epoch <= epochs; epoch++) {
			if (epoch > until) throw new KeyboardInterrupt();
			const { history } = await model.fit(x, y, {
				epochs: 1,
				batchSize: 8,
				verbose: 0,
			});
			const loss = history.loss?.[0] as number;
			if (loss < best.loss) Object.assign(best, { loss, epoch });
			log({ loss, noise: Math.random() }, { step: epoch });
			active.confusion({
				name: "epoch",
				step: epoch,
				confusion: { classes: ["a"], matrix: [[epoch]] },
			});
			await active.artifact(`kept-${epoch % 2}`, [epoch, loss]);
			await checkpoint(epoch, { model, best });
		}
		await active.artifact("model", model);
		await active.artifact("best", best);
	};
}

suite("four epochs are two and a resumed two, bit for bit, with", () => {
	for (const name of Object.keys(optimizers) as (keyof typeof optimizers)[])
		test(name, async () => {
			openTestSession();
			const plan = { name: "resumed", params: { epochs: 4 } };
			const whole = await run(plan, training(name));
			assert.ok(whole);
			await assert.rejects(run(plan, training(name, 2)), KeyboardInterrupt);
			const rest = await run({ ...plan, resume: true }, training(name));
			assert.ok(rest);
			const [a, b] = [whole, rest].map(
				({ run: { directory } }) => readRun(directory).record,
			);
			assert.equal(b?.resumed?.length, 8);
			assert.deepEqual(b?.outputs, a?.outputs);
			assert.deepEqual(b?.seed.streams, a?.seed.streams);
			assert.equal(rest.outcome.digest, whole.outcome.digest);
			assert.ok(!existsSync(join(rest.run.directory, CHECKPOINT_FILE)));
		});
});

test("a resumed run has the leaks of the part that it takes over, and its replay may find more", async () => {
	openTestSession();
	const plan = { name: "leaking", params: { epochs: 3 } };
	const [home, lang] = await Promise.all(
		["HOME", "LANG"].map((name) => userFunction(`process.env.${name};`)),
	);
	assert.ok(home && lang);
	const body =
		(stops: boolean): Body<{ epochs: number }, void> =>
		async ({ epochs }) => {
			const state = { epoch: 0 };
			const done = await restore({ state });
			for (let epoch = done + 1; epoch <= epochs; epoch++) {
				if (epoch === 1) await home();
				await checkpoint(epoch, { state });
				if (epoch !== 2) continue;
				// Between a checkpoint and the end: the resumed run does not come by.
				await lang();
				if (stops) throw new KeyboardInterrupt();
			}
		};
	const whole = await run(plan, body(false));
	await assert.rejects(run(plan, body(true)), KeyboardInterrupt);
	const rest = await run({ ...plan, resume: true }, body(true));
	assert.ok(whole && rest);
	const [a, b] = [whole, rest].map(
		({ run: { directory } }) => readRun(directory).record,
	);
	assert.ok(a && b);
	const read = ({ leaks }: RunRecord) =>
		leaks?.leaks.map(({ what }) => what).sort();
	assert.deepEqual(read(a), ["process.env.HOME", "process.env.LANG"]);
	assert.deepEqual(read(b), ["process.env.HOME"]);
	const leaks = (recorded: RunRecord, replayed: RunRecord) =>
		compareRuns(recorded, replayed, [])
			.filter(({ part }) => part.startsWith("leak"))
			.map(({ verdict }) => verdict);
	assert.deepEqual(leaks(b, a), ["identical"]);
	assert.deepEqual(leaks(a, b), ["missing"]);
	const { resumed: _, ...unresumed } = b;
	assert.deepEqual(leaks(unresumed, a), ["not recorded"]);
});

test("a ready-made task resumes to the same bits after an interrupt", async () => {
	const params = { set: "moons", size: 60, epochs: 6, batch: 16 };
	for (const optimizer of ["adam", "momentum", "sgd"]) {
		openTestSession();
		const plan = { task: "points", params: { ...params, optimizer } };
		const whole = await run(plan);
		const abort = new AbortController();
		session().source = { kind: "cell", text: "", signal: abort.signal };
		session().observers.add({
			event(_, event) {
				// At once: a task this small may end before a timer has its turn.
				if (event.type === "progress" && event.label === "epoch 4/6")
					abort.abort(new KeyboardInterrupt());
			},
		});
		await assert.rejects(run(plan), KeyboardInterrupt);
		session().observers.clear();
		session().source = undefined;
		const rest = await run({ ...plan, resume: true });
		assert.ok(rest && whole);
		assert.notEqual(readRun(rest.run.directory).record.resumed, undefined);
		assert.equal(rest.outcome.digest, whole.outcome.digest);
	}
});

test("a run that was killed resumes from its last checkpoint", async () => {
	openTestSession();
	const library = fileURLToPath(new URL("../index.ts", import.meta.url));
	const script = join(runsDirectory(), "..", "killed.mjs");
	writeFileSync(
		script,
		`import * as dd from ${JSON.stringify(library)};
		dd.seed(${JSON.stringify(session().rootSeed)});
		const train = (how) => dd.run({ name: "killed", params: { epochs: 5 }, resume: how === "resume" }, async ({ epochs }) => {
			const weights = new Float32Array(3);
			const done = await dd.restore({ weights });
			for (let epoch = done + 1; epoch <= epochs; epoch++) {
				if (how === "hang" && epoch === 4) { console.log("hangs"); setInterval(() => {}, 1000); await new Promise(() => {}); }
				weights.forEach((_, i) => { weights[i] += Math.random(); });
				dd.log({ sum: weights[0] + weights[1] }, { step: epoch });
				await dd.checkpoint(epoch, { weights });
			}
			await dd.artifact("weights", weights);
		}).then(({ outcome }) => console.log(outcome.digest));
		for (const how of process.argv.slice(2)) await train(how);`,
	);
	const start = (...how: string[]) =>
		spawn(
			process.execPath,
			["--disable-warning=ExperimentalWarning", script, ...how],
			{
				env: { ...process.env, DEEPDIVA_RUNS: runsDirectory() },
				stdio: ["ignore", "pipe", "inherit"],
			},
		);
	const linesOf = async (child: ReturnType<typeof start>, count: number) => {
		const lines: string[] = [];
		for await (const line of createInterface({ input: child.stdout }))
			if (lines.push(line) === count) break;
		return lines;
	};
	const hanging = start("whole", "hang");
	const [whole, ...rest] = await linesOf(hanging, 2);
	assert.deepEqual(rest, ["hangs"]);
	hanging.kill("SIGKILL");
	await once(hanging, "close");
	assert.deepEqual(await linesOf(start("resume"), 1), [whole]);
});

test("what cannot be resumed says why", async () => {
	openTestSession();
	const plan = { name: "x", params: { lr: 1 }, resume: true };
	await assert.rejects(
		run(plan, () => undefined),
		/there is no run x with these parameters/,
	);
	await run({ ...plan, resume: false }, () => undefined);
	await assert.rejects(
		run(plan, () => undefined),
		/has finished: there is nothing to resume/,
	);
	const fail = () => {
		throw new Error("early");
	};
	await assert.rejects(run({ ...plan, resume: false }, fail), /early/);
	await assert.rejects(run(plan, fail), /has no checkpoint to resume from/);
	const failLate = async (_: unknown, active: ActiveRun) => {
		await checkpoint(1, { list: [1] });
		writeFileSync(join(active.info.directory, "note"), "");
		throw new Error("late");
	};
	await assert.rejects(run({ ...plan, resume: false }, failLate), /late/);
	await assert.rejects(
		run(plan, async () => {
			await restore({ other: tf.variable(tf.scalar(1)) });
		}),
		/the checkpoint has no other; resume with the code that began the run/,
	);
});

test("parts that cannot be restored in place are refused", async () => {
	openTestSession();
	await run({ name: "x" }, async () => {
		for (const part of [1, "text", () => 1, { f: () => 1 }, undefined])
			await assert.rejects(checkpoint(1, { part }), UsageError);
		await assert.rejects(checkpoint(0, {}), /at least 1, not 0/);
		assert.equal(await restore({}), 0);
	});
});

test("a resumed multirun leaves finished members as they are and goes on with the others", async () => {
	openTestSession();
	session().source = { kind: "cell", text: "%dd multirun x\nbody" };
	const bodies: number[] = [];
	const body =
		(stop: boolean) =>
		async ({ lr }: { lr: number }) => {
			const state = { sum: 0 };
			const done = await restore({ state });
			for (let step = done + 1; step <= 4; step++) {
				if (stop && lr === 2 && step === 3) throw new Error("stopped");
				bodies.push(lr);
				state.sum += lr * Math.random();
				log({ sum: state.sum }, { step });
				await checkpoint(step, { state });
			}
		};
	const plan = { name: "x", n: 1, params: { lr: [1, 2, 3] } };
	await assert.rejects(
		multirun({ ...plan, fail: "fast" }, body(true)),
		/stopped/,
	);
	bodies.length = 0;
	session().source = { kind: "cell", text: "%dd multirun x --resume\nbody" };
	const resumed = await multirun({ ...plan, resume: true }, body(false));
	assert.deepEqual(bodies, [2, 2, 3, 3, 3, 3]);
	openTestSession();
	const whole = await multirun(plan, body(false));
	assert.deepEqual(
		resumed.map(({ outcome }) => outcome.digest),
		whole.map(({ outcome }) => outcome.digest),
	);
});

test("a resumed multirun leaves a member that diverged as it was, though it logged no loss", async () => {
	openTestSession();
	session().source = { kind: "cell", text: "%dd multirun x\nbody" };
	const plan = { name: "x", n: 1, params: { lr: [1, 2] } };
	const body = ({ lr }: { lr: number }) =>
		requireRun("test").trained("net", { loss: lr > 1 ? Number.NaN : 1 });
	await assert.rejects(multirun(plan, body), /loss of net became NaN/);
	session().source = { kind: "cell", text: "%dd multirun x --resume\nbody" };
	await assert.rejects(
		multirun({ ...plan, resume: true }, () => assert.fail("computed again")),
		/^MultirunError: 1 of 2 runs .* diverged.*\n.*loss of net became NaN/,
	);
});

test("a checkpoint is a safetensors file", async () => {
	openTestSession();
	let directory = "";
	await assert.rejects(
		run({ name: "x" }, async (_, active) => {
			directory = active.info.directory;
			await checkpoint(1, { w: Float32Array.of(1, 2) });
			throw new Error("stop");
		}),
	);
	const bytes = readFileSync(join(directory, CHECKPOINT_FILE));
	const length = Number(bytes.readBigUInt64LE(0));
	const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
	assert.deepEqual(header.w.dtype, "F32");
	assert.ok(CHECKPOINT_FILE in readRun(directory).record.files);
});

/** Draws from streams in turn, one of them every other epoch only; stops at `until`. */
const drawing =
	(until = Number.POSITIVE_INFINITY) =>
	async () => {
		const state = { sum: 0 };
		const done = await restore({ state });
		for (let epoch = done + 1; epoch <= 6; epoch++) {
			if (epoch > until) throw new KeyboardInterrupt();
			state.sum += Math.random() + (epoch % 3 === 1 ? rng("rare")() : 0);
			log({ sum: state.sum }, { step: epoch });
			await checkpoint(epoch, { state });
		}
		await requireRun("test").artifact("state", state);
	};

test("a run that was resumed twice ends as one that never stopped, also where a stream was not drawn from in between", async () => {
	openTestSession();
	const plan = { name: "twice", params: {} };
	const whole = await run(plan, drawing());
	assert.deepEqual(whole && readRun(whole.run.directory).record.seed.streams, {
		main: 6,
		rare: 2,
	});
	// "rare" gives numbers in epochs 1 and 4: the second part draws none of it.
	await assert.rejects(run(plan, drawing(1)), KeyboardInterrupt);
	const resumed = { ...plan, resume: true };
	await assert.rejects(run(resumed, drawing(3)), KeyboardInterrupt);
	const rest = await run(resumed, drawing());
	assert.ok(whole && rest);
	const [a, b] = [whole, rest].map(
		({ run: { directory } }) => readRun(directory).record,
	);
	assert.deepEqual(b?.seed.streams, a?.seed.streams);
	assert.deepEqual(b?.metrics, a?.metrics);
	assert.deepEqual(b?.outputs, a?.outputs);
	assert.equal(rest.outcome.digest, whole.outcome.digest);
});

test("a resumed run that ends before a checkpoint of its own is resumed from the one it had taken over", async () => {
	openTestSession();
	const plan = { name: "twice", params: {} };
	const whole = await run(plan, drawing());
	await assert.rejects(run(plan, drawing(3)), KeyboardInterrupt);
	const resumed = { ...plan, resume: true };
	for (const stop of [drawing(3), () => Promise.reject(new Error("early"))])
		await assert.rejects(run(resumed, stop));
	const rest = await run(resumed, drawing());
	assert.ok(whole && rest);
	assert.equal(rest.outcome.digest, whole.outcome.digest);
});

test("--resume goes on with no run of another root seed, name or parameter", async () => {
	const plan = { name: "seeded", params: { lr: 1 } };
	const folder = openTestSession();
	await assert.rejects(run(plan, drawing(3)), KeyboardInterrupt);
	for (const [seed, other] of [
		["43", {}],
		["42", { name: "other" }],
		["42", { params: { lr: 2 } }],
	] as const) {
		configureSession({ rootSeed: seed });
		await assert.rejects(
			run({ ...plan, ...other, resume: true }, drawing()),
			/there is no run (seeded|other) with these parameters and root seed 4[23] to resume/,
		);
	}
	assert.equal(listRuns(folder).runs.length, 1);
	configureSession({ rootSeed: "42" });
	assert.ok(await run({ ...plan, resume: true }, drawing()));
});

test("a checkpoint that nobody awaits holds what there was at the call: weights, streams, metrics, pictures and artifacts", async () => {
	openTestSession();
	const x = tf.tensor2d([[1], [2], [3]]);
	const body =
		(stops: boolean): Body<Record<string, never>, void> =>
		async (_, active) => {
			const variable = tf.variable(tf.scalar(1));
			const optimizer = tf.train.adam(0.1);
			const model = tf.sequential({
				layers: [tf.layers.dense({ inputShape: [1], units: 1 })],
			});
			const array = new Float32Array(2);
			const parts = { variable, optimizer, model, array };
			const done = await restore(parts);
			for (let epoch = done + 1; epoch <= 4; epoch++) {
				const noise = Math.random();
				optimizer.minimize(() => variable.square().mul(noise).asScalar());
				tf.tidy(() => {
					const weights = model.getWeights();
					model.setWeights(weights.map((weight) => weight.add(noise)));
				});
				array.fill(noise);
				active.log({ v: variable.dataSync()[0] as number }, { step: epoch });
				active.confusion({
					name: "epoch",
					confusion: { classes: ["a"], matrix: [[epoch]] },
				});
				void active.artifact("array", array);
				// The rest of the epochs goes on before the first of them is kept.
				void checkpoint(epoch, parts);
				if (stops && epoch === 2) {
					optimizer.minimize(() => variable.mul(7).asScalar());
					Math.random();
					array.fill(7);
					active.log({ v: 7 }, { step: 7 });
					void active.artifact("array", "seven");
					throw new Error("stopped");
				}
			}
			active.log({
				predicted: (model.predict(x) as tf.Tensor).dataSync()[0] as number,
			});
			await active.artifact("model", model);
		};
	const plan = { name: "unawaited", params: {} };
	const whole = await run(plan, body(false));
	await assert.rejects(run(plan, body(true)), /stopped/);
	const rest = await run({ ...plan, resume: true }, body(false));
	assert.ok(whole && rest);
	const [a, b] = [whole, rest].map(({ run: { directory } }) =>
		readRun(directory),
	);
	assert.ok(a && b);
	assert.deepEqual(b.record.outputs, a.record.outputs);
	assert.deepEqual(b.record.metrics, a.record.metrics);
	assert.deepEqual(b.record.seed.streams, a.record.seed.streams);
	assert.deepEqual(verifyFiles(a), []);
	assert.ok(!existsSync(join(a.directory, CHECKPOINT_FILE)));
});

test("a checkpoint that takes longer to read does not take the place of a later one", async () => {
	openTestSession();
	let directory = "";
	await assert.rejects(
		run({ name: "x" }, async (_, active) => {
			directory = active.info.directory;
			const nothing = { tensors: {}, values: {} };
			const slow = new Promise<typeof nothing>((resolve) =>
				setImmediate(resolve, nothing),
			);
			const first = active.checkpoint(1, slow);
			const second = active.checkpoint(2, Promise.resolve(nothing));
			await Promise.all([first, second]);
			throw new Error("stop");
		}),
		/stop/,
	);
	assert.equal(readCheckpoint(directory).step, 2);
});

test("when a checkpoint is kept, all that was logged before is on disk", async () => {
	openTestSession();
	await run({ name: "x" }, async (_, active) => {
		const path = join(active.info.directory, "metrics.jsonl");
		// So many at once that the last ones wait for each other.
		for (let step = 1; step <= 2_000; step++) log({ loss: 1 / step }, { step });
		await checkpoint(1, {});
		const lines = readFileSync(path, "utf8").split("\n");
		assert.equal(lines.length, 2_001);
		assert.equal(JSON.parse(lines[1_999] ?? "").step, 2_000);
		const kept = readCheckpoint(active.info.directory);
		assert.equal(kept.recorded.metricLines, 2_000);
	});
});

test("every part comes back as it was at the checkpoint, with its type and its length", async () => {
	openTestSession();
	const plan = { name: "parts", params: {} };
	const parts = () => ({
		list: [1, 2, 3] as unknown[],
		counts: { a: 1 } as Record<string, number>,
		whole: tf.variable(tf.tensor1d([7, -8], "int32")),
		bytes: Uint8Array.of(1, 2),
		rows: [[1], [2]],
	});
	await assert.rejects(
		run(plan, async () => {
			await checkpoint(1, parts());
			throw new KeyboardInterrupt();
		}),
		KeyboardInterrupt,
	);
	await run({ ...plan, resume: true }, async () => {
		const before = parts();
		before.list.push(4, 5);
		Object.assign(before.counts, { a: 9, b: 2 });
		before.whole.assign(tf.tensor1d([0, 0], "int32"));
		before.bytes.fill(9);
		before.rows.length = 0;
		assert.equal(await restore(before), 1);
		assert.deepEqual(before.list, [1, 2, 3]);
		assert.deepEqual(before.counts, { a: 1 });
		assert.deepEqual(before.rows, [[1], [2]]);
		assert.deepEqual([...before.bytes], [1, 2]);
		assert.equal(before.whole.dtype, "int32");
		assert.deepEqual([...before.whole.dataSync()], [7, -8]);
	});
});

test("a checkpoint of another model, or of other kinds of parts, says that the code is not the one that began the run", async () => {
	const dense = (layers: number) =>
		tf.sequential({
			layers: Array.from({ length: layers }, () =>
				tf.layers.dense({ inputShape: [1], units: 1 }),
			),
		});
	for (const [kept, wanted, message] of [
		[
			{ model: dense(1) },
			{ model: dense(2) },
			/the checkpoint has 2 weights of model, and the code's has 4; resume with the code that began the run/,
		],
		[
			{ a: { list: [] } },
			{ b: [] },
			/the checkpoint cannot restore b; give dd\.restore the same parts/,
		],
		[{ a: {} }, { a: Uint8Array.of(1) }, /the checkpoint has no a; resume/],
	] as const) {
		openTestSession();
		const plan = { name: "parts", params: {} };
		await assert.rejects(
			run(plan, async () => {
				await checkpoint(1, kept);
				throw new KeyboardInterrupt();
			}),
			KeyboardInterrupt,
		);
		await assert.rejects(
			run({ ...plan, resume: true }, async () => void (await restore(wanted))),
			message,
		);
	}
});
