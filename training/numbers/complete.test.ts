import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import {
	getKernelsForBackend,
	registerKernel,
	unregisterKernel,
} from "@tensorflow/tfjs-core";
import * as tf from "../backend/tf.ts";
import { families } from "./all.ts";
import { openDraw } from "./draw.ts";
import { notNumbers, otherKernels } from "./not-numbers.ts";
import {
	forwardOf,
	gradientsOf,
	inputsWithGradient,
	weightsOf,
} from "./op-check.ts";

const operations = families.flatMap(({ ops }) => ops);

/** Parts of `tf` that hold operations, too. */
const namespaces: Readonly<Record<string, object>> = {
	fused: tf.fused,
	image: tf.image,
	linalg: tf.linalg,
	losses: tf.losses,
	math: tf.math,
	signal: tf.signal,
	sparse: tf.sparse,
	spectral: tf.spectral,
	string: tf.string,
};

test("every operation that tf offers is checked, or named with the reason why not", () => {
	const isOperation = ([name, value]: [string, unknown]) =>
		typeof value === "function" && /^[a-z]/.test(name);
	const offered = [
		...Object.entries(tf)
			.filter(isOperation)
			.map(([name]) => name),
		...Object.entries(namespaces).flatMap(([space, functions]) =>
			Object.entries(functions)
				.filter(isOperation)
				.map(([name]) => `${space}.${name}`),
		),
	];
	const checked = new Set(operations.map(({ name }) => name));
	assert.deepEqual(
		offered.filter(
			(name) => !checked.has(name) && !Object.hasOwn(notNumbers, name),
		),
		[],
		"neither checked nor named in not-numbers.ts",
	);
	assert.deepEqual(
		Object.keys(notNumbers).filter(
			(name) => checked.has(name) || !offered.includes(name),
		),
		[],
		"named in not-numbers.ts for nothing",
	);
});

test("what tf and one of its parts both offer is one function", () => {
	// Those of tf.fused have the names of others: they take a bias and an activation.
	const { fused: _, ...others } = namespaces;
	const unlike = Object.entries(others).flatMap(([space, functions]) =>
		Object.entries(functions)
			.filter(
				([name, own]) =>
					Object.hasOwn(tf, name) &&
					(tf as unknown as Record<string, unknown>)[name] !== own,
			)
			.map(([name]) => `${space}.${name}`),
	);
	assert.deepEqual(unlike, []);
});

test("no operation has two checks", () => {
	const names = operations.map(({ name }) => name);
	assert.deepEqual(
		names.filter((name, at) => names.indexOf(name) !== at),
		[],
	);
});

test("every kernel of the default backend is run by a check, or named with the reason why not", () => {
	const used = new Set<string>();
	const kernels = getKernelsForBackend("wasm");
	for (const kernel of kernels) {
		unregisterKernel(kernel.kernelName, "wasm");
		registerKernel({
			...kernel,
			kernelFunc: (call) => {
				used.add(kernel.kernelName);
				return kernel.kernelFunc(call);
			},
		});
	}
	// What each check runs first; whether the numbers are right is shown beside its family.
	for (const operation of operations)
		for (const dtype of operation.dtypes ?? ["float32"]) {
			const draw = openDraw(`${operation.name} ${dtype} 0`);
			const example = operation.draw(draw, dtype);
			const weights = weightsOf(forwardOf(operation, example), draw);
			const names = inputsWithGradient(operation, example);
			if (weights.some(Boolean) && names.length > 0)
				gradientsOf(operation, example, names, weights);
		}
	assert.deepEqual(
		kernels
			.map(({ kernelName }) => kernelName)
			.filter((name) => !used.has(name) && !Object.hasOwn(otherKernels, name)),
		[],
	);
	assert.deepEqual(
		Object.keys(otherKernels).filter((name) => used.has(name)),
		[],
		"named for nothing",
	);
});

test("users and layers call the same operations", () => {
	const core: Readonly<Record<string, unknown>> = createRequire(
		import.meta.url,
	)("@tensorflow/tfjs-core");
	const offered: Readonly<Record<string, unknown>> = tf;
	assert.deepEqual(
		Object.keys(core).filter(
			(name) =>
				typeof core[name] === "function" && offered[name] !== core[name],
		),
		// Layers call neither.
		["pool", "variable"],
	);
});
