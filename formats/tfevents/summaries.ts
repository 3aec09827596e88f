import type { EventFile } from "./event-file.ts";
import type { MessageEncoder } from "./message.ts";

/*
 * The messages of tensorboard/compat/proto/summary.proto, tensor.proto and
 * histogram.proto that TensorBoard's own writers make. Numbers are fields.
 */
const SUMMARY_VALUE = 1;
const VALUE = {
	tag: 1,
	simpleValue: 2,
	image: 4,
	histogram: 5,
	tensor: 8,
	metadata: 9,
};
const IMAGE = { height: 1, width: 2, colorspace: 3, encoded: 4 };
const RGBA = 4;
const HISTOGRAM = {
	min: 1,
	max: 2,
	num: 3,
	sum: 4,
	sumSquares: 5,
	limits: 6,
	counts: 7,
};
const TENSOR = { dtype: 1, shape: 2, strings: 8 };
const STRING = 7;
const METADATA = { plugin: 1, pluginName: 1, dataClass: 4 };
const DATA_CLASS_TENSOR = 2;

function value(summary: MessageEncoder, tag: string, encode: () => void): void {
	const mark = summary.length;
	encode();
	summary.text(VALUE.tag, tag);
	summary.nested(SUMMARY_VALUE, mark);
}

/**
 * Scalars at one step, 32 bits each as TensorBoard keeps them.
 * @param tag of a name, in UTF-8
 */
export function addScalars(
	file: EventFile,
	step: number,
	values: Readonly<Record<string, number>>,
	tag: (name: string) => Uint8Array,
): void {
	file.add(step, (summary) => {
		for (const name of Object.keys(values).reverse()) {
			const mark = summary.length;
			summary.float(VALUE.simpleValue, values[name] as number);
			summary.data(VALUE.tag, tag(name));
			summary.nested(SUMMARY_VALUE, mark);
		}
	});
}

/** A PNG. */
export function addImage(
	file: EventFile,
	step: number,
	tag: string,
	png: Uint8Array,
): void {
	// Width and height stand in the header chunk, which is the first.
	const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
	file.add(step, (summary) =>
		value(summary, tag, () => {
			const mark = summary.length;
			summary.data(IMAGE.encoded, png);
			summary.varint(IMAGE.colorspace, RGBA);
			summary.varint(IMAGE.width, header.getUint32(16));
			summary.varint(IMAGE.height, header.getUint32(20));
			summary.nested(VALUE.image, mark);
		}),
	);
}

/** Markdown. */
export function addText(
	file: EventFile,
	step: number,
	tag: string,
	markdown: string,
): void {
	file.add(step, (summary) =>
		value(summary, tag, () => {
			const metadata = summary.length;
			summary.varint(METADATA.dataClass, DATA_CLASS_TENSOR);
			const plugin = summary.length;
			summary.text(METADATA.pluginName, "text");
			summary.nested(METADATA.plugin, plugin);
			summary.nested(VALUE.metadata, metadata);
			const tensor = summary.length;
			summary.text(TENSOR.strings, markdown);
			// A scalar's shape is an empty message.
			summary.nested(TENSOR.shape, summary.length);
			summary.varint(TENSOR.dtype, STRING);
			summary.nested(VALUE.tensor, tensor);
		}),
	);
}

/** The number of bars in TensorFlow's own summaries. */
const BUCKETS = 30;

/** The distribution of values; NaN and infinite ones are left out. */
export function addHistogram(
	file: EventFile,
	step: number,
	tag: string,
	values: ArrayLike<number>,
): void {
	let [min, max, num, sum, sumSquares] = [Infinity, -Infinity, 0, 0, 0];
	for (let k = 0; k < values.length; k++) {
		const one = values[k] as number;
		if (!Number.isFinite(one)) continue;
		if (one < min) min = one;
		if (one > max) max = one;
		num++;
		sum += one;
		sumSquares += one * one;
	}
	if (num === 0) return;
	const buckets = max > min ? BUCKETS : 1;
	const width = (max - min) / buckets;
	const counts = new Array<number>(buckets).fill(0);
	for (let k = 0; k < values.length; k++) {
		const one = values[k] as number;
		if (!Number.isFinite(one)) continue;
		const bucket =
			width > 0 ? Math.min(buckets - 1, Math.floor((one - min) / width)) : 0;
		counts[bucket] = (counts[bucket] as number) + 1;
	}
	const limits = counts.map((_, k) =>
		k === buckets - 1 ? max : min + (k + 1) * width,
	);
	file.add(step, (summary) =>
		value(summary, tag, () => {
			const mark = summary.length;
			summary.doubles(HISTOGRAM.counts, counts);
			summary.doubles(HISTOGRAM.limits, limits);
			summary.double(HISTOGRAM.sumSquares, sumSquares);
			summary.double(HISTOGRAM.sum, sum);
			summary.double(HISTOGRAM.num, num);
			summary.double(HISTOGRAM.max, max);
			summary.double(HISTOGRAM.min, min);
			summary.nested(VALUE.histogram, mark);
		}),
	);
}
