import type { Row } from "../row.ts";
import {
	checkCopies,
	checkSecond,
	checkTraining,
	checkValues,
	type LayerCase,
	readCases,
} from "./case.ts";

/** Other names of a layer. */
export const aliases: Readonly<Record<string, string>> = {
	avgPool1d: "averagePooling1d",
	avgPool2d: "averagePooling2d",
	avgPool3d: "averagePooling3d",
	avgPooling1d: "averagePooling1d",
	avgPooling2d: "averagePooling2d",
	avgPooling3d: "averagePooling3d",
	globalMaxPool1d: "globalMaxPooling1d",
	globalMaxPool2d: "globalMaxPooling2d",
	maxPool1d: "maxPooling1d",
	maxPool2d: "maxPooling2d",
};

/** What tf.layers has beside the layers that cases are of, and where it is checked. */
export const others: Readonly<Record<string, string>> = {
	Layer: "layers of one's own derive from it: behaviour.test.ts",
	RNN: "layers.rnn makes it",
	RNNCell: "cells of one's own derive from it: behaviour.test.ts",
	input: "every case begins with it",
	inputLayer: "sequential models begin with it: behaviour.test.ts",
};

/** Layers that have no recorded values: they draw numbers, or are a part of another. */
export const byProperties: readonly string[] = [
	"convLstm2dCell",
	"inputLayer",
	"randomWidth",
];

/** Every layer that a case has, cells and wrapped ones, too. */
export function layersOf({ nodes }: LayerCase): Set<string> {
	const found = new Set<string>();
	const look = (value: unknown): void => {
		if (!Array.isArray(value)) {
			if (typeof value === "object" && value !== null)
				for (const inner of Object.values(value)) look(inner);
			return;
		}
		const [name, config] = value as unknown[];
		if (typeof name === "string" && typeof config === "object") found.add(name);
		for (const inner of value) look(inner);
	};
	look(nodes);
	return found;
}

/** Dropout has no weights to compare after a training. */
const isRandom = ({ nodes }: LayerCase): boolean =>
	nodes.some(([factory]) => /[dD]ropout|noise/i.test(factory));

export const isTrained = (one: LayerCase): boolean =>
	(one.gradients?.weights.length ?? 0) > 0 && !isRandom(one);

/** One row of the table for each layer. All of its cases are checked, whatever `count` is. */
export async function rows(_count: number): Promise<Row[]> {
	const found = new Map<string, Row>();
	for (const one of readCases()) {
		const off = checkValues(one);
		await checkCopies(one);
		if (isTrained(one)) await checkTraining(one);
		if (one.gradients) checkSecond(one);
		for (const name of layersOf(one)) {
			const before = found.get(name);
			found.set(name, {
				kind: "layer",
				name: `tf.layers.${name}`,
				dtypes: [
					...new Set([
						...(before?.dtypes ?? []),
						...one.inputs.map(({ dtype }) => dtype ?? "float32"),
					]),
				],
				forward: "right",
				gradient:
					one.gradients || before?.gradient === "right" ? "right" : "none",
				second: one.gradients || before?.second === "right" ? "right" : "none",
				oracles: [
					name === "thresholdedReLU" || name === "softmax"
						? "PyTorch"
						: "Keras",
				],
				worst: {
					forward: Math.max(off.forward, before?.worst.forward ?? 0),
					gradient: Math.max(off.gradient, before?.worst.gradient ?? 0),
				},
			});
		}
	}
	for (const [alias, name] of Object.entries(aliases)) {
		const row = found.get(name);
		if (row) found.set(alias, { ...row, name: `tf.layers.${alias}` });
	}
	return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
