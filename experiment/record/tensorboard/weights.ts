import { existsSync, readFileSync } from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";

/** A named array of numbers. */
export interface NamedValues {
	readonly name: string;
	readonly values: Float32Array;
}

interface WeightSpec {
	readonly name: string;
	readonly shape: readonly number[];
	readonly dtype: string;
}

/**
 * The weights of a model as a run keeps it, in TensorFlow.js's layout:
 * `model.json` names them, `weights.bin` holds them one after the other. Empty
 * for an artifact that is no model.
 */
export function storedWeights(folder: string): NamedValues[] {
	const manifest = join(folder, "model.json");
	if (!existsSync(manifest)) return [];
	const { weightsManifest } = JSON.parse(readFileSync(manifest, "utf8")) as {
		weightsManifest: readonly { readonly weights: readonly WeightSpec[] }[];
	};
	// A copy, so that numbers begin at multiples of four bytes.
	const { buffer } = Uint8Array.from(readFileSync(join(folder, "weights.bin")));
	const found: NamedValues[] = [];
	let at = 0;
	for (const { name, shape, dtype } of weightsManifest.flatMap(
		({ weights }) => weights,
	)) {
		// Models of layers have no others; what comes after could not be found.
		if (dtype !== "float32") break;
		const size = shape.reduce((product, length) => product * length, 1);
		found.push({ name, values: new Float32Array(buffer, at, size) });
		at += 4 * size;
	}
	return found;
}
