import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { builtFile } from "../../../base/built-file.ts";
import { readFileSync } from "../../../host/files.ts";

let compiled: WebAssembly.Module | undefined;
const instances = new WeakMap<WebAssembly.Memory, object>();

/**
 * The kernels of assembly/ on the memory of `backend`, loaded when they are first
 * asked for. Pointers are bytes into that memory.
 *
 * @param Kernels those of one file of assembly/, beside the code that calls them
 */
export function kernelLibrary<Kernels extends object>(
	backend: BackendWasm,
): Kernels {
	return libraryOn<Kernels>(memoryOf(backend));
}

/** The same on any memory. */
export function libraryOn<Kernels extends object>(
	memory: WebAssembly.Memory,
): Kernels {
	let library = instances.get(memory);
	if (!library) {
		const { exports } = new WebAssembly.Instance(compiledKernels(), {
			env: { memory },
		});
		library = exports;
		instances.set(memory, library);
	}
	return library as Kernels;
}

function compiledKernels(): WebAssembly.Module {
	compiled ??= new WebAssembly.Module(
		readFileSync(builtFile("kernels.wasm", import.meta.url)),
	);
	return compiled;
}

/** Which parameters of a kernel are pointers, and which of these it writes to. */
export interface Signature {
	readonly pointers: readonly number[];
	readonly written: readonly number[];
}

let signatures: Readonly<Record<string, Signature>> | undefined;

/** Of all kernels, by name; the build keeps them in the module. */
export function kernelSignatures(): Readonly<Record<string, Signature>> {
	if (!signatures) {
		const [section] = WebAssembly.Module.customSections(
			compiledKernels(),
			"signatures",
		);
		signatures = JSON.parse(new TextDecoder().decode(section)) as Readonly<
			Record<string, Signature>
		>;
	}
	return signatures;
}

/** A kernel, whatever it takes. */
export type AnyKernel = (...args: number[]) => number | undefined;

/**
 * While `body` runs, `listener` is told of each kernel that computes on the memory of
 * `backend`, before it does.
 */
export function listening<Result>(
	backend: BackendWasm,
	listener: (name: string, args: readonly number[]) => void,
	body: () => Result,
): Result {
	const memory = memoryOf(backend);
	const library = libraryOn<Record<string, AnyKernel>>(memory);
	const told = Object.fromEntries(
		Object.entries(library).map(([name, kernel]) => [
			name,
			(...args: number[]) => {
				listener(name, args);
				return kernel(...args);
			},
		]),
	);
	instances.set(memory, told);
	try {
		return body();
	} finally {
		instances.set(memory, library);
	}
}

/** tfjs tells nobody its memory; the loader that emscripten made keeps it. */
function memoryOf(backend: BackendWasm): WebAssembly.Memory {
	const { asm } = backend.wasm as unknown as {
		asm?: Readonly<Record<string, unknown>>;
	};
	if (asm?.memory instanceof WebAssembly.Memory) return asm.memory;
	throw new Error(
		"The loader of tfjs's wasm backend does not have its memory under asm.memory, as that of 4.22.0 has. Find where this version keeps it.",
	);
}
