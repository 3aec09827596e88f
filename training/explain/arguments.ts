import type { Explanation } from "./explanation.ts";

/** Types under the names that other libraries and languages have for them. */
const TYPES: Readonly<Record<string, string>> = {
	int: "int32",
	int8: "int32",
	int16: "int32",
	int64: "int32",
	uint8: "int32",
	uint16: "int32",
	uint32: "int32",
	integer: "int32",
	long: "int32",
	float: "float32",
	float16: "float32",
	float64: "float32",
	bfloat16: "float32",
	double: "float32",
	number: "float32",
	boolean: "bool",
	complex: "complex64",
	complex128: "complex64",
	str: "string",
	text: "string",
};

const typeSentence = (given = ""): string => {
	const near = TYPES[given.toLowerCase()];
	return given === "string"
		? "this makes numbers, and no texts: make a tensor of texts from a list of them"
		: `there is no type ${given}: tensors are "float32", "int32", "bool", "complex64" or "string"${near === undefined ? "" : `; the nearest is "${near}"`}`;
};

const shapeOf = (sizes = ""): string => `[${sizes.replaceAll(",", ", ")}]`;

/** What tfjs says of arguments of any operation: their types, shapes and ranks. The more general stand last. */
export const argumentExplanations: readonly Explanation[] = [
	{
		said: /^(?:Failed to cast to unknown dtype|Unknown d(?:ata )?type) (?!complex64)(\S+?)\.?$/,
		sentence: typeSentence,
	},
	{
		said: /^(?:Only strings can be casted to strings|Can not upcast (?:string with \w+|\w+ with string))/,
		sentence: () =>
			"texts and numbers have no type together: make numbers of texts with tf.tensor(texts.map(Number)), or texts of numbers with tf.tensor(numbers.map(String))",
	},
	{
		said: /^Based on the provided shape, \[([-\d,]*)\], the tensor should have (\d+) values but has (\d+)/,
		sentence: (shape, wanted, given) =>
			`the shape ${shapeOf(shape)} has room for ${wanted} values, and ${given} are given`,
	},
	{
		said: /^Error creating a new Tensor\. Inferred shape \(([\d,]*)\) does not match the provided shape \(([\d,]*)\)/,
		sentence: (own, given) =>
			`lists in lists have their own shape, ${shapeOf(own)}, and not ${shapeOf(given)}: leave the shape out, or give a flat list of values with it`,
	},
	{
		said: /^Error creating a new Scalar: value must be a primitive/,
		sentence: () =>
			"tf.scalar makes a tensor of one number, truth value or text: for a list take tf.tensor",
	},
	{
		said: /^tensor(\d)d\(\) requires values to be/,
		sentence: (rank) =>
			`tensor${rank}d takes a flat list with its shape, or lists in lists, ${rank} levels deep: tf.tensor takes any`,
	},
	{
		said: /^tensor(\d)d\(\) requires shape to have \w+ numbers/,
		sentence: (rank) =>
			`tensor${rank}d takes a shape of ${rank} sizes: tf.tensor takes any`,
	},
	{
		said: /must be string tensor, but got (\w+) tensor/,
		sentence: (dtype) =>
			`this operation takes texts, and the tensor has ${dtype}: make a tensor of texts from a list of them`,
	},
	{
		said: /^parseTupleParam\(\.\.\.\)\.every is not a function/,
		sentence: () =>
			"strides and dilations are one number, or a list of one for each side of the window",
	},
	{
		said: /^Backend name '(.*)' not found in registry/,
		sentence: (name) =>
			`there is no backend ${name}: choose one with await dd.useBackend("wasm"), "cpu", "node" or "gpu"`,
	},
	{
		said: /^The input to the tensor constructor must be a non-null value/,
		sentence: () =>
			"there are no values: give a number, lists of numbers or a typed array, or take tf.zeros(shape)",
	},
	{
		said: /^Length of values '(\d+)' does not match the size inferred by the shape '(\d+)'/,
		sentence: (given, wanted) =>
			`a buffer of this shape has ${wanted} values, and ${given} are given`,
	},
	{
		said: /^Requested out of range element at ([-\d,]*)\. {3}Buffer shape=([\d,]*)/,
		sentence: (place, shape) =>
			`there is no element ${shapeOf(place)} in the shape ${shapeOf(shape)}: places count from 0`,
	},
	{
		said: /^The number of provided coordinates \((\d+)\) must match the rank \((\d+)\)/,
		sentence: (given, rank) =>
			`an element has ${rank} coordinates here, one for each axis, and ${given} are given`,
	},
	{
		said: /^shape of the new value \(([\d,]*)\) and previous value \(([\d,]*)\) must match/,
		sentence: (given, own) =>
			`a variable keeps its shape, ${shapeOf(own)}, and the new value has ${shapeOf(given)}: reshape that, or make another variable`,
	},
	{
		said: /^dtype of the new value \((\w+)\) and previous value \((\w+)\) must match/,
		sentence: (given, own) =>
			`a variable keeps its type, ${own}, and the new value has ${given}: give value.cast("${own}")`,
	},
	{
		said: /^Variable with name (.*) was already registered/,
		sentence: (name) =>
			`there is a variable named ${name} already: give another name or none, or dispose the first`,
	},
	{
		said: /^Error in (?:fused )?matMul: inner shapes \((\d+)\) and \((\d+)\) of Tensors with shapes ([\d,]*) and ([\d,]*)/,
		sentence: (a, b, first, second) =>
			`matMul multiplies rows by columns of one length, and these have ${a} and ${b}: the shapes are ${shapeOf(first)} and ${shapeOf(second)}; transposeA and transposeB exchange the last two axes`,
	},
	{
		said: /^new shape: ([-\d,]*), old shape: ([\d,]*)\. New shape and old shape must have the same number/,
		sentence: (given, own) =>
			`reshape keeps all values, and ${shapeOf(own)} has not as many as ${shapeOf(given)}; one size may be -1, which stands for the rest`,
	},
	{
		said: /^Error in dot: inner dimensions of inputs must match, but got (\d+) and (\d+)/,
		sentence: (a, b) =>
			`dot adds up products of values at the same places, and there are ${a} on one side and ${b} on the other`,
	},
	{
		said: /^Error in clip: min \((.*)\) must be less than or equal to max \((.*)\)/,
		sentence: (low, high) =>
			`clipByValue takes the lower bound first, and ${low} is not below ${high}`,
	},
	{
		said: /^Negative dimension size caused by overflow when multiplying[\s\S]* for depthToSpace/,
		sentence: () =>
			"depthToSpace takes images, [batch, height, width, channels], and a block of at least 2 rows",
	},
	{
		said: /^Padding in dimension (\d+) cannot be greater than or equal to -?\d+ or less than 0 for input of shape ([\d,]*)/,
		sentence: (axis, shape) =>
			`what is mirrored is there: axis ${axis} of ${shapeOf(shape)} has not as many values to mirror; pad less, or with a constant by tf.pad`,
	},
	{
		said: /^(?:sparseIndices should be|Invalid (?:rank|shape) of (?:sparse)?|sparseValues has incorrect shape|outputShape has incorrect number|Number of values)/i,
		sentence: () =>
			"sparseToDense takes a row of indices for each value, with one number for each axis of the output shape, and a value for each row, or one for all",
	},
	{
		said: /^sparseValues\.dtype must match defaultValues\.dtype/,
		sentence: () =>
			"values and the default value need one type: give the default as tf.scalar(0, values.dtype)",
	},
	{
		said: /^Rank of probabilities must be 1 or 2, but is (\d+)/,
		sentence: (rank) =>
			`multinomial draws from one list of logits, or from each row of a matrix, and the tensor has the rank ${rank}: give tensor.reshape([-1, classes])`,
	},
	{
		said: /^Error in multinomial: you need at least 2 outcomes, but got (\d+)/,
		sentence: (count) =>
			`multinomial draws among at least 2 outcomes, and the last axis has ${count}${count === "1" ? ': of one, every draw is 0, tf.zeros([draws], "int32")' : ": give the logarithm of a weight for each"}`,
	},
	{
		said: /^(?:Must pass at least one tensor to tf\.addN|The argument passed to tf\.addN)/,
		sentence: () =>
			"addN adds up a list of at least one tensor: tf.addN([a, b]); of none, take tf.zeros(shape)",
	},
	{
		said: /^(?:The result y returned by f\(\) must be a tensor|The function f passed in customGrad\(f\) must return an)/,
		sentence: () =>
			"the function gives no tensor: return what operations of tf compute from its arguments, such as x.square().mean(); numbers taken out with dataSync() carry no gradient",
	},
	{
		said: /^The f passed in (\w+)\(f\) must be a function/,
		sentence: (operation) =>
			`${operation} takes a function that computes a tensor: tf.${operation}((x) => …)`,
	},
	{
		said: /^The (?:x|dy|args|varList) passed in (\w+)\(/,
		sentence: (operation) =>
			operation === "variableGrads"
				? "variableGrads takes a list of variables, made with tf.variable, or none for all"
				: `${operation} is about tensors: make one of a number with tf.scalar, and give several in a list where they are several`,
	},
	{
		said: /^(?:gradients\(\) received an empty list|Must pass a function that matches the signature)/,
		sentence: () =>
			"gradients are taken of a function, with respect to at least one tensor",
	},
	{
		said: /^Length of inShape \((\d+)\) and rank of dy \((\d+)\) must match/,
		sentence: (given, rank) =>
			`the outputShape of a transposed convolution has a size for each of the ${rank} axes of the input, its batch too, and ${given} are given`,
	},
	{
		said: /^dy must have 'float32' dtype, but has '(\w+)'/,
		sentence: (dtype) =>
			`what multiplies the gradient is a float, and this is ${dtype}: give dy.toFloat()`,
	},
	{
		said: /^The shape of dy passed in[^\n]{0,200}match the shape/,
		sentence: () =>
			"what multiplies the gradient has the shape of what the function gives",
	},
	{
		said: /^(?:Please provide a function to tidy\(\)|When calling with two arguments, the)/,
		sentence: () => "tidy takes a function: tf.tidy(() => …)",
	},
	{
		said: /^(?:Number of splits must evenly divide the axis|The sum of sizes must match the size of the axis|There should be only one negative value in split)/,
		sentence: () =>
			"an axis is split into equal parts, whose number divides its size, or into parts whose sizes add up to it; one size may be -1, which stands for the rest",
	},
	{
		said: /^Error in norm: invalid (ord value|axis): (.*)/,
		sentence: (kind, value) =>
			kind === "axis"
				? `norm is taken along one axis or two, and not ${value}`
				: `there is no norm "${value}": there are 1, 2, Infinity, -Infinity, "euclidean" and "fro"`,
	},
	{
		said: /^mask cannot be scalar/,
		sentence: () =>
			"a mask has a truth value for each place along at least one axis",
	},
	{
		said: /^(?:crops\.length is|paddings\.shape\[0\]) (\d+) (?:but should be|must be) equal to .* (\d+)$/,
		sentence: (given, wanted) =>
			`there is a pair [before, after] for each of the ${wanted} axes of a block, and ${given} are given`,
	},
	{
		said: /^rate must be a float in the range \[0, 1\), but got (.*)\.$/,
		sentence: (rate) =>
			`the rate of dropout is the share that is left out, from 0 to below 1, and not ${rate}`,
	},
	{
		said: /^Unknown dataFormat:? ?(.*)$/,
		sentence: (format) =>
			`there is no dataFormat ${format}: images are "NHWC" (channels last) or "NCHW", volumes "NDHWC"`,
	},
	{
		said: /Unknown padding parameter: ([^\n]{0,80})$/,
		sentence: (pad) =>
			pad === "undefined"
				? 'the padding is missing: give "same", "valid", a whole number, or pairs of them'
				: `there is no padding ${pad}: give "same", "valid", a whole number, or pairs of them`,
	},
	{
		said: /^Unknown roundingMode (.*)$/,
		sentence: (mode) =>
			`there is no dimRoundingMode ${mode}: give "floor", "round" or "ceil"`,
	},
	{
		said: /^(.*) supports only inner-most axes for now\. Got axes ([-\d,]*) and rank-(\d+) input/,
		sentence: (operation, axes) =>
			`${operation} takes the last axes, and not ${shapeOf(axes)}: bring them there with tf.transpose first`,
	},
	{
		said: /^Error in slice\dD: (?:Length of (?:begin|size)|begin\[)/,
		sentence: () =>
			"a part begins within the tensor and ends within it, with one number for each axis",
	},
	{
		said: /^Error in concat\dD: axis must be between 0 and (\d+)/,
		sentence: (last) =>
			`tensors are joined along one of their axes: from 0 to ${last}, or from -1 backwards`,
	},
	{
		said: /^Error in ([\w ]+): got dataFormat of (\w+) but only (\w+) is currently supported/,
		sentence: (operation, given, wanted) =>
			`${operation} takes the order of axes ${wanted}, and not ${given}: bring the channels to the end with tf.transpose`,
	},
	{
		said: /^Error in fused (\w+): (?:only supports|bias shape|PReLU activation)/,
		sentence: (operation) =>
			`the bias, and the slopes of prelu, have one number for each output channel: for others take tf.${operation} and add them`,
	},
	{
		said: /^(?:inTopK\(\) expects the predictions|predictions rank should be 1 larger|'k' passed to inTopK\(\))/,
		sentence: () =>
			"inTopKAsync takes predictions [examples, classes], a target for each example, and a k from 1 to the number of classes",
	},
	{
		said: /^EnsureShape: Shape of tensor ([\d,]*) is not compatible with expected shape ([\d,]*)/,
		sentence: (own, wanted) =>
			`the tensor has the shape ${shapeOf(own)}, and ${shapeOf(wanted)} is expected`,
	},
	{
		said: /^Error in ([\w ]+): ([\w ]+?) must be (?:at (?:least|most) )?rank (\d(?: or (?:rank )?\d)?)(?: or higher)?,?\s*but\s+got\s+rank (\d+)/,
		sentence: (operation, argument, wanted, given) =>
			`${operation} takes as ${argument} a tensor of rank ${wanted?.replace("or rank", "or")}, and this one has the rank ${given}: give tensor.reshape([…])`,
	},
];
