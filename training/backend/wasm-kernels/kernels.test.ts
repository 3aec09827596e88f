import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { builtFile } from "../../../base/built-file.ts";
import { openStream } from "../../../experiment/random/stream.ts";
import { cnnBasic } from "../../models/index.ts";
import { useBackend } from "../backend.ts";
import * as tf from "../tf.ts";
import {
	conv2DBackpropFilter,
	conv2DBackpropInput,
} from "./conv2d-backprop.ts";
import {
	convolution2D,
	convolveDirectly,
	convolvePatches,
} from "./convolution-products.ts";

type Pad =
	| "valid"
	| "same"
	| number
	| [[0, 0], [number, number], [number, number], [0, 0]];

after(() => useBackend("wasm"));

/** Values in [-1, 1), the same on every call with that name. */
function random(name: string, shape: number[]): tf.Tensor {
	const stream = openStream("kernels", name);
	const values = Float32Array.from(
		{ length: tf.util.sizeFromShape(shape) },
		() => stream.next() * 2 - 1,
	);
	return tf.tensor(values, shape);
}

/** What `compute` gives on both backends, flattened. */
async function onBoth(
	compute: () => tf.Tensor[],
): Promise<[wasm: Float32Array[], cpu: Float32Array[]]> {
	const results: Float32Array[][] = [];
	for (const name of ["wasm", "cpu"] as const) {
		await useBackend(name);
		const before = tf.memory().numTensors;
		const tensors = tf.tidy(compute);
		results.push(tensors.map((tensor) => tensor.dataSync() as Float32Array));
		tf.dispose(tensors);
		assert.equal(tf.memory().numTensors, before, `${name} leaks tensors`);
	}
	return results as [Float32Array[], Float32Array[]];
}

function assertClose(a: Float32Array, b: Float32Array, what: string): void {
	assert.equal(a.length, b.length, what);
	let scale = 1;
	for (const value of b) scale = Math.max(scale, Math.abs(value));
	for (let i = 0; i < a.length; i++) {
		const difference = Math.abs((a[i] as number) - (b[i] as number));
		assert.ok(
			difference <= scale * 2e-5,
			`${what}: value ${i} is ${a[i]}, on cpu ${b[i]}`,
		);
	}
}

const convolutions: {
	x: [number, number, number, number];
	filter: [number, number, number, number];
	strides: number | [number, number];
	pad: Pad;
}[] = [
	{ x: [2, 7, 6, 3], filter: [3, 3, 3, 4], strides: 1, pad: "valid" },
	{ x: [2, 7, 6, 3], filter: [3, 3, 3, 4], strides: 1, pad: "same" },
	{ x: [3, 9, 8, 2], filter: [3, 2, 2, 5], strides: 2, pad: "same" },
	{ x: [1, 10, 7, 1], filter: [5, 3, 1, 2], strides: [2, 3], pad: "valid" },
	{ x: [1, 10, 7, 1], filter: [5, 3, 1, 2], strides: [3, 1], pad: "same" },
	{ x: [2, 6, 6, 2], filter: [3, 3, 2, 3], strides: 2, pad: 1 },
	{ x: [2, 5, 5, 2], filter: [4, 4, 2, 3], strides: 1, pad: 3 },
	{
		x: [2, 6, 5, 2],
		filter: [3, 4, 2, 3],
		strides: [2, 1],
		pad: [
			[0, 0],
			[2, 0],
			[1, 3],
			[0, 0],
		],
	},
	{ x: [4, 4, 4, 6], filter: [1, 1, 6, 2], strides: 1, pad: "valid" },
	{ x: [4, 5, 5, 6], filter: [1, 1, 6, 2], strides: 3, pad: "valid" },
	{ x: [2, 3, 4, 2], filter: [3, 4, 2, 5], strides: 1, pad: "valid" },
	{ x: [2, 32, 32, 3], filter: [5, 5, 3, 24], strides: 3, pad: "valid" },
];

for (const { x, filter, strides, pad } of convolutions) {
	const name = `x ${x.join("×")}, filter ${filter.join("×")}, strides ${strides}, padding ${JSON.stringify(pad)}`;
	test(`the gradients of a convolution equal the cpu's: ${name}`, async () => {
		const [wasm, cpu] = await onBoth(() => {
			const inputs = [random("x", x), random("filter", filter)];
			const convolve = (a: tf.Tensor, b: tf.Tensor) =>
				tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad);
			const dy = random(
				"dy",
				convolve(...(inputs as [tf.Tensor, tf.Tensor])).shape,
			);
			return tf.grads(convolve as (...inputs: tf.Tensor[]) => tf.Tensor)(
				inputs,
				dy,
			);
		});
		assertClose(wasm[0] as Float32Array, cpu[0] as Float32Array, "dx");
		assertClose(wasm[1] as Float32Array, cpu[1] as Float32Array, "dfilter");
	});
}

test("a convolution too large for one product is summed range by range", async () => {
	await useBackend("wasm");
	const x = random("x", [7, 6, 6, 2]);
	const filter = random("filter", [3, 3, 2, 3]);
	const dy = random("dy", [7, 4, 4, 3]);
	const attrs = { strides: 1, pad: "valid", dataFormat: "NHWC" };
	const run = (
		config: tf.KernelConfig,
		inputs: tf.NamedTensorMap,
		of: object,
	) =>
		tf.engine().backend.readSync(
			(
				config.kernelFunc({
					inputs,
					backend: tf.backend(),
					attrs: { ...attrs, ...of },
				}) as tf.TensorInfo
			).dataId,
		) as Float32Array;
	// A line of windows has 4 · 18 = 72 patch values, and 7 images have 28 lines: ranges of 1, 12 and all of them.
	const filters = [1, 900, 1e6].map((limit) =>
		run(conv2DBackpropFilter(limit), { x, dy }, { filterShape: [3, 3, 2, 3] }),
	);
	const inputs = [1, 900, 1e6].map((limit) =>
		run(
			conv2DBackpropInput(limit),
			{ dy, filter },
			{ inputShape: [7, 6, 6, 2] },
		),
	);
	for (const [one, three, all] of [filters, inputs] as Float32Array[][]) {
		assertClose(one as Float32Array, all as Float32Array, "1 by 1");
		assertClose(three as Float32Array, all as Float32Array, "3 by 3");
	}
	tf.dispose([x, filter, dy]);
});

test("a convolution has the same bits with patches and without", async () => {
	await useBackend("wasm");
	const backend = tf.backend() as BackendWasm;
	const cases = [
		{ x: [2, 9, 11, 3], filter: [3, 2, 3, 5], strides: 1, pad: "same" },
		{ x: [1, 13, 30, 1], filter: [5, 5, 1, 8], strides: [2, 3], pad: "valid" },
		{ x: [3, 7, 8, 2], filter: [2, 3, 2, 17], strides: 1, pad: 2 },
		{ x: [1, 3, 4, 1], filter: [1, 1, 1, 1], strides: 2, pad: 3 },
	] as const;
	for (const dilations of [1, 2])
		for (const { x, filter, strides, pad } of cases) {
			if (dilations > 1 && strides !== 1) continue;
			const [a, b] = [random("x", [...x]), random("filter", [...filter])];
			// Outside is 0, whose product with this is NaN.
			const inputs = [a, tf.where(tf.greater(b, 0.9), Infinity, b)] as const;
			const info = tf.backend_util.computeConv2DInfo(
				[...x],
				[...filter],
				strides as number,
				dilations,
				pad,
			);
			const results = [convolveDirectly, convolvePatches].map((compute) => {
				const y = backend.makeOutput(info.outShape, "float32");
				backend.typedArrayFromHeap(y).fill(7);
				compute(backend, ...inputs, convolution2D(info), y);
				return backend.typedArrayFromHeap(y).slice();
			});
			assert.deepEqual(results[0], results[1]);
		}
});

test("numbers are the same in fours as one by one", async () => {
	await useBackend("wasm");
	const { min, max } = Math;
	const drawn = random("fours", [400]).dataSync();
	const values = Float32Array.from([
		...[NaN, 0, -0, Infinity, -Infinity, -1, 6, 1e-8, -1e-8, 3e38, 1e-40, -2],
		...Array.from(drawn, (x) => x * 2 ** ((x * 1e6) % 100)),
		...drawn,
	]);
	// Lists: the bits of NaN may differ, and -0 must not be 0.
	const listOf = (x: tf.Tensor) => Array.from(x.dataSync());
	const both = (compute: (x: tf.Tensor) => tf.Tensor) =>
		tf.tidy(() => {
			const all = listOf(compute(tf.tensor(values)));
			const alone = Array.from(values, (x) => listOf(compute(tf.tensor([x]))));
			assert.deepEqual(all, alone.flat());
			return all;
		});
	const between = (low: number, high: number) =>
		Array.from(values, (x) => min(high, max(low, x)));
	both(tf.log1p);
	assert.deepEqual(both(tf.relu6), between(0, 6));
	for (const low of [-0.5, -0, 0, 0.25])
		for (const high of [-0, 0, 0.25, Infinity])
			if (low <= high)
				assert.deepEqual(
					both((x) => tf.clipByValue(x, low, high)),
					between(low, high),
				);
});

for (const rows of [1, 2, 3])
	test(`a product of ${rows} rows has the bits of the same rows among more`, async () => {
		await useBackend("wasm");
		for (const [inner, columns] of [
			[1, 1],
			[7, 13],
			[300, 9],
		] as const) {
			const [a, b] = [random("a", [8, inner]), random("b", [inner, columns])];
			const all = tf.matMul(a, b).slice(0, rows);
			assert.deepEqual(
				tf.matMul(a.slice(0, rows), b).dataSync(),
				all.dataSync(),
			);
		}
	});

const products: {
	a: number[];
	b: number[];
	transposeA: boolean;
	transposeB: boolean;
}[] = [
	{ a: [3, 5], b: [5, 4], transposeA: false, transposeB: false },
	{ a: [5, 3], b: [5, 4], transposeA: true, transposeB: false },
	{ a: [3, 5], b: [4, 5], transposeA: false, transposeB: true },
	{ a: [5, 3], b: [4, 5], transposeA: true, transposeB: true },
	{ a: [1, 5], b: [4, 5], transposeA: false, transposeB: true },
	{ a: [2, 5, 3], b: [2, 5, 4], transposeA: true, transposeB: false },
	{ a: [2, 3, 5], b: [1, 4, 5], transposeA: false, transposeB: true },
	{ a: [64, 288], b: [64, 10], transposeA: true, transposeB: false },
];

for (const { a, b, transposeA, transposeB } of products)
	test(`a product of ${a.join("×")}${transposeA ? " transposed" : ""} and ${b.join("×")}${transposeB ? " transposed" : ""} equals the cpu's`, async () => {
		const [wasm, cpu] = await onBoth(() => [
			tf.matMul(random("a", a), random("b", b), transposeA, transposeB),
		]);
		assertClose(wasm[0] as Float32Array, cpu[0] as Float32Array, "product");
	});

test("a product with the same matrix after its variable was assigned uses the new values", () => {
	const weights = tf.variable(tf.tensor2d([[1, 2]]));
	const x = tf.tensor2d([[1, 1]]);
	const product = () =>
		tf.tidy(() => x.matMul(weights, false, true).dataSync()[0]);
	assert.equal(product(), 3);
	const next = tf.tensor2d([[10, 20]]);
	weights.assign(next);
	assert.equal(product(), 30);
	tf.dispose([weights, x, next]);
});

test("the gradient of the whole CNN_basic equals the cpu's", async () => {
	const [wasm, cpu] = await onBoth(() => {
		const model = cnnBasic.create(10);
		model.setWeights(
			model
				.getWeights()
				.map(({ shape }, index) => random(`weight ${index}`, shape).mul(0.1)),
		);
		const x = random("images", [4, 32, 32, 3]);
		const labels = tf.oneHot(tf.tensor1d([1, 0, 9, 4], "int32"), 10);
		const { grads, value } = tf.variableGrads(() =>
			tf.metrics
				.categoricalCrossentropy(labels, model.apply(x) as tf.Tensor)
				.mean(),
		);
		const gradients = model.trainableWeights.map(
			(weight) => grads[(weight as unknown as { val: tf.Variable }).val.name],
		) as tf.Tensor[];
		model.dispose();
		return [value, ...gradients];
	});
	assert.equal(wasm.length, 9);
	for (const [index, values] of wasm.entries())
		assertClose(values, cpu[index] as Float32Array, `output ${index}`);
});

test("a model with a convolution trains with model.fit", async () => {
	await useBackend("wasm");
	const model = cnnBasic.create(2);
	model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
	const x = random("fit", [8, 32, 32, 3]);
	const y = tf.oneHot(tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], "int32"), 2);
	const { history } = await model.fit(x, y, { epochs: 12, verbose: 0 });
	const losses = history.loss as number[];
	assert.ok((losses.at(-1) as number) < (losses[0] as number) * 0.5);
	model.dispose();
	tf.dispose([x, y]);
});

test("a convolution with channels first has the bits of one with channels last", async () => {
	await useBackend("wasm");
	tf.tidy(() => {
		const x = random("x", [2, 3, 5, 4]) as tf.Tensor4D;
		const filter = random("filter", [3, 2, 3, 4]) as tf.Tensor4D;
		const first = tf.conv2d(x, filter, [2, 1], "same", "NCHW");
		const last = tf.conv2d(
			tf.transpose(x, [0, 2, 3, 1]),
			filter,
			[2, 1],
			"same",
		);
		assert.deepEqual(
			first.dataSync(),
			tf.transpose(last, [0, 3, 1, 2]).dataSync(),
		);
	});
});

test("the kernels bring no memory of their own: a table of theirs would lie on what tfjs keeps there", () => {
	const binary = readFileSync(builtFile("kernels.wasm", import.meta.url));
	let at = 8;
	/** A number in LEB128, as WebAssembly writes sizes. */
	const size = (): number => {
		let [value, shift] = [0, 0];
		for (;;) {
			const byte = binary[at++] as number;
			value |= (byte & 127) << shift;
			if (byte < 128) return value;
			shift += 7;
		}
	};
	const sections: number[] = [];
	while (at < binary.length) {
		sections.push(binary[at++] as number);
		const length = size();
		at += length;
	}
	const DATA = 11;
	assert.ok(sections.length > 3 && !sections.includes(DATA));
});
