import { displayWidth, pad } from "../../base/text-width.ts";
import { inspect } from "../../host/inspect.ts";

/** What a text of a tensor needs to know, of any copy of TensorFlow.js. */
export interface TensorLike {
	readonly shape: readonly number[];
	readonly dtype: string;
	readonly isDisposed?: unknown;
	dataSync(): ArrayLike<unknown>;
}

export const isTensorLike = (value: object): value is TensorLike =>
	"dataSync" in value &&
	typeof value.dataSync === "function" &&
	"shape" in value &&
	Array.isArray(value.shape) &&
	"dtype" in value &&
	typeof value.dtype === "string";

/** A tensor with more values is shown by the edges of its axes. */
const MOST_VALUES = 1_000;
/** An axis that is longer is shown by its edges, in any tensor. */
const LONG_AXIS = 20;
const EDGE = 3;
/** Of a text in a tensor. */
const MOST_CHARACTERS = 100;

/** Type and shape, for example `Tensor float32 [2, 3]`. */
export const tensorHead = ({ dtype, shape }: TensorLike): string =>
	`Tensor ${dtype} [${shape.join(", ")}]`;

/**
 * Type, shape and values, laid out as TensorFlow.js prints them; of a large
 * tensor, the values at its edges.
 * @throws what reading the values throws
 */
export function tensorText(tensor: TensorLike): string {
	const head = tensorHead(tensor);
	return tensor.isDisposed === true
		? `${head}, disposed`
		: `${head}\n${valuesText(tensor)}`;
}

/** Stands for the places that are left out. */
const GAP = "...";

/** The places of an axis that are shown. */
function shownPlaces(length: number, most: number): (number | typeof GAP)[] {
	const places = Array.from({ length: Math.min(length, most) }, (_, i) => i);
	if (length <= most) return places;
	const edge = places.slice(0, EDGE);
	return [...edge, GAP, ...edge.map((i) => length - EDGE + i)];
}

function valuesText(tensor: TensorLike): string {
	const { dtype, shape } = tensor;
	const data = tensor.dataSync();
	const size = shape.reduce((product, length) => product * length, 1);
	const most = size > MOST_VALUES ? 2 * EDGE : LONG_AXIS;
	const axes = shape.map((length) => shownPlaces(length, most));
	const text = (index: number) => valueText(data, dtype, index);
	const rank = shape.length;
	if (rank === 0) return text(0);
	const rows = rowsOf(axes, shape).map((start) =>
		(axes[rank - 1] ?? []).map((place) =>
			place === GAP ? GAP : text(start + place),
		),
	);
	const widths = columnWidths(rows);
	let next = 0;
	const draw = (axis: number): string => {
		if (axis === rank - 1)
			return `[${(rows[next++] ?? []).map((cell, i) => pad(cell, widths[i] ?? 0)).join(", ")}]`;
		const indent = " ".repeat(axis + 1);
		const between = `,${"\n".repeat(Math.max(1, rank - axis - 1))}${indent}`;
		const parts = (axes[axis] ?? []).map((place) =>
			place === GAP ? GAP : draw(axis + 1),
		);
		return `[${parts.join(between)}]`;
	};
	return size === 0 ? "[]" : draw(0);
}

/** Where the shown rows begin in the data, in their order. */
function rowsOf(
	axes: readonly (readonly (number | typeof GAP)[])[],
	shape: readonly number[],
): number[] {
	let starts = [0];
	for (let axis = 0; axis < shape.length; axis++) {
		const length = shape[axis] ?? 0;
		const isLast = axis === shape.length - 1;
		starts = starts.flatMap((start) =>
			isLast
				? [start * length]
				: (axes[axis] ?? []).flatMap((place) =>
						place === GAP ? [] : [start * length + place],
					),
		);
	}
	return starts;
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
	const widths: number[] = [];
	for (const row of rows)
		for (const [i, cell] of row.entries())
			widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell));
	return widths;
}

function valueText(
	data: ArrayLike<unknown>,
	dtype: string,
	index: number,
): string {
	if (dtype === "complex64")
		return `${numberText(data[2 * index])} + ${numberText(data[2 * index + 1])}j`;
	const value = data[index];
	if (dtype === "bool") return value ? "true" : "false";
	return typeof value === "number"
		? numberText(value)
		: inspect(value, { maxStringLength: MOST_CHARACTERS });
}

/** As many digits as TensorFlow.js shows, and of small numbers those that say something. */
function numberText(value: unknown): string {
	const number = Number(value);
	const size = Math.abs(number);
	return String(
		Number(size > 0 && size < 1e-4 ? number.toPrecision(4) : number.toFixed(7)),
	);
}
