import assert from "node:assert/strict";
import { test } from "node:test";
import { isA, SAID_BELOW, UsageError } from "../../base/errors.ts";
import * as typed from "../backend/tf.ts";
import { explainError } from "./explain.ts";

/** As code that TypeScript did not look at calls it. */
// biome-ignore lint/suspicious/noExplicitAny: arguments that types refuse
const tf = typed as any;

const x = tf.ones([2, 3]);
const none = tf.zeros([0, 3]);
const image = tf.ones([1, 4, 4, 1]);
const variable = tf.variable(tf.ones([2, 3]));
const cube = tf.ones([2, 2, 2]);

const said: readonly (readonly [() => unknown, RegExp])[] = [
	// Types
	...["int64", "float64", "float16", "uint8", "float", "int", "double"].flatMap(
		(type) =>
			[
				() => x.cast(type),
				() => tf.cast(x, type),
				() => tf.tensor([1], [1], type),
				() => tf.zeros([2], type),
				() => tf.ones([2], type),
				() => tf.fill([2], 1, type),
				() => tf.range(0, 3, 1, type),
			].map(
				(call) => [call, new RegExp(`no type ${type}: .*nearest is`)] as const,
			),
	),
	[() => x.cast("nonsense"), /no type nonsense: .*"string"$/m],
	[() => tf.equal(x, "a"), /^texts and numbers have no type together/],
	[() => tf.notEqual("a", x), /^texts and numbers have no type together/],
	[() => tf.divNoNan(x, "a"), /^texts and numbers have no type together/],
	// Lists
	[() => x.reshape(6), /^reshape takes a shape.*give \[6\]$/],
	[() => x.reshape(3, 2), /^reshape takes a shape.*give \[3, 2\]$/],
	[() => tf.reshape(x, tf.tensor1d([6])), /^reshape takes.*it is a tensor/],
	[() => tf.zeros(3, 4), /^zeros takes a shape.*give \[3, 4\]$/],
	[() => tf.fill(3, 1), /^fill takes a shape.*give \[3\]$/],
	[() => tf.ones(), /^ones takes a shape.*it is missing/],
	[() => tf.randomNormal(3), /^randomNormal takes a shape/],
	[() => tf.pad(x, 1), /^pad takes paddings.*\[\[1, 1\], \[1, 1\]\]/],
	[() => tf.pad(x, [1, 1]), /^pad takes paddings/],
	[
		() =>
			tf.pad(
				x,
				[
					[1, 1],
					[0, 0],
				],
				"a",
			),
		/^pad pads with a number/,
	],
	[() => tf.broadcastTo(x, 4), /^broadcastTo takes a shape/],
	[() => tf.stridedSlice(x, 0, 1), /^stridedSlice takes.*give \[0\]$/],
	[() => tf.stridedSlice(x, [0]), /^stridedSlice takes.*it is missing/],
	[() => tf.slice(x), /^slice takes where the part begins.*missing/],
	[() => tf.split(x), /^split takes the number of equal parts.*missing/],
	[() => tf.maxPool(image), /^maxPool takes a window.*missing/],
	[() => tf.maxPool(image, 2), /^maxPool takes strides.*missing/],
	[() => tf.avgPool(image, 2, 2), /^avgPool takes a padding.*missing/],
	[() => tf.argMax(x, [0, 1]), /^ArgMax: places are told along one axis/],
	[() => tf.tensor([1, 2], 3), /^tensor takes a shape.*give \[3\]$/],
	[() => tf.variable([1, 2]), /^tf\.variable takes a tensor/],
	[() => tf.keep(3), /^keep takes a tensor/],
	[() => tf.fill([2]), /^fill takes the value that it fills with/],
	[() => tf.range(0), /^range takes a number as its end.*missing/],
	[() => tf.leakyRelu(x, "a"), /^leakyRelu takes a number as alpha/],
	[() => tf.unstack(x, "a"), /^the tensor has 2 axes, and a is none/],
	[() => tf.conv2d(image, tf.ones([2, 2, 1, 1]), "a", "same"), /^strides/],
	// Texts and numbers
	[() => tf.fill([2], "a", "float32"), /the text "a" is none$/],
	[() => tf.tensor(["1", "b"], [2], "int32"), /the text "b" is none$/],
	[() => tf.scalar("a", "float32"), /the text "a" is none$/],
	[() => tf.tensor([1, 2], [2], "string"), /^tensor takes texts/],
	[() => tf.string.stringSplit(x, "a"), /^this operation takes texts/],
	// Shapes, of nothing too
	[() => tf.matMul(none, x), /^matMul multiplies rows by columns.*3 and 2/],
	[() => tf.reshape(none, [2, 2]), /^reshape keeps all values.*\[0, 3\]/],
	[
		() =>
			tf.mirrorPad(
				none,
				[
					[1, 1],
					[0, 0],
				],
				"reflect",
			),
		/axis 0 of \[0, 3\]/,
	],
	[() => tf.dot(x, [0, 1]), /^dot adds up products.*3 .* and 2/],
	[() => tf.dot(cube, [1, 2]), /^dot multiplies vectors and matrices/],
	[() => tf.outerProduct(x, x), /^outerProduct multiplies two vectors/],
	[
		() => tf.localResponseNormalization(x),
		/^localResponseNormalization takes images/,
	],
	[() => tf.depthToSpace(x, 2), /^depthToSpace takes images/],
	[() => tf.complex(x, tf.ones([2])), /^real and imaginary part/],
	[
		() => tf.sparseToDense(tf.tensor1d([1], "int32"), [1, 2], [4]),
		/^sparseToDense takes a row/,
	],
	[
		() => tf.sparseToDense(tf.tensor1d([1], "int32"), [1], [4, 4]),
		/^sparseToDense takes a row/,
	],
	[() => tf.multinomial(cube, 2), /^multinomial draws.*rank 3/],
	[
		() =>
			tf.conv2dTranspose(
				image.arraySync(),
				tf.ones([2, 2, 1, 1]),
				[4, 4, 1],
				1,
				"same",
			),
		/^the outputShape .* 4 axes .* 3 are given/,
	],
	[() => tf.batchNorm(x, [0, 0, 0], [1, 1, 1], 0), /^batchNorm takes mean/],
	[
		() => tf.batchNorm(x, [0, 0, 0], [1, 1, 1], null, 1),
		/^batchNorm takes mean/,
	],
	[
		() => tf.tensor([1, 2, 3], [2, 2]),
		/^the shape \[2, 2\] has room for 4 values/,
	],
	[
		() =>
			tf.tensor(
				[
					[1, 2],
					[3, 4],
				],
				[4],
			),
		/^lists in lists have their own shape/,
	],
	[() => tf.scalar([1, 2]), /^tf\.scalar makes a tensor of one number/],
	[() => tf.tensor2d([[[1]]]), /^tensor2d takes a flat list with its shape/],
	[() => tf.addN([]), /^addN adds up a list of at least one/],
	[() => tf.addN(x), /^addN adds up a list of at least one/],
	[() => tf.clipByValue(x, 2, 1), /^clipByValue takes the lower bound first/],
	[() => tf.clipByValue(x), /^clipByValue takes a lower and an upper bound/],
	[() => x.asScalar(), /^asScalar: a tensor of shape/],
	[() => tf.tensor2d([1, 2], [2]), /^tensor2d takes a shape of 2 sizes/],
	[() => tf.grad((a: unknown) => a)(), /^grad was given null as x/],
	[() => x.clipByValue(1), /^clipByValue takes a lower and an upper bound/],
	[() => tf.reverse1d(x), /^reverse1D takes as x a tensor of rank 1/],
	[() => tf.buffer([2], "float32", [1, 2, 3]), /^a buffer of this shape has 2/],
	[() => tf.dropout(x, 2), /^the rate of dropout/],
	// Variables and gradients
	[
		() => variable.assign(tf.ones([3])),
		/^a variable keeps its shape, \[2, 3\]/,
	],
	[
		() => variable.assign(tf.ones([2, 3], "int32")),
		/^a variable keeps its type, float32/,
	],
	[() => tf.variable(x, true, variable.name), /^there is a variable named/],
	[() => tf.grad(() => 3)(x), /^the function gives no tensor/],
	[() => tf.grad(3), /^grad takes a function/],
	[
		() => tf.valueAndGrads((a: unknown) => a)(x),
		/^valueAndGrads is about tensors/,
	],
	[
		() => tf.grad((a: unknown) => a)(x, tf.ones([3])),
		/^what multiplies the gradient has the shape/,
	],
	[
		() => tf.variableGrads(() => x.sum(), 3),
		/^variableGrads takes a list of variables/,
	],
	[() => tf.tidy(3), /^tidy takes a function/],
];

test("errors about arguments say what an operation takes", () => {
	const unlike: string[] = [];
	for (const [call, sentence] of said) {
		let message = "nothing was thrown";
		try {
			call();
		} catch (error) {
			message = explainError(error as Error).message;
			if (!isA(error, UsageError) && !message.includes(SAID_BELOW))
				message = `not explained: ${message}`;
		}
		if (!sentence.test(message)) unlike.push(`${call} ${sentence}: ${message}`);
	}
	assert.deepEqual(unlike, []);
});
