import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import { sizeOf } from "./array.ts";
import { curved } from "./curved.ts";
import { openDraw } from "./draw.ts";
import { testFamily } from "./family.ts";
import { suppression } from "./images/suppression.ts";
import { images } from "./images.ts";
import { checkOp, isExplained } from "./op-check.ts";

testFamily(images);

test("what an image is computed from has gradients of gradients", () => {
	for (const op of images.ops)
		if (op.gradients?.length !== 0) checkOp(curved(op), 2);
});

test("suppression that is waited for gives what the other gives, of lists too", async () => {
	const before = tf.memory().numTensors;
	const draw = openDraw("suppression, waited for");
	for (let k = 0; k < 10; k++) {
		const [op] = suppression;
		const { inputs, attrs } = op?.draw(draw, "float32") ?? assert.fail();
		const given = [
			tf.tensor(Array.from(inputs.boxes?.values ?? []), [
				sizeOf(inputs.scores?.shape ?? []),
				4,
			]),
			tf.tensor1d(Array.from(inputs.scores?.values ?? [])),
		] as [tf.Tensor2D, tf.Tensor1D];
		const lists = [given[0].arraySync(), given[1].arraySync()] as [
			number[][],
			number[],
		];
		const { most, overlap, least } = attrs;
		const { image } = tf;
		for (const from of [given, lists] as [tf.Tensor2D, tf.Tensor1D][]) {
			const pairs = [
				[
					{ all: image.nonMaxSuppression(...from, most, overlap, least) },
					{
						all: await image.nonMaxSuppressionAsync(
							...from,
							most,
							overlap,
							least,
						),
					},
				],
				[
					image.nonMaxSuppressionWithScore(...from, most, overlap, least, 0.5),
					await image.nonMaxSuppressionWithScoreAsync(
						...from,
						most,
						overlap,
						least,
						0.5,
					),
				],
				[
					image.nonMaxSuppressionPadded(...from, most, overlap, least, true),
					await image.nonMaxSuppressionPaddedAsync(
						...from,
						most,
						overlap,
						least,
						true,
					),
				],
			] as Record<string, tf.Tensor>[][];
			for (const [now, later] of pairs)
				for (const [name, tensor] of Object.entries(now ?? {})) {
					const other = later?.[name] as tf.Tensor;
					assert.equal(other.dtype, tensor.dtype);
					assert.deepEqual(other.arraySync(), tensor.arraySync());
				}
			tf.dispose(pairs as unknown as tf.TensorContainer);
		}
		tf.dispose(given);
	}
	assert.equal(tf.memory().numTensors, before);
	await assert.rejects(
		tf.image.nonMaxSuppressionAsync([[0, 0, 1, 1]], [1], -1),
		UsageError,
	);
});

test("tf.browser takes bytes, also those of ImageData and of another context, and says what it needs a page for", async () => {
	const bytes = [1, 2, 3, 255, 4, 5, 6, 255];
	const there = vm.runInNewContext(`new Uint8Array([${bytes}])`) as Uint8Array;
	for (const data of [
		Uint8Array.from(bytes),
		Uint8ClampedArray.from(bytes),
		there,
	]) {
		const pixels = { data, width: 2, height: 1 } as ImageData;
		const image = tf.browser.fromPixels(pixels);
		assert.deepEqual(image.arraySync(), [
			[
				[1, 2, 3],
				[4, 5, 6],
			],
		]);
		assert.equal(image.dtype, "int32");
		const all = await tf.browser.fromPixelsAsync(pixels, 4);
		assert.deepEqual(all.shape, [1, 2, 4]);
		assert.deepEqual([...(await tf.browser.toPixels(all))], bytes);
		tf.dispose([image, all]);
	}
	const gray = tf.tensor2d([[0, 0.5, 1]]);
	assert.deepEqual(
		[...(await tf.browser.toPixels(gray))],
		[0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255],
	);
	const wrong: (() => unknown)[] = [
		() => tf.browser.fromPixels({} as ImageData),
		() => tf.browser.fromPixels(undefined as unknown as ImageData),
		() =>
			tf.browser.fromPixels({
				data: there,
				width: 3,
				height: 1,
			} as unknown as ImageData),
		() =>
			tf.browser.fromPixels(
				{ data: there, width: 2, height: 1 } as unknown as ImageData,
				5,
			),
		() => tf.browser.draw(gray, {} as HTMLCanvasElement),
		() => tf.browser.toPixels(gray, {} as HTMLCanvasElement),
		() => tf.browser.fromPixelsAsync({} as ImageData),
	];
	for (const body of wrong)
		await assert.rejects(async () => body(), UsageError);
	for (const wrong of [tf.scalar(2), tf.tensor2d([[2]]), tf.zeros([2, 2, 2])]) {
		const error = await tf.browser
			.toPixels(wrong as tf.Tensor2D)
			.catch((error) => error);
		assert.ok(isExplained(error), error.message);
		wrong.dispose();
	}
	gray.dispose();
});
