import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { KeyboardInterrupt, UsageError } from "../base/errors.ts";
import { temporaryFolder } from "../base/test-folder.ts";
import type { RunResult } from "../experiment/record/guard/plan.ts";
import type { MultirunInfo } from "../experiment/record/observer.ts";
import { paramValues } from "../experiment/record/record.ts";
import { RecordingError } from "../experiment/record/recording-error.ts";
import { listRuns, readRun } from "../experiment/record/store/store.ts";
import { openTestSession } from "../experiment/record/test-record.ts";
import { session } from "../experiment/session.ts";
import type { GridParams } from "../experiment/sweep/grid.ts";
import * as tf from "./backend/tf.ts";
import { MultirunError } from "./members.ts";
import { params as current, log } from "./recording.ts";
import { type MultirunOptions, multirun, type RunOptions, run } from "./run.ts";

const draw = () => log({ drawn: Math.random() });
const digests = (results: readonly RunResult<unknown>[]) =>
	results.map(({ outcome }) => outcome.digest);

async function single(options: RunOptions) {
	const result = await run(options, options.task ? undefined : draw);
	assert.ok(result);
	return { ...result, record: readRun(result.run.directory).record };
}

test("a multirun's members are the single runs of their parameters, in any order and grid", async () => {
	openTestSession();
	const both = await multirun(
		{ name: "x", n: 2, params: { lr: [0.1, 0.2], set: "a" } },
		draw,
	);
	assert.deepEqual(
		both.map(({ run }) => [run.params.lr, run.repeat]),
		[
			[0.1, 0],
			[0.1, 1],
			[0.2, 0],
			[0.2, 1],
		],
	);
	assert.equal(new Set(both.map(({ run }) => run.multirun?.index)).size, 4);
	openTestSession();
	const turned = await multirun(
		{ name: "x", n: 3, params: { set: "a", lr: [0.2, 0.1] } },
		draw,
	);
	assert.deepEqual(
		digests([...turned.slice(3, 5), ...turned.slice(0, 2)]),
		digests(both),
	);
	openTestSession();
	const alone = await multirun(
		{ name: "x", n: 2, params: { lr: 0.2, set: "a" } },
		draw,
	);
	assert.deepEqual(digests(alone), digests(both.slice(2)));
	const one = await single({ name: "x", params: { set: "a", lr: 0.2 } });
	assert.equal(one.outcome.digest, digests(both)[2]);
});

test("points of a grid draw the same numbers in their k-th repeat, so they can be compared in pairs", async () => {
	openTestSession();
	const results = await multirun(
		{ name: "paired", n: 3, params: { lr: [0.1, 0.2] } },
		draw,
	);
	const drawn = results.map(({ outcome }) => outcome.metrics.drawn);
	assert.deepEqual(drawn.slice(0, 3), drawn.slice(3));
	assert.equal(new Set(drawn).size, 3);
});

test("no member of a multirun has another member's secret in its record", async () => {
	openTestSession();
	session().source = { kind: "cell", text: "['first-token', 'second-token']" };
	const results = await multirun(
		{ name: "x", n: 1, params: { token: ["first-token", "second-token"] } },
		draw,
	);
	assert.deepEqual(
		results.map(({ run }) =>
			readFileSync(join(run.directory, "cell.ts"), "utf8"),
		),
		["['[redacted]', '[redacted]']", "['[redacted]', '[redacted]']"],
	);
});

test("a run that was refused leaves its secrets in no later record", async () => {
	openTestSession();
	const password = "hunter22";
	await assert.rejects(run({ task: "none", params: { password } }));
	session().source = { kind: "script", text: "hunter22" };
	const result = await run({ name: "x" }, draw);
	assert.ok(result);
	assert.equal(
		readFileSync(join(result.run.directory, "script.ts"), "utf8"),
		"[redacted]",
	);
});

test("members that different processes compute belong to one multirun, each with its index", async () => {
	const options = { name: "x", n: 2, params: { lr: [0.1, 0.2], set: "a" } };
	const recorded = [];
	for (const member of [undefined, 0, 1, 2, 3]) {
		openTestSession(member === undefined ? {} : { member });
		for (const { run } of await multirun(options, draw))
			recorded.push(readRun(run.directory).record);
	}
	const [together, apart] = [recorded.slice(0, 4), recorded.slice(4)].map(
		(records) => records.map(({ multirun: membership }) => membership),
	);
	assert.deepEqual(apart, together);
	assert.deepEqual(
		together,
		[0, 1, 2, 3].map((index) => ({
			id: together?.[0]?.id,
			total: 4,
			index,
			repeats: 2,
			varied: ["lr"],
			grid: { lr: [0.1, 0.2] },
		})),
	);
	assert.match(String(together?.[0]?.id), /^[0-9a-f]{16}$/);
	openTestSession({ rootSeed: "43" });
	const [elsewhere] = await multirun(options, draw);
	assert.notEqual(elsewhere?.run.multirun?.id, together?.[0]?.id);
});

test("the grid is on record with every member as its parameters are, with some where it has very many values", async () => {
	openTestSession();
	const gridOf = async (params: GridParams) => {
		const [first] = await multirun({ name: "x", n: 1, params }, draw);
		assert.ok(first);
		return readRun(first.run.directory).record.multirun?.grid;
	};
	assert.deepEqual(
		await gridOf({
			optim: { lr: [0.1, -0] },
			layers: [[32, 64], [16]],
			set: ["a"],
			api_key: ["5ecret-one", "5ecret-two"],
		}),
		{
			"optim.lr": [0.1, "-0"],
			layers: [[32, 64], [16]],
			api_key: ["[redacted]", "[redacted]"],
		},
	);
	const many = Array.from({ length: 1001 }, (_, i) => i);
	openTestSession({ member: 0 });
	assert.deepEqual(await gridOf({ many }), { many });
	openTestSession({ member: 3 });
	assert.equal(await gridOf({ many }), undefined);
	assert.equal((await gridOf({ many: many.slice(1) }))?.many?.length, 1000);
});

test("repeats have masks, weights and widths of their own, from layers with seeds too, and a repeat is the same again", async () => {
	const body = () => {
		const ones = tf.ones([1, 32]);
		const layer = tf.layers.dropout({ rate: 0.5, seed: 7 });
		const dense = tf.layers.dense({
			units: 2,
			kernelInitializer: tf.initializers.heNormal({ seed: 7 }),
		});
		const wide = tf.layers.randomWidth({ factor: 0.5, seed: 7 });
		for (const step of [1, 2])
			log(
				{
					// The mask as a number: which of 32 units are left.
					mask: [
						...(layer.apply(ones, { training: true }) as tf.Tensor).dataSync(),
					].reduce((sum, value, bit) => sum + (value > 0 ? 2 ** bit : 0), 0),
					weight: (dense.apply(ones) as tf.Tensor).dataSync()[0] as number,
					width: (wide.apply(tf.ones([1, 1, 1e4, 1])) as tf.Tensor)
						.shape[2] as number,
				},
				{ step },
			);
	};
	const logged = async () => {
		openTestSession();
		const runs = await multirun({ name: "x", n: 3 }, body);
		return {
			digests: digests(runs),
			metrics: runs.map(({ run }) => readRun(run.directory).record.metrics),
		};
	};
	const first = await logged();
	for (const name of ["mask", "weight", "width"])
		assert.equal(
			new Set(first.metrics.map((values) => JSON.stringify(values[name]))).size,
			3,
			name,
		);
	assert.deepEqual((await logged()).digests, first.digests);
});

test("overrides win over the cell, the command line over both, and their origin is on record", async () => {
	openTestSession({ overrides: { epochs: "7", unknown: "1" } });
	const { record } = await single({
		params: { lr: 0.1, epochs: 20, set: "xor", shuffle: true },
		overrides: { lr: "0.3", epochs: "5" },
	});
	assert.deepEqual(record.params, {
		lr: { value: 0.3, origin: "override" },
		epochs: { value: 7, origin: "override" },
		set: { value: "xor", origin: "cell" },
		shuffle: { value: true, origin: "cell" },
	});
	assert.deepEqual(record.overrides, { epochs: "7", unknown: "1" });
	assert.deepEqual(
		[...session().declaredParams],
		["lr", "epochs", "set", "shuffle"],
	);
});

test("an override may span a grid in a multirun", async () => {
	openTestSession({ overrides: { units: "2,4" } });
	const results = await multirun(
		{
			n: 1,
			params: { lr: 0.1, units: 8, set: ["a", "b"] },
			overrides: { lr: "1,2", set: "'c,d'" },
		},
		draw,
	);
	assert.deepEqual(
		results.map(({ run }) => run.params),
		[
			{ lr: 1, units: 2, set: "c,d" },
			{ lr: 1, units: 4, set: "c,d" },
			{ lr: 2, units: 2, set: "c,d" },
			{ lr: 2, units: 4, set: "c,d" },
		],
	);
});

test("a task's run has all of its parameters on record", async () => {
	openTestSession();
	const { record } = await single({
		task: "points",
		params: { set: "moons", epochs: 1 },
	});
	assert.equal(record.experiment, "points");
	assert.equal(record.task, "points");
	assert.deepEqual(record.params.set, { value: "moons", origin: "cell" });
	assert.deepEqual(record.params.lr?.origin, "default");
	assert.ok("test_accuracy" in record.metrics);
});

const refusedRuns: [string, RunOptions, boolean, RegExp][] = [
	[
		"a task that does not exist",
		{ task: "point" },
		false,
		/^there is no task "point"; did you mean "points"\?$/,
	],
	[
		"a task's parameter that does not exist",
		{ task: "points", params: { epoch: 1 } },
		false,
		/^task points has no parameter "epoch"; did you mean "epochs"\?$/,
	],
	[
		"a task's parameter of the language",
		{ task: "points", params: { constructor: 1 } as never },
		false,
		/^task points has no parameter "constructor"/,
	],
	[
		"a value that a task does not know",
		{ task: "points", params: { set: "sprial" } },
		false,
		/^task points: set=sprial is not available; did you mean "spiral"\?$/,
	],
	[
		"an override that a task does not know",
		{ task: "points", overrides: { set: "sprial" } },
		false,
		/^task points: set=sprial is not available/,
	],
	[
		"a number that is none",
		{ task: "points", params: { lr: "fast" } },
		false,
		/^parameter lr is a number \(declared lr=.*\), and "fast" is not one$/,
	],
	[
		"an override that is not declared",
		{ params: { lr: 1 }, overrides: { lt: "2" } },
		true,
		/^no parameter "lt" is declared; did you mean "lr"\?$/,
	],
	[
		"a task with a body",
		{ task: "points" },
		true,
		/^a run of task points takes no body: leave out the code, or the task$/,
	],
	[
		"neither task nor body",
		{},
		false,
		/^a run needs a body, or a task=NAME; there is: .*points/,
	],
	["a name that is no name", { name: "a b" }, true, /^"a b" cannot name a run/],
	[
		"no epochs",
		{ task: "points", params: { epochs: 0 } },
		false,
		/^task points: epochs=0 is not available; give a whole number of at least 1$/,
	],
	[
		"half an example per step",
		{ task: "points", params: { batch: 0.5 } },
		false,
		/^task points: batch=0\.5 is not available; give a whole number$/,
	],
	[
		"a learning rate of nothing, by an override",
		{ task: "points", overrides: { lr: "0" } },
		false,
		/^task points: lr=0 is not available; give a number above 0$/,
	],
	[
		"an infinite learning rate",
		{ task: "points", params: { lr: Number.POSITIVE_INFINITY } },
		false,
		/^task points: lr=Infinity is not available; give a number$/,
	],
	[
		"too few points",
		{ task: "points", params: { size: 49 } },
		false,
		/^task points: size=49 is not available; give a whole number of at least 50$/,
	],
	[
		"a step of more examples than there are",
		{ task: "points", params: { set: "spiral", size: 50, batch: 101 } },
		false,
		/^task points: batch=101 is more than the 100 points of spiral at size=50$/,
	],
	[
		"a model that the task does not have",
		{ task: "points", params: { model: "FC_simpel" } },
		false,
		/^task points: model=FC_simpel is not available; did you mean "FC_simple"\?$/,
	],
	[
		"images of which there may be less than none",
		{ task: "image-classification", params: { limit: -1 } },
		false,
		/^task image-classification: limit=-1 is not available; give a whole number of at least 0$/,
	],
	[
		"a number in digits that would be another",
		{ task: "points", params: { epochs: "01" } },
		false,
		/^epochs=01 is no value of a parameter: /,
	],
	[
		"a parameter that is not a number",
		{ params: { lr: Number.NaN } },
		true,
		/^parameter lr is NaN/,
	],
	[
		"a parameter with the name of a global",
		{ params: { Math: 1 } },
		true,
		/^"Math" cannot name a parameter/,
	],
];

test("a name, a body or nothing in the place of the options is refused", async () => {
	for (const [callee, call] of [
		["dd.run", run],
		["dd.multirun", multirun],
	] as const)
		for (const [given, shown] of [
			["moons", '"moons"'],
			[() => undefined, "a function"],
			[undefined, "undefined"],
			[["moons"], "a list"],
		])
			await assert.rejects(
				async () => Reflect.apply(call, undefined, [given, () => undefined]),
				{
					name: "UsageError",
					message: `${callee} takes its options first, for example ${callee}({ name: "moons" }, …), not ${shown}`,
				},
			);
});

test("a run is refused where code gives a parameter what is no value of one", async () => {
	for (const [value, message] of [
		[
			"[0.1, null]",
			/^parameter lr has null in its list; .* or a list of such$/,
		],
		["[[1], [2]]", /^parameter lr has a list in its list; /],
		['[0.1, "a"]', /^parameter lr is a list with values of several types; /],
		["null", /^parameter lr is null; /],
		["{}", /^parameter lr is an object; /],
		['{ "a": { "b": null } }', /^parameter lr\.a\.b is null; /],
		['{ "__proto__": 1 }', /^"lr\.__proto__" cannot name a parameter/],
	] as const) {
		const root = openTestSession();
		await assert.rejects(run({ params: { lr: JSON.parse(value) } }, draw), {
			name: "UsageError",
			message,
		});
		assert.throws(() => readRun(root), { name: "UsageError" });
	}
});

test("a list is a value of a run, and an object has parameters in it", async () => {
	const root = openTestSession();
	const result = await run(
		{
			name: "grouped",
			params: {
				layers: [32, 64],
				bounds: [0, Number.POSITIVE_INFINITY],
				optim: { lr: 0.1, name: "sgd" },
			},
		},
		({ layers, optim: { lr } }) => layers.length * lr,
	);
	assert.equal(result?.value, 0.2);
	const { record } = readRun(result?.run.directory ?? root);
	assert.deepEqual(paramValues(record), {
		layers: [32, 64],
		bounds: [0, "Infinity"],
		"optim.lr": 0.1,
		"optim.name": "sgd",
	});
	await assert.rejects(
		run({ params: { optim: 1, "optim.lr": 2 } }, draw),
		/^UsageError: optim is a parameter, so optim\.lr cannot be one as well/,
	);
});

test("a multirun spans a grid of lists and of members of groups", async () => {
	openTestSession();
	const seen: unknown[] = [];
	await multirun(
		{
			name: "grid",
			n: 1,
			params: { layers: [[32, 64], [16]], optim: { lr: [0.1, 0.01] } },
			overrides: { "optim.lr": "choice(0.1,0.2)" },
		},
		({ layers, optim }) => void seen.push([layers, optim]),
	);
	assert.deepEqual(seen, [
		[[32, 64], { lr: 0.1 }],
		[[32, 64], { lr: 0.2 }],
		[[16], { lr: 0.1 }],
		[[16], { lr: 0.2 }],
	]);
	await assert.rejects(
		multirun({ params: { layers: [[1, 2], [3], [1, 2]] } }, draw),
		/^UsageError: layers=\[1,2\],\[3\],\[1,2\] lists \[1,2\] twice/,
	);
});

test("a multirun looks at all of its members before the first begins", async () => {
	const root = openTestSession();
	let started = 0;
	session().observers.add({ multirunStarted: () => void started++ });
	for (const [options, message] of [
		[
			{ task: "points", params: { epochs: [1, 2, 0] } },
			/^task points: epochs=0 is not available/,
		],
		[
			{
				task: "points",
				params: { set: ["spiral", "xor"], size: 60, batch: 100 },
			},
			/^task points: batch=100 is more than the 49 points of xor at size=60$/,
		],
		[{ params: { lr: [1, Number.NaN] } }, /^parameter lr is NaN/],
		[{ params: { eval: [1, 2] } }, /^"eval" cannot name a parameter/],
	] as const)
		await assert.rejects(multirun(options), { name: "UsageError", message });
	await assert.rejects(multirun({ name: "a b" }, draw), {
		message: /^"a b" cannot name a run/,
	});
	assert.equal(started, 0);
	assert.throws(() => readRun(root), { name: "UsageError" });
});

for (const [name, options, hasBody, message] of refusedRuns)
	test(`a run with ${name} is refused before it starts`, async () => {
		const root = openTestSession();
		await assert.rejects(run(options, hasBody ? draw : undefined), {
			name: "UsageError",
			message,
		});
		assert.throws(() => readRun(root), { name: "UsageError" });
	});

const refusedMultiruns: [string, MultirunOptions, RegExp][] = [
	[
		"no repeats",
		{ n: 0 },
		/^a multirun repeats a whole number of times, at least 1, not 0$/,
	],
	["half a repeat", { n: 1.5 }, /not 1\.5$/],
	["repeats that are no number", { n: Number.NaN }, /not NaN$/],
	[
		"an empty list",
		{ params: { lr: [] } },
		/^the list of values for lr is empty/,
	],
	[
		"a baseline that is no group",
		{ params: { lr: [1, 2] }, baseline: "lr=3" },
		/^there is no group "lr=3" to compare with; baseline is best, first, pairs, or a group; did you mean "lr=1"/,
	],
	["a value twice", { params: { lr: [1, 1] } }, /^lr=1,1 lists 1 twice/],
	[
		"an override of another type",
		{ params: { lr: [1, 2] }, overrides: { lr: "3,x" } },
		/^parameter lr is a number \(declared lr=1\), and "x" is not one$/,
	],
];

for (const [name, options, message] of refusedMultiruns)
	test(`a multirun with ${name} is refused before it starts`, async () => {
		openTestSession();
		await assert.rejects(multirun(options, draw), {
			name: "UsageError",
			message,
		});
	});

test("a multirun tells its observers of every member, and of those up to a failure that ends it", async () => {
	openTestSession();
	const ended: [MultirunInfo, number][] = [];
	session().observers.add({
		multirunEnded: (info, members) => {
			ended.push([info, members.length]);
		},
	});
	await multirun({ n: 2, params: { lr: [1, 2], set: "a" } }, draw);
	const [first] = ended;
	assert.deepEqual(
		{ ...first?.[0], id: "" },
		{ id: "", experiment: "run", total: 4, repeats: 2, varied: ["lr"] },
	);
	assert.equal(first?.[1], 4);
	const failure = new Error("at the third");
	let count = 0;
	await assert.rejects(
		multirun({ n: 5, fail: "fast" }, () => {
			if (++count === 3) throw failure;
		}),
		(error) => error === failure,
	);
	assert.deepEqual([count, ended[1]?.[1]], [3, 3]);
});

test("a member that fails does not end its multirun: the others go on, and the error at the end names it", async () => {
	const root = openTestSession();
	const order: string[] = [];
	session().observers.add({
		runEnded: ({ params, repeat }, { status }) => {
			order.push(`${params.lr}/${repeat} ${status}`);
		},
		multirunEnded: (_, members) => {
			order.push(members.map(({ outcome }) => outcome.status[1]).join(""));
		},
	});
	const failure = new TypeError("no such layer\nmore of it");
	const error = await multirun(
		{ name: "m", n: 2, params: { lr: [1, 2] } },
		({ lr }, { info }) => {
			log({ lr });
			if (lr === 1 && info.repeat === 1) throw failure;
			return lr;
		},
	).then(
		() => assert.fail("it did not fail"),
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof MultirunError && error instanceof UsageError);
	assert.match(
		error.message,
		/^1 of 4 runs of multirun m failed; the others went on .*:\n {2}run [0-9a-f]{8} \(lr=1, repeat 1\): TypeError: no such layer\nthe same line with --resume \(resume: true\) computes those that failed alone$/,
	);
	assert.equal(error.cause, failure);
	assert.deepEqual(
		error.failures.map(({ run: { repeat }, error: one }) => [repeat, one]),
		[[1, failure]],
	);
	assert.deepEqual(
		error.results.map(({ value }) => value),
		[1, 2, 2],
	);
	assert.deepEqual(order, [
		"1/0 finished",
		"1/1 failed",
		"2/0 finished",
		"2/1 finished",
		"iaii",
	]);
	assert.deepEqual(
		listRuns(root)
			.runs.map(({ record }) => record.status)
			.toSorted(),
		["failed", "finished", "finished", "finished"],
	);
	await assert.rejects(
		// @ts-expect-error: what code gives need not be what its types say
		multirun({ fail: "slow" }, draw),
		/^UsageError: fail is "continue" or "fast", not "slow": /,
	);
});

test("a member whose loss is lost does not end its multirun either", async () => {
	openTestSession();
	const ended: string[] = [];
	session().observers.add({
		runEnded: (_, { status }) => {
			ended.push(status);
		},
	});
	await assert.rejects(
		multirun({ n: 1, params: { lr: [1, 100] } }, ({ lr }) => {
			log({ loss: lr > 1 ? Number.NaN : 0.5 });
		}),
		/^MultirunError: 1 of 2 runs .*\n {2}run \S+ \(lr=100, repeat 0\): DivergedError: loss became NaN/,
	);
	assert.deepEqual(ended, ["finished", "diverged"]);
});

test("whatever a member throws, and whatever is secret of it, its multirun can say that it failed", async () => {
	openTestSession();
	for (const thrown of [Object.create(null), undefined, Symbol("s"), "text"])
		await assert.rejects(
			multirun({ n: 1, params: { password: ["hunter22", "b"] } }, () => {
				throw thrown;
			}),
			({ message }: Error) =>
				/\n {2}run \w+ \(password=…, repeat 0\): Uncaught: /.test(message) &&
				!message.includes("hunter22"),
		);
});

test("an interrupt, a record that cannot be written and the command line's --fail fast end a multirun at once", async () => {
	for (const [reason, options] of [
		[new KeyboardInterrupt(), {}],
		[new RecordingError("run.json", new Error("disk full")), {}],
		[new Error("the first"), { fail: "fast" }],
	] as const) {
		openTestSession(options);
		let count = 0;
		await assert.rejects(
			multirun({ n: 3 }, () => {
				count++;
				throw reason;
			}),
			(error) => error === reason,
		);
		assert.equal(count, 1);
	}
});

test("the body is given its parameters and the run", async () => {
	openTestSession();
	const result = await run(
		{ name: "named", params: { lr: 0.5 } },
		({ lr }, active) => {
			const rate: number = lr;
			return [rate, current.lr, active.info.experiment];
		},
	);
	assert.deepEqual(result?.value, [0.5, 0.5, "named"]);
});

test("images that are not there are refused with the folder's name", async () => {
	openTestSession();
	const folder = join(temporaryFolder(), "data");
	await assert.rejects(
		run({ task: "image-classification", params: { data: folder } }),
		{ message: new RegExp(folder) },
	);
	writeFileSync(folder, "");
	await assert.rejects(
		run({ task: "image-classification", params: { data: folder } }),
		{ message: new RegExp(folder) },
	);
});

test("an error of tfjs in a body is recorded and thrown with a sentence in front", async () => {
	const root = openTestSession();
	const message =
		/^this tensor was disposed.*\nTensorFlow\.js said: Tensor is disposed\.$/;
	await assert.rejects(
		run({ name: "early" }, () => {
			const tensor = tf.ones([2]);
			tensor.dispose();
			return tensor.add(1);
		}),
		{ name: "Error", message },
	);
	assert.match(listRuns(root).runs[0]?.record.error?.message ?? "", message);
});
