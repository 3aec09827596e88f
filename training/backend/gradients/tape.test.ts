import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type BackendName, useBackend } from "../backend.ts";
import * as tf from "../tf.ts";

after(() => useBackend("wasm"));

const x = [0.5, -1, 2];
const weights = [
	[0.3, 0.2],
	[0.1, -0.4],
	[0.5, 0.6],
];

/** On each backend, since the tape belongs to none of them. */
const onEach = (title: string, body: () => void) =>
	test(title, async () => {
		for (const name of ["wasm", "cpu"] satisfies BackendName[]) {
			await useBackend(name);
			tf.tidy(body);
		}
	});

function assertClose(actual: tf.Tensor | undefined, expected: number[]): void {
	const values = [...(actual?.dataSync() ?? [])];
	assert.equal(values.length, expected.length);
	for (const [at, value] of values.entries())
		assert.ok(
			Math.abs(value - (expected[at] as number)) < 1e-5,
			`${values} is not ${expected}`,
		);
}

type Function = (x: tf.Tensor) => tf.Tensor;

const derivative =
	(f: Function): Function =>
	(x) =>
		tf.grad((x: tf.Tensor) => f(x).sum())(x);

/** tanh and its derivatives, by its square t² and the slope s = 1 - t². */
const tanhDerivatives: readonly ((value: number) => number)[] = [
	Math.tanh,
	(value) => 1 - Math.tanh(value) ** 2,
	(value) => -2 * Math.tanh(value) * (1 - Math.tanh(value) ** 2),
	(value) => {
		const square = Math.tanh(value) ** 2;
		return (6 * square - 2) * (1 - square);
	},
];

onEach("first to third derivatives through outputs that were saved", () => {
	let [exp, tanh]: Function[] = [(x) => x.exp(), (x) => x.tanh()] as const;
	for (let order = 1; order <= 3; order++) {
		exp = derivative(exp as Function);
		tanh = derivative(tanh as Function);
		assertClose(exp(tf.tensor(x)), x.map(Math.exp));
		assertClose(
			tanh(tf.tensor(x)),
			x.map(tanhDerivatives[order] as (value: number) => number),
		);
	}
});

onEach("a second derivative has every term, saved outputs or not", () => {
	// (x eˣ)'' = (2 + x) eˣ
	const product = derivative(derivative((x) => x.mul(x.exp())));
	assertClose(
		product(tf.tensor(x)),
		x.map((value) => (2 + value) * Math.exp(value)),
	);
});

onEach("a penalty on a gradient trains the weights behind it", () => {
	const penalty = (w: number[][]): number => {
		const sums = [0, 1].map((column) =>
			x.reduce((sum, value, row) => sum + value * (w[row]?.[column] ?? 0), 0),
		);
		const slopes = x.map((_, row) =>
			sums.reduce(
				(sum, value, column) =>
					sum + (w[row]?.[column] ?? 0) * (1 - Math.tanh(value) ** 2),
				0,
			),
		);
		return slopes.reduce((sum, slope) => sum + slope * slope, 0);
	};
	const step = 1e-5;
	const expected = weights.flatMap((row, at) =>
		row.map((_, column) => {
			const [above, below] = [step, -step].map((by) =>
				penalty(
					weights.map((values, i) =>
						values.map((value, j) =>
							i === at && j === column ? value + by : value,
						),
					),
				),
			) as [number, number];
			return (above - below) / (2 * step);
		}),
	);
	const variable = tf.variable(tf.tensor2d(weights));
	const { grads } = tf.variableGrads(() => {
		const slope = tf.grad((x: tf.Tensor) =>
			tf
				.matMul(x.reshape([1, 3]), variable)
				.tanh()
				.sum(),
		)(tf.tensor(x));
		return slope.square().sum() as tf.Scalar;
	});
	assertClose(grads[variable.name], expected);
	variable.dispose();
});

onEach("of what is handed in itself the gradient is that of its copy", () => {
	assertClose(tf.grad((x: tf.Tensor) => x)(tf.tensor(x)), [1, 1, 1]);
	const variable = tf.variable(tf.scalar(3));
	const { value, grads } = tf.variableGrads(() => variable as tf.Scalar);
	assertClose(value, [3]);
	assertClose(grads[variable.name], [1]);
	variable.dispose();
});

onEach("a gradient of the user's may hand on what it was given", () => {
	const constant = tf.tensor1d([5, 6, 7]);
	const add = tf.customGrad((a, b) => ({
		value: tf.add(a as tf.Tensor, b as tf.Tensor),
		gradFunc: (dy: tf.Tensor) => [dy, dy],
	}));
	const scaled = tf.customGrad((a) => ({
		value: (a as tf.Tensor).mul(constant),
		gradFunc: () => constant,
	}));
	const dy = tf.tensor1d([1, 10, 100]);
	const [da, db] = tf.grads((a: tf.Tensor, b: tf.Tensor) => add(add(a, b), a))(
		[tf.tensor(x), tf.tensor(x)],
		dy,
	) as [tf.Tensor, tf.Tensor];
	assertClose(da, [2, 20, 200]);
	assertClose(db, [1, 10, 100]);
	assertClose(dy, [1, 10, 100]);
	const twice = tf.grad((a: tf.Tensor) => scaled(a).add(scaled(a)))(
		tf.tensor(x),
	);
	assertClose(twice, [10, 12, 14]);
	assertClose(constant, [5, 6, 7]);
});

onEach("what fails on the way leaves nothing behind", () => {
	const input = tf.tensor(x);
	const before = tf.memory().numTensors;
	const fails: Function[] = [
		(x) => {
			x.exp().mul(x);
			throw new Error("on the way");
		},
		// A gradient that tfjs does not have.
		(x) =>
			tf.customGrad((a) => ({
				value: (a as tf.Tensor).exp(),
				gradFunc: () => {
					throw new Error("on the way back");
				},
			}))(x.square()),
	];
	for (const f of fails) {
		assert.throws(
			() => tf.tidy(() => tf.grad((x: tf.Tensor) => f(x))(input)),
			/on the way/,
		);
		assert.equal(tf.memory().numTensors, before);
	}
	assertClose(derivative((x) => x.square())(input), [1, -2, 4]);
});

onEach(
	"what is chosen by a comparison has a gradient, and that one has, too",
	() => {
		const cube: Function = (x) =>
			tf.where(x.greater(0).logicalNot(), x.square(), x.pow(3));
		assertClose(derivative(cube)(tf.tensor1d(x)), [0.75, -2, 12]);
		assertClose(derivative(derivative(cube))(tf.tensor1d(x)), [3, 2, 12]);
		assert.throws(
			() => derivative((x) => x.greater(0).toFloat())(tf.tensor1d(x)),
			/Cannot compute gradient of y=f\(x\)/,
		);
	},
);
