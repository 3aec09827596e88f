import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	backend_util,
	getKernel,
	type KernelConfig,
	type TensorInfo,
	util,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { computeInJavaScript } from "../in-javascript.ts";

/** A kernel that the wasm backend lacks, by that of the backend in JavaScript: of texts and bookkeeping there is little to make fast. */
const inJavaScript = (kernelName: string): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: (call) =>
		computeInJavaScript(kernelName, call, call.backend as BackendWasm),
});

/** A pattern, and what a rewrite means to JavaScript: TensorFlow writes \1 for a group, and \0 for all of it. */
function replacement({
	pattern,
	rewrite,
	replaceGlobal,
}: {
	pattern: string;
	rewrite: string;
	replaceGlobal: boolean;
}): [RegExp, string] {
	const meant = rewrite
		.replaceAll("$", "$$$$")
		.replace(/\\([\d\\])/g, (_, sign: string) =>
			sign === "\\" ? "\\" : sign === "0" ? "$&" : `$${sign}`,
		);
	try {
		return [new RegExp(pattern, replaceGlobal ? "gu" : "u"), meant];
	} catch (error) {
		throw new UsageError(
			`staticRegexReplace: ${(error as Error).message}; give a regular expression as JavaScript writes it`,
			{ cause: error },
		);
	}
}

/** tfjs leaves the groups of a rewrite as they stand, and has a meaning of its own for "$". */
const staticRegexReplace: KernelConfig = {
	kernelName: "StaticRegexReplace",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const x = call.inputs.x as TensorInfo;
		const [pattern, rewrite] = replacement(
			call.attrs as unknown as Parameters<typeof replacement>[0],
		);
		const texts = backend_util.fromUint8ToStringArray(
			backend.readSync(x.dataId) as unknown as Uint8Array[],
		);
		const replaced = backend_util.fromStringArrayToUint8(
			texts.map((text) => text.replace(pattern, rewrite)),
		);
		return backend.makeOutput(
			x.shape,
			"string",
			undefined,
			replaced as unknown as Uint8Array,
		);
	},
};

/** tfjs fills with numbers only, and a truth value with whichever it is given. */
function fill(): KernelConfig {
	const original = getKernel("Fill", "wasm");
	return {
		...original,
		kernelFunc: (call) => {
			const { value, dtype } = call.attrs as {
				value: number | string;
				dtype?: string;
			};
			const type = dtype ?? util.inferDtype(value);
			if (type === "string")
				return computeInJavaScript("Fill", call, call.backend as BackendWasm);
			return type === "bool"
				? original.kernelFunc({
						...call,
						attrs: { ...call.attrs, value: Number(Boolean(value)) },
					})
				: original.kernelFunc(call);
		},
	};
}

/** Kernels of texts and of ragged tensors. */
export const textKernels = (): readonly KernelConfig[] => [
	fill(),
	inJavaScript("RaggedGather"),
	inJavaScript("RaggedRange"),
	inJavaScript("RaggedTensorToTensor"),
	staticRegexReplace,
];
