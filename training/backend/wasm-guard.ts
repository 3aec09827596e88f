import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	type DataId,
	engine,
	env,
	getKernel,
	getKernelsForBackend,
	type KernelBackend,
	type KernelConfig,
	type NamedTensorInfoMap,
	registerKernel,
	type TensorInfo,
	unregisterKernel,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../base/errors.ts";
import { readFileSync } from "../../host/files.ts";
import { requirePackage } from "../../host/modules.ts";
import { dirname, join } from "../../host/paths.ts";
import { storeComplex, withComplex } from "./complex/kernels.ts";
import { moveComplex } from "./complex/move.ts";
import { computeInJavaScript } from "./in-javascript.ts";
import { kernelRule } from "./kernel-arguments.ts";
import { castInputs, typesFor } from "./kernel-types.ts";
import { computesWithNothing } from "./wasm-kernels/index.ts";

/** All that 32-bit WebAssembly can address, but for what the kernels need themselves. */
const MOST_BYTES = 0xffff_0000;

type Call = Parameters<KernelConfig["kernelFunc"]>[0];

/** The kernel that is being computed, for what goes wrong in its midst. */
let running = "";

/** The name of the kernel that is being computed. */
export const runningKernel = (): string => running;

/** What the outermost of the kernels that run has made, in vain if it fails. */
let made: DataId[] | undefined;

function checkShape(shape: readonly number[]): void {
	if (shape.every((size) => Number.isInteger(size) && size >= 0)) return;
	throw new UsageError(
		`${running}: the result would have the shape [${shape}]; sizes are whole numbers of at least 0`,
	);
}

/** Makes a wasm backend refuse what it has no room for, and what has no shape, before it is computed. */
export function guardBackend(backend: KernelBackend): void {
	if (backend instanceof MathBackendCPU) moveComplex(backend);
	if (!(backend instanceof BackendWasm)) return;
	storeComplex(backend);
	const wasm = backend.wasm as typeof backend.wasm & {
		/** All of the memory, anew when it grows. */
		readonly HEAPU8: Uint8Array;
		_malloc(bytes: number): number;
		_free(at: number): void;
	};
	// Until its first call it is a stub, which would put itself in our place.
	wasm._free(wasm._malloc(1));
	const allocate = wasm._malloc;
	wasm._malloc = (bytes) => {
		// The size is taken modulo 2³²: more would be given less.
		const at = bytes <= MOST_BYTES ? allocate(bytes) : 0;
		// Near the limit, what is given may end beyond a memory that did not grow.
		const isBeyond = (at >>> 0) + bytes > wasm.HEAPU8.length;
		if (isBeyond) wasm._free(at);
		if (isBeyond || (at === 0 && bytes > 0))
			throw new UsageError(
				`${running || "a tensor"}: there is no room for ${(bytes / 2 ** 30).toPrecision(3)} GiB more: the wasm backend has 4 GiB for all tensors; compute in smaller batches, and dispose tensors or use tf.tidy`,
			);
		return at;
	};
	const makeOutput = backend.makeOutput.bind(backend);
	backend.makeOutput = (shape, ...rest) => {
		checkShape(shape);
		const output = makeOutput(shape, ...rest);
		made?.push(output.dataId);
		return output;
	};
}

/**
 * Wraps the kernels of the wasm backend: arguments that would make them read or
 * write beyond their tensors are refused, what has an empty input is left to
 * the kernels in JavaScript (they know what the sum of nothing is), and after a
 * trap, which leaves the memory of WebAssembly in no known state, the backend is
 * replaced.
 */
export function guardKernels(): void {
	for (const config of getKernelsForBackend("wasm")) {
		unregisterKernel(config.kernelName, "wasm");
		registerKernel(withComplex(guarded(config)));
	}
}

/** One kernel, guarded. */
export function guarded(config: KernelConfig): KernelConfig {
	const { kernelName, kernelFunc } = config;
	const rule = kernelRule(kernelName);
	const types = typesFor(kernelName);
	const leaves = isLeft(kernelName);
	// Number by number, nothing is of nothing; in JavaScript some give it another type.
	const isBeyond =
		computesWithNothing(kernelName) || types !== undefined
			? isText
			: isTextOrNothing;
	return {
		...config,
		kernelFunc: (given) => {
			const { call, temporary } = castInputs(config, given, types);
			const { inputs, attrs, backend } = call as Call & {
				backend: BackendWasm;
			};
			const read = ({ dataId }: TensorInfo) => backend.readSync(dataId);
			const outer = running;
			running = kernelName;
			const isOutermost = made === undefined;
			made ??= [];
			const first = made.length;
			try {
				const problem = rule(inputs, attrs ?? {}, read);
				if (problem !== undefined)
					throw new UsageError(`${kernelName}: ${problem}`);
				return leaves && anyInput(inputs, isBeyond)
					? computeInJavaScript(kernelName, call, backend)
					: kernelFunc(call);
			} catch (error) {
				// One within another may fail and be made up for.
				if (!isTrap(error))
					for (const dataId of made.splice(first))
						backend.disposeData(dataId, true);
				if (SAYS_WHAT_IS_WRONG.test(kernelName) && !isTrap(error))
					throw argumentError(kernelName, error);
				if (!isTrap(error)) throw error;
				replaceBackend(backend);
				throw trapError(kernelName, inputs, error);
			} finally {
				running = outer;
				if (isOutermost) made = undefined;
				for (const { dataId } of temporary) backend.disposeData(dataId);
			}
		},
	};
}

const tensorsOf = (inputs: NamedTensorInfoMap): TensorInfo[] =>
	Object.values(inputs)
		.flat()
		// An option that was not given, e.g. a bias.
		.flatMap((input) => (input ? [input] : []));

/** Texts have no memory there. */
const isText = ({ dtype }: TensorInfo): boolean => dtype === "string";

const isTextOrNothing = ({ dtype, shape }: TensorInfo): boolean =>
	dtype === "string" || shape.includes(0);

/** Without a list: it is asked for every operation. */
function anyInput(
	inputs: NamedTensorInfoMap,
	is: (input: TensorInfo) => boolean,
): boolean {
	for (const name in inputs) {
		const input = inputs[name];
		if (!input) continue;
		// Some kernels take a list as one of their inputs.
		if (Array.isArray(input) ? input.some(is) : is(input)) return true;
	}
	return false;
}

/** Not those that hand on or arrange what is there: they are right, and share the data. Nor the gradients of dilations, which those in JavaScript refuse. */
const isLeft = (kernelName: string): boolean =>
	!/^(?:Identity|Reshape|Cast|Concat|Pack|ExpandDims|StaticRegexReplace|Dilation2DBackprop\w+|Complex(?:Abs)?|Real|Imag|I?FFT)$/.test(
		kernelName,
	) && getKernel(kernelName, "cpu") !== undefined;

/** `error` of a kernel: did WebAssembly stop in its midst? In whatever context it was made. */
const isTrap = (error: unknown): error is Error =>
	(error as Error | undefined)?.name === "RuntimeError";

/** Kernels whose own errors are about their arguments, in a sentence. */
const SAYS_WHAT_IS_WRONG = /^(?:Sparse|String|StaticRegex|Ragged)/;

function argumentError(kernelName: string, error: unknown): unknown {
	return error instanceof Error && !(error instanceof UsageError)
		? new UsageError(`${kernelName}: ${error.message}`, { cause: error })
		: error;
}

function trapError(
	kernelName: string,
	inputs: NamedTensorInfoMap,
	cause: Error,
): UsageError {
	const shapes = tensorsOf(inputs).map(
		({ dtype, shape }) => `${dtype}[${shape}]`,
	);
	return new UsageError(
		`${kernelName} stopped in the midst of its work on ${shapes.join(" and ")} (${cause.message.split("\n")[0]}): its arguments are not what it can compute with. The wasm backend was started anew; tensors made before keep their values, and what is computed from now on is right`,
		{ cause },
	);
}

type WasmImports = NonNullable<
	ConstructorParameters<typeof WebAssembly.Instance>[1]
>;

interface EmscriptenModule {
	instantiateWasm(
		imports: WasmImports,
		done: (instance: WebAssembly.Instance) => void,
	): WebAssembly.Instance["exports"];
	cwrap(name: string, result: string | null, types: string[]): never;
	tfjs: Record<string, unknown>;
}

/** A wasm backend, started as tfjs does, but before the call returns. */
function startWasm(): BackendWasm {
	const simd = env().getBool("WASM_HAS_SIMD_SUPPORT");
	const root = dirname(requirePackage.resolve("@tensorflow/tfjs-backend-wasm"));
	const binary = new WebAssembly.Module(
		readFileSync(join(root, `tfjs-backend-wasm${simd ? "-simd" : ""}.wasm`)),
	);
	const started: Partial<EmscriptenModule> = {
		instantiateWasm(imports, done) {
			const instance = new WebAssembly.Instance(binary, imports);
			done(instance);
			return instance.exports;
		},
	};
	const factory = requirePackage(
		"@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js",
	) as (config: Partial<EmscriptenModule>) => Promise<unknown>;
	// Rejected when this one stops as well, which its caller sees.
	factory(started).catch(() => undefined);
	const module = started as EmscriptenModule;
	module.tfjs = {
		init: module.cwrap("init", null, []),
		initWithThreadsCount: module.cwrap("init_with_threads_count", null, [
			"number",
		]),
		getThreadsCount: module.cwrap("get_threads_count", "number", []),
		registerTensor: module.cwrap("register_tensor", null, [
			"number",
			"number",
			"number",
		]),
		disposeData: module.cwrap("dispose_data", null, ["number"]),
		dispose: module.cwrap("dispose", null, []),
	};
	return new BackendWasm(module as never);
}

/**
 * Puts a new wasm backend in the place of one that trapped. Its memory can still
 * be read: tfjs moves each tensor when it is next used.
 */
function replaceBackend(broken: BackendWasm): void {
	retire(broken);
	const registry = engine().registry;
	if (registry.wasm !== broken) return;
	const restore = keepErrorListeners();
	const fresh = startWasm();
	restore();
	guardBackend(fresh);
	registry.wasm = fresh;
	// There is nothing to wait for: the backend is there.
	if (engine().backendName === "wasm") void engine().setBackend("wasm");
}

/** Lets a backend be read and forgotten, without another call into its module. */
function retire(backend: BackendWasm): void {
	const { dataIdMap } = backend as unknown as {
		dataIdMap: {
			has(id: DataId): boolean;
			get(id: DataId): { refCount: number };
			delete(id: DataId): boolean;
		};
	};
	backend.disposeData = (dataId, force = false) => {
		if (!dataIdMap.has(dataId)) return true;
		const data = dataIdMap.get(dataId);
		data.refCount--;
		if (!force && data.refCount > 0) return false;
		return dataIdMap.delete(dataId);
	};
}

/**
 * The loader of the wasm module listens for uncaught errors of the whole
 * process and throws them again, which would end a kernel for any late error
 * of a cell. Returns what takes such listeners off.
 */
export function keepErrorListeners(): () => void {
	const events = ["uncaughtException", "unhandledRejection"] as const;
	const before = events.map((event) => new Set(process.rawListeners(event)));
	return () => {
		for (const [i, event] of events.entries())
			for (const listener of process.rawListeners(event))
				if (!before[i]?.has(listener))
					process.off(event, listener as () => void);
	};
}
