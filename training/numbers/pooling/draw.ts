import type { Example } from "../array.ts";
import type { Draw } from "../draw.ts";
import { axesOf, type Pooling } from "./reference.ts";

/** What a pooling takes beside windows and strides. */
interface Choices {
	/** Axes between batch and channels. */
	readonly spatial: 2 | 3;
	/** Numbers that are apart, so that no maximum changes hands. */
	readonly distinct: boolean;
	/** Without a batch as well. */
	readonly anyRank?: boolean;
	readonly rounding?: boolean;
	readonly dilations?: boolean;
	readonly extra?: (draw: Draw) => Partial<Pooling>;
}

const numberOrList = (draw: Draw, count: number, most: number, least = 1) =>
	draw.chance(0.4) ? draw.int(least, most) : draw.shape(count, most, least);

function drawPad(
	draw: Draw,
	spatial: number,
	rounding: boolean,
): Pick<Pooling, "pad" | "dimRoundingMode"> {
	const kind = draw.pick(["valid", "same", "number", "pairs", "pairs"]);
	if (kind === "valid" || kind === "same") return { pad: kind };
	const mode =
		rounding && draw.chance(0.7)
			? { dimRoundingMode: draw.pick(["floor", "round", "ceil"] as const) }
			: {};
	const pair = () => [draw.int(0, 2), draw.int(0, 2)];
	const pad =
		kind === "number"
			? draw.int(0, 2)
			: [[0, 0], ...Array.from({ length: spatial }, pair), [0, 0]];
	return { pad, ...mode };
}

/** Every window has a cell of the image: there is no mean of nothing. */
const hasCells = (axes: ReturnType<typeof axesOf>): boolean =>
	axes.every(
		({ size, window, stride, dilation, before, windows }) =>
			windows > 0 &&
			Array.from(
				{ length: windows },
				(_, place) => place * stride - before,
			).every((first) =>
				Array.from({ length: window }, (_, k) => first + k * dilation).some(
					(cell) => cell >= 0 && cell < size,
				),
			),
	);

/** Images and the arguments of a pooling whose windows all find a place in them. */
export function drawPooling(draw: Draw, choices: Choices): Example {
	const { spatial, distinct, anyRank = true, rounding = true } = choices;
	for (;;) {
		const sizes = draw.shape(spatial, spatial === 2 ? 7 : 5);
		const isDilated = choices.dilations === true && draw.chance(0.7);
		const pooling: Pooling = {
			window: numberOrList(draw, spatial, spatial === 2 ? 4 : 3),
			strides: isDilated ? 1 : numberOrList(draw, spatial, 3),
			...drawPad(draw, spatial, rounding),
			...(isDilated ? { dilations: numberOrList(draw, spatial, 3) } : {}),
			...choices.extra?.(draw),
		};
		if (!hasCells(axesOf(sizes, pooling))) continue;
		const alone = anyRank && draw.chance(0.3);
		const shape = [
			alone ? 1 : draw.int(1, 3),
			...sizes,
			draw.pick([1, 2, 3, 4, 5, 9]),
		];
		if (shape.reduce((product, size) => product * size, 1) > 200) continue;
		return {
			inputs: { x: distinct ? draw.distinct(shape) : draw.values(shape) },
			attrs: { ...pooling, ...(alone ? { alone } : {}) },
		};
	}
}
