import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import {
	assertValues,
	type Case,
	cases,
	checkTaskOptimizer,
	gradients,
	optimizerOf,
	start,
	type TestedOptimizer,
	titleOf,
	ways,
} from "./optimizers.ts";

for (const one of cases)
	test(titleOf(one), async () => {
		for (const [name, way] of Object.entries(ways))
			assertValues(await way(one), one.values, name);
		checkTaskOptimizer(one);
	});

const valuesOf = (variable: tf.Tensor) => Array.from(variable.dataSync());
const variableOf = (values: readonly number[] = start, name?: string) =>
	tf.variable(tf.tensor1d([...values]), true, name);

/** Steps `from` to `to` of the recorded gradients. */
function go(
	optimizer: tf.Optimizer,
	variables: readonly tf.Variable[],
	from: number,
	to: number,
): void {
	for (const row of gradients.slice(from, to))
		tf.tidy(() =>
			optimizer.applyGradients(
				variables.map(({ name }, k) => ({
					name,
					tensor: tf.tensor1d([...row]).mul(k + 1),
				})),
			),
		);
}

/** One case of each optimizer and its options. */
const kinds = cases.filter(
	(one, at) =>
		cases.findIndex(
			({ optimizer, args }) =>
				optimizer === one.optimizer && args.length === one.args.length,
		) === at,
);
const nameOf = ({ optimizer, args }: Case) => `${optimizer} (${args})`;

for (const one of kinds)
	test(`${nameOf(one)} goes on from its saved state bit for bit, with variables built anew, too`, async () => {
		const [through, first] = [optimizerOf(one), optimizerOf(one)];
		const [a, b] = [variableOf(), variableOf()];
		go(through, [a, b], 0, 20);
		const [c, d] = [variableOf(), variableOf()];
		go(first, [c, d], 0, 7);
		const saved = await first.getWeights();
		const anew = [variableOf(valuesOf(c)), variableOf(valuesOf(d))];
		const [same, other] = [optimizerOf(one), optimizerOf(one)];
		await same.setWeights(saved);
		await other.setWeights(saved.map(({ tensor }) => ({ name: "", tensor })));
		go(same, [d, c].reverse(), 7, 20);
		go(other, anew, 7, 20);
		for (const [one, two] of [
			[c, a],
			[d, b],
			[anew[0], a],
			[anew[1], b],
		] as [tf.Variable, tf.Variable][])
			assert.deepEqual(valuesOf(one), valuesOf(two));
		assert.equal(same.iterations, 20);
		const names = (await same.getWeights()).map(({ name }) => name);
		assert.deepEqual(
			names,
			saved.map(({ name }) => name),
		);
	});

test("saved state is found by the names of variables, whatever their order", async () => {
	const one = cases.find(({ optimizer }) => optimizer === "momentum") as Case;
	const [a, b] = [variableOf(), variableOf()];
	const through = optimizerOf(one);
	go(through, [a], 0, 3);
	go(through, [b], 3, 6);
	const after = optimizerOf(one);
	await after.setWeights(await through.getWeights());
	const [values, others] = [valuesOf(a), valuesOf(b)];
	go(through, [b], 6, 8);
	go(through, [a], 8, 9);
	const expected = [valuesOf(a), valuesOf(b)];
	tf.tidy(() => {
		a.assign(tf.tensor1d(values));
		b.assign(tf.tensor1d(others));
	});
	go(after, [b], 6, 8);
	go(after, [a], 8, 9);
	assert.deepEqual([valuesOf(a), valuesOf(b)], expected);
});

for (const one of kinds) {
	// They count steps of all variables together, as in Keras.
	const countsSteps = ["adam", "adamax"].includes(one.optimizer);
	test(`${nameOf(one)} keeps two models apart, and what has no gradient as it is`, () => {
		const [shared, alone] = [optimizerOf(one), optimizerOf(one)];
		const [a, b, c] = [variableOf(), variableOf([1, 2]), variableOf()];
		for (const [k, row] of gradients.entries()) {
			const tensor = tf.tensor1d([...row]);
			const small = tf.tensor1d([1, -1]);
			const before = valuesOf(b);
			if (k % 2 === 0) shared.applyGradients({ [b.name]: small });
			if (countsSteps && k % 2 === 0) alone.applyGradients({});
			shared.applyGradients([
				...(k % 2 === 1 ? [] : [{ name: b.name, tensor: null as never }]),
				{ name: a.name, tensor },
			]);
			alone.applyGradients({ [c.name]: tensor });
			if (countsSteps && k % 2 === 1)
				for (const one of [shared, alone]) one.applyGradients({});
			if (k % 2 === 1) assert.deepEqual(valuesOf(b), before);
			tf.dispose([tensor, small]);
		}
		assert.deepEqual(valuesOf(a), valuesOf(c));
	});
}

test("a learning rate or momentum that is set holds from the next step on", () => {
	for (const set of [
		(optimizer: TestedOptimizer) => optimizer.setLearningRate(0.5),
		(optimizer: TestedOptimizer) =>
			Object.assign(optimizer, { learningRate: 0.5 }),
	])
		for (const one of kinds) {
			const [changed, begun] = [
				optimizerOf(one),
				optimizerOf({ ...one, rates: [0.5] }),
			];
			const [a, b] = [variableOf(), variableOf()];
			set(changed);
			go(changed, [a], 0, 2);
			go(begun, [b], 0, 2);
			assert.deepEqual(valuesOf(a), valuesOf(b), nameOf(one));
		}
	const [changed, begun] = [
		tf.train.momentum(0.1, 0.9),
		tf.train.momentum(0.1, 0.5),
	];
	const [a, b] = [variableOf(), variableOf()];
	changed.setMomentum(0.5);
	go(changed, [a], 0, 3);
	go(begun, [b], 0, 3);
	assert.deepEqual(valuesOf(a), valuesOf(b));
});

function optimizerInTidy(one: Case): tf.Optimizer {
	let made: tf.Optimizer | undefined;
	tf.tidy(() => {
		made = optimizerOf(one);
	});
	return made as tf.Optimizer;
}

test("an optimizer leaves nothing behind, made in a tf.tidy or outside of one", () => {
	for (const one of kinds) {
		const variable = variableOf();
		const before = tf.memory().numTensors;
		const optimizer = optimizerInTidy(one);
		go(optimizer, [variable], 0, 3);
		const held = tf.memory().numTensors;
		go(optimizer, [variable], 3, 6);
		assert.equal(tf.memory().numTensors, held);
		optimizer.dispose();
		assert.equal(tf.memory().numTensors, before, nameOf(one));
		variable.dispose();
	}
});

test("what an optimizer cannot use is refused in a sentence", async () => {
	const variable = variableOf();
	const apply = (gradients: tf.NamedTensorMap, rate = 0.1) =>
		tf.train.adam(rate).applyGradients(gradients as never);
	const refusals: [() => void, RegExp][] = [
		[
			() => apply({ nobody: tf.zeros([6]) }),
			/^there is no variable "nobody" to update/,
		],
		[
			() => apply({ [variable.name]: tf.zeros([1]) }),
			/has the shape \[1\], and the variable \[6\]/,
		],
		[() => apply({ [variable.name]: tf.zeros([6]) }, Number.NaN), /is NaN/],
		[
			() =>
				tf.train
					.sgd(undefined as never)
					.applyGradients({ [variable.name]: tf.zeros([6]) } as never),
			/learning rate of SGD is undefined/,
		],
		[
			() => tf.train.momentum(0.1, undefined as never),
			/how much of the velocity/,
		],
	];
	for (const [body, says] of refusals)
		assert.throws(body, (error: Error) => {
			assert.ok(error instanceof UsageError, String(error));
			assert.match(error.message, says);
			return true;
		});
	const small = variableOf([1]);
	const source = tf.train.momentum(0.1, 0.9);
	go(source, [variable], 0, 1);
	const state = await source.getWeights();
	await assert.rejects(
		tf.train.adam(0.1).setWeights(state),
		/2 tensors for each variable/,
	);
	const target = tf.train.momentum(0.1, 0.9);
	await target.setWeights(state);
	assert.throws(
		() => target.applyGradients({ [small.name]: tf.zeros([1]) } as never),
		/does not fit/,
	);
});

const byName = {
	sgd: () => tf.train.sgd(0.01),
	adagrad: () => tf.train.adagrad(0.01),
	adadelta: () => tf.train.adadelta(1, 0.95, 1e-7),
	adam: () => tf.train.adam(0.001),
	adamax: () => tf.train.adamax(0.002),
	rmsprop: () => tf.train.rmsprop(0.001),
};
test("model.compile makes the optimizers of Keras's defaults by name", async () => {
	const weights = async (optimizer: string | tf.Optimizer) => {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					units: 2,
					inputShape: [3],
					kernelInitializer: "ones",
				}),
			],
		});
		model.compile({ optimizer, loss: "meanSquaredError" });
		await model.fit(tf.ones([4, 3]), tf.zeros([4, 2]), {
			epochs: 3,
			verbose: 0,
		});
		return model.getWeights().map(valuesOf);
	};
	for (const [name, make] of Object.entries(byName))
		assert.deepEqual(await weights(name), await weights(make()), name);
});
