import { UsageError } from "../../base/errors.ts";
import { oneLine } from "../../base/shown-text.ts";
import type { Embedding } from "../../experiment/events.ts";
import { formatPercent, plural } from "../text/text.ts";
import { fieldsOf, isListOf, isPair, isText } from "./fields.ts";
import { atStep, pictureKind, type Shown } from "./kind.ts";
import { centresText, type Scatter, scatterSpec } from "./scatter.ts";

/**
 * Vectors projected to the plane, one point each, coloured by class, with the
 * variance each axis explains. Of more than 2,000 points a sample of every class is shown.
 */
export const embedding = pictureKind<Embedding>({
	kind: "embedding",
	encode: parse,
	decode: parse,
	/** The variance explained and the centre of each class. */
	text: (shown) => `${headline(shown)}\n${centresText(scatterOf(shown))}`,
	draw: (shown) => ({
		spec: scatterSpec(scatterOf(shown)),
		description: `${headline(shown)}.`,
	}),
	tag: (name) => `embedding/${name}`,
});

function parse(given: unknown): Embedding {
	const { method, positions, labels, explained } = fieldsOf(given);
	if (
		method !== "pca" ||
		!(positions instanceof Float32Array) ||
		!isListOf(labels, isText) ||
		!isPair(explained)
	)
		throw new UsageError(
			'an embedding is { method: "pca", positions, labels, explained }: a Float32Array [n, 2], n class names, and the share of the variance of each axis',
		);
	if (positions.length !== labels.length * 2)
		throw new UsageError(
			`embedding: ${positions.length} coordinates for ${labels.length} labels; give two coordinates per label`,
		);
	return { method, positions, labels, explained };
}

function scatterOf(shown: Shown<Embedding>): Scatter {
	const { positions, labels, explained } = shown.data;
	const axis = (index: 0 | 1) =>
		`component ${index + 1} (${formatPercent(explained[index])} of variance)`;
	return {
		title: titleOf(shown),
		positions,
		labels,
		axes: [axis(0), axis(1)],
	};
}

function headline(shown: Shown<Embedding>): string {
	const { labels, explained } = shown.data;
	return `${titleOf(shown)}: ${plural(labels.length, "point")}, ${formatPercent(explained[0] + explained[1])} of the variance shown`;
}

const titleOf = (shown: Shown<Embedding>): string =>
	atStep(`${shown.data.method.toUpperCase()} of ${oneLine(shown.name)}`, shown);
