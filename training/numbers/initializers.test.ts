import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import { explainError } from "../explain/explain.ts";
import {
	cases,
	checkDistribution,
	checkFixed,
	checkOrthogonal,
	drawn,
	FIXED,
	make,
	ORTHOGONAL,
} from "./initializers.ts";

test("initializers draw from the distributions that they name, for kernels of every rank", () => {
	for (const one of cases) checkDistribution(one);
});

test("an orthogonal kernel is one, square or not", () => {
	for (const [shape, gain] of ORTHOGONAL) checkOrthogonal(shape, gain);
});

test("constants, zeros and identities are what they say, a deviation of 0 too", () => {
	for (const one of FIXED) checkFixed(one);
	assert.throws(
		() => make("identity").apply([2, 2, 2]),
		(error) =>
			error instanceof UsageError && /shape \[2,2,2\]/.test(error.message),
	);
	const refusals: [() => unknown, RegExp][] = [
		[() => make("constant"), /which number/],
		[() => make("varianceScaling", { scale: -1 }), /-1 is none/],
		[
			() => make("varianceScaling", { mode: "fan" }),
			/no mode fan: give one of/,
		],
		[() => make("orthogonal").apply([3]), /two or more axes/],
	];
	for (const [body, says] of refusals)
		assert.throws(body, (error) =>
			says.test(explainError(error as Error).message),
		);
	assert.throws(() => {
		try {
			tf.layers.dense({ units: 1, kernelInitializer: "kaiming" as never });
		} catch (error) {
			throw explainError(error);
		}
	}, /^Error: there is no initializer kaiming: make one/);
});

test("initializers by name, from their options and from a saved model are the same", async () => {
	const weight = (kernelInitializer: unknown) => {
		const layer = tf.layers.dense({
			units: 4,
			inputShape: [4],
			kernelInitializer: kernelInitializer as "ones",
		});
		const model = tf.sequential({ layers: [layer] });
		return {
			model,
			initializer: (
				layer as unknown as {
					kernelInitializer: { apply(shape: number[]): tf.Tensor };
				}
			).kernelInitializer,
		};
	};
	for (const name of [
		"randomUniform",
		"randomNormal",
		"truncatedNormal",
		"identity",
		"orthogonal",
		"heNormal",
		"varianceScaling",
	] as const) {
		const expected = drawn(make(name), [4, 4]);
		assert.deepEqual(drawn(weight(name).initializer, [4, 4]), expected, name);
	}
	const { model } = weight(
		tf.initializers.randomUniform({ minval: 0, maxval: 2 }),
	);
	const config = JSON.parse(model.toJSON(undefined, true) as string) as object;
	const loaded = await tf.models.modelFromJSON(config as never);
	const again = (
		loaded.layers[0] as unknown as {
			kernelInitializer: { minval: number; apply(shape: number[]): tf.Tensor };
		}
	).kernelInitializer;
	assert.equal(again.minval, 0);
	assert.ok(Math.min(...drawn(again, [40, 40])) >= 0);
});
