import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { UsageError } from "../../../base/errors.ts";
import { openStream } from "../../../experiment/random/stream.ts";
import * as tf from "../tf.ts";
import { address } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import type { MaxPoolLibrary } from "./max-pool.ts";

type Shape4D = [number, number, number, number];
type Rounding = "floor" | "round" | "ceil";
type Pad =
	| "valid"
	| "same"
	| number
	| [[0, 0], [number, number], [number, number], [0, 0]];

interface Pooling {
	readonly shape: Shape4D;
	readonly window: [number, number];
	readonly strides: [number, number];
	readonly pad: Pad;
	readonly rounding?: Rounding;
}

/** Cells of the output along one axis, and of the padding before it. */
function along(
	axis: 0 | 1,
	{ shape, window, strides, pad, rounding }: Pooling,
): { out: number; before: number } {
	const size = shape[axis + 1] as number;
	const [length, stride] = [window[axis], strides[axis]];
	if (pad === "same") {
		const out = Math.ceil(size / stride);
		const padding = Math.max(0, (out - 1) * stride + length - size);
		return { out, before: Math.floor(padding / 2) };
	}
	const [before, after] =
		pad === "valid"
			? [0, 0]
			: typeof pad === "number"
				? [pad, pad]
				: (pad[axis + 1] as [number, number]);
	const exact = (size - length + before + after) / stride + 1;
	return { out: Math[rounding ?? "floor"](exact), before };
}

/** Maximum pooling in float64, as a sentence: the largest of a window's cells inside the image. */
function pooled(x: Float64Array, pooling: Pooling): Float64Array {
	const { shape, window, strides } = pooling;
	const [images, height, width, channels] = shape;
	const rows = along(0, pooling);
	const columns = along(1, pooling);
	const result: number[] = [];
	for (let n = 0; n < images; n++)
		for (let i = 0; i < rows.out; i++)
			for (let j = 0; j < columns.out; j++)
				for (let c = 0; c < channels; c++) {
					let largest = Number.NEGATIVE_INFINITY;
					for (let a = 0; a < window[0]; a++)
						for (let b = 0; b < window[1]; b++) {
							const h = i * strides[0] - rows.before + a;
							const w = j * strides[1] - columns.before + b;
							if (h < 0 || h >= height || w < 0 || w >= width) continue;
							const at = ((n * height + h) * width + w) * channels + c;
							largest = Math.max(largest, x[at] as number);
						}
					result.push(largest);
				}
	return Float64Array.from(result);
}

/** Of Σ dy · pooled(x), by central differences in float64. */
function slopes(
	x: Float64Array,
	dy: Float64Array,
	pooling: Pooling,
): Float64Array {
	// The values are 0.01 apart, so no other cell takes the lead in between.
	const step = 0.001;
	const sum = (values: Float64Array) =>
		pooled(values, pooling).reduce(
			(total, value, at) =>
				Number.isFinite(value) ? total + value * (dy[at] as number) : total,
			0,
		);
	return x.map((value, at) => {
		const [above, below] = [x.slice(), x.slice()];
		above[at] = value + step;
		below[at] = value - step;
		return (sum(above) - sum(below)) / (2 * step);
	});
}

function pool(x: tf.Tensor, { window, strides, pad, rounding }: Pooling) {
	return tf.maxPool(x as tf.Tensor4D, window, strides, pad, rounding);
}

/** Leaves NaN wherever the next tensors of that many values are likely to lie. */
function soil(...sizes: number[]): void {
	const dirt = sizes.flatMap((size) =>
		[0, 1, 2].map(() => tf.fill([size], Number.NaN)),
	);
	tf.dispose(dirt);
}

function assertClose(
	actual: ArrayLike<number>,
	expected: ArrayLike<number>,
	what: string,
): void {
	assert.equal(actual.length, expected.length, what);
	for (let i = 0; i < actual.length; i++) {
		const [a, b] = [actual[i] as number, expected[i] as number];
		assert.ok(
			Object.is(a, b) || Math.abs(a - b) < 1e-5,
			`${what}: value ${i} is ${a}, not ${b}`,
		);
	}
}

function assertPools(pooling: Pooling, name: string, sign: string): void {
	const random = openStream("max-pool", name);
	const size = tf.util.sizeFromShape(pooling.shape);
	const ranks = Array.from({ length: size }, (_, rank) => rank + 1);
	for (let i = size - 1; i > 0; i--) {
		const j = Math.floor(random.next() * (i + 1));
		[ranks[i], ranks[j]] = [ranks[j] as number, ranks[i] as number];
	}
	const shift = { negative: size + 1, positive: 0, mixed: size / 2 }[sign];
	const values = Float64Array.from(
		ranks,
		(rank) => (rank - (shift as number)) / 100,
	);
	const expected = pooled(values, pooling);
	const weights = expected.map(() => Math.round(random.next() * 16) - 8);
	const what = `${name} ${JSON.stringify(pooling)} ${sign}`;
	const tensors = tf.memory().numTensors;
	tf.tidy(() => {
		const x = tf.tensor4d(Float32Array.from(values), pooling.shape);
		soil(size, expected.length);
		const y = pool(x, pooling);
		const out = [along(0, pooling).out, along(1, pooling).out];
		assert.deepEqual(y.shape.slice(1, 3), out, what);
		assertClose(y.dataSync(), expected, what);
		const dy = tf.tensor4d(Float32Array.from(weights), y.shape as Shape4D);
		soil(size, expected.length);
		const dx = tf.grad((x) => pool(x, pooling))(x, dy);
		assertClose(dx.dataSync(), slopes(values, weights, pooling), what);
	});
	assert.equal(tf.memory().numTensors, tensors);
}

const numbers = (tensor: tf.Tensor) => [...tensor.dataSync()];
/** One channel of one image, row by row. */
const image = (rows: number[][]) =>
	tf.tensor4d(rows.flat(), [1, rows.length, rows[0]?.length as number, 1]);

suite("maxPool on wasm", () => {
	test("the gradient of a window without a positive value goes to its maximum", () => {
		const gradient = tf.grad((x) =>
			tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"),
		);
		const x = tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1]);
		assert.deepEqual(numbers(gradient(x)), [0, 0, 0, 1]);
	});

	for (const sign of ["negative", "positive", "mixed"])
		test(`values are the maxima and gradients the central differences, on random shapes with ${sign} values`, () => {
			const random = openStream("max-pool shapes", sign);
			const upTo = (most: number) => 1 + Math.floor(random.next() * most);
			for (let round = 0; round < 60; round++) {
				const window: [number, number] = [upTo(4), upTo(4)];
				const shape: Shape4D = [
					upTo(3),
					window[0] + upTo(5) - 1,
					window[1] + upTo(5) - 1,
					upTo(9),
				];
				const edge = (length: number): [number, number] => [
					Math.floor(random.next() * length),
					Math.floor(random.next() * length),
				];
				const pads: Pad[] = [
					"valid",
					"same",
					Math.floor(random.next() * Math.min(...window)),
					[[0, 0], edge(window[0]), edge(window[1]), [0, 0]],
				];
				const pad = pads[round % 4] as Pad;
				const roundings = [undefined, "floor", "round", "ceil"] as const;
				const rounding =
					typeof pad === "string" ? undefined : roundings[upTo(4) - 1];
				const strides: [number, number] = [upTo(5), upTo(5)];
				assertPools(
					{ shape, window, strides, pad, ...(rounding ? { rounding } : {}) },
					`round ${round}`,
					sign,
				);
			}
		});

	const table: [string, Pooling][] = [
		[
			"windows that overlap: gradients add",
			{ shape: [2, 7, 6, 5], window: [3, 3], strides: [1, 1], pad: "valid" },
		],
		[
			"windows further apart than they are long",
			{ shape: [2, 9, 8, 3], window: [2, 2], strides: [4, 3], pad: "valid" },
		],
		[
			"padding `same` around windows longer than the image",
			{ shape: [2, 2, 3, 4], window: [5, 5], strides: [2, 1], pad: "same" },
		],
		[
			"windows that are partly outside because of rounding up",
			{
				shape: [2, 6, 6, 5],
				window: [3, 3],
				strides: [2, 2],
				pad: 0,
				rounding: "ceil",
			},
		],
		[
			"windows altogether in the padding are the maximum of nothing and have no gradient",
			{ shape: [1, 3, 3, 5], window: [2, 2], strides: [2, 2], pad: 3 },
		],
		[
			"a batch of no images",
			{ shape: [0, 4, 4, 5], window: [2, 2], strides: [2, 2], pad: "valid" },
		],
	];
	for (const [name, pooling] of table)
		test(`${name}`, () => {
			for (const sign of ["negative", "positive", "mixed"])
				assertPools(pooling, name, sign);
		});

	const { NaN: nan, NEGATIVE_INFINITY: least } = Number;
	/** Window 2×2, stride 1, `valid`: what is pooled, and the gradient of its sum. */
	const ties: [string, number[][], number[], number[][]][] = [
		[
			"equal values",
			[
				[1, 1],
				[1, 1],
			],
			[1],
			[
				[1, 0],
				[0, 0],
			],
		],
		[
			"equal negative values",
			[
				[-2, -2],
				[-2, -2],
			],
			[-2],
			[
				[1, 0],
				[0, 0],
			],
		],
		[
			"zeros",
			[
				[0, 0],
				[0, 0],
			],
			[0],
			[
				[1, 0],
				[0, 0],
			],
		],
		[
			"zeros of both signs",
			[
				[-0, 0],
				[0, -0],
			],
			[-0],
			[
				[1, 0],
				[0, 0],
			],
		],
		[
			"the right column",
			[
				[-2, -1],
				[-3, -1],
			],
			[-1],
			[
				[0, 1],
				[0, 0],
			],
		],
		[
			"the lower row",
			[
				[-2, -3],
				[-1, -1],
			],
			[-1],
			[
				[0, 0],
				[1, 0],
			],
		],
		[
			"the other diagonal",
			[
				[-2, 5],
				[5, 3],
			],
			[5],
			[
				[0, 1],
				[0, 0],
			],
		],
		[
			"windows that share it",
			[
				[0, 0, 0],
				[0, 0, 0],
			],
			[0, 0],
			[
				[1, 1, 0],
				[0, 0, 0],
			],
		],
		[
			"windows around one",
			[
				[0, 0, 0],
				[0, 7, 0],
				[0, 0, 0],
			],
			[7, 7, 7, 7],
			[
				[0, 0, 0],
				[0, 4, 0],
				[0, 0, 0],
			],
		],
		[
			"-Infinity alone",
			[
				[least, least],
				[least, least],
			],
			[least],
			[
				[1, 0],
				[0, 0],
			],
		],
		[
			"-Infinity first",
			[
				[least, -9],
				[-9, least],
			],
			[-9],
			[
				[0, 1],
				[0, 0],
			],
		],
		[
			"a NaN first",
			[
				[nan, 1],
				[2, 3],
			],
			[nan],
			[
				[1, 0],
				[0, 0],
			],
		],
		[
			"a NaN later",
			[
				[1, 2],
				[nan, 3],
			],
			[nan],
			[
				[0, 0],
				[1, 0],
			],
		],
		[
			"two NaN",
			[
				[1, nan],
				[9, nan],
			],
			[nan],
			[
				[0, 1],
				[0, 0],
			],
		],
		[
			"a NaN and infinities",
			[
				[least, Infinity],
				[least, nan],
			],
			[nan],
			[
				[0, 0],
				[0, 1],
			],
		],
	];
	// By fours and one by one are ways of their own through the kernel.
	for (const channels of [1, 4, 7])
		test(`of equal values the first wins, row by row, and NaN wins over all, in ${channels} channels`, () => {
			for (const [name, rows, maxima, gradient] of ties)
				tf.tidy(() => {
					const x = tf.tile(image(rows), [1, 1, 1, channels]);
					const of = (x: tf.Tensor) =>
						tf.maxPool(x as tf.Tensor4D, 2, 1, "valid");
					const every = (values: number[]) =>
						values.flatMap((value) => Array<number>(channels).fill(value));
					assert.deepEqual(numbers(of(x)), every(maxima), name);
					const dx = numbers(tf.grad(of)(x));
					assert.deepEqual(dx, every(gradient.flat()), name);
				});
		});

	test("the gradient handed in is handed out in full, whatever is equal", () => {
		const random = openStream("max-pool", "sums");
		for (let round = 0; round < 40; round++)
			tf.tidy(() => {
				const of = (x: tf.Tensor) =>
					tf.maxPool(x as tf.Tensor4D, 3, 1 + (round % 4), "same");
				const values = Float32Array.from(
					{ length: 2 * 7 * 6 * 5 },
					() => Math.floor(random.next() * 3) - 2,
				);
				const x = tf.tensor4d(values, [2, 7, 6, 5]);
				const dy = of(x).add(5);
				const total = (of: tf.Tensor) => of.sum().dataSync()[0];
				assert.equal(total(tf.grad(of)(x, dy)), total(dy));
			});
	});

	test("padding never wins, and gets no gradient", () => {
		const x = image([
			[-4, -3],
			[-2, -1],
		]);
		for (const [pad, maxima, gradient] of [
			["same", [-1, -1, -1, -1], [0, 0, 0, 4]],
			[1, [-4, -3, -3, -2, -1, -1, -2, -1, -1], [1, 2, 2, 4]],
			[
				[
					[0, 0],
					[1, 0],
					[0, 1],
					[0, 0],
				],
				[-3, -3, -1, -1],
				[0, 2, 0, 2],
			],
		] as [Pad, number[], number[]][]) {
			const of = (x: tf.Tensor) =>
				tf.maxPool(x as tf.Tensor4D, pad === "same" ? 3 : 2, 1, pad);
			assert.deepEqual(numbers(of(x)), maxima);
			assert.deepEqual(numbers(tf.grad(of)(x)), gradient);
		}
	});

	test("one image without a batch is pooled as a batch of one", () => {
		const x = tf.tensor3d([-4, -3, -2, -1, -8, -7], [2, 3, 1]);
		const of = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor3D, 2, 1, "valid");
		assert.deepEqual(of(x).shape, [1, 2, 1]);
		assert.deepEqual(numbers(of(x)), [-1, -2]);
		assert.deepEqual(numbers(tf.grad(of)(x)), [0, 0, 1, 1, 0, 0]);
	});

	test("images that are pooled range by range come out as all at once", () => {
		const backend = tf.backend() as BackendWasm;
		const library = kernelLibrary<MaxPoolLibrary>(backend);
		const [images, height, width, channels] = [5, 5, 4, 6];
		const stream = openStream("max-pool", "ranges");
		const values = Float32Array.from(
			{ length: images * height * width * channels },
			() => stream.next() - 1,
		);
		// biome-ignore format: one line for each kind of size
		const sizes = [
				1, height, width, channels,
				1, 3, 2,
				1, 2, 3,
				1, 2, 2,
				0, 1, 1,
			] as const;
		const compute = (ranges: [number, number][]) => {
			const x = tf.tensor(values);
			const dy = tf.range(1, 1 + images * 3 * 2 * channels);
			const [y, dx] = [tf.fill(dy.shape, 9), tf.fill(x.shape, 9)];
			const at = (tensor: tf.Tensor) => address(backend, tensor);
			for (const range of ranges) {
				library.maxPool(at(x), at(y), ...range, ...sizes);
				library.maxPoolGrad(at(x), at(dy), at(dx), ...range, ...sizes);
			}
			const result = [numbers(y), numbers(dx)];
			tf.dispose([x, dy, y, dx]);
			return result;
		};
		const whole = compute([[0, 5]]);
		assert.deepEqual(
			compute([
				[3, 5],
				[0, 1],
				[1, 3],
			]),
			whole,
		);
		// A range leaves the others alone.
		const part = compute([[1, 2]]);
		for (const [k, result] of part.entries()) {
			const each = result.length / images;
			assert.deepEqual(
				result,
				whole[k]?.map((value, at) => (at >= each && at < 2 * each ? value : 9)),
			);
		}
	});

	test("the kernels follow the backend's memory as it grows", () => {
		const x = tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1]);
		const of = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid");
		const { wasm } = tf.backend() as unknown as {
			wasm: { HEAPU8: Uint8Array };
		};
		const before = wasm.HEAPU8.length;
		const large = tf.zeros([before / 4]);
		assert.ok(wasm.HEAPU8.length > before);
		assert.deepEqual(numbers(of(x)), [-1]);
		assert.deepEqual(numbers(tf.grad(of)(x)), [0, 0, 0, 1]);
		large.dispose();
	});

	test("what cannot be pooled is refused with what to do, and the session goes on", () => {
		const x = tf.zeros([1, 2, 2, 1]) as tf.Tensor4D;
		for (const [wrong, message] of [
			[
				() => tf.maxPool(x, 3, 1, "valid"),
				/window of 3×3.*images of 2×2.*"same"/,
			],
			[
				() =>
					tf.maxPool(tf.zeros([1, 2, 1]) as tf.Tensor3D, 2, [1, 1], 0, "floor"),
				/window of 2×2.*1×2/,
			],
			[() => tf.maxPool(x.toInt(), 2, 2, "valid"), /int32.*toFloat/],
			[() => tf.maxPoolWithArgmax(x, 3, 1, "valid"), /window of 3×3/],
			[
				() =>
					tf
						.engine()
						.runKernel(
							"MaxPoolGrad",
							{ dy: tf.zeros([1, 2, 1, 1]), input: x, output: x },
							{ filterSize: 2, strides: 2, pad: "valid" },
						),
				/\[1,1,1,1\], not \[1,2,1,1\]/,
			],
		] as const)
			assert.throws(wrong, (error) => {
				assert.ok(error instanceof UsageError);
				assert.match(error.message, message);
				return true;
			});
		assert.deepEqual(numbers(tf.maxPool(x, 2, 2, "valid")), [0]);
	});
});

suite("maxPoolWithArgmax on wasm", () => {
	const withArgmax = (
		x: tf.Tensor4D,
		window: [number, number],
		pad: "valid" | "same",
		inBatch = false,
	) =>
		tf.maxPoolWithArgmax(x, window, 2, pad, inBatch) as Record<
			"result" | "indexes",
			tf.Tensor4D
		>;

	test("tells the maxima and where they are, in the image or in the batch", () => {
		const random = openStream("max-pool", "argmax");
		for (const pad of ["valid", "same"] as const)
			for (const inBatch of [false, true]) {
				const values = Float32Array.from(
					{ length: 3 * 5 * 4 * 6 },
					() => random.next() - 1,
				);
				const x = tf.tensor4d(values, [3, 5, 4, 6]);
				const { result, indexes } = withArgmax(x, [3, 2], pad, inBatch);
				assert.deepEqual(
					numbers(result),
					numbers(tf.maxPool(x, [3, 2], 2, pad)),
				);
				const each = indexes.size / 3;
				assert.deepEqual(
					numbers(indexes).map((index, at) => {
						const before = inBatch ? 0 : Math.floor(at / each) * 5 * 4 * 6;
						return values[before + index];
					}),
					numbers(result),
				);
				tf.dispose([x, result, indexes]);
			}
	});

	test("of equal values the first is told", () => {
		const x = tf.fill([1, 2, 2, 5], -3) as tf.Tensor4D;
		const { indexes } = withArgmax(x, [2, 2], "valid");
		assert.deepEqual(numbers(indexes), [0, 1, 2, 3, 4]);
	});
});

suite("layers that pool by the maximum, on wasm", () => {
	const gradientOf = (layer: tf.layers.Layer, x: tf.Tensor) =>
		numbers(tf.grad((x) => layer.apply(x) as tf.Tensor)(x));

	test("maxPooling2d, with channels first too", () => {
		const x = image([
			[-4, -3, -9],
			[-2, -1, -9],
			[-9, -9, -5],
		]);
		const last = tf.layers.maxPooling2d({ poolSize: 2, padding: "same" });
		assert.deepEqual(gradientOf(last, x), [0, 0, 1, 0, 1, 0, 1, 0, 1]);
		const first = tf.layers.maxPooling2d({
			poolSize: 2,
			dataFormat: "channelsFirst",
		});
		const one = tf.tensor4d([-4, -3, -2, -1], [1, 1, 2, 2]);
		assert.deepEqual(gradientOf(first, one), [0, 0, 0, 1]);
	});

	test("maxPooling1d", () => {
		const layer = tf.layers.maxPooling1d({ poolSize: 2 });
		const x = tf.tensor3d([-4, -3, -1, -2], [1, 4, 1]);
		assert.deepEqual(numbers(layer.apply(x) as tf.Tensor), [-3, -1]);
		assert.deepEqual(gradientOf(layer, x), [0, 1, 1, 0]);
	});

	test("globalMaxPooling1d and 2d; equal maxima share the gradient evenly", () => {
		const one = tf.layers.globalMaxPooling1d();
		const two = tf.layers.globalMaxPooling2d({});
		for (const [values, gradient] of [
			[
				[-4, -3, -1, -2],
				[0, 0, 1, 0],
			],
			[
				[-4, -1, -1, -2],
				[0, 0.5, 0.5, 0],
			],
			[
				[0, 0, 0, 0],
				[0.25, 0.25, 0.25, 0.25],
			],
		] as [number[], number[]][]) {
			assert.deepEqual(
				gradientOf(one, tf.tensor3d(values, [1, 4, 1])),
				gradient,
			);
			assert.deepEqual(
				gradientOf(two, tf.tensor4d(values, [1, 2, 2, 1])),
				gradient,
			);
		}
	});
});
