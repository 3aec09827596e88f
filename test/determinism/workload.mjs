/**
 * The runs that every interpreter is to give the same digests for, as a plain
 * script through the library:
 *
 *     node test/determinism/workload.mjs DIGITS
 *
 * DIGITS is a folder of images. Prints one line of JSON: run → output → digest.
 */

import * as dd from "../../dist/index.js";
import {
	layers,
	sequential,
	tensor1d,
	tensor2d,
	train,
} from "../../dist/training/backend/tf.js";

const [digits] = process.argv.slice(2);

/** A network written out in a cell, as in the tutorial. */
async function mlp({ lr, epochs }) {
	const { points } = dd.pointSet("spiral", 300, dd.rng("points"));
	const model = sequential({
		layers: [
			layers.dense({ inputShape: [2], units: 32, activation: "tanh" }),
			layers.dropout({ rate: 0.2 }),
			layers.dense({ units: 2, activation: "softmax" }),
		],
	});
	model.compile({
		optimizer: train.adam(lr),
		loss: "sparseCategoricalCrossentropy",
		metrics: ["accuracy"],
	});
	await model.fit(
		tensor2d(points.map(({ x, y }) => [x, y])),
		tensor1d(points.map(({ label }) => label)),
		{ epochs, callbacks: dd.callbacks() },
	);
	dd.boundary(model, points);
	await dd.artifact("model", model);
}

/** What a user's own code may compute outside of any tensor. */
async function functions() {
	const draw = dd.rng("arguments");
	for (const name of ["exp", "log", "sin", "tanh", "cbrt", "pow"])
		await dd.artifact(
			name,
			// Only pow looks at the second argument.
			Float64Array.from({ length: 2000 }, () => Math[name](10 * draw(), 1.7)),
		);
}

const runs = {
	points: (conditions) =>
		dd.run({
			...conditions,
			task: "points",
			params: { set: "moons", epochs: 4 },
		}),
	mlp: (conditions) =>
		dd.run(
			{ ...conditions, name: "mlp", params: { lr: 0.02, epochs: 5 } },
			mlp,
		),
	digits: (conditions) =>
		dd.run({
			...conditions,
			task: "image-classification",
			params: { data: digits, epochs: 1 },
		}),
	functions: (conditions) =>
		dd.run({ ...conditions, name: "functions" }, functions),
};

const digests = {};
for (const [name, run] of Object.entries(runs))
	for (const strictMath of [false, true]) {
		dd.seed(42);
		// To draw what is recorded takes longer than to train: every interpreter does it for one run.
		const images = name === "mlp" && !strictMath;
		const { run: info } = await run({ strictMath, images });
		const { outputs } = dd.findRun(info.directory).record;
		digests[strictMath ? `${name}, strict math` : name] = Object.fromEntries(
			Object.entries(outputs).map(([output, { digest }]) => [output, digest]),
		);
	}
console.log(JSON.stringify(digests));
