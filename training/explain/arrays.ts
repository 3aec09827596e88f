import type { Explanation } from "./explanation.ts";

/** What tfjs says of arguments of operations that reduce, shape, cut and join, and does not say what to do. */
export const arrayExplanations: readonly Explanation[] = [
	{
		said: /^(?:'k' passed to topk\(\) must be <= the last dimension \((\d+)\)|'k' passed to topk\(\) must be >= 0)/,
		sentence: (size) =>
			`topk gives the k largest along the last axis${size === undefined ? ": k is at least 0" : `, which has ${size} values: k is at most that; for another axis use tf.transpose first`}`,
	},
	{
		said: /^topk\(\) expects the input to be of rank 1/,
		sentence: () =>
			"a single number has no largest among them: give a list, such as tensor.reshape([1])",
	},
	{
		said: /^Leading dimension of 'sortedSequence' and 'values' must match/,
		sentence: () =>
			"searchSorted looks for each line of values in the sorted line at the same place: all axes but the last are the same on both sides",
	},
	{
		said: /^Size\((\d+)\) must match the product of shape ([-\d,]*)/,
		sentence: (size, shape) =>
			`${size} values have no shape [${shape}]: the product of the sizes is their number; one size may be -1, which stands for the rest`,
	},
	{
		said: /^Shapes can only have 1 implicit size/,
		sentence: () =>
			"a shape has one size of -1 at most, which stands for the rest",
	},
	{
		said: /^Can't squeeze axis (-?\d+) since its dim '(\d+)' is not 1/,
		sentence: (axis, size) =>
			`squeeze takes axes of one value away, and axis ${axis} has ${size}: take a part of it with slice, or reduce it, by tf.sum and the like`,
	},
	{
		said: /^Axis must be (?:<= rank of the tensor|in the interval \[)/,
		sentence: () =>
			"there is no such place for a new axis: it is at most the number of axes, and counts from 0, or from -1 backwards",
	},
	{
		said: /^(?:Error in transpose: rank of input (\d+) must match length of perm|All entries in 'perm' must be between 0 and (\d+) but got)/,
		sentence: (rank, last) =>
			`the new order of axes has to name each axis once, from 0 to ${last ?? Number(rank) - 1}`,
	},
	{
		said: /^Error in transpose: rank of input (\d+) must match length of reps ([-\d,]*)/,
		sentence: (rank, given) =>
			`tile takes for each of the ${rank} axes how often it is repeated, and not [${given}]`,
	},
	{
		said: /must be numeric tensor, but got string tensor/,
		sentence: () =>
			"this operation computes with numbers, and the tensor holds texts: take them as lists with tensor.arraySync(), and make a tensor of what you arranged",
	},
	{
		said: /^(?:Index out of range using input dim|Multiple ellipses in slice|slice index -?\d+ of dimension \d+ out of bounds|only stride 1 allowed on non-range indexing)/,
		sentence: () =>
			"stridedSlice takes begin, end and strides for at most each axis, one ellipsis, and takes axes out (shrinkAxisMask) at places that they have",
	},
	{
		said: /^Error in concat\dD: (?:Shape|rank) of tensors\[(\d+)\]/,
		sentence: (at) =>
			`tensors that are joined differ along the one axis alone: tensor ${at} has another rank or other sizes than the first; use tf.stack for a new axis, or reshape`,
	},
	{
		said: /^Pass at least one tensor to (?:concat|tf\.stack)/,
		sentence: () =>
			"there is nothing to join: the list of tensors is empty; for a tensor without values write tf.tensor([], [0])",
	},
	{
		said: /^All tensors passed to `?stack`? must have matching/,
		sentence: () =>
			"tensors of one shape are stacked: tf.concat joins those that differ along an axis, and tf.pad makes them alike",
	},
	{
		said: /^Axis = (\S+) is not in \[-(\d+), \d+\)/,
		sentence: (axis, rank) =>
			`the tensor has ${rank} axes, and ${axis} is none of them: they count from 0, or from -1 backwards`,
	},
	{
		said: /^pad\(scalar\) is not defined|^mirrorPad\(scalar\) is not defined/,
		sentence: () =>
			"a single number has nothing around it: give it an axis with tensor.reshape([1])",
	},
	{
		said: /^Padding in dimension (\d) cannot be greater than or equal to (\d+)|^Padding doesn't match input|^Invalid number of paddings/,
		sentence: (axis, most) =>
			axis === undefined
				? "paddings are a pair [before, after] for each axis"
				: `what is mirrored is there: along axis ${axis} at most ${most} values on each side ("reflect" leaves the border out, "symmetric" repeats it)`,
	},
	{
		said: /^Must have updates\.shape = indices\.shape/,
		sentence: () =>
			"each row of indices needs its update, of the shape of the part that it names: updates have the shape [rows, …rest of the shape behind the indexed axes]",
	},
	{
		said: /^tensor and updates must have the same dtype, instead they are (\w+) and (\w+)/,
		sentence: (own, given) =>
			`the tensor has ${own}, and the updates ${given}: give updates of the tensor's type, by updates.cast(tensor.dtype)`,
	},
	{
		said: /^numSegments must be of dtype int/,
		sentence: () => "the number of segments is a whole number",
	},
	{
		said: /^Error in oneHot: depth must be >=2/,
		sentence: () =>
			"the depth of one-hot rows is the number of classes: a whole number of at least 1",
	},
	{
		said: /^Dimension size must be evenly divisible by (\d+) but is (\w+) for depthToSpace/,
		sentence: (size) =>
			`depthToSpace takes images [batch, height, width, channels] whose channels are a multiple of ${size}, the square of the block`,
	},
	{
		said: /^blockSize should be > 1 for depthToSpace/,
		sentence: () =>
			"a block of depthToSpace has at least two rows: with one, the images are what they were",
	},
	{
		said: /^input spatial dimensions .* must be divisible by blockShapes/,
		sentence: () =>
			"spaceToBatchND cuts into whole blocks: with paddings, each axis is a multiple of its block; pad more",
	},
	{
		said: /^input tensor batch is (\d+) but is not divisible by the product of the elements of blockShape .* === (\d+)/,
		sentence: (batch, size) =>
			`batchToSpaceND lays ${size} examples side by side, and a batch of ${batch} is no multiple of that`,
	},
	{
		said: /^(?:input rank|input rank is) (\d+) should be > than|^(?:input rank is) (\d+) but should be/,
		sentence: () =>
			"the tensor has a batch, and an axis for each number of the block",
	},
	{
		said: /^Tensor must have a shape comprised of positive integers/,
		sentence: () => "sizes of axes are whole numbers of at least 0",
	},
	{
		said: /^mask's shape must match the first K dimensions/,
		sentence: () =>
			"a mask has a truth value for each place of the axes that it goes over, from the given axis on: its shape is theirs",
	},
	{
		said: /^x (?:and y )?should have the same dtype, but got x \((\w+)\) and y \((\w+)\)/,
		sentence: (a, b) =>
			`values of one type are compared, and these are ${a} and ${b}: give tensor.toFloat() of both`,
	},
	{
		said: /^[xy] should be 1D tensor, but got/,
		sentence: () => "setdiff1dAsync takes lists: give tensor.flatten()",
	},
	{
		said: /^Negative size values should be exactly -1 but got (-?\d+)/,
		sentence: (size) =>
			`a part has a size of at least 0, or -1 for all that is left of the axis, and not ${size}`,
	},
	{
		said: /^Slicing scalar is not possible/,
		sentence: () => "a single number has no parts: use it as it is",
	},
	{
		said: /^(slice\dd) expects a rank-(\d) tensor, but got a rank-(\d) tensor/,
		sentence: (operation, rank, given) =>
			`${operation} cuts tensors of rank ${rank}, and this one has the rank ${given}: use tf.slice, which cuts any`,
	},
	{
		said: /^Shapes can not be < 0\. Found (-?\d+) at dim (\d+)/,
		sentence: (size, axis) =>
			`axis ${axis} cannot have the size ${size}: sizes are at least 0, and one may be -1, which stands for the rest`,
	},
	{
		said: /^The implicit shape can't be a fractional number\. Got (\d+) \/ (\d+)/,
		sentence: (size, known) =>
			`${size} values cannot be laid out in rows of ${known}: the size that stands for the rest, -1, would be no whole number`,
	},
	{
		said: /^Cannot infer the missing size in \[([-\d,]+)\] when there are 0 elements/,
		sentence: () =>
			"of no values every size would do in the place of -1: give the size",
	},
	{
		said: /^Invalid mode\. Mode must be either reflect or symmetric/,
		sentence: () =>
			'mirrorPad has the modes "reflect" and "symmetric"; with a constant use tf.pad',
	},
	{
		said: /^Output rank must be greater or equal to 1, but got shape/,
		sentence: () =>
			"what is scattered into has at least one axis: for a single number use tf.sum of the updates",
	},
	{
		said: /^size must be non-negative, but got/,
		sentence: () => "the number of counters is a whole number of at least 0",
	},
	{
		said: /^Error in (?:dense)?[bB]incount: weights must have the same/,
		sentence: () =>
			"each counted number has its weight, or none has: for that give tf.tensor([], [0])",
	},
	{
		said: /^Error in denseBincount: input must be at most rank 2/,
		sentence: () =>
			"denseBincount counts a list, or each row of a matrix: give tensor.reshape([rows, -1])",
	},
	{
		said: /^When using zeroDebias: true, step is required/,
		sentence: () =>
			"movingAverage takes out the weight of its start by the number of the step: give it, from 1 on, or zeroDebias = false",
	},
	{
		said: /^Shape mismatch in v and x/,
		sentence: () => "the average and what it is moved towards have one shape",
	},
	{
		said: /^The input tensor must be at least 1D/,
		sentence: () =>
			"a single number is unique: give a list, such as tensor.reshape([1])",
	},
	{
		said: /must be (?:float32|int32|bool|numeric) tensor, but got complex64 tensor/,
		sentence: () =>
			"this operation takes real numbers, and these are complex: compute with tf.real(x) and tf.imag(x), and join the parts with tf.complex",
	},
	{
		said: /must be (?:float32|int32|bool) tensor, but got string tensor/,
		sentence: () =>
			"this operation computes with numbers, and the tensor holds texts: number them, in the place of tensor.arraySync()",
	},
	{
		said: /^complex64 dtype TensorBuffers are not supported/,
		sentence: () => "complex tensors are made of two: tf.complex(real, imag)",
	},
	{
		said: /^Argument '(\w+)' passed to '(?:tf\.)?(\w+)' must be a Tensor or TensorLike, but got '(?!Promise)(\w+)'/,
		sentence: (argument, operation, given) =>
			`${operation} was given ${given} as ${argument}: give a tensor, a number, or lists of them; what was not given at all counts as null`,
	},
	{
		said: /^Argument (\w+) passed to (\w+) must be a `Tensor\[\]` or `TensorLike\[\]`/,
		sentence: (argument, operation) =>
			`${operation} takes a list of ${argument}: [a, b]`,
	},
];
