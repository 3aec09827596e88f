/** What is known of a built-in architecture without TensorFlow.js. */
export interface ModelInfo {
	readonly name: string;
	/** One line. */
	readonly description: string;
	/** What it gives for one example. */
	readonly gives:
		| "class of a point"
		| "class of an image"
		| "class of each pixel"
		| "the image again"
		| "attributes of a word image"
		| "class of a text"
		| "class of a volume";
	/** Of one example: `[2]`, `[height, width, channels]`, `[words]`, `[depth, height, width, channels]`. */
	readonly inputShape: readonly number[];
	/** How many `create()` makes it for; 0 for one without classes. */
	readonly classes: number;
	/** Weights that are trained, for so many classes. */
	readonly parameters: number;
	/** What `create(classes, options)` takes, with defaults. */
	readonly options?: Readonly<Record<string, number>>;
}

/**
 * The built-in architectures: what each is for, its input, its parameters and its
 * options. In a cell, a table; `dd.architecture(name)` makes one. Those that code
 * defines are told by `%dd help` of a task that takes them.
 * @example
 * const forImages = dd.models.filter(({ gives }) => gives === "class of an image");
 * forImages.map(({ name }) => name); // → ["CNN_basic", "ResNet20", "VGG11", "DenseNet"]
 */
export const models = [
	{
		name: "FC_simple",
		description: "2 → 20 tanh → classes",
		gives: "class of a point",
		inputShape: [2],
		classes: 2,
		parameters: 102,
	},
	{
		name: "FC_medium",
		description: "2 → 8 → 8 → 8 tanh → classes",
		gives: "class of a point",
		inputShape: [2],
		classes: 2,
		parameters: 186,
	},
	{
		name: "MLP",
		description: "2 → 64 → 64 relu → classes",
		gives: "class of a point",
		inputShape: [2],
		classes: 2,
		parameters: 4_482,
	},
	{
		name: "CNN_basic",
		description: "3 convolutions, 1 linear layer, for 32×32 RGB images",
		gives: "class of an image",
		inputShape: [32, 32, 3],
		classes: 10,
		parameters: 46_306,
	},
	{
		name: "ResNet20",
		description: "residual blocks, 20 layers (He et al. 2016)",
		gives: "class of an image",
		inputShape: [32, 32, 3],
		classes: 10,
		parameters: 269_722,
	},
	{
		name: "VGG11",
		description:
			"8 convolutions, 5 poolings (Simonyan & Zisserman 2015), a quarter as wide",
		gives: "class of an image",
		inputShape: [32, 32, 3],
		classes: 10,
		parameters: 579_786,
		options: { width: 0.25 },
	},
	{
		name: "DenseNet",
		description:
			"3 dense blocks with bottlenecks, 22 layers (Huang et al. 2017)",
		gives: "class of an image",
		inputShape: [32, 32, 3],
		classes: 10,
		parameters: 71_686,
		options: { depth: 22, growth: 12 },
	},
	{
		name: "UNet",
		description:
			"segmentation of images (Ronneberger et al. 2015), a quarter as wide",
		gives: "class of each pixel",
		inputShape: [64, 64, 1],
		classes: 2,
		parameters: 1_940_834,
		options: { filters: 16, size: 64, channels: 1 },
	},
	{
		name: "Autoencoder",
		description: "3 convolutions to a code and back (Masci et al. 2011)",
		gives: "the image again",
		inputShape: [32, 32, 3],
		classes: 0,
		parameters: 179_267,
		options: { code: 64 },
	},
	{
		name: "PHOCNet",
		description: "word spotting (Sudholt & Fink 2016), an eighth as wide",
		gives: "attributes of a word image",
		inputShape: [48, 128, 1],
		classes: 604,
		parameters: 1_408_532,
		options: { width: 0.125 },
	},
	{
		name: "TextCNN",
		description: "convolutions over 3, 4 and 5 words (Kim 2014)",
		gives: "class of a text",
		inputShape: [32],
		classes: 2,
		parameters: 76_578,
		options: { words: 2000, length: 32, embedding: 32, filters: 32 },
	},
	{
		name: "TextLSTM",
		description: "an LSTM over words (Hochreiter & Schmidhuber 1997)",
		gives: "class of a text",
		inputShape: [32],
		classes: 2,
		parameters: 72_386,
		options: { words: 2000, length: 32, embedding: 32, units: 32 },
	},
	{
		name: "VoxNet",
		description: "2 convolutions over volumes (Maturana & Scherer 2015)",
		gives: "class of a volume",
		inputShape: [32, 32, 32, 1],
		classes: 40,
		parameters: 921_736,
	},
] as const satisfies readonly ModelInfo[];

type BuiltIn = (typeof models)[number];

/** A built-in architecture. */
export type ModelName = BuiltIn["name"];

export const isBuiltIn = (name: string): name is ModelName =>
	models.some((model) => model.name === name);

/** The options of an architecture, each with a value. */
export type OptionsOf<N extends ModelName> =
	Extract<BuiltIn, { readonly name: N }> extends { readonly options: infer O }
		? { readonly [K in keyof O]: number }
		: Readonly<Record<never, number>>;

/** Names of all that give this. */
export const modelsThatGive = <G extends ModelInfo["gives"]>(gives: G) =>
	models
		.filter((model) => model.gives === gives)
		.map(({ name }) => name) as Extract<
		BuiltIn,
		{ readonly gives: G }
	>["name"][];
