// The peer of jax-js: the whole step is one compiled function. Arguments: workload, folder of prepare.mjs, folder of peers.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readTensors, servePeer, timed } from "./peer.mjs";
import { readWorkloads } from "./workloads.mjs";

const [name, folder, peers] = process.argv.slice(2);

/*
 * A function of jax-js takes its arguments over: what is used again is passed as `.ref`.
 */

/** Logits of the examples `x` by the weights `w`. */
const MODELS = {
	"points-mlp": ({ nn, numpy: np }, w, x) => {
		const dense = (layer, input) =>
			np.matmul(input, w[`${layer}/kernel`].ref).add(w[`${layer}/bias`].ref);
		const hidden = nn.relu(dense("dense1", x));
		return dense("logits", nn.relu(dense("dense2", hidden)));
	},
	"cnn-basic": ({ lax, nn, numpy: np }, w, x) => {
		let maps = np.transpose(x, [0, 3, 1, 2]);
		for (const [index, stride] of [3, 2, 1].entries()) {
			const layer = `conv${index + 1}`;
			const kernel = np.transpose(w[`${layer}/kernel`].ref, [3, 2, 0, 1]);
			const bias = w[`${layer}/bias`].ref.reshape([1, -1, 1, 1]);
			const sums = lax.conv(maps, kernel, [stride, stride], "VALID").add(bias);
			maps = nn.leakyRelu(sums, 0.01);
		}
		const flat = np.transpose(maps, [0, 2, 3, 1]).reshape([x.shape[0], -1]);
		return np.matmul(flat, w["logits/kernel"].ref).add(w["logits/bias"].ref);
	},
};

/** By the optimizer: how many values of state a weight has, and weight and state after a step. */
const RULES = {
	adam: {
		states: 2,
		/** Of the step `t`, counted from 1: what the means are divided by. */
		scales: ({ beta1, beta2 }, t) => [1 - beta1 ** t, 1 - beta2 ** t],
		update(
			{ numpy: np },
			settings,
			[scale1, scale2],
			weight,
			[m, v],
			gradient,
		) {
			const { learningRate, beta1, beta2, epsilon } = settings;
			const first = m.mul(beta1).add(gradient.ref.mul(1 - beta1));
			const second = v.mul(beta2).add(np.square(gradient).mul(1 - beta2));
			const divisor = np.sqrt(second.ref.div(scale2.ref)).add(epsilon);
			const step = first.ref.div(scale1.ref).div(divisor).mul(learningRate);
			return [weight.sub(step), [first, second]];
		},
	},
	momentum: {
		states: 1,
		scales: () => [],
		update(_, { learningRate, momentum }, _scales, weight, [v], gradient) {
			const velocity = v.mul(momentum).add(gradient);
			return [weight.sub(velocity.ref.mul(learningRate)), [velocity]];
		},
	},
};

await servePeer(async () => {
	const model = MODELS[name];
	if (!model)
		throw new Error(
			`written for jax-js are ${Object.keys(MODELS).join(" and ")} alone`,
		);
	const require = createRequire(join(peers, "package.json"));
	const jax = await import(pathToFileURL(require.resolve("@jax-js/jax")));
	const { numpy: np } = jax;
	await jax.init("wasm");
	jax.defaultDevice("wasm");
	const { batch, output, optimizer, stepsCompared } = readWorkloads()[name];
	const rule = RULES[optimizer.name];

	const array = (values, shape) => np.array(values).reshape(shape);
	let weights = Object.fromEntries(
		Object.entries(readTensors(join(folder, "weights.safetensors"))).map(
			([path, { values, shape }]) => [path, array(values, shape)],
		),
	);
	let state = Object.fromEntries(
		Object.entries(weights).map(([path, { shape }]) => [
			path,
			Array.from({ length: rule.states }, () => np.zeros(shape)),
		]),
	);
	let taken = 0;

	const loss = (w, x, y) =>
		jax.nn
			.logSoftmax(model(jax, w, x), -1)
			.mul(y)
			.sum(-1)
			.mean()
			.neg();
	const step = jax.jit((w, s, scales, x, y) => {
		const [value, gradients] = jax.valueAndGrad(loss)(jax.tree.ref(w), x, y);
		const updated = Object.keys(w).map((path) => [
			path,
			rule.update(jax, optimizer, scales, w[path], s[path], gradients[path]),
		]);
		return [
			Object.fromEntries(updated.map(([path, [weight]]) => [path, weight])),
			Object.fromEntries(updated.map(([path, [, states]]) => [path, states])),
			value,
		];
	});

	const { inputs, labels } = readTensors(join(folder, "examples.safetensors"));
	const size = inputs.values.length / inputs.shape[0];
	/** The examples with these numbers. */
	const batchOf = (order) => {
		const x = new Float32Array(batch * size);
		const y = new Float32Array(batch * output[0]);
		for (const [at, index] of order.entries()) {
			x.set(
				inputs.values.subarray(index * size, (index + 1) * size),
				at * size,
			);
			y[at * output[0] + labels.values[index]] = 1;
		}
		return [
			array(x, [batch, ...inputs.shape.slice(1)]),
			array(y, [batch, output[0]]),
		];
	};
	const train = async (order) => {
		const losses = [];
		for (let from = 0; from < order.length; from += batch) {
			taken++;
			const scales = rule
				.scales(optimizer, taken)
				.map((scale) => np.array(scale));
			const examples = batchOf(order.subarray(from, from + batch));
			let value;
			[weights, state, value] = step(weights, state, scales, ...examples);
			// Its documentation says so: a queue of steps grows, and each takes longer the longer it is.
			losses.push(await value.jsAsync());
		}
		return losses;
	};
	const numbers = (count) => Uint32Array.from({ length: count }, (_, i) => i);
	const shuffled = (count) => {
		const order = numbers(count);
		for (let i = count - 1; i > 0; i--) {
			const j = Math.floor(Math.random() * (i + 1));
			[order[i], order[j]] = [order[j], order[i]];
		}
		return order;
	};
	return {
		losses: () => train(numbers(stepsCompared * batch)),
		round: async (steps) => ({
			...(await timed(() => train(shuffled(steps * batch)))),
			steps,
		}),
	};
});
