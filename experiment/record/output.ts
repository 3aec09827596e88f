import { canonicalJson, digestOf, sha256 } from "../../base/canonical.ts";
import {
	decodeNpy,
	type NumberFormat,
	type NumberSeries,
	numbersOf,
} from "../../formats/numbers.ts";
import type { MetricLine } from "./metric-lines.ts";
import { isPackedFloats } from "./picture-data.ts";
import type { RecordedOutput } from "./record.ts";
import { readFileOf } from "./store/folder-files.ts";

/** What an output's files say. */
export interface OutputContent {
	/** Computed from the files as they are now, by the rule by which it was recorded. */
	readonly digest: string;
	/**
	 * Everything that is no number: names, steps, shapes, texts. Two outputs are
	 * compared number by number where this is equal.
	 */
	readonly skeleton: string;
	readonly numbers: readonly NumberSeries[];
}

/**
 * Reads an output back from the files of a run folder.
 * @throws when a file is missing or is not what such an output is kept as
 */
export function readOutput(
	directory: string,
	name: string,
	{ files }: RecordedOutput,
): OutputContent {
	const read = (file: string) => {
		const content = readFileOf(directory, file);
		if (!content) throw new Error(`${file} is no file of ${directory}`);
		return content;
	};
	if (name === "metrics") return metrics(read(files[0] as string).toString());
	const weights = files.find((file) => file.endsWith("/weights.bin"));
	if (weights) {
		const topology = files.find((file) => file.endsWith("/model.json"));
		return model(read(topology ?? "").toString(), read(weights));
	}
	const [file = ""] = files;
	const bytes = read(file);
	if (file.endsWith(".npy")) return tensor(bytes);
	const text = bytes.toString();
	return file.endsWith(".txt")
		? { digest: digestOf(text), skeleton: text, numbers: [] }
		: json(text.replace(/\n$/, ""));
}

function metrics(text: string): OutputContent {
	const logged = text
		.split("\n")
		.filter((line) => line !== "")
		.flatMap((line) => {
			const { step, metrics: values } = JSON.parse(line) as MetricLine;
			return Object.entries(values).map(
				([name, value]) => [step, name, value] as const,
			);
		});
	return {
		digest: sha256(canonicalJson(logged)),
		skeleton: canonicalJson(logged.map(([step, name]) => [step, name])),
		numbers: [
			{
				format: "float64",
				// What JSON has no number for is kept as a text.
				values: Float64Array.from(logged, ([, , value]) => Number(value)),
			},
		],
	};
}

interface WeightSpec {
	readonly shape: readonly number[];
	readonly dtype: string;
}

/** A tfjs model: its weights, one after the other, as its manifest says. */
function model(topology: string, bytes: Buffer): OutputContent {
	const { weightsManifest } = JSON.parse(topology) as {
		weightsManifest: readonly { weights: readonly WeightSpec[] }[];
	};
	const specs = weightsManifest
		.flatMap(({ weights }) => weights)
		.map(({ shape, dtype }) => ({ shape, dtype }));
	const numbers: NumberSeries[] = [];
	let at = 0;
	for (const { shape, dtype } of specs) {
		const count = shape.reduce((product, size) => product * size, 1);
		const format = MODEL_FORMATS[dtype];
		// Texts have no fixed length: they and what follows are compared as bytes.
		if (!format) break;
		const series = numbersOf(bytes.subarray(at), format, count);
		numbers.push(series);
		at += count * series.bytesPerNumber;
	}
	return {
		digest: digestOf({ specs, weights: sha256(bytes) }),
		skeleton: canonicalJson([specs, bytes.subarray(at).toString("base64")]),
		numbers,
	};
}

const MODEL_FORMATS: Readonly<Record<string, NumberFormat>> = {
	float32: "float32",
	int32: "int32",
	bool: "uint8",
	uint8: "uint8",
};

function tensor(bytes: Buffer): OutputContent {
	const { header, series } = decodeNpy(bytes);
	return { digest: sha256(bytes), skeleton: header, numbers: [series] };
}

/** Numbers of a JSON value in the order of its text; packed floats are taken apart. */
function json(text: string): OutputContent {
	const doubles: number[] = [];
	const packed: NumberSeries[] = [];
	const walk = (value: unknown): unknown => {
		if (typeof value === "number") {
			doubles.push(value);
			return 0;
		}
		if (typeof value === "string" && TAGGED.test(value)) {
			doubles.push(Number(value.slice(1)));
			return 0;
		}
		if (Array.isArray(value)) return value.map(walk);
		if (typeof value !== "object" || value === null) return value;
		if (isPackedFloats(value)) {
			const bytes = Buffer.from(value.base64, "base64");
			packed.push(numbersOf(bytes, "float32", bytes.length / 4));
			return { ...value, base64: bytes.length };
		}
		return Object.fromEntries(
			Object.entries(value).map(([key, inner]) => [key, walk(inner)]),
		);
	};
	const skeleton = JSON.stringify(walk(JSON.parse(text)));
	return {
		digest: sha256(text),
		skeleton,
		numbers: [{ format: "float64", values: doubles }, ...packed],
	};
}

/** How canonical JSON writes what JSON has no number for. */
const TAGGED = /^@(NaN|-?Infinity|-0)$/;
