import type * as Core from "@tensorflow/tfjs-core";
import { requirePackage } from "../../../host/modules.ts";
import { einsum } from "./einsum.ts";
import { fusedMatMul } from "./fused-mat-mul.ts";
import { concat, split, stack } from "./joining.ts";
import { bandPart, gramSchmidt, qr } from "./linalg.ts";
import {
	booleanMaskAsync,
	confusionMatrix,
	inTopKAsync,
	lowerBound,
	searchSorted,
	upperBound,
} from "./looking-up.ts";
import { euclideanNorm, norm } from "./norm.ts";
import { logSoftmax, logSumExp, softmax } from "./normalized-exponentials.ts";
import { cumprod, cumsum } from "./running.ts";
import { broadcastTo, eye, meshgrid, oneHot } from "./shaping.ts";
import {
	cosineWindow,
	frame,
	hammingWindow,
	hannWindow,
	irfft,
	rfft,
	stft,
} from "./spectral.ts";

const core = requirePackage("@tensorflow/tfjs-core") as typeof Core;

/**
 * Operations that tfjs-core has wrong above their kernels, or lacks. Layers find them
 * where core exports them; users find them in tf.ts, which exports these by name.
 */
export function installOperations(): void {
	Object.assign(core, {
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
	});
	Object.assign(core.fused, { matMul: fusedMatMul });
	Object.assign(core.linalg, { bandPart, gramSchmidt, qr });
	Object.assign(core.math, { confusionMatrix });
	Object.assign(core.signal, { frame, hammingWindow, hannWindow, stft });
	Object.assign(core.spectral, { irfft, rfft });
}

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
};
