import {
	cast,
	matMul,
	reshape,
	sum,
	type Tensor,
	type TensorLike,
	transpose,
	util,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { diagonal } from "../gradients/diag.ts";
import { tensorOf } from "./tensor-of.ts";

/** A tensor and the label of each of its axes. */
interface Labelled {
	readonly x: Tensor;
	readonly labels: readonly string[];
}

/** Axes of an ellipsis, from the last on: "0", "1", …; a letter is any other label. */
function labelsOf(text: string, ellipsisAxes: number): string[] {
	const [before = "", after, more] = text.split("...");
	const hasEllipsis = after !== undefined;
	const letters = [...before, ...(after ?? "")];
	if (more !== undefined || !letters.every((label) => /[a-zA-Z]/.test(label)))
		throw new UsageError(
			`einsum: "${text}" is no list of axes: each is one letter, and "..." stands once for those without a name`,
		);
	const rest = hasEllipsis
		? Array.from({ length: ellipsisAxes }, (_, at) =>
				String(ellipsisAxes - 1 - at),
			)
		: [];
	return [...before, ...rest, ...(after ?? "")];
}

const once = (labels: readonly string[]): string[] => [...new Set(labels)];

/** The equation's axes of each operand and of the result. */
function parse(
	equation: string,
	operands: readonly Tensor[],
): { inputs: string[][]; output: string[] } {
	const [left = "", right, more] = equation.replaceAll(" ", "").split("->");
	const texts = left.split(",");
	if (more !== undefined || texts.length !== operands.length)
		throw new UsageError(
			`einsum: "${equation}" describes ${texts.length} tensors and was given ${operands.length}: write the axes of each, with commas between them, then -> and those of the result`,
		);
	const unnamed = operands.map((x, at) => {
		const text = texts[at] as string;
		const named = text.replace("...", "").length;
		const isRank = text.includes("...") ? named <= x.rank : named === x.rank;
		if (!isRank)
			throw new UsageError(
				`einsum: "${text}" names ${named} axes, and tensor ${at} has the shape [${x.shape}]`,
			);
		return text.includes("...") ? x.rank - named : 0;
	});
	const inputs = texts.map((text, at) => labelsOf(text, unnamed[at] as number));
	const ellipsis = Math.max(0, ...unnamed);
	const all = inputs.flat();
	if (right === undefined) {
		const single = once(all).filter(
			(label) =>
				/[a-zA-Z]/.test(label) && all.indexOf(label) === all.lastIndexOf(label),
		);
		return { inputs, output: [...labelsOf("...", ellipsis), ...single.sort()] };
	}
	const output = labelsOf(right, ellipsis);
	const unknown = output.find((label) => !all.includes(label));
	if (unknown !== undefined || once(output).length < output.length)
		throw new UsageError(
			`einsum: the result "${right}" ${unknown === undefined ? "names an axis twice" : `names the axis ${unknown}, which no tensor has`}`,
		);
	if (ellipsis > 0 && !right.includes("..."))
		throw new UsageError(
			`einsum: the axes without a name have to stay: write "..." in the result, too, or give the axes that are summed a letter`,
		);
	return { inputs, output };
}

/** Refuses axes of one label and other sizes. Those of an ellipsis may be 1 beside more. */
function checkSizes(equation: string, operands: readonly Labelled[]): void {
	const sizes = new Map<string, number>();
	for (const { x, labels } of operands)
		for (const [axis, label] of labels.entries()) {
			const size = x.shape[axis] as number;
			const known = sizes.get(label) ?? size;
			const isBroadcast = /\d/.test(label) && (size === 1 || known === 1);
			if (size !== known && !isBroadcast)
				throw new UsageError(
					`einsum: in "${equation}" the axis ${label} has the size ${known} in one tensor and ${size} in another`,
				);
			sizes.set(label, known === 1 ? size : known);
		}
}

function ordered({ x, labels }: Labelled, order: readonly string[]): Tensor {
	const perm = order.map((label) => labels.indexOf(label));
	return perm.every((from, axis) => from === axis) ? x : transpose(x, perm);
}

/** Takes the diagonal of axes with one label, and sums those that nobody needs. */
function simplified(operand: Labelled, needed: ReadonlySet<string>): Labelled {
	let { x, labels } = operand;
	for (const label of once(labels))
		while (labels.indexOf(label) !== labels.lastIndexOf(label)) {
			const two = [labels.indexOf(label), labels.lastIndexOf(label)];
			const others = labels.flatMap((_, axis) =>
				two.includes(axis) ? [] : [axis],
			);
			x = diagonal(transpose(x, [...others, ...two]));
			labels = [...others.map((axis) => labels[axis] as string), label];
		}
	const summed = labels.flatMap((label, axis) =>
		needed.has(label) ? [] : [axis],
	);
	return summed.length === 0
		? { x, labels }
		: { x: sum(x, summed), labels: labels.filter((one) => needed.has(one)) };
}

/** The product of two tensors, summed over the axes that both have and nobody needs. */
function contracted(
	a: Labelled,
	b: Labelled,
	needed: ReadonlySet<string>,
): Labelled {
	const shared = a.labels.filter((label) => b.labels.includes(label));
	const batch = shared.filter((label) => needed.has(label));
	const inner = shared.filter((label) => !needed.has(label));
	const own = ({ labels }: Labelled) =>
		labels.filter((label) => !shared.includes(label));
	const [left, right] = [own(a), own(b)];
	const sizes = ({ x, labels }: Labelled, of: readonly string[]): number[] =>
		of.map((label) => x.shape[labels.indexOf(label)] as number);
	const size = util.sizeFromShape;
	const product = matMul(
		reshape(ordered(a, [...batch, ...left, ...inner]), [
			...sizes(a, batch),
			size(sizes(a, left)),
			size(sizes(a, inner)),
		]),
		reshape(ordered(b, [...batch, ...inner, ...right]), [
			...sizes(b, batch),
			size(sizes(b, inner)),
			size(sizes(b, right)),
		]),
	);
	return {
		x: reshape(product, [
			...product.shape.slice(0, -2),
			...sizes(a, left),
			...sizes(b, right),
		]),
		labels: [...batch, ...left, ...right],
	};
}

/**
 * Sums of products over named axes, after Einstein: `tf.einsum("ij,jk->ik", a, b)`.
 * As in NumPy, the result may be left out (then it has the axes that are named once, by
 * alphabet), a name may stand twice in one tensor (the diagonal), and "..." stands
 * for axes without a name, which broadcast.
 *
 * It is composed of products of matrices, so it has gradients of any order. The
 * kernel of tfjs has none, is missing on wasm, and refuses all of the above.
 *
 * @throws UsageError where equation and tensors do not fit
 */
export function einsum(
	equation: string,
	...tensors: (Tensor | TensorLike)[]
): Tensor {
	const operands = tensors.map((given) => {
		const x = tensorOf(given);
		// What is true counts as 1.
		return x.dtype === "bool" ? cast(x, "int32") : x;
	});
	if (operands.length === 0)
		throw new UsageError("einsum: give at least one tensor after the equation");
	const { inputs, output } = parse(equation, operands);
	const labelled = operands.map(
		(x, at): Labelled => ({ x, labels: inputs[at] as string[] }),
	);
	checkSizes(equation, labelled);
	/** What the result, or a tensor other than that at `from` to `to`, needs. */
	const neededBeside = (from: number, to: number): Set<string> =>
		new Set([
			...output,
			...inputs.flatMap((labels, at) => (at >= from && at <= to ? [] : labels)),
		]);
	let result: Labelled | undefined;
	for (const [at, operand] of labelled.entries()) {
		const next = simplified(operand, neededBeside(at, at));
		result = result ? contracted(result, next, neededBeside(0, at)) : next;
	}
	return ordered(result as Labelled, output);
}
