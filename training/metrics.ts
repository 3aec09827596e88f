import { UsageError } from "../base/errors.ts";
import type { ConfusionMatrix } from "../experiment/events.ts";
import { type Label, requireLabelsOfOneKind } from "../experiment/labels.ts";

function checkLengths(
	callee: string,
	labels: ArrayLike<Label>,
	predictions: ArrayLike<Label>,
): void {
	if (labels.length !== predictions.length)
		throw new UsageError(
			`${callee}: there are ${labels.length} labels but ${predictions.length} predictions; give one prediction per label, in the same order`,
		);
}

/**
 * The share of predictions that equal their label, in [0, 1]; NaN when there are none.
 * @example
 * dd.accuracy(["cat", "dog", "dog"], ["cat", "dog", "cat"]); // → 2 / 3
 * @throws UsageError where the lengths differ, or the kinds: the number 1 is not the text "1"
 */
export function accuracy(
	labels: ArrayLike<Label>,
	predictions: ArrayLike<Label>,
): number {
	checkLengths("accuracy", labels, predictions);
	requireLabelsOfOneKind("accuracy", { labels, predictions });
	let right = 0;
	for (let i = 0; i < labels.length; i++)
		if (labels[i] === predictions[i]) right++;
	return right / labels.length;
}

/** Numbers by value, names by code unit: the same order in every locale. */
function byValue(a: Label, b: Label): number {
	if (typeof a === "number" && typeof b === "number") return a - b;
	return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * How often each true class (row) was predicted as each class (column).
 * @example
 * dd.confusionMatrix([0, 1, 1], [0, 1, 0], ["cat", "dog"]).matrix; // → [[1, 0], [1, 1]]
 * @param classes the names, in the order of the rows. A label is then an index
 * into them or one of them. Without it, every label that occurs is a class, and all are of one kind.
 * @throws UsageError where the lengths differ, or the kinds, or a label is no class
 */
export const confusionMatrix = (
	labels: ArrayLike<Label>,
	predictions: ArrayLike<Label>,
	classes?: readonly string[],
): ConfusionMatrix => matrixOf("confusionMatrix", labels, predictions, classes);

/** @param callee what the user called */
export function matrixOf(
	callee: string,
	labels: ArrayLike<Label>,
	predictions: ArrayLike<Label>,
	classes: readonly string[] | undefined,
): ConfusionMatrix {
	checkLengths(callee, labels, predictions);
	if (!classes) requireLabelsOfOneKind(callee, { labels, predictions });
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
			throw new UsageError(
				`${callee}: the ${what} at index ${index} is ${JSON.stringify(label)}, which is no class; the classes are ${names.join(", ")}`,
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
