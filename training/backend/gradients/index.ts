import {
	type GradConfig,
	getGradient,
	registerGradient,
	unregisterGradient,
} from "@tensorflow/tfjs-core";
import {
	complexGradients,
	registerComplexGradients,
} from "../complex/gradients.ts";
import { arrayGradients } from "./arrays.ts";
import { replaceBackpropagation } from "./backward.ts";
import { binaryGradients } from "./binary.ts";
import { convolutionGradients } from "./convolution.ts";
import { diagGradients } from "./diag.ts";
import { elementwiseGradients } from "./elementwise.ts";
import { extremumGradients } from "./extremum.ts";
import { gatherGradients } from "./gather.ts";
import { imageGradients } from "./images.ts";
import { matMulGradients } from "./mat-mul.ts";
import { normalisationGradients } from "./normalisation.ts";
import { poolingGradients } from "./pooling.ts";
import { reductionGradients } from "./reductions.ts";
import { mendSaving } from "./saving.ts";
import { sparseGradients } from "./sparse.ts";
import { keepTapeInOrder } from "./tape.ts";

/**
 * Gradients that tfjs has wrong, or does not have, on every backend. They compute
 * by operations of tfjs, and by kernels that each backend has.
 */
const GRADIENTS: readonly GradConfig[] = [
	...convolutionGradients,
	...complexGradients,
	...diagGradients,
	...binaryGradients,
	...elementwiseGradients,
	...extremumGradients,
	...matMulGradients,
	...normalisationGradients,
	...poolingGradients,
	...imageGradients,
	...arrayGradients,
	...gatherGradients,
	...reductionGradients,
	...sparseGradients,
];

/** Puts them in the place of those of tfjs, and makes gradients of gradients whole. */
export function registerGradients(): void {
	replaceBackpropagation();
	keepTapeInOrder();
	mendSaving();
	for (const gradient of GRADIENTS) {
		if (getGradient(gradient.kernelName))
			unregisterGradient(gradient.kernelName);
		registerGradient(gradient);
	}
	registerComplexGradients();
}
