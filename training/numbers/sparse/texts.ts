import * as tf from "../../backend/tf.ts";
import { type Array64, array } from "../array.ts";
import type { Edge, OpCheck } from "../op-check.ts";

/** Texts as numbers, which is all that a check compares: their characters, each text ended by 0. */
const codesOf = (texts: readonly string[]): number[] =>
	texts.flatMap((text) => [
		...Array.from(text, (sign) => sign.codePointAt(0) as number),
		0,
	]);

const coded = (tensor: tf.Tensor): tf.Tensor =>
	tf.tensor1d(codesOf(tensor.dataSync<"string">()), "int32");

const whole = (values: readonly number[], shape = [values.length]) =>
	array(shape, values, "int32");

const expected = (texts: readonly string[]): Array64 => whole(codesOf(texts));

const given = (what: string, attrs: object): Edge => ({
	what,
	inputs: {},
	attrs,
});

const WORDS = ["", "a", "bc", " ", "d e", "ä", "日本", "a b  c", "-", "x_y"];

const stringSplit: OpCheck = {
	name: "string.stringSplit",
	draw: (draw) => ({
		inputs: {},
		attrs: {
			texts: Array.from({ length: draw.int(1, 4) }, () => draw.pick(WORDS)),
			skipEmpty: draw.chance(),
		},
	}),
	compute(_, { texts, skipEmpty }) {
		const found = tf.string.stringSplit(texts, " ", skipEmpty);
		return [
			found.indices,
			coded(found.values as tf.Tensor),
			found.shape,
		] as tf.Tensor[];
	},
	reference(_, { texts, skipEmpty }) {
		// Of an empty text there are no parts, not an empty one.
		const rows: string[][] = texts.map((text: string) =>
			text.split(" ").filter((part) => part || (!skipEmpty && text)),
		);
		const places = rows.flatMap((parts, row) =>
			parts.map((_, column) => [row, column]),
		);
		const most = Math.max(0, ...rows.map(({ length }) => length));
		return [
			whole(places.flat(), [places.length, 2]),
			expected(rows.flat()),
			whole([rows.length, most]),
		];
	},
};

/** The n-grams of one list of words, padded, in the order of the widths. */
function gramsOf(
	words: readonly string[],
	{
		widths,
		pad,
		preserve,
	}: { widths: number[]; pad: number; preserve: boolean },
): string[] {
	const grams = widths.flatMap((width) => {
		const size = pad < 0 ? width - 1 : Math.min(pad, width - 1);
		const padded = [
			...Array(size).fill("<"),
			...words,
			...Array(size).fill(">"),
		];
		return Array.from(
			{ length: Math.max(0, padded.length - width + 1) },
			(_, at) => padded.slice(at, at + width).join("|"),
		);
	});
	return preserve && grams.length === 0 && words.length > 0
		? [words.join("|")]
		: grams;
}

const stringNGrams: OpCheck = {
	name: "string.stringNGrams",
	draw(draw) {
		const lists = Array.from({ length: draw.int(1, 3) }, () =>
			Array.from({ length: draw.int(1, 4) }, () => draw.pick(["a", "b", "cd"])),
		);
		const preserve = draw.chance();
		return {
			inputs: {},
			attrs: {
				lists,
				widths: draw.pick(preserve ? [[2], [3]] : [[1], [2], [1, 2], [3, 1]]),
				pad: preserve ? 0 : draw.pick([-1, 0, 1]),
				preserve,
			},
		};
	},
	compute(_, { lists, widths, pad, preserve }) {
		let end = 0;
		const splits = [0, ...lists.map((list: string[]) => (end += list.length))];
		const found = tf.string.stringNGrams(
			lists.flat(),
			tf.tensor1d(splits, "int32"),
			"|",
			widths,
			"<",
			">",
			pad,
			preserve,
		);
		return [coded(found.nGrams as tf.Tensor), found.nGramsSplits as tf.Tensor];
	},
	reference(_, attrs) {
		const grams: string[][] = attrs.lists.map((list: string[]) =>
			gramsOf(list, attrs as never),
		);
		let end = 0;
		const splits = grams.map((list) => (end += list.length));
		return [expected(grams.flat()), whole([0, ...splits])];
	},
};

/** What TensorFlow's fingerprints are modulo 1000003: no short reference computes them. */
const FINGERPRINTS: Readonly<Record<string, number>> = {
	Hello: 184354,
	TensorFlow: 387482,
	"2.x": 628455,
	["ä".repeat(30)]: 876264,
	["x".repeat(100)]: 107918,
};

const stringToHashBucketFast: OpCheck = {
	name: "string.stringToHashBucketFast",
	draw: (draw) => ({
		inputs: {},
		attrs: {
			texts: draw.shuffled(Object.keys(FINGERPRINTS)).slice(0, 3),
		},
	}),
	compute: (_, { texts }) => tf.string.stringToHashBucketFast(texts, 1000003),
	reference: (_, { texts }) =>
		whole(texts.map((text: string) => FINGERPRINTS[text] as number)),
	refused: [],
};

const staticRegexReplace: OpCheck = {
	name: "string.staticRegexReplace",
	draw: (draw) => ({
		inputs: {},
		attrs: {
			texts: Array.from({ length: draw.int(1, 4) }, () => draw.pick(WORDS)),
			...draw.pick([
				{ pattern: " +", rewrite: "_", plain: "_" },
				{ pattern: "(.) (.)", rewrite: "\\2$\\1", plain: "$2$$$1" },
				{ pattern: "[a-c]", rewrite: "<\\0>", plain: "<$&>" },
			]),
			all: draw.chance(),
		},
	}),
	compute: (_, { texts, pattern, rewrite, all }) =>
		coded(tf.string.staticRegexReplace(texts, pattern, rewrite, all)),
	reference: (_, { texts, pattern, plain, all }) =>
		expected(
			texts.map((text: string) =>
				text.replace(new RegExp(pattern, all ? "g" : ""), plain),
			),
		),
	refused: [
		{
			...given("of what is no pattern", {
				texts: ["a"],
				pattern: "(",
				rewrite: "",
				all: true,
			}),
			says: /as JavaScript writes it/,
		},
	],
};

/** Ends of rows of these lengths, from 0 on. */
const splitsOf = (lengths: readonly number[]): number[] => {
	let end = 0;
	return [0, ...lengths.map((length) => (end += length))];
};

const raggedGather: OpCheck = {
	name: "raggedGather",
	dtypes: ["float32", "int32", "bool"],
	gradients: [],
	draw(draw, dtype) {
		const lengths = Array.from({ length: draw.int(1, 4) }, () =>
			draw.int(0, 3),
		);
		return {
			inputs: {
				values: draw.values([lengths.reduce((sum, one) => sum + one, 0)], {
					dtype,
				}),
				splits: whole(splitsOf(lengths)),
				indices: draw.values([draw.int(1, 4)], {
					from: 0,
					to: lengths.length - 1,
					dtype: "int32",
				}),
			},
			attrs: {},
		};
	},
	compute({ splits, values, indices }) {
		const found = tf.raggedGather([splits], values, indices, 1);
		return [...found.outputNestedSplits, found.outputDenseValues];
	},
	reference({ splits, values, indices }) {
		const ends = Array.from(splits?.values ?? []);
		const rows = Array.from(indices?.values ?? [], (row) =>
			Array.from(values?.values ?? []).slice(ends[row], ends[row + 1]),
		);
		const all = rows.flat();
		return [
			whole(splitsOf(rows.map(({ length }) => length))),
			array([all.length], all, values?.dtype),
		];
	},
};

const raggedRange: OpCheck = {
	name: "raggedRange",
	dtypes: ["float32", "int32"],
	gradients: [],
	draw(draw, dtype) {
		const count = draw.int(1, 4);
		const bounds = { from: -5, to: 5, dtype };
		return {
			inputs: {
				starts: draw.values([count], bounds),
				limits: draw.values([count], bounds),
				deltas: array(
					[count],
					Array.from({ length: count }, () => draw.pick([-2, -1, 1, 3])),
					dtype,
				),
			},
			attrs: {},
		};
	},
	compute({ starts, limits, deltas }) {
		const found = tf.raggedRange(starts, limits, deltas);
		return [found.rtNestedSplits, found.rtDenseValues] as tf.Tensor[];
	},
	reference({ starts, limits, deltas }) {
		const rows = Array.from(starts?.values ?? [], (start, k) => {
			const [limit, delta] = [limits?.values[k], deltas?.values[k]] as [
				number,
				number,
			];
			const size = Math.max(0, Math.ceil((limit - start) / delta));
			return Array.from({ length: size }, (_, at) => start + at * delta);
		});
		return [
			whole(splitsOf(rows.map(({ length }) => length))),
			array([rows.flat().length], rows.flat(), starts?.dtype),
		];
	},
};

const raggedTensorToTensor: OpCheck = {
	name: "raggedTensorToTensor",
	gradients: [],
	draw(draw) {
		const lengths = Array.from({ length: draw.int(1, 4) }, () =>
			draw.int(0, 3),
		);
		return {
			inputs: {
				values: draw.values([lengths.reduce((sum, one) => sum + one, 0)]),
				standard: draw.values([]),
				splits: whole(splitsOf(lengths)),
			},
			attrs: { shape: [draw.int(1, 5), draw.int(1, 4)] },
		};
	},
	compute: ({ values, standard, splits }, { shape }) =>
		tf.raggedTensorToTensor(
			tf.tensor1d(shape, "int32"),
			values,
			standard,
			[splits],
			["ROW_SPLITS"],
		),
	reference({ values, standard, splits }, { shape: [rows, columns] }) {
		const ends = Array.from(splits?.values ?? []);
		const filled = Array.from({ length: rows }, (_, row) => {
			const own = Array.from(values?.values ?? []).slice(
				ends[row] ?? Number.POSITIVE_INFINITY,
				ends[row + 1] ?? Number.POSITIVE_INFINITY,
			);
			return Array.from(
				{ length: columns },
				(_, column) => own[column] ?? (standard?.values[0] as number),
			);
		});
		return array([rows, columns], filled.flat());
	},
};

/** Operations on texts and on rows of several lengths. */
export const textOps: readonly OpCheck[] = [
	stringSplit,
	stringNGrams,
	stringToHashBucketFast,
	staticRegexReplace,
	raggedGather,
	raggedRange,
	raggedTensorToTensor,
];
