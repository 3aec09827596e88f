// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Kernels of our own, as functions of pointers, sizes, strides and ranges. They
 * keep no state and own no memory: whoever instantiates them hands in the memory
 * that the pointers mean, such as that of tfjs's wasm backend. Each writes the
 * whole of its range, so what the memory held before decides nothing, and
 * ranges of one call can be computed in any order or on any thread.
 *
 * Images are `[batch, height, width, channels]` of 32-bit floats without gaps.
 */

export { avgPool, avgPoolGrad } from "./avg-pool";
export { batchNorm } from "./batch-norm";
export { convolve, convolveScratch } from "./convolution";
export { depthwise, depthwiseFilter, depthwiseInput } from "./depthwise";
export {
	dilation2d,
	dilation2dFilter,
	dilation2dInput,
	dilation2dOfInts,
} from "./dilation2d";
export { matMul, matMulIntegers, matMulScratch } from "./mat-mul";
export { argMaxPool, maxPool, maxPoolGrad, maxPoolOthers } from "./max-pool";
export {
	absInt,
	absolute,
	add,
	addInt,
	ceilingOf,
	boolToFloat,
	boolToInt,
	clip,
	clipInt,
	compare,
	cos,
	divide,
	floatToBool,
	floatToInt,
	floorDiv,
	floorDivInt,
	floorOf,
	intToBool,
	intToFloat,
	leakyRelu,
	log1p,
	maximum,
	minimum,
	mod,
	modInt,
	multiply,
	multiplyInt,
	negInt,
	negate,
	powInt,
	prelu,
	reciprocal,
	reciprocalRoot,
	select,
	selectBytes,
	selu,
	sign,
	sin,
	square,
	squareInt,
	squareRoot,
	squaredDifference,
	squaredDifferenceInt,
	step,
	subtract,
	subtractInt,
} from "./elementwise";
export {
	elu,
	exp,
	expm1,
	log,
	sigmoid,
	softmax,
	softplus,
	tanh,
} from "./exponential";
export {
	gatherPixels,
	interpolate,
	interpolateGrad,
	scatterPixels,
} from "./sampling";
export { adam, descend, descendWithMomentum } from "./optimizers";
export { addPatches, takePatches } from "./patches";
export { copyStrided, fillBytes, fillWords } from "./copy";
export {
	addFloatParts,
	addIntegerParts,
	addWideParts,
	gatherParts,
	oneHotBytes,
	oneHotWords,
	placeParts,
	roundWide,
} from "./gather";
export {
	extremeBooleans,
	extremeFloats,
	extremeIntegers,
	meanIntegers,
	productFloats,
	productIntegers,
	runFloats,
	runIntegers,
	sumFloats,
	sumIntegers,
	whereExtremeFloats,
	whereExtremeIntegers,
} from "./reduce";
