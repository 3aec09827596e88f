import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, sizeOf, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";
import { zeros } from "./products.ts";

/** Equations of one, two and three tensors; "..." stands for up to two axes. */
const EQUATIONS = [
	"i->",
	"ij->ji",
	"ij->j",
	"ij->",
	"ii->i",
	"ii->",
	"ii",
	"iji->j",
	"iij->ij",
	"ba",
	"i,i->",
	"i,j->ij",
	"ij,j->i",
	"ij,jk->ik",
	"ij,jk",
	"ij,ij->",
	"ij,ij->ij",
	"ij,ji->i",
	"bij,bjk->bik",
	"bij,jk->bik",
	"bhid,bhjd->bhij",
	"ijk,jl->kil",
	"ii,ij->j",
	"ij,k->i",
	"ij,kl->",
	",ij->ij",
	"ij,jk,kl->il",
	"ij,ik,jk->i",
	"i,i,i->i",
	"i,j,k->kij",
	"ij,j,i->",
	"...ij->...ji",
	"...i,...i->...",
	"...ij,...jk->...ik",
	"i...,j->...ij",
	"...,...",
	"...ii->...i",
];

function drawOperands(draw: Draw, equation: string) {
	const sizes = new Map<string, number>();
	const sizeAt = (label: string): number => {
		if (!sizes.has(label)) sizes.set(label, draw.pick([1, 2, 3, 3]));
		return sizes.get(label) as number;
	};
	const rest = draw.shape(draw.int(0, 2), 3);
	const texts = (equation.split("->")[0] as string).split(",");
	return texts.map((text) => {
		// Fewer axes, or some of size 1, broadcast.
		const own = rest
			.slice(draw.int(0, rest.length))
			.map((size) => (draw.chance(0.2) ? 1 : size));
		const [before = "", after = ""] = text.split("...");
		return [
			...[...before].map(sizeAt),
			...(text.includes("...") ? own : []),
			...[...after].map(sizeAt),
		];
	});
}

/** The definition: for each place of all axes, the product of the numbers there is added to the result. */
function reference(equation: string, operands: readonly Array64[]): Array64 {
	const [left = "", right] = equation.split("->");
	const texts = left.split(",");
	const label = (text: string, rank: number): string[] => {
		const [before = "", after] = text.split("...");
		if (after === undefined) return [...text];
		const unnamed = rank - before.length - after.length;
		return [
			...before,
			...Array.from({ length: unnamed }, (_, at) => `${unnamed - 1 - at}`),
			...after,
		];
	};
	const labels = texts.map((text, at) =>
		label(text, (operands[at] as Array64).shape.length),
	);
	const sizes = new Map<string, number>();
	for (const [at, own] of labels.entries())
		for (const [axis, name] of own.entries())
			sizes.set(
				name,
				Math.max(
					sizes.get(name) ?? 1,
					(operands[at] as Array64).shape[axis] as number,
				),
			);
	const names = [...sizes.keys()];
	const unnamed = names
		.filter((name) => /\d/.test(name))
		.sort()
		.reverse();
	const single = names
		.filter(
			(name) =>
				!/\d/.test(name) &&
				labels.flat().filter((other) => other === name).length === 1,
		)
		.sort();
	const output =
		right === undefined
			? [...unnamed, ...single]
			: right.includes("...")
				? label(right, right.replace("...", "").length + unnamed.length)
				: [...right];
	const shape = output.map((name) => sizes.get(name) as number);
	const values = new Float64Array(sizeOf(shape));
	build(
		names.map((name) => sizes.get(name) as number),
		(place) => {
			const at = (name: string) => place[names.indexOf(name)] as number;
			let product = 1;
			for (const [k, own] of labels.entries()) {
				const x = operands[k] as Array64;
				product *= valueAt(
					x,
					own.map((name, axis) => (x.shape[axis] === 1 ? 0 : at(name))),
				);
			}
			let index = 0;
			for (const [axis, name] of output.entries())
				index = index * (shape[axis] as number) + at(name);
			values[index] = (values[index] as number) + product;
			return 0;
		},
	);
	const dtype = operands[0]?.dtype;
	return array(shape, values, dtype === "bool" ? "int32" : dtype);
}

const given = (inputs: Readonly<Record<string, unknown>>) =>
	["a", "b", "c"].flatMap((name) => (inputs[name] ? [inputs[name]] : []));

let next = 0;

const einsum: OpCheck = {
	name: "einsum",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const equation = draw.pick(EQUATIONS);
		const [a, b, c] = drawOperands(draw, equation).map((shape) =>
			draw.values(shape, { dtype }),
		);
		return {
			inputs: { a: a as Array64, ...(b ? { b } : {}), ...(c ? { c } : {}) },
			attrs: { equation },
		};
	},
	compute: (inputs, { equation }) =>
		tf.einsum(equation, ...(given(inputs) as tf.Tensor[])),
	reference: (inputs, { equation }) =>
		reference(equation, given(inputs) as Array64[]),
	edges: [
		...EQUATIONS.map((equation) => ({
			what: equation,
			inputs: Object.fromEntries(
				(equation.split("->")[0] as string).split(",").map((text, at) => [
					"abc"[at] as string,
					build(
						[...text.replace("...", "Z")].map((label) =>
							label === "Z" ? 2 : 3,
						),
						() => (next++ % 7) - 3,
					),
				]),
			),
			attrs: { equation },
		})),
		{
			what: "an infinity beside the diagonal",
			inputs: {
				a: array([2, 2], [1, Number.POSITIVE_INFINITY, Number.NaN, 2]),
			},
			attrs: { equation: "ii->i" },
			gradients: { a: [1, 0, 0, 1] },
		},
		{
			what: "a sum of nothing",
			inputs: { a: zeros(2, 0), b: zeros(0, 3) },
			attrs: { equation: "ij,jk->ik" },
		},
	],
	refused: [
		{
			what: "fewer axes than the tensor has",
			inputs: { a: zeros(2, 3) },
			attrs: { equation: "i->i" },
			says: /names 1 axes/,
		},
		{
			what: "fewer tensors",
			inputs: { a: zeros(2, 3) },
			attrs: { equation: "ij,jk->ik" },
			says: /2 tensors and was given 1/,
		},
		{
			what: "sizes that differ",
			inputs: { a: zeros(2, 3), b: zeros(2, 3) },
			attrs: { equation: "ij,jk->ik" },
			says: /axis j has the size 3/,
		},
		{
			what: "an axis from nowhere",
			inputs: { a: zeros(2, 3) },
			attrs: { equation: "ij->k" },
			says: /axis k/,
		},
		{
			what: "an axis twice in the result",
			inputs: { a: zeros(2) },
			attrs: { equation: "i->ii" },
			says: /twice/,
		},
		{
			what: "an ellipsis that is summed",
			inputs: { a: zeros(2, 2) },
			attrs: { equation: "...i->i" },
			says: /have to stay/,
		},
	],
};

export const contractions: readonly OpCheck[] = [einsum];
