import { io, util } from "@tensorflow/tfjs-core";
import {
	type LayersModel,
	loadLayersModel as loadFromAnywhere,
} from "@tensorflow/tfjs-layers";
import { presentTime } from "../../base/clock.ts";
import { UsageError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { existsSync, readFileSync, statSync } from "../../host/files.ts";
import {
	basename,
	dirname,
	extname,
	fileURLToPath,
	join,
	resolve,
} from "../../host/paths.ts";

const MODEL_FILE = "model.json";
const WEIGHTS_FILE = "weights.bin";

/** Formats of others, by the end of the name, and how to have what tfjs reads. */
const FOREIGN: Readonly<Record<string, string>> = {
	".h5":
		"a Keras file; convert it with: tensorflowjs_converter --input_format=keras FILE FOLDER",
	".hdf5":
		"a Keras file; convert it with: tensorflowjs_converter --input_format=keras FILE FOLDER",
	".keras":
		"a Keras 3 file; save it from Keras 2 (package tf_keras) as .h5, and convert that with: tensorflowjs_converter --input_format=keras FILE FOLDER",
	".pb":
		"a TensorFlow SavedModel; convert its folder with: tensorflowjs_converter --input_format=tf_saved_model SAVED_MODEL FOLDER",
	".onnx": "an ONNX file, which TensorFlow.js does not read",
	".pt": "a PyTorch file, which TensorFlow.js does not read",
	".pth": "a PyTorch file, which TensorFlow.js does not read",
	".safetensors":
		"a file of weights alone; build the model in code and set them with model.setWeights",
};

/** The path that a `file://` URL or a plain path means; undefined for URLs of other kinds. */
function pathOf(url: unknown): string | undefined {
	if (typeof url !== "string") return undefined;
	if (!url.startsWith("file://"))
		return /^[a-z][a-z0-9+.-]+:\/\//i.test(url) ? undefined : resolve(url);
	// Relative, as tfjs-node takes it, and which no URL is.
	const plain = url.slice("file://".length);
	return plain.startsWith("/") && !existsSync(plain)
		? fileURLToPath(url)
		: resolve(plain);
}

function modelFileAt(path: string): string {
	const foreign = FOREIGN[extname(path).toLowerCase()];
	if (foreign !== undefined)
		throw new UsageError(
			`${path} is ${foreign.replace("FILE", path)}${foreign.includes("convert") ? `, then load FOLDER/${MODEL_FILE}` : ""}`,
		);
	if (!existsSync(path))
		throw new UsageError(
			`there is no model at ${path}: give a folder with ${MODEL_FILE}, as model.save("FOLDER") and dd.artifact write it, or the path of its JSON file`,
		);
	if (!statSync(path).isDirectory()) return path;
	const file = join(path, MODEL_FILE);
	if (existsSync(file)) return file;
	if (existsSync(join(path, "saved_model.pb")))
		return modelFileAt(join(path, "saved_model.pb"));
	throw new UsageError(
		`the folder ${path} has no ${MODEL_FILE}, so it holds no model of TensorFlow.js`,
	);
}

function readModelFile(path: string): io.ModelJSON {
	const file = modelFileAt(path);
	let content: Partial<io.ModelJSON> | undefined;
	try {
		content = JSON.parse(readFileSync(file, "utf8")) as Partial<io.ModelJSON>;
	} catch (error) {
		throw new UsageError(
			`${file} is no model of TensorFlow.js: ${(error as Error).message}`,
			{ cause: error },
		);
	}
	const { modelTopology, weightsManifest } = content ?? {};
	if (!modelTopology || !Array.isArray(weightsManifest))
		throw new UsageError(
			`${file} is no model of TensorFlow.js: it has no modelTopology and weightsManifest; model.save("FOLDER") writes them`,
		);
	return { ...content, modelTopology, weightsManifest };
}

function readWeights(
	folder: string,
	manifest: io.WeightsManifestConfig,
): [io.WeightsManifestEntry[], ArrayBuffer] {
	const specs = io.getWeightSpecs(manifest);
	const shards = manifest
		.flatMap(({ paths }) => paths)
		.map((path) => {
			const file = join(folder, path);
			if (existsSync(file)) return readFileSync(file);
			throw new UsageError(
				`the model in ${folder} lacks ${path}, which holds weights; copy the whole folder`,
			);
		});
	const weights = Uint8Array.from(Buffer.concat(shards));
	const expected = specs.reduce(
		(sum, { shape, dtype }) =>
			sum +
			util.sizeFromShape([...shape]) *
				(dtype === "string" ? 0 : util.bytesPerElement(dtype)),
		0,
	);
	// Texts and packed numbers have sizes of their own.
	const isPlain = specs.every(
		({ dtype, quantization }) => dtype !== "string" && !quantization,
	);
	if (isPlain && weights.length !== expected)
		throw new UsageError(
			`the weights of the model in ${folder} are damaged: ${weights.length} bytes, and its ${MODEL_FILE} lists ${expected}; copy the folder again`,
		);
	return [specs, weights.buffer];
}

function readModel(path: string): io.ModelArtifacts {
	const { weightsManifest, ...model } = readModelFile(path);
	const [weightSpecs, weightData] = readWeights(
		dirname(modelFileAt(path)),
		weightsManifest,
	);
	return { ...model, weightSpecs, weightData };
}

function writeModel(path: string, artifacts: io.ModelArtifacts): io.SaveResult {
	if (artifacts.modelTopology instanceof ArrayBuffer)
		throw new UsageError("a model whose topology is binary cannot be saved");
	const {
		weightSpecs = [],
		weightData = new ArrayBuffer(0),
		...rest
	} = artifacts;
	const folder = basename(path) === MODEL_FILE ? dirname(path) : path;
	if (/^\.(?:json|h5|keras)$/.test(extname(folder)))
		throw new UsageError(
			`a model is saved as a folder with ${MODEL_FILE} and ${WEIGHTS_FILE}; give a folder's name, not ${basename(folder)}`,
		);
	const manifest = [{ paths: [WEIGHTS_FILE], weights: weightSpecs }];
	const model = { ...rest, weightsManifest: manifest };
	const bytes = Buffer.concat(
		[weightData].flat().map((part) => new Uint8Array(part)),
	);
	writeFileAtomic(join(folder, WEIGHTS_FILE), bytes);
	// Last: where it is, the model is whole.
	writeFileAtomic(join(folder, MODEL_FILE), `${JSON.stringify(model)}\n`);
	return {
		modelArtifactsInfo: {
			dateSaved: presentTime(),
			modelTopologyType: "JSON",
			weightDataBytes: bytes.length,
		},
	};
}

/** A model's files in a folder: reads and writes what tfjs-node and the converter do. */
const modelFiles = (path: string): io.IOHandler => ({
	load: async () => readModel(path),
	save: async (artifacts) => writeModel(path, artifacts),
});

/** tfjs asks a router for a handler, and wants null where it has none. */
const NO_HANDLER = null as unknown as io.IOHandler;

let asking = false;

/** A router of ours that leaves to others, e.g. tfjs-node, what they can do. */
const routed =
	(others: (url: string) => io.IOHandler[]) =>
	(url: string | string[]): io.IOHandler => {
		const path = asking ? undefined : pathOf(url);
		if (path === undefined) return NO_HANDLER;
		asking = true;
		try {
			return others(String(url)).length > 0 ? NO_HANDLER : modelFiles(path);
		} finally {
			asking = false;
		}
	};

/** Lets `model.save` and `tf.loadLayersModel` take paths and `file://` URLs. */
export function registerModelFiles(): void {
	io.registerSaveRouter(routed((url) => io.getSaveHandlers(url)));
	io.registerLoadRouter(routed((url) => io.getLoadHandlers(url)));
}

/**
 * Loads a layers model from a folder, a path of its JSON file, a `file://` or
 * `https://` URL, or a handler of `tf.io`.
 * @throws UsageError when there is none, or it is of another kind
 * @example
 * await model.save("models/moons");
 * const again = await tf.loadLayersModel("models/moons");
 */
export async function loadLayersModel(
	...[from, options]: Parameters<typeof loadFromAnywhere>
): Promise<LayersModel> {
	if (from === undefined || from === null || (from as unknown) === "")
		throw new UsageError(
			`tf.loadLayersModel takes the path of a folder with ${MODEL_FILE}, or of its JSON file, and not ${String(from) || "an empty text"}`,
		);
	const path = pathOf(from);
	if (path !== undefined) {
		const { format } = readModelFile(path);
		if (format === "graph-model")
			throw new UsageError(
				`${path} is a graph model, and tf.loadLayersModel loads layers models; run it with loadGraphModel of the package @tensorflow/tfjs-converter, from the same path`,
			);
	}
	try {
		return await loadFromAnywhere(from, options);
	} catch (error) {
		const custom = /Unknown layer: ([^.\s]+)/.exec(String(error))?.[1];
		if (custom === undefined) throw error;
		throw new UsageError(
			`the model has layers of the class ${custom}, which is not known here: define the class and call tf.serialization.registerClass(${custom}) before the model is loaded`,
			{ cause: error },
		);
	}
}
