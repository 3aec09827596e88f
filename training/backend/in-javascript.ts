import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	type BackendValues,
	type DataId,
	getKernel,
	type KernelBackend,
	type KernelConfig,
	type NamedTensorInfoMap,
	type TensorInfo,
} from "@tensorflow/tfjs-core";

type Call = Parameters<KernelConfig["kernelFunc"]>[0];

let javaScript: MathBackendCPU | undefined;

/** Else the first tensor prints an advertisement for tfjs-node. */
export const keepQuiet = <Backend extends KernelBackend>(
	backend: Backend,
): Backend => Object.assign(backend, { firstUse: false });

/** What the kernel of the backend in JavaScript computes for a call on the wasm backend, from copies of its inputs. */
export function computeInJavaScript(
	kernelName: string,
	{ inputs, attrs }: Call,
	backend: BackendWasm,
): TensorInfo | TensorInfo[] {
	javaScript ??= keepQuiet(new MathBackendCPU());
	const cpu = javaScript;
	const moved: DataId[] = [];
	const move = (input: TensorInfo): TensorInfo => {
		const values = backend.readSync(input.dataId) as BackendValues;
		const dataId = cpu.write(values, input.shape, input.dtype);
		moved.push(dataId);
		return { ...input, dataId };
	};
	// Some kernels take a list, and others take one as one of their inputs.
	const movedInputs: Record<string, unknown> = Object(
		Array.isArray(inputs) ? [] : {},
	);
	for (const [name, input] of Object.entries(inputs))
		if (Array.isArray(input)) movedInputs[name] = input.map(move);
		else if (input) movedInputs[name] = move(input);
	const result = getKernel(kernelName, "cpu").kernelFunc({
		inputs: movedInputs as NamedTensorInfoMap,
		attrs,
		backend: cpu,
	});
	const back = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => {
		const values = cpu.readSync(dataId);
		moved.push(dataId);
		return backend.makeOutput(shape, dtype, undefined, values);
	};
	const outputs = Array.isArray(result) ? result.map(back) : back(result);
	for (const dataId of moved) cpu.disposeData(dataId, true);
	return outputs;
}
