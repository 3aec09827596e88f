import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	type DenseBincountAttrs,
	type KernelConfig,
	type SearchSortedAttrs,
	type TensorInfo,
	type TopKAttrs,
	util,
} from "@tensorflow/tfjs-core";
import { ints } from "./heap.ts";

interface Call {
	readonly inputs: unknown;
	readonly backend: unknown;
	readonly attrs?: unknown;
}

const sizeOf = ({ shape }: TensorInfo) => util.sizeFromShape(shape);

/**
 * How often each whole number occurs, or what its weights add up to, row by row.
 * The original of one row counts where it should only note that a number occurs.
 */
const counting = (kernelName: string): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { x, weights } = call.inputs as Record<"x" | "weights", TensorInfo>;
		const { size, binaryOutput } = call.attrs as DenseBincountAttrs;
		const rows = x.shape.length > 1 ? (x.shape[0] as number) : 1;
		const y = backend.makeOutput(
			x.shape.length > 1 ? [rows, size] : [size],
			weights.dtype,
		);
		const values = ints(backend, x);
		const by =
			sizeOf(weights) > 0 ? backend.typedArrayFromHeap(weights) : undefined;
		// Sums in 64 bits: of many small weights none is lost.
		const counts = new Float64Array(rows * size);
		const length = values.length / Math.max(1, rows);
		for (let at = 0; at < values.length; at++) {
			const value = values[at] as number;
			if (value >= size) continue;
			const place = Math.floor(at / length) * size + value;
			counts[place] = binaryOutput
				? 1
				: (counts[place] as number) + (by ? (by[at] as number) : 1);
		}
		backend.typedArrayFromHeap(y).set(counts);
		return y;
	},
});

/** Of more than these, lines are sorted as a whole. */
const FEW = 16;

/** Places below this, and 32 bits of a value, fit into a number without loss. */
const MOST_PLACES = 2 ** 21;

const bits = new DataView(new ArrayBuffer(4));

/** Ranks a value from 0 on, the largest first: NaN, which exceeds every number, then the others. */
function rankOf(value: number, dtype: string): number {
	if (dtype !== "float32") return 2 ** 31 - value;
	if (Number.isNaN(value)) return 0;
	// Both zeros are equal. The bits of floats are ordered as they are, negative ones backwards.
	bits.setFloat32(0, value + 0);
	const pattern = bits.getUint32(0);
	const order = pattern >= 2 ** 31 ? 2 ** 32 - pattern - 1 : pattern + 2 ** 31;
	return 2 ** 32 - order;
}

/** Places of the `k` largest of a line, the largest first, and of equals the earlier. */
function largest(
	line: ArrayLike<number>,
	k: number,
	dtype: string,
): ArrayLike<number> {
	if (k > FEW) return sorted(line, dtype);
	const places: number[] = [];
	for (let at = 0; at < line.length && k > 0; at++) {
		const value = line[at] as number;
		const isAfter = (place: number) => {
			const other = line[place] as number;
			return value > other || (Number.isNaN(value) && !Number.isNaN(other));
		};
		if (places.length === k && !isAfter(places[k - 1] as number)) continue;
		let to = Math.min(places.length, k - 1);
		while (to > 0 && isAfter(places[to - 1] as number)) {
			places[to] = places[to - 1] as number;
			to--;
		}
		places[to] = at;
	}
	return places;
}

function sorted(line: ArrayLike<number>, dtype: string): ArrayLike<number> {
	if (line.length > MOST_PLACES) {
		const ranks = Float64Array.from(line, (value) => rankOf(value, dtype));
		return Array.from(ranks, (_, at) => at).sort(
			(a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b,
		);
	}
	// Numbers are sorted faster than places by a comparison.
	const keys = new Float64Array(line.length);
	for (let at = 0; at < keys.length; at++)
		keys[at] = rankOf(line[at] as number, dtype) * MOST_PLACES + at;
	keys.sort();
	for (let at = 0; at < keys.length; at++)
		keys[at] = (keys[at] as number) % MOST_PLACES;
	return keys;
}

/** The largest of each line. The original loses its order at a NaN, and does nothing with truth values. */
const topK: KernelConfig = {
	kernelName: "TopK",
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { x } = call.inputs as { x: TensorInfo };
		const { k } = call.attrs as TopKAttrs;
		const shape = [...x.shape.slice(0, -1), k];
		const y = backend.makeOutput(shape, x.dtype);
		const indices = backend.makeOutput(shape, "int32");
		const from = backend.typedArrayFromHeap(x);
		const [values, places] = [
			backend.typedArrayFromHeap(y),
			ints(backend, indices),
		];
		const length = x.shape.at(-1) as number;
		for (let row = 0; row * k < places.length; row++) {
			const line = from.subarray(row * length, (row + 1) * length);
			const found = largest(line, k, x.dtype);
			for (let at = 0; at < k; at++) {
				const place = found[at] as number;
				places[row * k + at] = place;
				values[row * k + at] = line[place] as number;
			}
		}
		return [y, indices];
	},
};

/** Where values belong in sorted lines. The original does nothing with truth values. */
const searchSorted: KernelConfig = {
	kernelName: "SearchSorted",
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { sortedSequence, values } = call.inputs as Record<
			"sortedSequence" | "values",
			TensorInfo
		>;
		const { side } = call.attrs as SearchSortedAttrs;
		const y = backend.makeOutput(values.shape, "int32");
		const lines = backend.typedArrayFromHeap(sortedSequence);
		const asked = backend.typedArrayFromHeap(values);
		const places = ints(backend, y);
		const [length, count] = [sortedSequence, values].map(
			({ shape }) => shape.at(-1) as number,
		) as [number, number];
		for (let at = 0; at < asked.length; at++) {
			const value = asked[at] as number;
			const first = Math.floor(at / count) * length;
			let [from, to] = [0, length];
			while (from < to) {
				const middle = (from + to) >>> 1;
				const one = lines[first + middle] as number;
				// NaN comes behind every number, where it sorts to.
				const isBefore = side === "left" ? !(one >= value) : one <= value;
				if (Number.isNaN(one) ? false : Number.isNaN(value) || isBefore)
					from = middle + 1;
				else to = middle;
			}
			places[at] = from;
		}
		return y;
	},
};

export const orderKernels: readonly KernelConfig[] = [
	counting("Bincount"),
	counting("DenseBincount"),
	topK,
	searchSorted,
];
