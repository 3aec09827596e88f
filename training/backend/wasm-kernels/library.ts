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
		compiled ??= new WebAssembly.Module(
			readFileSync(builtFile("kernels.wasm", import.meta.url)),
		);
		const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
		library = exports;
		instances.set(memory, library);
	}
	return library as Kernels;
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
