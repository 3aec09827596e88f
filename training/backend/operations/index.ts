import { createRequire } from "node:module";
import type * as Core from "@tensorflow/tfjs-core";
import { einsum } from "./einsum.ts";
import { fusedMatMul } from "./fused-mat-mul.ts";
import { bandPart } from "./linalg.ts";
import { euclideanNorm, norm } from "./norm.ts";

const core = createRequire(import.meta.url)(
	"@tensorflow/tfjs-core",
) as typeof Core;

/**
 * Operations that tfjs-core has wrong above their kernels, or lacks. Layers find them
 * where core exports them; users find them in tf.ts, which exports these by name.
 */
export function installOperations(): void {
	Object.assign(core, { einsum, euclideanNorm, norm });
	Object.assign(core.fused, { matMul: fusedMatMul });
	Object.assign(core.linalg, { bandPart });
}

export { einsum, euclideanNorm, norm };
