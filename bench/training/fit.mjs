// A peer that trains by `model.fit`. Arguments: library (deepdiva, tfjs, tfjs-node), workload, folder of prepare.mjs, folder with the library.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import { readTensors, servePeer, timed } from "./peer.mjs";
import { readWorkloads } from "./workloads.mjs";

const [library, name, folder, from] = process.argv.slice(2);

const requireOf = (folder) => createRequire(join(folder, "package.json"));

const LIBRARIES = {
	deepdiva: () => import("../../dist/training/backend/tf.js"),
	/** As npm has it: this process loads nothing that mends it. */
	async tfjs() {
		const require = requireOf(from);
		const core = require("@tensorflow/tfjs-core");
		require("@tensorflow/tfjs-backend-cpu");
		const { setThreadsCount } = require("@tensorflow/tfjs-backend-wasm");
		core.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
		setThreadsCount(1);
		if (!(await core.setBackend("wasm")))
			throw new Error("the wasm backend does not start");
		await core.ready();
		return { ...core, ...require("@tensorflow/tfjs-layers") };
	},
	async "tfjs-node"() {
		// It calls what Node 23 removed.
		util.isNullOrUndefined ??= (value) => value === null || value === undefined;
		return requireOf(from)("@tensorflow/tfjs-node");
	},
};

const OPTIMIZERS = {
	adam: (tf, { learningRate, beta1, beta2, epsilon }) =>
		tf.train.adam(learningRate, beta1, beta2, epsilon),
	momentum: (tf, { learningRate, momentum }) =>
		tf.train.momentum(learningRate, momentum),
};

await servePeer(async () => {
	const tf = await LIBRARIES[library]();
	const { batch, output, loss, optimizer, stepsCompared } =
		readWorkloads()[name];
	const model = await tf.models.modelFromJSON(
		JSON.parse(readFileSync(join(folder, "model.json"), "utf8")),
	);
	const weights = readTensors(join(folder, "weights.safetensors"));
	for (const weight of model.weights) {
		const { values, shape } = weights[weight.originalName];
		weight.write(tf.tensor(values, shape));
	}
	model.compile({ optimizer: OPTIMIZERS[optimizer.name](tf, optimizer), loss });

	const { inputs, labels } = readTensors(join(folder, "examples.safetensors"));
	const x = tf.tensor(inputs.values, inputs.shape);
	const y = tf.tidy(() =>
		tf.cast(
			tf.oneHot(tf.tensor(labels.values, labels.shape, "int32"), output.at(-1)),
			"float32",
		),
	);
	/** Fits the examples of the first `steps` steps once. */
	const fit = async (steps, options) => {
		const first = (tensor) =>
			tf.slice(
				tensor,
				tensor.shape.map(() => 0),
				[steps * batch, ...tensor.shape.slice(1)],
			);
		const examples = [first(x), first(y)];
		const figures = await timed(() =>
			model.fit(...examples, {
				batchSize: batch,
				epochs: 1,
				verbose: 0,
				...options,
			}),
		);
		tf.dispose(examples);
		return { ...figures, steps };
	};
	return {
		async losses() {
			const losses = [];
			const onBatchEnd = (_, { loss }) => losses.push(loss);
			await fit(stepsCompared, { shuffle: false, callbacks: { onBatchEnd } });
			return losses;
		},
		round: (steps) => fit(steps, { shuffle: true }),
	};
});
