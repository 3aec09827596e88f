/**
 * What layers are configured with, looked at when they are made: tfjs takes a
 * kernelSize of 0, a rate of 50 or a shape of 2.5 without a word, and fails or
 * computes nothing of use later.
 */
import { serialization } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { nearest } from "../../../base/nearest.ts";
import { mendFactories } from "./classes.ts";

/** What is written in Python with underscores. */
const camelCase = (name: string) =>
	name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

type Config = Readonly<Record<string, unknown>>;
/** What is wrong with a value, and what to give instead; undefined if nothing is. */
type Problem = (
	value: unknown,
	name: string,
	factory: string,
) => string | undefined;

const isCount = (value: unknown): boolean =>
	Number.isInteger(value) && Number(value) > 0;

export const shown = (value: unknown): string =>
	typeof value === "function"
		? "a function"
		: typeof value === "number" || value === undefined
			? String(value)
			: (JSON.stringify(value) ?? String(value)).slice(0, 60);

const count: Problem = (value, name) =>
	isCount(value)
		? undefined
		: `${name} is a whole number above 0, not ${shown(value)}`;

/** Of how many axes the windows of a layer are, such as 2 of conv2d. */
const axesOf = (factory: string): number =>
	Number(/(\d)d/i.exec(factory)?.[1] ?? 1);

/** One number, or one for each axis. */
const window: Problem = (value, name, factory) => {
	const axes = axesOf(factory);
	const list = Array.isArray(value) ? (value as unknown[]) : [value];
	const isLong = Array.isArray(value) && list.length !== axes;
	return list.every(isCount) && !isLong
		? undefined
		: `${name} is a whole number above 0${axes === 1 ? "" : `, or a list of ${axes}, such as [${Array(axes).fill(2)}]`}, not ${shown(value)}`;
};

/** What is dropped. */
const share =
	(isOnePossible: boolean): Problem =>
	(value, name) =>
		typeof value === "number" &&
		value >= 0 &&
		(isOnePossible ? value <= 1 : value < 1)
			? undefined
			: `${name} is the share that is dropped, from 0 to ${isOnePossible ? "1" : "below 1"}, such as 0.5, and not ${shown(value)}${typeof value === "number" && value > 1 && value <= 100 ? `: write ${value / 100} for ${value} percent` : ""}`;

/** A word of a few, however it is written. */
const word =
	(
		words: (factory: string) => readonly string[],
		others: Record<string, string> = {},
	): Problem =>
	(value, name, factory) => {
		const known = words(factory);
		if (known.includes(value as string)) return undefined;
		const given = String(value);
		const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, "");
		const meant =
			known.find((one) => plain(one) === plain(given)) ??
			others[plain(given)] ??
			nearest(given, known);
		return `${name} is ${shown(value)}, and there is ${known.map((one) => `"${one}"`).join(", ")}${meant !== undefined && known.includes(meant) ? `: write "${meant}"` : ""}`;
	};

const padding: Problem = (value, name, factory) => {
	if (/^(?:zeroPadding|cropping)/i.test(factory))
		return margins(value, name, factory);
	const problem = word((of) =>
		of === "conv1d" ? ["valid", "same", "causal"] : ["valid", "same"],
	)(value, name, factory);
	return problem !== undefined && value === "causal"
		? `${problem}; tf.layers.conv1d knows "causal"`
		: problem;
};

const margins: Problem = (value, name) =>
	[value]
		.flat(2)
		.every((size) => Number.isInteger(size) && (size as number) >= 0)
		? undefined
		: `${name} is made of whole numbers from 0 on, such as [[top, bottom], [left, right]], and not ${shown(value)}`;

/** Sizes of axes; null leaves one open. */
export const shapeProblem: Problem = (value, name) => {
	if (typeof value === "number")
		return `${name} is a list: write [${value}] for examples of ${value} numbers`;
	if (!Array.isArray(value))
		return `${name} is a list of sizes, such as [28, 28, 1], and not ${shown(value)}`;
	// The shape of a merged layer is a list of shapes.
	const wrong = (value as unknown[])
		.flat()
		.find(
			(size) =>
				size !== null &&
				size !== undefined &&
				!(Number.isInteger(size) && Number(size) >= 0),
		);
	return wrong === undefined
		? undefined
		: `${name} is made of whole numbers, and not ${shown(wrong)}: null leaves a size open`;
};

/** Names that saved models have for activations, too. Layers have classes of the same map. */
function isActivation(name: string): boolean {
	const { classNameMap } = serialization.SerializationMap.getMap();
	return [name, camelCase(name)].some((known) => {
		const entry = Object.hasOwn(classNameMap, known) && classNameMap[known];
		return entry && !("build" in entry[0].prototype);
	});
}

const ACTIVATIONS =
	"elu gelu gelu_new hardSigmoid linear logSoftmax mish relu relu6 selu sigmoid softmax softplus softsign swish tanh".split(
		" ",
	);

const activation: Problem = (value, name) => {
	if (typeof value === "function")
		return `${name} is a function, and TensorFlow.js takes one of its names: ${ACTIVATIONS.join(", ")}; compute others in a layer of your own`;
	if (typeof value === "object" || isActivation(String(value)))
		return undefined;
	const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
	const given = String(value);
	const meant =
		ACTIVATIONS.find((one) => plain(one) === plain(given)) ??
		{ leakyrelu: "tf.layers.leakyReLU()", silu: "swish", none: "linear" }[
			plain(given)
		] ??
		nearest(given, ACTIVATIONS);
	return `there is no activation ${shown(value)}: ${
		meant === undefined
			? `there are ${ACTIVATIONS.join(", ")}; compute others in a layer of your own`
			: meant.startsWith("tf.")
				? `add ${meant} as a layer of its own behind this one`
				: `did you mean "${meant}"?`
	}`;
};

const layerProblem: Problem = (value, name, factory) =>
	typeof (value as { getConfig?: unknown } | null)?.getConfig !== "function"
		? `${name} is another layer, such as tf.layers.${factory === "bidirectional" ? "lstm({ units: 8 })" : "dense({ units: 8 })"}, and not ${shown(value)}`
		: factory === "bidirectional" && !("cell" in (value as object))
			? `${name} is a recurrent layer, such as tf.layers.lstm, and not ${(value as { name: string }).name}: other layers have no direction`
			: undefined;

const dataFormat = word(() => ["channelsLast", "channelsFirst"], {
	nhwc: "channelsLast",
	nwc: "channelsLast",
	ndhwc: "channelsLast",
	nchw: "channelsFirst",
	ncw: "channelsFirst",
	ncdhw: "channelsFirst",
});

/** By the name of the option, whatever layer takes it. */
const OPTIONS: Readonly<Record<string, Problem>> = {
	units: count,
	filters: count,
	inputDim: count,
	outputDim: count,
	n: count,
	depthMultiplier: count,
	numTokens: count,
	height: count,
	width: count,
	kernelSize: window,
	poolSize: window,
	strides: window,
	dilationRate: window,
	size: window,
	padding,
	cropping: margins,
	dataFormat,
	activation,
	recurrentActivation: activation,
	rate: (value, name, factory) =>
		share(["dropout", "spatialDropout1d"].includes(factory))(
			value,
			name,
			factory,
		),
	dropout: share(true),
	recurrentDropout: share(true),
	stddev: (value, name) =>
		typeof value === "number" && value >= 0
			? undefined
			: `${name} is a number from 0 on, not ${shown(value)}`,
	inputShape: shapeProblem,
	batchInputShape: shapeProblem,
	layer: layerProblem,
	dims: (value, name) =>
		Array.isArray(value)
			? undefined
			: `${name} is the new order of the axes of an example, counted from 1, such as [2, 1], and not ${shown(value)}`,
	targetShape: (value, name) =>
		Array.isArray(value)
			? value.filter((size) => size === -1 || size === null).length > 1
				? `${name} leaves more than one size open: one of them may be -1, which stands for the rest`
				: undefined
			: `${name} is a list of sizes, without the batch, such as [28, 28, 1], and not ${shown(value)}`,
};

const CONVOLUTION = ["filters", "kernelSize"];
const RATE = ["rate"];
/** What a layer cannot be made without. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
	dense: ["units"],
	activation: ["activation"],
	conv1d: CONVOLUTION,
	conv2d: CONVOLUTION,
	conv3d: CONVOLUTION,
	conv2dTranspose: CONVOLUTION,
	conv3dTranspose: CONVOLUTION,
	separableConv2d: CONVOLUTION,
	convLstm2d: CONVOLUTION,
	convLstm2dCell: CONVOLUTION,
	depthwiseConv2d: ["kernelSize"],
	embedding: ["inputDim", "outputDim"],
	repeatVector: ["n"],
	reshape: ["targetShape"],
	permute: ["dims"],
	dropout: RATE,
	spatialDropout1d: RATE,
	gaussianDropout: RATE,
	alphaDropout: RATE,
	gaussianNoise: ["stddev"],
	simpleRNN: ["units"],
	simpleRNNCell: ["units"],
	gru: ["units"],
	gruCell: ["units"],
	lstm: ["units"],
	lstmCell: ["units"],
	bidirectional: ["layer"],
	timeDistributed: ["layer"],
	rnn: ["cell"],
	stackedRNNCells: ["cells"],
	dot: ["axes"],
	categoryEncoding: ["numTokens"],
	resizing: ["height", "width"],
	centerCrop: ["height", "width"],
	rescaling: ["scale"],
	randomWidth: ["factor"],
};

function problemOf(factory: string, config: unknown): string | undefined {
	const required = REQUIRED[factory] ?? [];
	if (config !== undefined && config !== null && typeof config !== "object")
		return `its options are an object: { ${required[0] ?? "name"}: ${shown(config)} }`;
	const given = (config ?? {}) as Config;
	for (const name of Object.keys(given)) {
		const meant = camelCase(name);
		if (meant !== name && (meant in OPTIONS || required.includes(meant)))
			return `there is no option ${name}: write ${meant}`;
	}
	for (const name of required)
		if (given[name] === undefined || given[name] === null) {
			const meant = nearest(
				name,
				Object.keys(given).filter((key) => !(key in OPTIONS)),
			);
			return `${name} is missing${meant === undefined ? "" : `; did you mean it by ${meant}?`}`;
		}
	for (const [name, value] of Object.entries(given)) {
		if (value === undefined || value === null) continue;
		if (!Object.hasOwn(OPTIONS, name)) continue;
		const problem = OPTIONS[name]?.(value, name, factory);
		if (problem !== undefined) return problem;
	}
	return undefined;
}

/** Makes every factory of tf.layers refuse what it cannot make a layer of. Called last: others replace factories, too. */
export function checkConfigurations(): void {
	mendFactories((name, make) =>
		// It takes a configuration of its own.
		name === "input"
			? make
			: (config, ...rest) => {
					const problem = problemOf(name, config);
					if (problem !== undefined)
						throw new UsageError(`tf.layers.${name}: ${problem}`);
					// Some of tfjs fail without an object, though they need nothing of it.
					return make(config ?? {}, ...rest);
				},
	);
}
