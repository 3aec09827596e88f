import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "./tf.ts";
import { guarded } from "./wasm-guard.ts";

// A module whose one function is `unreachable`.
const unreachable = new WebAssembly.Module(
	Uint8Array.from([
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0],
		...[10, 5, 1, 3, 0, 0, 11],
	]),
);
tf.registerKernel(
	guarded({
		kernelName: "Unreachable",
		backendName: "wasm",
		kernelFunc: () => {
			const { f } = new WebAssembly.Instance(unreachable).exports;
			(f as () => void)();
			throw new Error("It went on.");
		},
	}),
);

/** A kernel that WebAssembly stops. */
const stop = () => tf.engine().runKernel("Unreachable", { x: int([5]) });

const before = tf.tensor1d([1, 2, 3]);
const kept = tf.variable(
	tf.tensor2d([
		[1, 2],
		[3, 4],
	]),
);

/** Operations of several kinds, on new tensors and on old ones. */
function assertRight(): void {
	tf.tidy(() => {
		assert.deepEqual([...before.add(1).dataSync()], [2, 3, 4]);
		assert.deepEqual([...tf.matMul(kept, kept).dataSync()], [7, 10, 15, 22]);
		const image = tf.ones<tf.Rank.R4>([1, 4, 4, 1]);
		const filter = tf.ones<tf.Rank.R4>([2, 2, 1, 1]);
		assert.deepEqual(
			[...tf.conv2d(image, filter, 1, "valid").dataSync()],
			Array(9).fill(4),
		);
		assert.deepEqual(
			[...tf.avgPool(image, 2, 2, "valid").dataSync()],
			Array(4).fill(1),
		);
	});
}

const int = (values: number[] | number[][]) =>
	tf.tensor(values, undefined, "int32");
const image = (size: number) => tf.ones<tf.Rank.R4>([1, size, size, 1]);
const filter5 = tf.ones<tf.Rank.R4>([5, 5, 1, 1]);

const refused: [string, () => unknown, RegExp][] = [
	[
		"a pooling whose window leaves nothing of an axis",
		() =>
			tf.avgPool(tf.tensor3d([[[-1]], [[-2]], [[3]]]), 2, [1, 1], 0, "floor"),
		/^a window of 2×2 does not fit into images of 3×1 with padding 0/,
	],
	[
		"an average pooling larger than the image",
		() => tf.avgPool(image(2), 5, 1, "valid"),
		/window of 5×5 does not fit into images of 2×2/,
	],
	[
		"a maximum pooling larger than the image",
		() => tf.maxPool(image(2), 5, 1, "valid"),
		/does not fit/,
	],
	[
		"a pooling of volumes larger than they are",
		() => tf.avgPool3d(tf.ones<tf.Rank.R5>([1, 2, 2, 2, 1]), 5, 1, "valid"),
		/does not fit/,
	],
	[
		"a dilated pooling larger than the image",
		() => tf.pool(image(2), [3, 3], "avg", "valid", [2, 2]),
		/does not fit/,
	],
	[
		"a pooling with a window of 0",
		() => tf.avgPool(image(4), 0, 1, "valid"),
		/window.*\[0\] must be whole numbers above 0/,
	],
	[
		"a convolution larger than the image",
		() => tf.conv2d(image(2), filter5, 1, "valid"),
		/^Conv2D: .*does not fit/,
	],
	[
		"a fused convolution larger than the image",
		() =>
			tf.fused.conv2d({
				x: image(2),
				filter: filter5,
				strides: 1,
				pad: "valid",
			}),
		/does not fit/,
	],
	[
		"a depthwise convolution larger than the image",
		() => tf.depthwiseConv2d(image(2), filter5, 1, "valid"),
		/does not fit/,
	],
	[
		"a padding below 0",
		() => tf.pad(tf.ones([4]), [[-1, -1]]),
		/paddings are at least 0, not \[\[-1,-1\]\]/,
	],
	[
		"a padding of a part of a value",
		() => tf.pad(tf.ones([3]), [[0.5, 0.5]]),
		/^PadV2: paddings are whole numbers, not \[\[0\.5,0\.5\]\]/,
	],
	[
		"a mirrored padding of a part of a value",
		() => tf.mirrorPad(tf.ones([3]), [[0.5, 0.5]], "reflect"),
		/^MirrorPad: paddings are whole numbers/,
	],
	[
		"a block of a part of a row",
		() => tf.depthToSpace(tf.ones([1, 2, 2, 9]), 1.5),
		/^DepthToSpace: a block has a whole number of rows and columns, not 1\.5/,
	],
	[
		"a slice beyond the end",
		() => tf.slice(tf.ones([3]), [2], [5]),
		/^Slice: 5 from place 2 on are more than axis 0 has: its size is 3/,
	],
	[
		"a slice before the beginning",
		() => tf.slice(tf.ones([3]), [-2], [1]),
		/^Slice: /,
	],
	[
		"an index that is gathered beyond the end",
		() => tf.gatherND(tf.ones([3, 3]), int([[1, 7]])),
		/^GatherNd: the index 7 at row 0 lies outside of axis 1, which has the size 3/,
	],
	[
		"a place beyond the end, gathered without rows",
		() => tf.gatherND(tf.ones([3, 3]), int([1, 7])),
		/^GatherNd: the index 7 at row 0 lies outside of axis 1/,
	],
	[
		"an index that is scattered beyond the end",
		() => tf.scatterND(int([[0], [900_000_000]]), tf.tensor1d([1, 2]), [3]),
		/^ScatterNd: the index 900000000 at row 1/,
	],
	[
		"an index that is scattered before the beginning",
		() => tf.scatterND(int([[-1]]), tf.tensor1d([1]), [3]),
		/the index -1/,
	],
	[
		"an update beyond the end",
		() => tf.tensorScatterUpdate(tf.ones([3]), int([[9]]), tf.tensor1d([1])),
		/the index 9/,
	],
	[
		"a sparse tensor with a place beyond its shape",
		() => tf.sparseToDense(int([9]), tf.tensor1d([1]), [3], tf.scalar(0)),
		/the index 9/,
	],
	[
		"a crop of an image that is not there",
		() =>
			tf.image.cropAndResize(
				image(4),
				tf.tensor2d([[0, 0, 1, 1]]),
				int([9]) as tf.Tensor1D,
				[2, 2],
			),
		/the index 9/,
	],
	[
		"slopes that do not fit",
		() => tf.prelu(tf.ones([2]), tf.ones([5])),
		/slopes of the shape \[5\]/,
	],
	[
		"the largest of no values",
		() => tf.argMax(tf.zeros([0])),
		/there is no largest of no values/,
	],
	[
		"a result of less than nothing",
		() => tf.image.resizeBilinear(image(2), [-1, -1]),
		/the size of an image is \[height, width\]/,
	],
	[
		"a result larger than the memory",
		() => tf.matMul(tf.ones([60_000, 1]), tf.ones([1, 60_000])),
		/^BatchMatMul: there is no room for 13.4 GiB more/,
	],
];
for (const [name, compute, message] of refused)
	test(`${name} is refused before it is computed, and what comes later is right`, () => {
		const { backend } = tf.engine();
		tf.tidy(() => assert.throws(compute, { name: "UsageError", message }));
		assert.equal(tf.engine().backend, backend);
		assertRight();
	});

test("a list without rows is one place to gather from, and a place each to scatter to", () => {
	tf.tidy(() => {
		const table = tf.range(0, 12).reshape([2, 6]);
		assert.deepEqual([...tf.gatherND(table, int([1, 4])).dataSync()], [10]);
		assert.deepEqual(tf.gatherND(table, int([1])).shape, [6]);
		assert.deepEqual(
			[...tf.gatherND(table, int([[1], [0]])).dataSync()],
			[6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5],
		);
		assert.deepEqual(
			[
				...tf
					.sparseToDense(int([0, 2]), tf.tensor1d([5, 6]), [3], tf.scalar(0))
					.dataSync(),
			],
			[5, 0, 6],
		);
	});
});

test("what has no values has no window that must fit", () => {
	tf.tidy(() => {
		assert.deepEqual(
			tf.conv1d(
				tf.zeros<tf.Rank.R3>([1, 0, 1]),
				tf.ones<tf.Rank.R3>([1, 1, 1]),
				1,
				"same",
			).shape,
			[1, 0, 1],
		);
		const nothing = tf.zeros<tf.Rank.R4>([1, 0, 4, 1]);
		assert.deepEqual(tf.maxPool(nothing, 2, 2, "same").shape, [1, 0, 2, 1]);
		assert.deepEqual(tf.avgPool(nothing, 2, 2, "same").shape, [1, 0, 2, 1]);
		assert.throws(
			() => tf.avgPool(image(2), 3, 1, "valid"),
			/a window of 3×3 does not fit/,
		);
	});
});

test("a kernel that traps says so, and the backend that takes its place has all tensors", async () => {
	const listeners = process.listenerCount("uncaughtException");
	for (const trap of [stop, stop]) {
		const { backend } = tf.engine();
		const moved = tf.tidy(() => {
			const inside = tf.tensor1d([5, 6]);
			assert.throws(trap, {
				name: "UsageError",
				message:
					/stopped in the midst of its work on .*int32.* The wasm backend was started anew; tensors made before keep their values/,
			});
			return inside.mul(2);
		});
		assert.notEqual(tf.engine().backend, backend);
		assert.equal(tf.getBackend(), "wasm");
		assert.deepEqual([...moved.dataSync()], [10, 12]);
		moved.dispose();
		assertRight();
	}
	assert.equal(process.listenerCount("uncaughtException"), listeners);
	// A tensor that is read without being computed with, and one that is only disposed.
	const [read, dropped] = [tf.tensor1d([7]), tf.tensor1d([8])];
	assert.throws(stop);
	assert.deepEqual([...(await read.data())], [7]);
	tf.dispose([read, dropped]);
	assertRight();
});

test("a model trains to the same weights whether a kernel trapped before or not", async () => {
	const trained = async (trap: boolean) => {
		const model = tf.sequential({
			layers: [
				tf.layers.conv2d({
					inputShape: [6, 6, 1],
					filters: 2,
					kernelSize: 3,
					kernelInitializer: "ones",
				}),
				tf.layers.maxPooling2d({ poolSize: 2 }),
				tf.layers.flatten(),
				tf.layers.dense({ units: 1, kernelInitializer: "ones" }),
			],
		});
		model.compile({ optimizer: "adam", loss: "meanSquaredError" });
		const x = tf.linspace(0, 1, 144).reshape([4, 6, 6, 1]);
		const fit = () =>
			model.fit(x, tf.ones([4, 1]), { epochs: 2, shuffle: false, verbose: 0 });
		await fit();
		if (trap) assert.throws(stop);
		await fit();
		return model.getWeights().map((weight) => [...weight.dataSync()]);
	};
	assert.deepEqual(await trained(true), await trained(false));
});

test("what has an empty input is computed as in JavaScript, not from memory that nobody wrote", () => {
	const values = (tensor: tf.Tensor) => [...tensor.dataSync()];
	// So that memory which is not written is not 0 by chance.
	tf.tidy(() => tf.fill([1000], 7));
	tf.tidy(() => {
		assert.deepEqual(values(tf.sum(tf.zeros([0]))), [0]);
		assert.deepEqual(values(tf.prod(tf.zeros([0]))), [1]);
		assert.deepEqual(values(tf.sum(tf.zeros([2, 0]), 1)), [0, 0]);
		assert.deepEqual(
			values(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2]))),
			[0, 0, 0, 0],
		);
		assert.deepEqual(
			values(
				tf.conv2d(
					tf.zeros<tf.Rank.R4>([1, 2, 2, 0]),
					tf.zeros<tf.Rank.R4>([1, 1, 0, 1]),
					1,
					"valid",
				),
			),
			[0, 0, 0, 0],
		);
		assert.deepEqual(
			tf.conv2d(
				tf.zeros<tf.Rank.R4>([0, 4, 4, 1]),
				tf.ones<tf.Rank.R4>([2, 2, 1, 1]),
				1,
				"valid",
			).shape,
			[0, 3, 3, 1],
		);
		assert.deepEqual(values(tf.pad(tf.zeros([0]), [[1, 1]])), [0, 0]);
		assert.deepEqual(
			values(tf.equal(tf.tensor1d(["a"]), tf.tensor1d(["a"]))),
			[1],
		);
		assert.deepEqual(values(tf.tile(tf.tensor1d(["a"]), [2])), ["a", "a"]);
		assert.deepEqual(values(tf.fill([2], "a")), ["a", "a"]);
	});
});

interface Memory {
	readonly HEAPU8: Uint8Array;
	_malloc(bytes: number): number;
	_free(at: number): void;
}

const memory = () =>
	(tf.backend() as unknown as { readonly wasm: Memory }).wasm;

test("a kernel that finds no room midway gives back what it had made", () => {
	const images = tf.ones<tf.Rank.R4>([2, 3, 5, 5]);
	const filters = tf.ones<tf.Rank.R4>([3, 3, 3, 4]);
	const volumes = tf.ones<tf.Rank.R5>([1, 4, 4, 4, 2]);
	const whole = tf.ones([2, 3, 4], "int32");
	const kernels: Readonly<Record<string, () => tf.TensorContainer>> = {
		conv2d: () => tf.conv2d(images, filters, 1, "same", "NCHW"),
		"fused.conv2d": () =>
			tf.fused.conv2d({
				x: images,
				filter: filters,
				strides: 1,
				pad: "same",
				dataFormat: "NCHW",
				bias: tf.ones([4]),
				activation: "relu",
			}),
		conv3d: () => tf.conv3d(volumes, tf.ones([2, 2, 2, 2, 3]), 1, "same"),
		maxPoolWithArgmax: () =>
			tf.maxPoolWithArgmax(images, 2, 2, "same") as never,
		sum: () => tf.sum(whole, [0, 2]),
		"sum of truths": () => tf.sum(whole.toBool(), [0, 2]),
		atan2: () => tf.atan2(whole, whole),
		matMul: () => tf.matMul(whole.toFloat(), whole.toFloat(), false, true),
		topk: () => tf.topk(whole, 2) as never,
	};
	const wasm = memory();
	const { _malloc, _free } = wasm;
	for (const [name, compute] of Object.entries(kernels)) {
		let isRoom = false;
		for (let last = 0; !isRoom; last++) {
			const dataIds = tf.backend().numDataIds();
			const { numTensors } = tf.memory();
			let [calls, blocks] = [0, 0];
			wasm._malloc = (bytes) => {
				if (calls++ === last) throw new Error("no room");
				blocks++;
				return _malloc(bytes);
			};
			wasm._free = (at) => {
				blocks--;
				_free(at);
			};
			try {
				tf.tidy(() => {
					compute();
				});
				isRoom = true;
			} catch (error) {
				assert.match((error as Error).message, /no room/, name);
			} finally {
				Object.assign(wasm, { _malloc, _free });
			}
			const what = `${name}, where there is room for ${last}`;
			assert.equal(blocks, 0, what);
			assert.equal(tf.backend().numDataIds(), dataIds, what);
			assert.equal(tf.memory().numTensors, numTensors, what);
			assert.ok(last < 200, what);
		}
	}
	tf.dispose([images, filters, volumes, whole]);
});

test("memory is given only where it is, up to the last byte of 4 GiB", () => {
	const wasm = memory();
	const bytes = 32 << 20;
	const places: number[] = [];
	assert.throws(
		() => {
			for (;;) places.push(wasm._malloc(bytes));
		},
		{ name: "UsageError", message: /there is no room for 0\.0313 GiB more/ },
	);
	try {
		assert.ok(places.length > 120, `${places.length} of 32 MiB`);
		for (const at of places)
			assert.ok((at >>> 0) + bytes <= wasm.HEAPU8.length);
	} finally {
		for (const at of places) wasm._free(at);
	}
	assertRight();
});
