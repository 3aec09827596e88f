import { oneLine } from "../../base/shown-text.ts";
import type { Embedding, EmbeddingEvent } from "../../experiment/events.ts";
import { type Picture, picture } from "../drawing/picture.ts";
import { formatPercent, plural } from "../text/text.ts";
import { centresText, type Scatter, scatterSpec } from "./scatter.ts";

/**
 * Vectors projected to the plane, one point each, coloured by class, with the
 * variance each axis explains. Of more than 2,000 points a sample of every class is shown.
 * Throws when positions and labels do not belong together.
 */
export async function embeddingPicture(
	event: EmbeddingEvent,
): Promise<Picture> {
	return picture({
		spec: scatterSpec(scatterOf(event)),
		description: `${headline(event)}.`,
		text: embeddingText(event),
	});
}

/** The same as text: the variance explained and the centre of each class. */
export function embeddingText(event: EmbeddingEvent): string {
	return `${headline(event)}\n${centresText(scatterOf(event))}`;
}

function scatterOf(event: EmbeddingEvent): Scatter {
	const { positions, labels, explained } = event.embedding;
	const axis = (index: 0 | 1) =>
		`component ${index + 1} (${formatPercent(explained[index])} of variance)`;
	return {
		title: titleOf(event),
		positions,
		labels,
		axes: [axis(0), axis(1)],
	};
}

function headline(event: EmbeddingEvent): string {
	return `${titleOf(event)}: ${plural(event.embedding.labels.length, "point")}, ${summary(event.embedding)}`;
}

function titleOf({ name: given, step, embedding }: EmbeddingEvent): string {
	const name = oneLine(given);
	const method = embedding.method.toUpperCase();
	return step === undefined
		? `${method} of ${name}`
		: `${method} of ${name}, step ${step}`;
}

function summary({ explained }: Embedding): string {
	return `${formatPercent(explained[0] + explained[1])} of the variance shown`;
}
