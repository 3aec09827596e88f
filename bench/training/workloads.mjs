// Reads workloads.json, in which the bench of training fixes what every peer has to do.
import { readFileSync } from "node:fs";
import {
	always,
	count,
	each,
	entries,
	is,
	oneOf,
	open,
	sometimes,
	text,
} from "../../dist/experiment/record/check/schema.js";

const number = is((value) => typeof value === "number" && value >= 0);
const positive = is((value) => Number.isSafeInteger(value) && value > 0);

const OPTIMIZERS = {
	adam: {
		learningRate: number,
		beta1: number,
		beta2: number,
		epsilon: number,
	},
	momentum: { learningRate: number, momentum: number },
};

const optimizer = {
	wrong: (value) =>
		open({ name: always(oneOf(...Object.keys(OPTIMIZERS))) }).wrong(value) ??
		open(
			Object.fromEntries(
				Object.entries(OPTIMIZERS[value.name]).map(([name, kind]) => [
					name,
					always(kind),
				]),
			),
		).wrong(value),
};

const ABOUT = {
	about: always(text),
	input: always(
		open({
			/** Of one example. */
			shape: always(each(positive)),
			dtype: always(oneOf("float32", "int32")),
			/** Of whole numbers: they are at least 0 and below this. */
			below: sometimes(positive),
		}),
	),
};

const TRAINING = {
	...ABOUT,
	/** Of one example. */
	output: always(each(positive)),
	loss: always(oneOf("categoricalCrossentropy")),
	optimizer: always(optimizer),
	batch: always(positive),
	/** The others are the moving means and variances of batch normalisation. */
	parameters: always(
		open({ trained: always(positive), others: always(count) }),
	),
};

/** What is measured: steps of a model, a whole command, or reading alone. */
const KINDS = {
	steps: open({
		...TRAINING,
		stepsInRound: always(positive),
		/** So many steps from the same weights have to give the same losses. */
		stepsCompared: always(positive),
		/** The task that trains the same model, and how many examples it trains on in an epoch. */
		task: sometimes(
			open({
				name: always(text),
				params: always(entries(is(() => true))),
				examples: always(positive),
			}),
		),
	}),
	command: open({
		...TRAINING,
		command: always(
			open({ images: always(positive), epochs: always(positive) }),
		),
	}),
	reading: open({
		...ABOUT,
		reading: always(open({ images: always(positive) })),
	}),
};

/** A workload's kind: a name of `KINDS`. */
export const kindOf = (workload) =>
	["command", "reading"].find((kind) =>
		Object.hasOwn(Object(workload), kind),
	) ?? "steps";

const workload = { wrong: (value) => KINDS[kindOf(value)].wrong(value) };

const file = new URL("workloads.json", import.meta.url);

/**
 * The workloads by name.
 * @throws naming the field that is missing or not what it must be
 */
export function readWorkloads(json = readFileSync(file, "utf8")) {
	const read = JSON.parse(json);
	const wrong = entries(workload, (name) => /^[a-z\d-]+$/.test(name)).wrong(
		read,
	);
	if (wrong !== undefined)
		throw new Error(
			`bench/training/workloads.json: ${wrong || "the whole"} is missing or not what bench/training/workloads.mjs says it must be`,
		);
	return read;
}

/** @throws where a model is not the one that its workload fixes */
export function checkParameters(name, { parameters }, trained, others) {
	if (trained !== parameters.trained || others !== parameters.others)
		throw new Error(
			`${name}: the model has ${trained} trained parameters and ${others} others, and bench/training/workloads.json says ${parameters.trained} and ${parameters.others}`,
		);
}
