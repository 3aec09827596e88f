import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type {
	BackendValues,
	KernelBackend,
	KernelConfig,
	TensorInfo,
} from "@tensorflow/tfjs-core";
import { address, release } from "./heap.ts";
import { kernelLibrary, libraryOn } from "./library.ts";
import { sizeOf } from "./strided.ts";

/** What a kernel is to write. */
export interface Output {
	readonly shape: readonly number[];
	readonly dtype: "float32" | "int32";
}

/** Numbers that a kernel reads and no tensor holds. */
type Table = Int32Array | Float32Array;

/** Where inputs, tables and outputs lie in the memory of the library, in bytes. */
interface Places {
	readonly inputs: readonly number[];
	readonly tables: readonly number[];
	readonly outputs: readonly number[];
}

interface Work<Library> {
	/** Of 32-bit numbers. */
	readonly inputs: readonly TensorInfo[];
	readonly tables?: readonly Table[];
	readonly outputs: readonly Output[];
	compute(library: Library, places: Places): void;
}

/**
 * Has kernels of assembly/ compute tensors, with the same bits on every backend: on
 * the memory of the wasm backend in place, for any other on copies.
 */
export function computeOn<Library extends object>(
	backend: unknown,
	work: Work<Library>,
): TensorInfo[] {
	return backend instanceof BackendWasm
		? computeInPlace(backend, work)
		: computeOnCopies(backend as AnyBackend, work);
}

function computeInPlace<Library extends object>(
	backend: BackendWasm,
	{ inputs, tables = [], outputs, compute }: Work<Library>,
): TensorInfo[] {
	const copied: TensorInfo[] = [];
	const at = (tensor: TensorInfo) => address(backend, tensor);
	try {
		const made = outputs.map(({ shape, dtype }) =>
			backend.makeOutput([...shape], dtype),
		);
		for (const table of tables)
			copied.push(tensorOf(backend, [table.length], table));
		compute(kernelLibrary<Library>(backend), {
			inputs: inputs.map(at),
			tables: copied.map(at),
			outputs: made.map(at),
		});
		return made;
	} finally {
		for (const table of copied) release(backend, table);
	}
}

/** What is asked of any backend, wherever it has its tensors. */
type AnyBackend = Pick<KernelBackend, "readSync"> & {
	write(
		values: BackendValues,
		shape: readonly number[],
		dtype: string,
	): TensorInfo["dataId"];
};

/** The tensor's values, as numbers. */
export const valuesOf = (
	backend: unknown,
	{ dataId }: TensorInfo,
): ArrayLike<number> =>
	(backend as AnyBackend).readSync(dataId) as unknown as ArrayLike<number>;

/** A tensor of these values. */
export function tensorOf(
	backend: unknown,
	shape: readonly number[],
	values: Table,
): TensorInfo {
	const dtype = values instanceof Int32Array ? "int32" : "float32";
	const dataId = (backend as AnyBackend).write(values, shape, dtype);
	return { dataId, shape: [...shape], dtype };
}

const PAGE = 1 << 16;
/** Bytes that are kept for the next call. */
const MOST_KEPT = 64 << 20;
let scratch: WebAssembly.Memory | undefined;

function computeOnCopies<Library extends object>(
	backend: AnyBackend,
	{ inputs, tables = [], outputs, compute }: Work<Library>,
): TensorInfo[] {
	const read = inputs.map((input) => valuesOf(backend, input));
	const sizes = outputs.map(({ shape }) => sizeOf(shape));
	// The first page is left alone.
	let end = PAGE;
	const place = (count: number) => {
		const at = end;
		end += Math.ceil(count / 4) * 16;
		return at;
	};
	const places = {
		inputs: read.map(({ length }) => place(length)),
		tables: tables.map(({ length }) => place(length)),
		outputs: sizes.map(place),
	};
	scratch ??= new WebAssembly.Memory({ initial: 2 });
	const missing = Math.ceil((end - scratch.buffer.byteLength) / PAGE);
	if (missing > 0) scratch.grow(missing);
	const { buffer } = scratch;
	const copy = (values: ArrayLike<number>, isWhole: boolean, at: number) =>
		(isWhole ? new Int32Array(buffer, at) : new Float32Array(buffer, at)).set(
			values,
		);
	for (const [k, values] of read.entries())
		copy(values, inputs[k]?.dtype === "int32", places.inputs[k] as number);
	for (const [k, table] of tables.entries())
		copy(table, table instanceof Int32Array, places.tables[k] as number);
	compute(libraryOn<Library>(scratch), places);
	// Such a memory never shrinks.
	if (buffer.byteLength > MOST_KEPT) scratch = undefined;
	return outputs.map(({ shape, dtype }, k) => {
		const kind = dtype === "int32" ? Int32Array : Float32Array;
		const at = places.outputs[k] as number;
		return tensorOf(backend, shape, new kind(buffer, at, sizes[k]).slice());
	});
}

/** The kernel on the default backend and on that in JavaScript, whose own may be wrong or missing. */
export const onBoth = (
	kernelName: string,
	kernelFunc: KernelConfig["kernelFunc"],
): KernelConfig[] =>
	["wasm", "cpu"].map((backendName) => ({
		kernelName,
		backendName,
		kernelFunc,
	}));

/** The same on every backend: for kernels that none of them has. */
export const onAll = (
	kernelName: string,
	kernelFunc: KernelConfig["kernelFunc"],
): KernelConfig[] => [
	...onBoth(kernelName, kernelFunc),
	{ kernelName, backendName: "tensorflow", kernelFunc },
];
