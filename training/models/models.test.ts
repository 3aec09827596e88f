import assert from "node:assert/strict";
import { test } from "node:test";
import { architecture, architectures } from "./index.ts";

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

test("two models built one after the other have layers of the same names", () => {
	for (const { create } of architectures.values()) {
		const names = [create(3), create(3)].map((model) => {
			const layers = [model.name, ...model.layers.map(({ name }) => name)];
			model.dispose();
			return layers;
		});
		assert.deepEqual(names[0], names[1]);
	}
});

test("a model's name that does not exist is answered with the nearest one", () => {
	assert.throws(
		() => architecture("CNN_basik"),
		/no model "CNN_basik"; did you mean "CNN_basic"/,
	);
});
