// Writes what all peers of a workload begin from: the model's topology, its weights, and examples. Arguments: workload, folder.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installRandom } from "../../dist/experiment/random/install.js";
import { withStreams } from "../../dist/experiment/random/scope.js";
import { openStream, StreamSet } from "../../dist/experiment/random/stream.js";
import { encodeSafetensors } from "../../dist/formats/safetensors.js";
import { createModel, parametersOf } from "./models.mjs";
import { checkParameters, readWorkloads } from "./workloads.mjs";

const SEED = "bench";
const [name, folder] = process.argv.slice(2);
const workload = readWorkloads()[name];
installRandom();

const product = (shape) => shape.reduce((size, side) => size * side, 1);

/** Of the labels of an example, the one at a place: something that a model can learn from the values there. */
const LABELS = {
	/** A third of the plane each, by direction. */
	"points-mlp": ([x, y]) =>
		Math.floor(((Math.atan2(y, x) / Math.PI + 1) / 2) * 3) % 3,
	/** By the first ten values of the middle: the largest. */
	"cnn-basic": largestOfTen,
	"resnet-20": largestOfTen,
	/** By the words' mean number. */
	"text-lstm": (words) =>
		[900, 1000, 1100].filter(
			(bound) =>
				words.reduce((sum, word) => sum + word, 0) / words.length > bound,
		).length,
	/** By the signs of a pixel's red and green. */
	unet: (image, pixel) =>
		(image[3 * pixel] > 0 ? 1 : 0) + (image[3 * pixel + 1] > 0 ? 2 : 0),
};

function largestOfTen(image) {
	const middle = image.subarray(image.length / 2, image.length / 2 + 10);
	return middle.indexOf(Math.max(...middle));
}

/** Inputs are uniform in [-√3, √3], whose deviation is 1, or whole numbers. */
function makeExamples() {
	const { input, output, batch, stepsInRound, stepsCompared } = workload;
	const count = batch * Math.max(stepsInRound, stepsCompared);
	const size = product(input.shape);
	const { next } = openStream(SEED, "inputs");
	const inputs = new (input.dtype === "int32" ? Int32Array : Float32Array)(
		count * size,
	).map(() =>
		input.dtype === "int32"
			? Math.floor(next() * input.below)
			: (2 * next() - 1) * Math.sqrt(3),
	);
	const places = product(output.slice(0, -1));
	const labels = Int32Array.from({ length: count * places }, (_, index) => {
		const example = Math.floor(index / places);
		return LABELS[name](
			inputs.subarray(example * size, (example + 1) * size),
			index % places,
		);
	});
	return {
		inputs: { values: inputs, shape: [count, ...input.shape] },
		labels: { values: labels, shape: [count, ...output.slice(0, -1)] },
	};
}

const model = withStreams(new StreamSet(SEED), () =>
	createModel(name, workload),
);
checkParameters(name, workload, ...parametersOf(model));
const weights = Object.fromEntries(
	model.weights.map((weight) => [
		weight.originalName,
		{ values: weight.read().dataSync(), shape: weight.shape },
	]),
);
writeFileSync(join(folder, "model.json"), model.toJSON());
writeFileSync(
	join(folder, "weights.safetensors"),
	encodeSafetensors(weights, {}),
);
writeFileSync(
	join(folder, "examples.safetensors"),
	encodeSafetensors(makeExamples(), {}),
);
