import {
	type BackendValues,
	type NamedTensorInfoMap,
	slice_util,
	type TensorInfo,
	util,
} from "@tensorflow/tfjs-core";

type Read = (tensor: TensorInfo) => BackendValues;
type Attributes = Readonly<Record<string, unknown>>;

/** Says what is wrong with the arguments of a call, with which the kernel would read or write beside its tensors. */
export type Rule = (
	inputs: NamedTensorInfoMap,
	attrs: Attributes,
	read: Read,
) => string | undefined;

/** Of a list without rows, each number is a place. */
const columnsOf = ({ shape }: TensorInfo): number =>
	shape.length > 1 ? (shape.at(-1) ?? 1) : 1;

/** Rows of indices, one column per axis of `shape`. */
function indexProblem(
	indices: TensorInfo,
	shape: readonly number[],
	read: Read,
	columns = columnsOf(indices),
): string | undefined {
	const values = read(indices) as ArrayLike<number>;
	for (let at = 0; at < values.length; at++) {
		const [index, size] = [values[at] as number, shape[at % columns]];
		if (size !== undefined && index >= 0 && index < size) continue;
		return size === undefined
			? `indices of ${columns} numbers are too long for the shape [${shape}]`
			: `the index ${index} at row ${Math.floor(at / columns)} lies outside of axis ${at % columns}, which has the size ${size}`;
	}
	return undefined;
}

const sliceProblem: Rule = ({ x }, { begin, size }) => {
	const { shape } = x as TensorInfo;
	const [from = [], sizes = []] = slice_util.parseSliceParams(
		x as never,
		begin as number[],
		size as number[],
	);
	const axis = shape.findIndex(
		(length, at) =>
			!((from[at] ?? 0) >= 0 && (from[at] ?? 0) + (sizes[at] ?? 0) <= length),
	);
	return axis < 0
		? undefined
		: `${sizes[axis]} from place ${from[axis]} on are more than axis ${axis} has: its size is ${shape[axis]}`;
};

/** Sizes of what is made of nothing: there is no largest of no values. */
const needsValues =
	(noun: string): Rule =>
	({ x }, attrs) => {
		const { shape } = x as TensorInfo;
		const axes = (attrs.axis ?? attrs.reductionIndices) as number | number[];
		const reduced = util.parseAxisParam(axes, [...shape]);
		const isKept = shape.some(
			(size, axis) => size === 0 && !reduced.includes(axis),
		);
		return !isKept && reduced.some((axis) => shape[axis] === 0)
			? `there is no ${noun} of no values: the tensor has the shape [${shape}]`
			: undefined;
	};

const RULES: Readonly<Record<string, Rule>> = {
	Slice: sliceProblem,
	PadV2: (_, { paddings }) =>
		(paddings as number[][]).flat().every((size) => size >= 0)
			? undefined
			: `paddings are at least 0, not [${(paddings as number[][]).map((pair) => `[${pair}]`)}]; to take values away, use slice`,
	GatherNd: ({ params, indices }, _, read) => {
		const [from, places] = [params as TensorInfo, indices as TensorInfo];
		// Here a list without rows is the place of one value.
		return indexProblem(places, from.shape, read, places.shape.at(-1));
	},
	ScatterNd: ({ indices }, { shape }, read) =>
		indexProblem(indices as TensorInfo, shape as number[], read),
	TensorScatterUpdate: ({ tensor, indices }, _, read) =>
		indexProblem(indices as TensorInfo, (tensor as TensorInfo).shape, read),
	SparseToDense: ({ sparseIndices }, { outputShape }, read) =>
		indexProblem(sparseIndices as TensorInfo, outputShape as number[], read),
	Prelu: ({ x, alpha }) => {
		const [a, b] = [x as TensorInfo, alpha as TensorInfo];
		const fits = b.shape.every((size, at) => {
			const own = a.shape[at + a.shape.length - b.shape.length];
			return size === 1 || size === own;
		});
		return fits
			? undefined
			: `slopes of the shape [${b.shape}] do not fit a tensor of the shape [${a.shape}]`;
	},
	Transpose: (_, { perm }) =>
		new Set(perm as number[]).size === (perm as number[]).length
			? undefined
			: `the new order of axes, [${perm}], has to name each axis once`,
	ArgMax: needsValues("largest"),
	ArgMin: needsValues("smallest"),
};

/** What a kernel's arguments have to keep to, if anything can be told. */
export const kernelRule = (kernelName: string): Rule | undefined =>
	Object.hasOwn(RULES, kernelName) ? RULES[kernelName] : undefined;
