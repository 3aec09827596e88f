import {
	type Clean,
	canonicalJson,
	digestOf,
	sha256,
} from "../../base/canonical.ts";
import { encodeNpy, isNumericArray } from "../../formats/npy.ts";

/** A value turned into files, and the digest of what it says. */
export interface SerializedArtifact {
	/** Path relative to where artifacts are kept → content. */
	readonly files: Readonly<Record<string, string | Uint8Array>>;
	/** Of the values alone: names that a library makes up are left out. */
	readonly digest: string;
}

interface TensorLike {
	readonly shape: readonly number[];
	readonly dtype: string;
	data(): Promise<ArrayLike<number> | readonly string[]>;
}

interface ModelArtifacts {
	readonly modelTopology?: unknown;
	readonly weightSpecs?: readonly {
		name: string;
		shape: readonly number[];
		dtype: string;
	}[];
	readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
	readonly format?: string;
	readonly generatedBy?: string;
	readonly convertedBy?: string | null;
}

interface ModelLike {
	save(handler: {
		save(artifacts: ModelArtifacts): Promise<unknown>;
	}): Promise<unknown>;
}

function isTensor(value: object): value is TensorLike {
	return (
		"shape" in value &&
		"dtype" in value &&
		"data" in value &&
		typeof value.data === "function"
	);
}

function isModel(value: object): value is ModelLike {
	return "save" in value && typeof value.save === "function";
}

/**
 * Turns a value into files:
 * a layers model → `NAME/model.json` and `NAME/weights.bin` (TensorFlow.js layout),
 * a tensor or typed array → `NAME.npy`, text → `NAME.txt`, anything else → `NAME.json`.
 * Throws a TypeError for functions and symbols.
 * @param clean takes secrets out of texts and names, before they are digested
 */
export async function serializeArtifact(
	name: string,
	value: unknown,
	clean: Clean = (one) => one,
): Promise<SerializedArtifact> {
	if (typeof value === "string") {
		const text = clean(value);
		return { files: { [`${name}.txt`]: text }, digest: digestOf(text) };
	}
	if (isNumericArray(value)) return npy(name, value, [value.length]);
	if (typeof value === "object" && value !== null) {
		if (isTensor(value)) return serializeTensor(name, value, clean);
		if (isModel(value)) return serializeModel(name, value, clean);
	}
	const text = jsonOf(name, value, clean);
	return { files: { [`${name}.json`]: `${text}\n` }, digest: sha256(text) };
}

function jsonOf(name: string, value: unknown, clean: Clean): string {
	try {
		return canonicalJson(value, clean);
	} catch (error) {
		throw new TypeError(`artifact "${name}": ${(error as Error).message}`);
	}
}

function npy(
	name: string,
	values: Parameters<typeof encodeNpy>[0],
	shape: readonly number[],
): SerializedArtifact {
	const bytes = encodeNpy(values, shape);
	return { files: { [`${name}.npy`]: bytes }, digest: sha256(bytes) };
}

async function serializeTensor(
	name: string,
	tensor: TensorLike,
	clean: Clean,
): Promise<SerializedArtifact> {
	const values = await tensor.data();
	if (isNumericArray(values))
		return npy(
			name,
			values,
			// Complex numbers come as pairs of floats.
			tensor.dtype === "complex64" ? [...tensor.shape, 2] : tensor.shape,
		);
	return serializeArtifact(
		name,
		{
			dtype: tensor.dtype,
			shape: tensor.shape,
			values: Array.from(values as ArrayLike<unknown>),
		},
		clean,
	);
}

async function serializeModel(
	name: string,
	model: ModelLike,
	clean: Clean,
): Promise<SerializedArtifact> {
	let artifacts: ModelArtifacts | undefined;
	await model.save({
		async save(given) {
			artifacts = given;
			return { modelArtifactsInfo: { dateSaved: new Date(0) } };
		},
	});
	if (!artifacts?.weightSpecs)
		throw new TypeError(
			`artifact "${name}": the model's save() gave no weights; pass a tf.LayersModel`,
		);
	const { weightData } = artifacts;
	const weights = Buffer.concat(
		(Array.isArray(weightData)
			? weightData
			: [weightData ?? new ArrayBuffer(0)]
		).map((part: ArrayBuffer) => new Uint8Array(part)),
	);
	const manifest = {
		modelTopology: artifacts.modelTopology,
		format: artifacts.format ?? "layers-model",
		generatedBy: artifacts.generatedBy,
		convertedBy: artifacts.convertedBy ?? null,
		weightsManifest: [
			{ paths: ["weights.bin"], weights: artifacts.weightSpecs },
		],
	};
	return {
		files: {
			[`${name}/model.json`]: `${JSON.stringify(
				manifest,
				(key, one) => (typeof one === "string" ? clean(one, key) : one),
				"\t",
			)}\n`,
			[`${name}/weights.bin`]: weights,
		},
		// tfjs numbers its layers through the life of a process ("dense_Dense7"): only
		// shapes, types and values are the same wherever the model was built.
		digest: digestOf({
			specs: artifacts.weightSpecs.map(({ shape, dtype }) => ({
				shape,
				dtype,
			})),
			weights: sha256(weights),
		}),
	};
}
