/**
 * What `import * as tf from "@tensorflow/tfjs"` gives, from the parts that a
 * Node installation needs: core, layers and data, without the browser's
 * backends and the converter. The wasm backend is started before the import
 * ends, so the first line of a cell can already make tensors.
 */
import "./seeding.ts";
import "./mended-ops.ts";
import "./convolution-ops.ts";
import { getBackend, version_core } from "@tensorflow/tfjs-core";
import * as data from "@tensorflow/tfjs-data";
import { version_layers } from "@tensorflow/tfjs-layers";
import { useBackend } from "./backend.ts";
import { installCompilation } from "./compiled-models.ts";
import { noteConstraints } from "./constraints.ts";
import { installEarlyStopping } from "./early-stopping.ts";
import { installExplanations } from "./explained-models.ts";
import { installImageOps } from "./image-ops.ts";
import { mendInitializers } from "./initializers.ts";
import { installLosses } from "./losses.ts";
import { registerModelFiles } from "./model-files.ts";
import { installOperations } from "./operations/index.ts";
import "./chained-ops.ts";
import "./layers/index.ts";
import { installDataChecks } from "./checked-data.ts";
import { installSteps } from "./model-steps.ts";
import { mendOptimizers } from "./optimizers.ts";
import { installPixels } from "./pixels.ts";
import { installLossNotes } from "./trained-losses.ts";
import { installOptions } from "./training-options.ts";

export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
export {
	conv1d,
	conv2d,
	conv2dTranspose,
	conv3d,
	conv3dTranspose,
	depthwiseConv2d,
	dilation2d,
	separableConv2d,
} from "./convolution-ops.ts";
// Named, because they hide those of tfjs-layers and tfjs-core.
export { EarlyStopping } from "./early-stopping.ts";
export { constraints, initializers } from "./initializers.ts";
export { clipByValue, divNoNan, logSigmoid, where } from "./mended-ops.ts";
export { loadLayersModel } from "./model-files.ts";
export { metrics } from "./model-metrics.ts";
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
export { pool } from "./pool.ts";
export {
	dropout,
	multinomial,
	randomGamma,
	randomNormal,
	randomStandardNormal,
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
installImageOps();
installPixels();
installLossNotes();
installExplanations();
registerModelFiles();

// Whoever chose a backend before this import keeps it.
if (!getBackend()) await useBackend("wasm");
