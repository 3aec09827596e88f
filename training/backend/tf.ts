/**
 * What `import * as tf from "@tensorflow/tfjs"` gives, from the parts that a
 * Node installation needs: core, layers and data, without the browser's
 * backends and the converter. The wasm backend is started before the import
 * ends, so the first line of a cell can already make tensors.
 */
import "./first.ts";
import { getBackend, version_core } from "@tensorflow/tfjs-core";
import * as data from "@tensorflow/tfjs-data";
import { version_layers } from "@tensorflow/tfjs-layers";
import { useBackend } from "./backend.ts";
import { installModelChecks } from "./fit/checked-models.ts";
import { installCompilation } from "./fit/compile.ts";
import { noteConstraints } from "./fit/constraints.ts";
import { installEarlyStopping } from "./fit/early-stopping.ts";
import { installExplanations } from "./fit/explained-models.ts";
import { mendInitializers } from "./layers/initializers.ts";
import { registerModelFiles } from "./model-files.ts";
import { installImageOps } from "./operations/images.ts";
import { installOperations } from "./operations/index.ts";
import { installLosses } from "./operations/losses.ts";
import "./chained-ops.ts";
import "./layers/index.ts";
import { installDataChecks } from "./fit/checked-data.ts";
import { mendOptimizers } from "./fit/optimizers.ts";
import { installOptions } from "./fit/options.ts";
import { installSteps } from "./fit/steps.ts";
import { installLossNotes } from "./fit/trained-losses.ts";
import { installPixels } from "./operations/pixels.ts";

export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
// Named, because they hide those of tfjs-layers and tfjs-core.
export { input, model, variable } from "./fit/checked-models.ts";
export { EarlyStopping } from "./fit/early-stopping.ts";
export { metrics } from "./fit/metrics.ts";
export { constraints, initializers } from "./layers/initializers.ts";
export { loadLayersModel } from "./model-files.ts";
export {
	conv1d,
	conv2d,
	conv2dTranspose,
	conv3d,
	conv3dTranspose,
	depthwiseConv2d,
	dilation2d,
	separableConv2d,
} from "./operations/convolutions.ts";
export {
	clipByValue,
	divNoNan,
	logSigmoid,
	where,
} from "./operations/elementwise.ts";
export {
	booleanMaskAsync,
	broadcastTo,
	concat,
	cosineWindow,
	cumprod,
	cumsum,
	einsum,
	euclideanNorm,
	eye,
	inTopKAsync,
	irfft,
	logSoftmax,
	logSumExp,
	lowerBound,
	meshgrid,
	norm,
	oneHot,
	rfft,
	searchSorted,
	softmax,
	split,
	stack,
	upperBound,
} from "./operations/index.ts";
export {
	avgPool,
	avgPool3d,
	batchToSpaceND,
	buffer,
	fill,
	keep,
	leakyRelu,
	linspace,
	maxPool,
	maxPool3d,
	maxPoolWithArgmax,
	mirrorPad,
	ones,
	pad,
	rand,
	range,
	reshape,
	scalar,
	scatterND,
	slice,
	spaceToBatchND,
	step,
	stridedSlice,
	tensor,
	tensor1d,
	tensor2d,
	tensor3d,
	tensor4d,
	tensor5d,
	tensor6d,
	tile,
	zeros,
} from "./operations/list-arguments.ts";
export { pool } from "./operations/pooling.ts";
export {
	dropout,
	multinomial,
	randomGamma,
	randomNormal,
	randomStandardNormal,
	randomUniform,
	randomUniformInt,
	truncatedNormal,
} from "./seeding.ts";
export { data };

/** Versions of the parts. */
export const version = {
	"tfjs-core": version_core,
	"tfjs-layers": version_layers,
	"tfjs-data": data.version_data,
	tfjs: version_core,
};

noteConstraints();
mendInitializers();
installEarlyStopping();
mendOptimizers();
installLosses();
installOperations();
installCompilation();
installSteps();
installOptions();
installDataChecks();
installModelChecks();
installImageOps();
installPixels();
installLossNotes();
installExplanations();
registerModelFiles();

// Whoever chose a backend before this import keeps it.
if (!getBackend()) await useBackend("wasm");
