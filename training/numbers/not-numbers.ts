/** What `tf` offers beside operations, or what another test looks at: why no check compares it. */
export const notNumbers: Readonly<Record<string, string>> = Object.fromEntries(
	Object.entries({
		"has to do with tensors as things, not with their numbers":
			"backend buffer clone dispose disposeVariables ensureShape keep memory print tensor tensor1d tensor2d tensor3d tensor4d tensor5d tensor6d tidy variable scalar",
		"is the same function as in tf.spectral": "fft ifft irfft rfft",
		"sets tfjs up, or asks it":
			"copyRegisteredKernels deprecationWarn disableDeprecationWarnings enableDebugMode enableProdMode engine env findBackend findBackendFactory getBackend getGradient getKernel getKernelsForBackend nextFrame profile ready registerBackend registerCallbackConstructor registerGradient registerKernel removeBackend setBackend setPlatform sumOutType time train unregisterGradient unregisterKernel upcastType enclosingPowerOfTwo op",
		"differentiates: tape.test.ts":
			"customGrad grad grads valueAndGrad valueAndGrads variableGrads",
		"makes or loads models: layers/": "input loadLayersModel model sequential",
		"draws what it drops; what stays is scaled: arrays.test.ts": "dropout",
		"asks for the values first, and is a promise: arrays.test.ts, reductions.test.ts":
			"booleanMaskAsync inTopKAsync setdiff1dAsync",
		"asks for the values first: elementwise.test.ts": "whereAsync",
		"is the one that waits, in a promise: images.test.ts":
			"image.nonMaxSuppressionAsync image.nonMaxSuppressionWithScoreAsync image.nonMaxSuppressionPaddedAsync",
		"draws from a stream: backend/seeding.test.ts":
			"multinomial rand randomGamma randomNormal randomStandardNormal randomUniform randomUniformInt truncatedNormal",
	}).flatMap(([reason, names]) =>
		names.split(" ").map((name) => [name, reason]),
	),
);

/** Kernels that no check of an operation runs, and why. */
export const otherKernels: Readonly<Record<string, string>> = {
	EluGrad: "the gradient of elu is composed of operations",
	LRNGrad: "so is that of localResponseNormalization",
	LogicalXor: "so is logicalXor, of others that are logical",
	MaxPoolOthers: "a gradient of gradients that curve: pooling.test.ts",
	MaxPool3DOthers: "the same of volumes: pooling.test.ts",
	Multinomial: "draws from a stream: backend/seeding.test.ts",
};
