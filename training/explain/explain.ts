import { SAID_BELOW } from "../../base/errors.ts";
import { argumentExplanations } from "./arguments.ts";
import { arrayExplanations } from "./arrays.ts";
import { type Explanation, NO_ACTIVITY_REGULARIZER } from "./explanation.ts";
import { modelExplanations } from "./models.ts";

const EXPLANATIONS: readonly Explanation[] = [
	...arrayExplanations,
	{
		said: /^Argument '(\w+)' passed to '(\w+)' must be a Tensor or TensorLike, but got 'Promise'/,
		sentence: (argument, operation) =>
			`${operation} was given a Promise as ${argument}: write await before what makes it`,
	},
	{
		said: /^(?:values passed to tensor\(values\) must be|tensor1d\(\) requires values to be a flat)/,
		sentence: () =>
			"a tensor is made of numbers, lists of them or a typed array; of a Promise, such as tensor.data() gives, take the values with await first",
	},
	{
		said: /^tensor(\d)d\(\) requires shape to be provided when/,
		sentence: (rank) =>
			`a flat list of values has no ${rank} axes: give lists in lists, or the shape as the second argument`,
	},
	{
		said: /^Tensor is disposed\.$/,
		sentence: () =>
			"this tensor was disposed before it was used: by dispose(), or at the end of a tf.tidy in which it was made; return it from the tidy, tf.keep it, or make it anew",
	},
	{
		said: /^Layer '(\S+)' is already disposed/,
		sentence: (layer) =>
			`the model with the layer ${layer} was disposed before it was used; build or load it again`,
	},
	{
		said: /^Cannot start training because another fit\(\) call is ongoing/,
		sentence: () =>
			"an earlier model.fit of this model is still training: write await before it",
	},
	{
		said: /^(?:The model needs to be compiled before being used|You must compile a model before training|Cannot read properties of undefined \(reading '(?:trainOnBatch|predictOnBatch|testOnBatch)'\))/,
		sentence: () =>
			'the model has no loss and no optimizer yet: call model.compile({ optimizer: "adam", loss: "…" }) first',
	},
	{
		said: /^The first layer in a Sequential model must get an `inputShape`/,
		sentence: () =>
			"the first layer does not know its input: give it the shape of one example, such as inputShape: [2], without the batch",
	},
	{
		said: /^(?:Cannot compute gradient of y=f\(x\)|Cannot find a connection between any variable and the result)/,
		sentence: () =>
			"the loss does not follow from the variables: compute it inside of the function from them, by operations of tf alone; numbers taken out with dataSync() or arraySync() carry no gradient, nor do rounding, argMax and comparisons; and frozen weights are no variables here: set trainable = true of the layers that are to learn",
	},
	{
		said: /^Cannot compute gradient: gradient function not found for (\w+)\./,
		sentence: (kernel) =>
			`${kernel} has no gradient: compute what is differentiated by other operations, or take what it gives as a constant, outside of the function`,
	},
	{
		said: /^variableGrads\(\) expects at least one of the input variables to be trainable, but none of the (\d+)/,
		sentence: (count) =>
			count === "0"
				? "there is nothing to train: make the weights with tf.variable(…), before the function that computes the loss"
				: "all variables are frozen, so there is nothing to train: set trainable = true of the model, or of the layers that are to learn; tf.variable(values) makes what can be trained",
	},
	{
		said: /^Kernel '(\w+)' not registered for backend '(\w+)'/,
		sentence: (kernel, backend) =>
			`the backend ${backend} cannot compute ${kernel}: choose the one in JavaScript, which can, with await dd.useBackend("cpu")`,
	},
	{
		said: /^Error in ((?:max|avg)Pool): (?:input|x) must be rank 4 but got rank (\d)/,
		sentence: (operation, rank) =>
			`${operation} takes images, of rank 4 as [batch, height, width, channels] or of rank 3 without the batch, and this tensor has the rank ${rank}: give tensor.reshape([…])`,
	},
	{
		said: /^Error in ((?:max|avg)Pool3d): x must be rank 5 but got rank (\d)/,
		sentence: (operation, rank) =>
			`${operation} takes volumes, of rank 5 as [batch, depth, height, width, channels] or of rank 4 without the batch, and this tensor has the rank ${rank}: give tensor.reshape([…])`,
	},
	{
		said: /(?:: pad must be an integer when using dimRoundingMode|^p\.forEach is not a function$)/,
		sentence: () =>
			"dimRoundingMode says what becomes of a fraction of a window, which padding by numbers leaves and no other: give the padding as a whole number or as pairs of them, or leave dimRoundingMode out",
	},
	{
		said: /: Stride must be > 0, but got/,
		sentence: () => "strides are whole numbers above 0",
	},
	{
		said: /^(?:Tensor values for a \w+ Tensor must be in the range|toPixels only supports|Unsupported type for toPixels)/,
		sentence: () =>
			"a picture is made of floats from 0 to 1 or whole numbers from 0 to 255, of the shape [height, width] or with 1, 3 or 4 channels: give tensor.clipByValue(0, 1), or one of a batch with tensor.gather(0)",
	},
	{
		said: /^Error in (\w+): (?:x|images?|input) must be (?:at least )?rank (\d(?: or \d)?), ?but got ?rank (\d)/,
		sentence: (operation, ranks, rank) =>
			`${operation} takes a tensor of rank ${ranks}, and this one has the rank ${rank}: give tensor.reshape([…]), or tensor.expandDims(0) for a batch of one image`,
	},
	{
		said: /^(?:Error in \w+: new shape must 2D|cropSize must be atleast|Error in cropAndResize: cropSize must be|Error in transform: outputShape must be)/,
		sentence: () =>
			"the size of an image is [height, width], two whole numbers above 0",
	},
	{
		said: /^Error in \w+: If halfPixelCenters is true, alignCorners must be false/,
		sentence: () =>
			"give alignCorners or halfPixelCenters, not both: the one aligns the middles of the corner pixels, the other the borders of the images",
	},
	{
		said: /^method must be bilinear or nearest, but was (.*)$/,
		sentence: (method) =>
			`the method is "bilinear" or "nearest", not ${JSON.stringify(method)}`,
	},
	{
		said: /^Error in cropAndResize: (?:boxes|boxInd) must be/,
		sentence: () =>
			"boxes are rows of [y1, x1, y2, x2], as parts of height and width, and boxInd has one whole number for each: the image that it is cut from",
	},
	{
		said: /^Error in (\w+): Only (NDHWC) is currently supported, but got dataFormat of NCDHW/,
		sentence: (operation) =>
			`${operation} takes volumes with the channels last: give tensor.transpose([0, 2, 3, 4, 1])`,
	},
	{
		said: /must be int32 tensor, but got (\w+) tensor/,
		sentence: (dtype) =>
			`this argument takes whole numbers, and the tensor has ${dtype}: give tensor.toInt()`,
	},
	{
		said: /^Error in transform: Input transform should be/,
		sentence: () =>
			"a transform is a row of 8 numbers, [a0, a1, a2, b0, b1, b2, c0, c1]: one row for all images, or one for each",
	},
	{
		said: /^`images` must have `int32` or `float32` as dtype/,
		sentence: () => "images are floats or whole numbers: give tensor.toFloat()",
	},
	{
		said: /^The dtypes of the first\((\w+)\) and second\((\w+)\) input must match/,
		sentence: (first, second) =>
			`both tensors need one type, and they have ${first} and ${second}: give tensor.toFloat() of both`,
	},
	{
		said: /^Error in (bincount|denseBincount): input dtype must be int32, but got (\w+)/,
		sentence: (operation, dtype) =>
			`${operation} counts whole numbers, and the tensor has ${dtype}: give tensor.toInt()`,
	},
	{
		said: /must be bool tensor, but got (\w+) tensor/,
		sentence: (dtype) =>
			`this operation takes truth values, and the tensor has ${dtype}: give tensor.toBool()`,
	},
	{
		said: /^slice\(\) does not support negative begin indexing/,
		sentence: () =>
			"slice counts places from 0: for some from the end, start at tensor.shape[axis] minus their number, or use tf.stridedSlice, which counts from the end, too",
	},
	{
		said: /^strides\[(\d)\] must be non-zero/,
		sentence: (axis) =>
			`the stride of axis ${axis} is 0: strides are whole numbers above 0, or below it to go backwards`,
	},
	{
		said: /^All values in axis param must be (?:in range \[-(\d+), \d+\)|integers) but got axis (.+)/,
		sentence: (rank, axis) =>
			rank === undefined
				? `axes are whole numbers, and not ${axis}`
				: `the tensor has ${rank} axes, and ${axis} is none of them: they count from 0, or from -1 backwards`,
	},
	{
		said: /(?:must be float32 tensor, but got (int32|bool) tensor|^(?:BatchMatMul|_FusedMatMul) for non non-float32)/,
		sentence: (dtype) =>
			`this operation takes floats, and the tensor has ${dtype ?? "whole numbers"}: give tensor.toFloat()`,
	},
	{
		said: /^Error in dot: inputs must all be rank/,
		sentence: () =>
			"dot multiplies vectors and matrices: for batches of matrices take tf.matMul, for other axes tf.einsum",
	},
	{
		said: /^Error in outerProduct: inputs must be rank 1/,
		sentence: () =>
			'outerProduct multiplies two vectors: make vectors with x.flatten(), or name the axes of other tensors, such as tf.einsum("ij,k->ijk", a, b)',
	},
	{
		said: /^Error in localResponseNormalization: (?:x must be rank|depthRadius must be an)/,
		sentence: () =>
			"localResponseNormalization takes images, [batch, height, width, channels] or without the batch, and a whole number of neighbouring channels",
	},
	{
		said: /^(?:Batch normalization gradient requires mean and \w+ to have|Error in batchNorm\dD: \w+ must be rank)/,
		sentence: () =>
			"batchNorm takes mean, variance, offset and scale of one rank, best one number per channel each, and batchNorm2d to 4d an x of that rank",
	},
	{
		said: /^real and imag shapes, (\S*) and (\S*), must match in call to tf\.complex/,
		sentence: (real, imag) =>
			`real and imaginary part have the shapes [${real}] and [${imag}], which must be the same: take tf.zerosLike(x) or tf.broadcastTo for one of them`,
	},
	{
		said: /^(?:Cannot construct a complex64 tensor directly|Unknown dtype complex64)/,
		sentence: () =>
			"complex tensors are made of their parts: tf.complex(real, imag)",
	},
	{
		said: /^(\w+) does not support complex64 tensors in the CPU backend/,
		sentence: (operation) =>
			`${operation} takes no complex numbers on this backend: compute with tf.real(x) and tf.imag(x), or choose the backend that knows more of them with await dd.useBackend("wasm")`,
	},
	{
		said: /^The dtype for tf\.spectral\.(i?fft)\(\) must be complex64/,
		sentence: (operation) =>
			`${operation} takes complex numbers: make them of real ones with tf.complex(x, tf.zerosLike(x)), or take tf.spectral.rfft`,
	},
	{
		said: /^(?:(LRN) error: x|Tensor (logits)) must have dtype float32/,
		sentence: (response) =>
			`${response ? "localResponseNormalization" : "multinomial"} takes floats: give tensor.toFloat()`,
	},
	{
		said: /^The dtype for (?:tf\.spectral\.)?(\w+)\(\) must be (complex64|real value)/,
		sentence: (operation, wanted) =>
			wanted === "complex64"
				? `${operation} takes complex numbers: give tf.complex(x.toFloat(), tf.zeros(x.shape)), or take tf.rfft(x.toFloat()) of real ones`
				: `${operation} takes floats: give tensor.toFloat()`,
	},
	{
		said: /^x has to be a floating point tensor since it's going to be scaled/,
		sentence: () =>
			"dropout scales what it keeps, which makes fractions: give tensor.toFloat()",
	},
	{
		said: /^Input dtype must be `int32` or `float32`/,
		sentence: () =>
			"erf takes numbers, and the tensor has truth values: give tensor.toFloat()",
	},
	{
		said: /^Cannot have a step of zero/,
		sentence: () =>
			"a range with a step of 0 has no end: give a step above or below 0, or tf.fill for one number many times",
	},
	{
		said: /^The number of values should be positive/,
		sentence: () =>
			"linspace gives at least 1 number: give a count above 0, or tf.zeros([0]) for none",
	},
	{
		said: /^BitwiseAnd: Only supports 'int32' values/,
		sentence: () =>
			"bitwiseAnd takes whole numbers: give tensor.toInt(); for truth values there is tf.logicalAnd",
	},
	{
		said: /^BitwiseAnd: Tensors must have the same shape/,
		sentence: () =>
			"bitwiseAnd does not broadcast: give both tensors one shape with tf.broadcastTo",
	},
	{
		said: /^All tensors passed to tf\.addN\(\) must have the same (dtype|shape)/,
		sentence: (same) =>
			same === "shape"
				? "addN does not broadcast: add tensors of several shapes with tf.add"
				: "addN takes tensors of one type: give tensor.toFloat() of the others",
	},
	{
		said: /^target expected [^[]{1,60}\[(\d+)\][^\]]{1,80}\]\) but the target received [^[]{1,60}\[1\]/,
		sentence: (classes) =>
			`the labels are one number each, and the model gives ${classes} numbers: for class indices use the loss "sparseCategoricalCrossentropy", or make rows of them with tf.oneHot(labels.toInt(), ${classes})`,
	},
	{
		said: /^target expected [^[]{1,60}\[1\][^\]]{1,80}\]\) but the target received [^[]{1,60}\[(\d+)\]/,
		sentence: (classes) =>
			`the labels are rows of ${classes} numbers, and one number each is expected: with one-hot rows use the loss "categoricalCrossentropy" and a last layer of ${classes} units, or take the indices with labels.argMax(-1)`,
	},
	{
		said: /^target expected [^[]{1,60}\[([\d,]+)\][^\]]{1,80}\]\) but the target received [^[]{1,60}\[([\d,]+)\]/,
		sentence: (model, labels) =>
			`each label has the shape [${labels}], and the model gives [${model}]: the last layer needs as many units as a label has numbers`,
	},
	{
		said: /^Input \d+ is incompatible with layer (\S+?) ?: expected (min_|max_)?n?dim=(\d+), found ndim=(\d+)/,
		sentence: (layer, bound, expected, found) =>
			`the layer ${layer} takes inputs of ${bound === "min_" ? "at least " : bound === "max_" ? "at most " : ""}${expected} axes, the batch among them, and was given ${found}: give inputShape without the batch, and data with it; tf.layers.reshape and tf.layers.flatten change the number of axes`,
	},
	{
		said: /^Input \d+ is incompatible with layer (\S+): expected axis (-?\d+) of input shape to have value (\d+) but got shape ([\d,]+)/,
		sentence: (layer, axis, expected, shape) =>
			`the layer ${layer} has weights for ${expected} values along axis ${axis}, and was given the shape [${shape}]: give what it was built for, or make a layer of its own for this shape`,
	},
	{
		said: /^Input \d+ is incompatible with layer (\S+): expected shape=([\d,]*), found shape=([\d,]*)/,
		sentence: (layer, expected, found) =>
			`the layer ${layer} was built for the shape [${expected}], where nothing stands for any size, and was given [${found}]`,
	},
	{
		said: /^Unknown (activation|layer): (\w+)\. This may be due/,
		sentence: (kind, name) =>
			kind === "activation"
				? `there is no activation "${name}": there are elu, gelu, gelu_new, hardSigmoid, linear, logSoftmax, mish, relu, relu6, selu, sigmoid, softmax, softplus, softsign, swish and tanh; compute others in a layer of your own`
				: `there is no layer "${name}": look at its spelling, or register a class of your own with tf.serialization.registerClass`,
	},
	{
		said: /^Expected (\w+) to be a positive integer, but got (.*)\.$/,
		sentence: (name, value) =>
			`${name} is a whole number above 0, not ${value}`,
	},
	{
		said: /^required key '(\w+)' not in config/,
		sentence: (name) => `the layer needs ${name} in its configuration`,
	},
	{
		said: /^Total size of new array must be unchanged/,
		sentence: () =>
			"tf.layers.reshape keeps all values of an example: the sizes of targetShape, without the batch, multiply to their number; one of them may be -1",
	},
	{
		said: /^weights support is not implemented for Bidirectional/,
		sentence: () =>
			"tf.layers.bidirectional takes no weights: call its setWeights once the model is built",
	},
	{
		said: /^Unrolling is not possible with convolutional RNNs/,
		sentence: () => "leave unroll out: it changes nothing that is computed",
	},
	{
		said: /^Dot layer does not support tensors of 4D/,
		sentence: () =>
			"tf.layers.dot takes inputs of 2 or 3 axes, the batch among them: bring them to 3 with tf.layers.reshape first",
	},
	{
		said: /^A merge layer should be called on an Array of at least 2 inputs|^A `Concatenate` layer should be called on a list of at least 2/,
		sentence: () =>
			"what merges takes a list of at least two inputs: layer.apply([one, other])",
	},
	{
		said: /^A `Concatenate` layer requires inputs with matching shapes/,
		sentence: () =>
			"inputs that are joined have the same sizes but along the axis that they are joined along, which is the last where none is given",
	},
	{
		said: /^Invalid permutation `dims`/,
		sentence: () =>
			"dims names every axis of an example once, counted from 1, without the batch: [2, 1] exchanges two",
	},
	{
		said: /^If an RNN is stateful, it needs to know its batch size/,
		sentence: () =>
			"a layer that keeps its state needs the number of examples: give it, or the model's input, batchInputShape: [batch, steps, features]",
	},
	{
		said: /^An initialState was passed that is not compatible/,
		sentence: () =>
			"an initialState has one tensor [batch, units] for each state of the cell: one for simpleRNN and gru, two for lstm",
	},
	{
		said: /^TimeDistributed layer expects an input shape >= 3D/,
		sentence: () =>
			"tf.layers.timeDistributed takes [batch, steps, …]: at least 3 axes",
	},
	{
		said: /^(?:Invalid interpolation parameter: (\w+)|Interpolation is (\S+) but only)/,
		sentence: (...names) =>
			`images are resized with the interpolation "bilinear" or "nearest", not "${names.find(Boolean)}"`,
	},
	{
		said: /^Axis (-?\d+) of input tensor should have a defined dimension/,
		sentence: (axis) =>
			`the layer has weights for each place of axis ${axis}, so its size cannot be left open: give a number for it in inputShape`,
	},
	{
		said: /^All layers in a Sequential model should have a single output tensor/,
		sentence: () =>
			"a layer with several outputs, as with returnState, has no place in tf.sequential: build the model with tf.input and tf.model",
	},
	{
		said: /^Fields kernelInitializer, kernelRegularizer and kernelConstraint/,
		sentence: () =>
			"a separable convolution has two kernels: name them, as in depthwiseInitializer and pointwiseInitializer",
	},
	{
		said: /Expected to see \d+ Tensor\(s\), but instead got/,
		sentence: () =>
			"a model takes tensors, and a list stands for its several inputs or outputs: make one tensor of all examples, such as tf.tensor2d(rows) or tf.tensor1d(labels)",
	},
	{
		said: /^Unknown (initializer|regularizer|constraint): (\S+?)\. This may be/,
		sentence: (kind = "", name) =>
			`there is no ${kind} ${name}: make one by a function of tf.${kind}s, such as tf.${
				{
					initializer: "initializers.heNormal({})",
					regularizer: "regularizers.l2({ l2: 0.01 })",
					constraint: "constraints.maxNorm({ maxValue: 2 })",
				}[kind]
			}`,
	},
	{
		said: /^(?:Expected argument of type ConstantConfig|config must have value set)/,
		sentence: () =>
			"tf.initializers.constant needs to know which number: give { value: 0.1 }",
	},
	{
		said: /^scale must be a positive float\. Got: (\S+)/,
		sentence: (scale) =>
			`the scale of an initializer is a variance, and ${scale} is none: give a number above 0`,
	},
	{
		said: /^Shape must be at least 2D/,
		sentence: () =>
			"an orthogonal initializer makes kernels of two or more axes: for a bias take zeros or ones",
	},
	{
		said: /^(\S+) is not a valid (FanMode|Distribution)\. {2}Valid values are (\S+)/,
		sentence: (given, option, values = "") =>
			`an initializer has no ${option === "FanMode" ? "mode" : "distribution"} ${given}: give one of ${values.split(",").join(", ")}`,
	},
	{
		said: /^yieldEvery is `never` but you provided an `onYield`/,
		sentence: () =>
			'a training that never yields does not call onYield: give yieldEvery "batch", "epoch" or a number of milliseconds, or leave onYield out',
	},
	{
		said: /^The f passed in (?:variableGrads\(f\)|grads?\(f\)|valueAndGrads?\(f\)) must return a scalar/,
		sentence: () =>
			"a loss is one number: end it with .mean() or .sum(), so that it has no axes left",
	},
	{
		said: /^classWeight must contain all classes in the training data\. The class (\S+) exists/,
		sentence: (label) =>
			`classWeight has no weight for the class ${label}: give it one, 1 where its examples should count as they do without`,
	},
	{
		said: /^(?:Unexpected rank of target \(y\) tensor|Encountered unexpected last-dimension size)/,
		sentence: () =>
			"classWeight is for labels of whole examples, such as indices or one-hot rows; for others give sampleWeight, a number for each example",
	},
	{
		said: /^(?:Layer|LayersModel) invocation .{0,40}in the presence of activity regularizer/,
		sentence: () => NO_ACTIVITY_REGULARIZER,
	},
	{
		said: /^Operands could not be broadcast together with shapes ([\d,]*) and ([\d,]*)\./,
		sentence: (a, b) =>
			`the shapes [${a}] and [${b}] do not fit each other: counted from the last axis, sizes must be the same, or one of them 1; use reshape or expandDims`,
	},
	{
		said: /^Error in [^:]{1,40}: +(?:depth of (?:input|dy|output)|number of input channels|input and filter must have the same depth)/,
		sentence: () =>
			"the filter is for another number of channels: the last axis of the input (the second with NCHW) and the axis before the last of the filter must have one size (for dilation2d, the last of the filter)",
	},
	{
		said: /^Error in (?:fused )?(?:conv\w+|depthwiseConv2d|separableConv2d|dilation2d): (?:filter|depthwise filter|pointwise filter) must be rank/,
		sentence: () =>
			"filters are [width, channels, outChannels] for lines, [height, width, channels, outChannels] for images and so on, with one channel too: use reshape or expandDims",
	},
	{
		said: /^Error in [^:]{1,40}: Either strides? or dilations? must/,
		sentence: () =>
			"TensorFlow.js computes a convolution with strides or with dilations above 1, not with both at once: convolve with the stride 1, and take every second place of the result with tf.stridedSlice",
	},
	{
		said: /^Error in [^:]{1,40}: (?:Strides|Dilated rates) should be larger than 0/,
		sentence: () => "strides and dilations are whole numbers above 0",
	},
	{
		said: /^Error in separableConv2d: the (?:first|second|third) dimension of (?:the )?pointwise/,
		sentence: () =>
			"the pointwise filter is [1, 1, channels, outChannels], with as many channels as the depthwise filter gives: its channels times its multiplier",
	},
	{
		said: /^Input Tensors should have the same number of samples as target Tensors\. Found (\d+) [^\d]+(\d+)/,
		sentence: (inputs, labels) =>
			`there are ${inputs} examples and ${labels} labels: each example needs one label, in the same order`,
	},
	{
		said: /^All (input|target) Tensors \([xy]\) should have the same number of samples/,
		sentence: (side) =>
			`the tensors of the model's several ${side === "input" ? "inputs" : "outputs"} differ in their first size, which is the number of examples: give one row for each example in all of them`,
	},
	{
		said: /^callback\.setParams is not a function/,
		sentence: () =>
			"a list of callbacks mixes objects and instances of another copy of TensorFlow.js: wrap each object in new tf.CustomCallback({ … })",
	},
	// Last: they are more general than those above.
	...argumentExplanations,
	...modelExplanations,
];

/** Puts a sentence in front of the error's message, once, and of its stack. */
export function putInFront(error: Error, sentence: string): void {
	const { message, stack } = error;
	if (message.includes(SAID_BELOW)) return;
	error.message = `${sentence}${SAID_BELOW}${message}`;
	const at = stack?.indexOf(message) ?? -1;
	if (stack !== undefined && at >= 0)
		error.stack = `${stack.slice(0, at)}${error.message}${stack.slice(at + message.length)}`;
}

/** Explains an error of tfjs, where there is something to explain. Returns it. */
export function explainError<E>(error: E): E {
	try {
		if (error instanceof Error) explainMessage(error);
	} catch {
		// A thrown object that cannot be changed, or whose properties throw.
	}
	return error;
}

function explainMessage(error: Error): void {
	for (const { said, sentence } of EXPLANATIONS) {
		const found = said.exec(error.message);
		if (!found) continue;
		putInFront(error, sentence(...found.slice(1)));
		return;
	}
}
