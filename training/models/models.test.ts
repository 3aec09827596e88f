import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type * as tf from "../backend/tf.ts";
import { type ModelInfo, models } from "./catalogue.ts";
import { architecture } from "./index.ts";

/** Weights that are trained, of all layers or of those whose name matches. */
function parametersOf(
	[name, classes, options]: Parameters<typeof counted>,
	of = /./,
): number {
	const model = architecture(name).create(classes, options);
	const weights = model.layers
		.filter((layer) => of.test(layer.name))
		.flatMap((layer) => layer.trainableWeights);
	const sum = weights.reduce(
		(total, { shape }) =>
			total + shape.reduce<number>((a, b) => a * (b ?? 1), 1),
		0,
	);
	model.dispose();
	return sum;
}

const counted = (
	name: string,
	classes: number,
	options: Readonly<Record<string, number>> = {},
) => parametersOf([name, classes, options]);

/**
 * The value at `x` of the quadratic polynomial that has these three values at `step`, 2 · step
 * and 3 · step: numbers of parameters grow so with the width, and the published
 * networks would take hundreds of megabytes.
 */
function quadratic(
	[first, second, third]: readonly [number, number, number],
	step: number,
	x: number,
): number {
	const t = x / step - 1;
	return (
		first +
		t * (second - first) +
		((t * (t - 1)) / 2) * (third - 2 * second + first)
	);
}

test("the models have exactly DeepDIVA's numbers of parameters", () => {
	const table: [string, number, number][] = [
		["FC_simple", 2, 102],
		["FC_simple", 5, 165],
		["FC_medium", 2, 186],
		["FC_medium", 4, 204],
		["MLP", 2, 4482],
		["CNN_basic", 10, 46_306],
	];
	for (const [name, classes, parameters] of table) {
		const model = architecture(name).create(classes);
		assert.equal(model.countParams(), parameters, `${name} for ${classes}`);
		model.dispose();
	}
});

test("the published sizes have the papers' numbers of parameters", () => {
	// He et al., table 6: 0.27 million.
	assert.equal(counted("ResNet20", 10), 269_722);
	// Huang et al., table 2: 0.8 million with a depth of 100 and a growth rate of 12.
	assert.equal(counted("DenseNet", 10, { depth: 100 }), 769_162);
	// Maturana & Scherer: 921736 parameters.
	assert.equal(counted("VoxNet", 40), 921_736);
	// Kim: windows of 3, 4, 5 words of 300 values, 100 filters each; 2 classes.
	const kim = { embedding: 300, filters: 100, words: 50 };
	const windows = [3, 4, 5].map((size) => size * 300 * 100 + 100);
	assert.equal(
		counted("TextCNN", 2, kim),
		50 * 300 + windows.reduce((a, b) => a + b) + (300 * 2 + 2),
	);
	// Simonyan & Zisserman, table 1, column A: from 3 channels on.
	const sizes = [3, 64, 128, 256, 256, 512, 512, 512, 512];
	const convolutions = sizes
		.slice(1)
		.reduce((sum, to, i) => sum + 9 * (sizes[i] as number) * to + to, 0);
	assert.equal(convolutions, 9_220_480);
	assert.equal(
		parametersOf(["VGG11", 10, { width: 1 }], /^block._conv.$/),
		convolutions,
	);
});

test("U-Net and PHOCNet grow to the papers' layers", () => {
	const unet = (filters: number) => counted("UNet", 2, { filters });
	assert.equal(
		quadratic([unet(4), unet(8), unet(12)], 4, 64),
		// Ronneberger et al., figure 1: pairs of 3×3 convolutions, four 2×2 up-convolutions, one of 1×1.
		[
			...[1, 64, 64, 128, 128, 256, 256, 512, 512, 1024],
			...[1024, 512, 512, 256, 256, 128, 128, 64],
		].reduce((sum, from, i) => {
			const to = [
				...[64, 64, 128, 128, 256, 256, 512, 512, 1024, 1024],
				...[512, 512, 256, 256, 128, 128, 64, 64],
			][i] as number;
			return sum + 9 * from * to + to;
		}, 0) +
			[512, 256, 128, 64].reduce((sum, to) => sum + 4 * 2 * to * to + to, 0) +
			(64 * 2 + 2),
	);
	const phocnet = (width: number) => counted("PHOCNet", 604, { width });
	// Sudholt & Fink, figure 2.
	const convolutions = [
		...[1, 64, 64, 128, 128],
		...[256, 256, 256, 256, 256, 256, 512, 512, 512],
	];
	assert.equal(
		quadratic([phocnet(1 / 64), phocnet(1 / 32), phocnet(3 / 64)], 1 / 64, 1),
		convolutions
			.slice(1)
			.reduce(
				(sum, to, i) => sum + 9 * (convolutions[i] as number) * to + to,
				0,
			) +
			[21 * 512, 4096, 4096].reduce((sum, from, i) => {
				const to = [4096, 4096, 604][i] as number;
				return sum + from * to + to;
			}, 0),
	);
});

test("classes and options that a model cannot have are refused", () => {
	const refused: [() => tf.LayersModel, string][] = [
		[
			() => architecture("VGG11").create(0),
			"the model VGG11 is for a whole number of classes, at least 1, not 0",
		],
		[
			() => architecture("VGG11").create(10, { widht: 1 }),
			'the model VGG11 has no option "widht"; did you mean "width"?',
		],
		[
			() => architecture("VGG11").create(10, { width: 0 }),
			"the model VGG11 takes a number above 0 as width, not 0",
		],
		[
			() => architecture("TextCNN").create(2, { filters: 2.5 }),
			"the model TextCNN takes a whole number above 0 as filters, not 2.5",
		],
		[
			() => architecture("DenseNet").create(10, { depth: 20 }),
			"the model DenseNet has a depth of 6 · n + 4, for example 22, 40 or 100, not 20",
		],
		[
			() => architecture("UNet").create(2, { size: 40 }),
			"the model UNet halves its images four times: size must be a multiple of 16, not 40",
		],
	];
	for (const [create, message] of refused)
		assert.throws(create, { name: "UsageError", message });
});

test("the README's table has the architectures as dd.models lists them", () => {
	const page = readFileSync(
		fileURLToPath(new URL("README.md", import.meta.url)),
		"utf8",
	);
	const rows = [
		...page.matchAll(/^\| `(\w+)` \| `\[([^\]]*)\]` \| ([\d,]+) \|/gm),
	];
	assert.deepEqual(
		rows.map(([, name, shape, parameters]) => [name, shape, parameters]),
		(models as readonly ModelInfo[]).map(({ name, inputShape, parameters }) => [
			name,
			inputShape.join(", "),
			parameters.toLocaleString("en"),
		]),
	);
});

test("CNN_basic's maps are 10×10, 4×4 and 2×2, its features 288", () => {
	const model = architecture("CNN_basic").create(10);
	const shapes = Object.fromEntries(
		model.layers.map((layer) => [layer.name, layer.outputShape]),
	);
	assert.deepEqual(shapes.conv1, [null, 10, 10, 24]);
	assert.deepEqual(shapes.conv2, [null, 4, 4, 48]);
	assert.deepEqual(shapes.conv3, [null, 2, 2, 72]);
	assert.deepEqual(shapes.flatten, [null, 288]);
	model.dispose();
});

test("weights and biases start within ±1/√fan-in and fill that range", () => {
	const model = architecture("CNN_basic").create(10);
	const fanIns = [75, 75, 216, 216, 432, 432, 288, 288];
	for (const [index, weight] of model.getWeights().entries()) {
		const bound = 1 / Math.sqrt(fanIns[index] as number);
		const values = weight.dataSync();
		const largest = Math.max(...[...values].map(Math.abs));
		assert.ok(largest <= bound, `weight ${index}`);
		assert.ok(largest > bound * 0.5, `weight ${index}`);
		assert.notEqual(values[0], values[1]);
	}
	model.dispose();
});

test("a model's name that does not exist is answered with the nearest one", () => {
	assert.throws(
		() => architecture("CNN_basik"),
		/no model "CNN_basik"; did you mean "CNN_basic"/,
	);
	assert.throws(
		() => architecture("models/mine"),
		/models\/mine is a path: load a saved model with await tf\.loadLayersModel\("models\/mine"\)$/,
	);
});
