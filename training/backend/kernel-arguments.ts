import {
	type BackendValues,
	type NamedTensorInfoMap,
	slice_util,
	type TensorInfo,
	util,
} from "@tensorflow/tfjs-core";
import { inspect } from "../../host/inspect.ts";

type Read = (tensor: TensorInfo) => BackendValues;
type Attributes = Readonly<Record<string, unknown>>;

/** Says what is wrong with the arguments of a call, with which the kernel would read or write beside its tensors. */
export type Rule = (
	inputs: NamedTensorInfoMap,
	attrs: Attributes,
	read: Read,
) => string | undefined;

/** How many indices make a place. Of a list without rows, each number is one. */
export const columnsOf = ({ shape }: TensorInfo): number =>
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

const isWhole = (value: unknown): boolean => Number.isInteger(value);

const isPlace = (value: unknown) => isWhole(value) && Number(value) >= 0;

const sliceProblem: Rule = ({ x }, { begin, size }) => {
	const { shape } = x as TensorInfo;
	for (const [noun, list] of Object.entries({ begin, size })) {
		const numbers = [list ?? []].flat();
		if (numbers.length > shape.length)
			return `${noun} has ${numbers.length} numbers, and the tensor ${shape.length} axes`;
		if (!numbers.every(isWhole))
			return `${noun} is made of whole numbers, and not [${numbers}]`;
	}
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

/** Of several axes tfjs takes the first and forgets the others. */
const alongOne =
	(rule: Rule): Rule =>
	(inputs, attrs, read) =>
		Array.isArray(attrs.axis) && attrs.axis.length > 1
			? `places are told along one axis, and not along [${attrs.axis}]: give tensor.flatten() for a place among all`
			: rule(inputs, attrs, read);

/** Parts by their number: each lies in the axis, and batches are the same on both sides. */
const gatherProblem: Rule = ({ x, indices }, { axis, batchDims }, read) => {
	const [from, places] = [x as TensorInfo, indices as TensorInfo];
	const [at = 0] = util.parseAxisParam(axis as number, [...from.shape]);
	const given = batchDims as number;
	const batches = given < 0 ? given + places.shape.length : given;
	if (!(batches >= 0 && batches <= Math.min(at, places.shape.length)))
		return `batchDims is ${given}: it is at most the axis, ${at}, and the rank of the indices, ${places.shape.length}`;
	const [own, theirs] = [from, places].map(({ shape }) =>
		shape.slice(0, batches).join(),
	);
	if (own !== theirs)
		return `with batchDims ${batches}, tensor and indices have the same first axes, not [${own}] and [${theirs}]`;
	const size = from.shape[at] as number;
	const values = read(places) as ArrayLike<number>;
	for (let place = 0; place < values.length; place++) {
		const index = values[place] as number;
		if (!(index >= 0 && index < size))
			return `the index ${index} lies outside of axis ${at}, which has the size ${size}`;
	}
	return undefined;
};

/** Truth values are not added up. */
const sumProblem = ({ dtype }: TensorInfo): string | undefined =>
	dtype === "float32" || dtype === "int32"
		? undefined
		: `numbers are added up where several come to one place, and these are ${dtype}: give tensor.toInt()`;

/** Ids below 0 are for rows that belong to no segment. */
const segmentProblem: Rule = ({ x, segmentIds }, { numSegments }, read) => {
	const [of, ids] = [x as TensorInfo, segmentIds as TensorInfo];
	const problem = sumProblem(of);
	if (problem) return problem;
	const lead = of.shape.slice(0, ids.shape.length);
	if (ids.shape.length === 0 || lead.join() !== ids.shape.join())
		return `segment ids have the first axes of the tensor's shape [${of.shape}], not the shape [${ids.shape}]`;
	const values = read(ids) as ArrayLike<number>;
	for (let at = 0; at < values.length; at++)
		if ((values[at] as number) >= Number(numSegments))
			return `the segment ${values[at]} lies outside of the ${numSegments} segments`;
	return undefined;
};

const countProblem: Rule = ({ x, weights }, _, read) => {
	const { dtype } = weights as TensorInfo;
	if (dtype !== "float32" && dtype !== "int32")
		return `weights are numbers, and these are ${dtype}: give weights.toInt()`;
	const values = read(x as TensorInfo) as ArrayLike<number>;
	for (let at = 0; at < values.length; at++)
		if ((values[at] as number) < 0)
			return `counted are whole numbers from 0 on; ${values[at]} at place ${at} is negative`;
	return undefined;
};

/** How often each axis is repeated. */
const tileProblem: Rule = (_, { reps }) =>
	(reps as unknown[]).every(isPlace)
		? undefined
		: `an axis is repeated a whole number of times, at least 0, and not [${reps}]`;

const stridedSliceProblem: Rule = (_, { begin, end, strides }) => {
	for (const [noun, list] of Object.entries({ begin, end, strides })) {
		const numbers = (list ?? []) as number[];
		if (!numbers.every(isWhole))
			return `${noun} is made of whole numbers, and not [${numbers}]`;
	}
	return undefined;
};

const paddingsProblem: Rule = (_, { paddings }) => {
	const pairs = paddings as number[][];
	const sizes = pairs.flat();
	if (sizes.every(isPlace)) return undefined;
	const given = `[${pairs.map((pair) => `[${pair}]`)}]`;
	return sizes.every((size) => size >= 0)
		? `paddings are whole numbers, not ${given}`
		: `paddings are at least 0, not ${given}; to take values away, use slice`;
};

const reshapeProblem: Rule = (_, { shape }) =>
	(shape as number[]).every(isWhole)
		? undefined
		: `sizes are whole numbers, and not [${shape}]`;

/** Arguments that name axes, or count them. */
const AXES = [
	"axis",
	"batchDims",
	"dim",
	"dims",
	"perm",
	"reductionIndices",
] as const;

/** tfjs lets pass what JavaScript makes a number of where it computes, such as "1" and [1]; where it compares, that is no axis. */
function axesProblem(attrs: Attributes): string | undefined {
	for (const name of AXES) {
		const given = attrs[name];
		// All of them, or the last.
		if (given === undefined || given === null) continue;
		if (Array.isArray(given) ? given.every(isWhole) : isWhole(given)) continue;
		return `axes are whole numbers, and not ${inspect(given)}`;
	}
	return undefined;
}

/** What is cropped was there. */
const cropProblem: Rule = ({ x }, { blockShape, crops }) => {
	const { shape } = x as TensorInfo;
	for (const [axis, [before = 0, after = 0]] of (
		crops as number[][]
	).entries()) {
		const size =
			(shape[axis + 1] as number) * ((blockShape as number[])[axis] as number);
		if (!isPlace(before) || !isPlace(after) || before + after > size)
			return `crops are at least 0 and leave something: [${before},${after}] of an axis that has ${size} values`;
	}
	return undefined;
};

/** Parts of one type are joined: the bits of another would be read as something else. */
const joinProblem: Rule = (inputs) => {
	const types = new Set(
		Object.values(inputs).map((one) => (one as TensorInfo).dtype),
	);
	return types.size > 1
		? `tensors of different types, ${[...types].join(" and ")}, have no type together here: give tensor.toFloat() of each`
		: undefined;
};

/** Rows of `data` that are summed by segment: a row for each id. */
const rowsProblem: Rule = ({ data, indices, segmentIds }, _, read) => {
	const rows = (data as TensorInfo).shape;
	if (rows.length === 0)
		return "a single number has no rows to sum: give data.expandDims()";
	const [places, ids] = [indices as TensorInfo, segmentIds as TensorInfo];
	if (places.shape.join() !== ids.shape.join())
		return `there is an id for each index, and not ${ids.shape} of them for ${places.shape}`;
	return indexProblem(places, rows, read, 1);
};

/** A row for each value of a sparse tensor, and a column for each axis. */
function rowsOfPlacesProblem(
	indices: TensorInfo,
	shape: TensorInfo,
): string | undefined {
	const axes = util.sizeFromShape(shape.shape);
	return indices.shape.length === 2 && indices.shape[1] === axes
		? undefined
		: `indices have a row for each value and a column for each axis: for a shape of ${axes} numbers [values,${axes}], and not [${indices.shape}]`;
}

const sparseReshapeProblem: Rule = ({ inputIndices, inputShape }, _, read) => {
	const [places, shape] = [
		inputIndices as TensorInfo,
		inputShape as TensorInfo,
	];
	const sizes = Array.from(read(shape) as ArrayLike<number>);
	return (
		rowsOfPlacesProblem(places, shape) ??
		indexProblem(places, sizes, read, sizes.length)
	);
};

const fillProblem: Rule = ({ indices, values, denseShape }) => {
	const [places, own] = [indices as TensorInfo, values as TensorInfo];
	return own.shape[0] === places.shape[0]
		? rowsOfPlacesProblem(places, denseShape as TensorInfo)
		: `there is a value for each row of indices, and not ${own.shape[0]} of them for ${places.shape[0]}`;
};

const RULES: Readonly<Record<string, Rule>> = {
	Slice: sliceProblem,
	PadV2: paddingsProblem,
	MirrorPad: paddingsProblem,
	GatherV2: gatherProblem,
	UnsortedSegmentSum: segmentProblem,
	Bincount: countProblem,
	DenseBincount: countProblem,
	Tile: tileProblem,
	BatchToSpaceND: cropProblem,
	DepthToSpace: (_, { blockSize }) =>
		isWhole(blockSize)
			? undefined
			: `a block has a whole number of rows and columns, not ${blockSize}`,
	SpaceToBatchND: paddingsProblem,
	StridedSlice: stridedSliceProblem,
	Reshape: reshapeProblem,
	Concat: joinProblem,
	Pack: joinProblem,
	GatherNd: ({ params, indices }, _, read) => {
		const [from, places] = [params as TensorInfo, indices as TensorInfo];
		// Here a list without rows is the place of one value.
		return indexProblem(places, from.shape, read, places.shape.at(-1));
	},
	ScatterNd: ({ indices, updates }, { shape }, read) =>
		sumProblem(updates as TensorInfo) ??
		indexProblem(indices as TensorInfo, shape as number[], read),
	TensorScatterUpdate: ({ tensor, indices }, _, read) =>
		indexProblem(indices as TensorInfo, (tensor as TensorInfo).shape, read),
	SparseToDense: ({ sparseIndices }, { outputShape }, read) =>
		indexProblem(sparseIndices as TensorInfo, outputShape as number[], read),
	SparseReshape: sparseReshapeProblem,
	SparseFillEmptyRows: fillProblem,
	SparseSegmentSum: rowsProblem,
	SparseSegmentMean: rowsProblem,
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
	Softmax: ({ logits }) =>
		(logits as TensorInfo).shape.length > 0
			? undefined
			: "a single number has no axis along which shares add up to 1: give x.reshape([1])",
	ArgMax: alongOne(needsValues("largest")),
	ArgMin: alongOne(needsValues("smallest")),
};

/** What a kernel's arguments have to keep to. */
export function kernelRule(kernelName: string): Rule {
	const own = Object.hasOwn(RULES, kernelName) ? RULES[kernelName] : undefined;
	return (inputs, attrs, read) =>
		axesProblem(attrs) ?? own?.(inputs, attrs, read);
}
