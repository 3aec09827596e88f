import type { ConfusionMatrix } from "../experiment/events.ts";

/** A class, by index or by name. */
export type Label = number | string;

function checkLengths(labels: ArrayLike<Label>, predictions: ArrayLike<Label>) {
	if (labels.length !== predictions.length)
		throw new Error(
			`There are ${labels.length} labels but ${predictions.length} predictions. Give one prediction per label, in the same order.`,
		);
}

/**
 * The share of predictions that equal their label, in [0, 1]; NaN when there are none.
 * @example
 * dd.accuracy(["cat", "dog", "dog"], ["cat", "dog", "cat"]); // → 2 / 3
 */
export function accuracy(
	labels: ArrayLike<Label>,
	predictions: ArrayLike<Label>,
): number {
	checkLengths(labels, predictions);
	let right = 0;
	for (let i = 0; i < labels.length; i++)
		if (labels[i] === predictions[i]) right++;
	return right / labels.length;
}

/** Numbers by value, then names by code unit: the same order in every locale. */
function byValue(a: Label, b: Label): number {
	if (typeof a === "number" && typeof b === "number") return a - b;
	if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
	return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * How often each true class (row) was predicted as each class (column).
 * @example
 * dd.confusionMatrix([0, 1, 1], [0, 1, 0], ["cat", "dog"]).matrix; // → [[1, 0], [1, 1]]
 * @param classes the names, in the order of the rows. A label is then an index
 * into them or one of them. Without it, every label that occurs is a class.
 * @throws if the lengths differ, or a label is no class
 */
export function confusionMatrix(
	labels: ArrayLike<Label>,
	predictions: ArrayLike<Label>,
	classes?: readonly string[],
): ConfusionMatrix {
	checkLengths(labels, predictions);
	const found = classes
		? []
		: [...new Set([...Array.from(labels), ...Array.from(predictions)])].sort(
				byValue,
			);
	const names = classes ?? found.map(String);
	const rows = new Map<Label, number>(
		classes
			? classes.flatMap((name, index): [Label, number][] => [
					[name, index],
					[index, index],
				])
			: found.map((label, index) => [label, index]),
	);
	const row = (label: Label, index: number, what: string) => {
		const at = rows.get(label);
		if (at === undefined)
			throw new Error(
				`The ${what} at index ${index} is ${JSON.stringify(label)}, which is no class. The classes are: ${names.join(", ")}.`,
			);
		return at;
	};
	const matrix = names.map(() => new Array<number>(names.length).fill(0));
	for (let i = 0; i < labels.length; i++) {
		const counts = matrix[row(labels[i] as Label, i, "label")] as number[];
		const column = row(predictions[i] as Label, i, "prediction");
		counts[column] = (counts[column] as number) + 1;
	}
	return { classes: names, matrix };
}
