import { readFileSync } from "node:fs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { builtFile } from "../../../experiment/built-file.ts";

/** Sizes of a pooling, in the order in which the kernels take them. */
export type PoolSizes = readonly [
	height: number,
	width: number,
	channels: number,
	outHeight: number,
	outWidth: number,
	windowHeight: number,
	windowWidth: number,
	strideHeight: number,
	strideWidth: number,
	top: number,
	left: number,
];

/**
 * The kernels of assembly/, which documents them. Pointers are bytes into the
 * memory of tfjs's wasm backend; `first` and `end` bound the images to compute.
 */
export interface KernelLibrary {
	maxPool(
		x: number,
		y: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	argMaxPool(
		x: number,
		indexes: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	maxPoolGrad(
		x: number,
		dy: number,
		dx: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
}

let compiled: WebAssembly.Module | undefined;
const instances = new WeakMap<WebAssembly.Memory, KernelLibrary>();

/** The kernels on the memory of `backend`, loaded when they are first asked for. */
export function kernelLibrary(backend: BackendWasm): KernelLibrary {
	const memory = memoryOf(backend);
	let library = instances.get(memory);
	if (!library) {
		compiled ??= new WebAssembly.Module(
			readFileSync(builtFile("kernels.wasm", import.meta.url)),
		);
		const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
		library = exports as unknown as KernelLibrary;
		instances.set(memory, library);
	}
	return library;
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
