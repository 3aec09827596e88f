import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const url = (path: string) => new URL(path, import.meta.url);
const { checkParameters, kindOf, readWorkloads } = await import(
	url("workloads.mjs").href
);
const { differenceOf, differs, median, rowsOf } = await import(
	url("report.mjs").href
);
const { sharesOf } = await import(url("profile.mjs").href);

const workloads = readWorkloads();

test("a workload with a field that is missing or of another kind is refused by the field's name", () => {
	const changed = (change: (workload: Record<string, unknown>) => void) => {
		const copy = structuredClone(workloads);
		change(copy["points-mlp"]);
		return JSON.stringify(copy);
	};
	const cases: [string, (workload: Record<string, unknown>) => void][] = [
		["points-mlp.batch", (one) => Reflect.deleteProperty(one, "batch")],
		["points-mlp.batch", (one) => Object.assign(one, { batch: 0 })],
		["points-mlp.loss", (one) => Object.assign(one, { loss: "hinge" })],
		[
			"points-mlp.optimizer.epsilon",
			(one) =>
				Object.assign(one, {
					optimizer: { name: "adam", learningRate: 1, beta1: 0, beta2: 0 },
				}),
		],
		[
			"points-mlp.input.shape.0",
			(one) => Object.assign(one, { input: { shape: [-2], dtype: "float32" } }),
		],
	];
	for (const [field, change] of cases)
		assert.throws(() => readWorkloads(changed(change)), {
			message: `bench/training/workloads.json: ${field} is missing or not what bench/training/workloads.mjs says it must be`,
		});
});

test("our model of each workload has the parameters that the workload fixes", async () => {
	const { createModel, parametersOf } = await import(url("models.mjs").href);
	for (const [name, workload] of Object.entries(workloads)) {
		if (kindOf(workload) !== "steps") continue;
		const model = createModel(name, workload);
		checkParameters(name, workload, ...parametersOf(model));
		model.dispose();
	}
	assert.throws(
		() => checkParameters("points-mlp", workloads["points-mlp"], 4548, 0),
		/points-mlp: the model has 4548 trained parameters and 0 others, and .* says 4547 and 0/,
	);
});

test("a peer whose losses are others, fewer or no numbers has not done the same work", () => {
	assert.equal(median([3, 1, 2]), 2);
	assert.equal(median([4, 1, 2, 3]), 2.5);
	assert.ok(Math.abs(differenceOf([1, 2], [1, 2.5]) - 0.5) < 1e-12);
	const same = (losses: number[] | undefined) =>
		!differs([{ losses: [1, 2] }, { losses }]);
	assert.ok(same(undefined));
	assert.ok(same([1, 2.00005]));
	assert.ok(!same([1, 2.0002]));
	assert.ok(!same([1]));
	assert.ok(!same([1, Number.NaN]));
});

test("a row has the median of the rounds' ratios, since other work meets one round of all peers alike", () => {
	const result = (title: string, seconds: number[]) => ({
		title,
		losses: [1],
		memory: 2 ** 20,
		rounds: seconds.map((each) => ({
			seconds: each,
			processor: each / 2,
			steps: 10,
		})),
	});
	const base = result("PyTorch", [1, 10, 1]);
	const rows = rowsOf(
		[result("ours", [2, 20, 4]), base, { title: "other", cannot: "not here" }],
		base,
	);
	assert.deepEqual(rows, [
		"| ours | 2.5 | 5 | 0.5 | 0.5 | 1 MB | reference |",
		"| PyTorch | 10 | 10 | 1 | 1 | 1 MB | yes, 0e+0 |",
		"| other | not here | | | | | |",
	]);
});

test("a profile's time is shared out by whose code it was, without the time of no work", () => {
	const node = (id: number, functionName: string, url: string) => ({
		id,
		callFrame: { functionName, url },
	});
	const shares = sharesOf({
		nodes: [
			node(1, "(idle)", ""),
			node(2, "(garbage collector)", ""),
			node(3, "gemm", "wasm://wasm/1"),
			node(4, "tidy", "file:///x/node_modules/@tensorflow/tfjs-core/a.js"),
			node(5, "run", "file:///x/dist/training/loop.js"),
		],
		samples: [1, 2, 3, 4, 5, 3],
		timeDeltas: [900, 10, 20, 30, 20, 20],
	});
	assert.equal(shares["garbage collection"], 0.1);
	assert.equal(shares.WebAssembly, 0.4);
	assert.equal(shares["tfjs-core"], 0.3);
	assert.equal(shares["the rest of ours"], 0.2);
	assert.equal(shares["not at work"], undefined);
});

test("the bench trains with each library that is here, says what is not, and finds equal losses", () => {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[
			fileURLToPath(url("../training.mjs")),
			...["--rounds", "1", "--only", "points-mlp"],
			...["--peers", "fit,tfjs,pytorch-1"],
		],
		{
			encoding: "utf8",
			env: { ...process.env, DEEPDIVA_PYTHON: "/no/python" },
		},
	);
	assert.equal(status, 0, stderr);
	assert.match(stdout, /^\| deepdiva, `model\.fit` \| .* \| reference \|$/m);
	assert.match(stdout, /^\| tfjs from npm, wasm \| .* \| yes, \de-\d \|$/m);
	assert.match(stdout, /^\| PyTorch, 1 thread \| not here: \/no\/python has/m);
});

test("a workload or a peer that does not exist is answered by those that do", () => {
	const { status, stderr } = spawnSync(
		process.execPath,
		[fileURLToPath(url("../training.mjs")), "--peers", "keras"],
		{ encoding: "utf8" },
	);
	assert.equal(status, 2);
	assert.match(stderr, /^--peers: there is no "keras"; there is: fit, task,/);
});
