import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	type GatherV2Attrs,
	type KernelConfig,
	type ScatterNdAttrs,
	type TensorInfo,
	type UnsortedSegmentSumAttrs,
	util,
} from "@tensorflow/tfjs-core";
import { columnsOf } from "../kernel-arguments.ts";
import { address, ints, release } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import { copyStrided, sizeOf, stridesOf } from "./strided.ts";

/** assembly/gather.ts, which documents them. */
interface GatherLibrary {
	gatherParts(
		x: number,
		indices: number,
		y: number,
		first: number,
		end: number,
		outer: number,
		size: number,
		count: number,
		bytes: number,
	): void;
	placeParts(
		x: number,
		indices: number,
		y: number,
		count: number,
		bytes: number,
	): void;
	addFloatParts(
		x: number,
		indices: number,
		y: number,
		count: number,
		values: number,
		places: number,
	): void;
	addIntegerParts: GatherLibrary["addFloatParts"];
	addWideParts: GatherLibrary["addFloatParts"];
	roundWide(wide: number, y: number, size: number): void;
}

const bytesOf = ({ dtype }: TensorInfo, values: number) =>
	util.bytesPerElement(dtype) * values;

/** The original reads beyond its tensor with batch dimensions. */
const gatherV2: KernelConfig = {
	kernelName: "GatherV2",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const { x, indices } = call.inputs as Record<"x" | "indices", TensorInfo>;
		const { axis, batchDims } = call.attrs as unknown as GatherV2Attrs;
		const [at = 0] = util.parseAxisParam(axis, x.shape);
		const batches =
			batchDims < 0 ? batchDims + indices.shape.length : batchDims;
		const own = indices.shape.slice(batches);
		const y = backend.makeOutput(
			[...x.shape.slice(0, at), ...own, ...x.shape.slice(at + 1)],
			x.dtype,
		);
		if (sizeOf(y.shape) === 0) return y;
		kernelLibrary<GatherLibrary>(backend).gatherParts(
			address(backend, x),
			address(backend, indices),
			address(backend, y),
			0,
			sizeOf(x.shape.slice(0, batches)),
			sizeOf(x.shape.slice(batches, at)),
			x.shape[at] as number,
			sizeOf(own),
			bytesOf(x, sizeOf(x.shape.slice(at + 1))),
		);
		return y;
	},
};

/** Rows of places in a tensor, as numbers of its parts. Whether they lie in it, kernel-arguments.ts has looked. */
interface Places {
	readonly numbers: TensorInfo;
	readonly count: number;
	/** Values of a part. */
	readonly size: number;
	/** How many parts there are. */
	readonly parts: number;
	release(): void;
}

function placesOf(
	backend: BackendWasm,
	indices: TensorInfo,
	shape: readonly number[],
	columns: number,
): Places {
	const outer = shape.slice(0, columns);
	const size = sizeOf(shape.slice(columns));
	const parts = sizeOf(outer);
	const all = sizeOf(indices.shape);
	// Without columns, each row means the whole.
	const count =
		columns > 0 ? all / columns : sizeOf(indices.shape.slice(0, -1));
	if (columns === 1)
		return { numbers: indices, count, size, parts, release: () => {} };
	const numbers = backend.makeOutput([count], "int32");
	const strides = stridesOf(outer);
	const [from, to] = [ints(backend, indices), ints(backend, numbers)];
	for (let row = 0; row < count; row++) {
		let number = 0;
		for (let column = 0; column < columns; column++)
			number +=
				(from[row * columns + column] as number) * (strides[column] as number);
		to[row] = number;
	}
	return {
		numbers,
		count,
		size,
		parts,
		release: () => release(backend, numbers),
	};
}

const gatherNd: KernelConfig = {
	kernelName: "GatherNd",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const { params, indices } = call.inputs as Record<
			"params" | "indices",
			TensorInfo
		>;
		const columns = indices.shape.at(-1) as number;
		const y = backend.makeOutput(
			[...indices.shape.slice(0, -1), ...params.shape.slice(columns)],
			params.dtype,
		);
		if (sizeOf(y.shape) === 0) return y;
		const places = placesOf(backend, indices, params.shape, columns);
		kernelLibrary<GatherLibrary>(backend).gatherParts(
			address(backend, params),
			address(backend, places.numbers),
			address(backend, y),
			0,
			1,
			1,
			places.parts,
			places.count,
			bytesOf(params, places.size),
		);
		places.release();
		return y;
	},
};

/** So many parts on average come to one place before their sums are kept in 64 bits. */
const MANY = 16;

/** Adds parts of `x` up by their numbers. */
function addParts(
	backend: BackendWasm,
	x: TensorInfo,
	shape: readonly number[],
	{ numbers, count, size, parts }: Places,
): TensorInfo {
	const y = backend.makeOutput([...shape], x.dtype);
	const library = kernelLibrary<GatherLibrary>(backend);
	if (x.dtype === "float32" && count > MANY * parts) {
		// Two words for each float of 64 bits.
		const wide = backend.makeOutput([parts, size, 2], "float32");
		const [from, to] = [address(backend, x), address(backend, wide)];
		const places = address(backend, numbers);
		library.addWideParts(from, places, to, count, size, parts);
		library.roundWide(to, address(backend, y), parts * size);
		release(backend, wide);
		return y;
	}
	const add =
		x.dtype === "float32" ? library.addFloatParts : library.addIntegerParts;
	add(
		address(backend, x),
		address(backend, numbers),
		address(backend, y),
		count,
		size,
		parts,
	);
	return y;
}

const scatterNd: KernelConfig = {
	kernelName: "ScatterNd",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const { indices, updates } = call.inputs as Record<
			"indices" | "updates",
			TensorInfo
		>;
		const { shape } = call.attrs as unknown as ScatterNdAttrs;
		const places = placesOf(backend, indices, shape, columnsOf(indices));
		const y = addParts(backend, updates, shape, places);
		places.release();
		return y;
	},
};

const tensorScatterUpdate: KernelConfig = {
	kernelName: "TensorScatterUpdate",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const { tensor, indices, updates } = call.inputs as Record<
			"tensor" | "indices" | "updates",
			TensorInfo
		>;
		const y = backend.makeOutput(tensor.shape, tensor.dtype);
		copyStrided(backend, tensor, y, {
			axes: [{ size: sizeOf(tensor.shape), from: 1, to: 1 }],
		});
		const places = placesOf(backend, indices, tensor.shape, columnsOf(indices));
		if (sizeOf(updates.shape) > 0)
			kernelLibrary<GatherLibrary>(backend).placeParts(
				address(backend, updates),
				address(backend, places.numbers),
				address(backend, y),
				places.count,
				bytesOf(tensor, places.size),
			);
		places.release();
		return y;
	},
};

/** Rows of `x` added up by their number. tfjs has none for this backend. */
const unsortedSegmentSum: KernelConfig = {
	kernelName: "UnsortedSegmentSum",
	backendName: "wasm",
	kernelFunc: (call) => {
		const backend = call.backend as BackendWasm;
		const { x, segmentIds } = call.inputs as Record<
			"x" | "segmentIds",
			TensorInfo
		>;
		const { numSegments } = call.attrs as unknown as UnsortedSegmentSumAttrs;
		const inner = x.shape.slice(segmentIds.shape.length);
		return addParts(backend, x, [numSegments, ...inner], {
			numbers: segmentIds,
			count: sizeOf(segmentIds.shape),
			size: sizeOf(inner),
			parts: numSegments,
			release: () => {},
		});
	},
};

export const gatherKernels: readonly KernelConfig[] = [
	gatherV2,
	gatherNd,
	scatterNd,
	tensorScatterUpdate,
	unsortedSegmentSum,
];
