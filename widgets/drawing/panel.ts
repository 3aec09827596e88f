import type { VegaLiteSpec } from "./render.ts";
import { labelsOf, position, type Scale, spread } from "./scale.ts";
import { PAGE_TEXT } from "./style.ts";

export const PANEL_WIDTH = 260;
export const PANEL_HEIGHT = 210;

const KEY_GAP = 16;
const KEY_START = PANEL_WIDTH + 8;
const KEY_END = KEY_START + 18;

/**
 * The label at the end of a line: its name and last value, instead of a legend.
 */
export interface Key {
	readonly text: string;
	readonly colour: string;
	/** The stroke of the line, or a dot where the line is one. */
	readonly sign: readonly number[] | "dot";
	/** Where the line ends; the key is moved away from its neighbours. */
	readonly value: number;
}

export interface PanelOptions {
	/** Above the panel; absent where the picture's own title says it. */
	readonly title?: string;
	readonly xTitle: string;
	readonly steps: readonly number[];
	readonly y: Scale;
	readonly layers: readonly VegaLiteSpec[];
	readonly keys: readonly Key[];
}

/**
 * A panel of lines over steps. Layers bring their own data and read the fields
 * `step` and whatever they bind to y.
 */
export function linePanel(options: PanelOptions): VegaLiteSpec {
	return {
		...(options.title === undefined
			? {}
			: {
					title: {
						text: options.title,
						fontSize: 13,
						offset: 8,
						frame: "group",
					},
				}),
		width: PANEL_WIDTH,
		height: PANEL_HEIGHT,
		layer: [...options.layers, ...keyLayers(options.keys, options.y)],
	};
}

/** The two position channels of a layer in a line panel. */
export function lineEncoding(
	field: string,
	{ xTitle, steps, y }: Pick<PanelOptions, "xTitle" | "steps" | "y">,
): VegaLiteSpec {
	return {
		x: {
			field: "step",
			type: "quantitative",
			title: xTitle,
			scale: { domain: stepDomain(steps), nice: false },
			axis: { grid: false, ...stepTicks(steps) },
		},
		y: {
			field,
			type: "quantitative",
			title: y.type === "log" ? "log scale" : null,
			scale: { type: y.type, domain: y.domain, nice: false },
			axis: labelsOf(y),
		},
	};
}

function stepDomain(steps: readonly number[]): readonly [number, number] {
	const first = steps[0] ?? 0;
	const last = steps.at(-1) ?? first;
	return first === last ? [first - 1, last + 1] : [first, last];
}

function stepTicks(steps: readonly number[]): VegaLiteSpec {
	const whole = steps.every(Number.isInteger);
	// Without a format, vega labels whole steps that lie far apart as decimals:
	// 1.0, 2.0, 3.0.
	if (steps.length <= 6)
		return { values: steps, ...(whole ? { format: ",d" } : {}) };
	return { tickCount: 6, ...(whole ? { tickMinStep: 1 } : {}) };
}

function keyLayers(keys: readonly Key[], scale: Scale): VegaLiteSpec[] {
	const wanted = keys.map(
		(key) => (1 - position(scale, key.value)) * PANEL_HEIGHT,
	);
	const places = spread(wanted, KEY_GAP, PANEL_HEIGHT);
	return keys.flatMap((key, index) => {
		const y = { value: Math.round(places[index] as number) };
		return [
			keySign(key, y),
			{
				data: { values: [{}] },
				mark: {
					type: "text",
					text: key.text,
					align: "left",
					baseline: "middle",
					limit: 240,
					...PAGE_TEXT,
				},
				encoding: { x: { value: KEY_END + 5 }, y },
			},
		];
	});
}

function keySign({ colour, sign }: Key, y: VegaLiteSpec): VegaLiteSpec {
	const data = { values: [{}] };
	return sign === "dot"
		? {
				data,
				mark: {
					type: "point",
					filled: true,
					size: 60,
					opacity: 1,
					color: colour,
				},
				encoding: { x: { value: (KEY_START + KEY_END) / 2 }, y },
			}
		: {
				data,
				mark: {
					type: "rule",
					color: colour,
					strokeWidth: 2,
					strokeDash: sign,
					aria: false,
				},
				encoding: { x: { value: KEY_START }, x2: { value: KEY_END }, y },
			};
}

/** Two panels in a row, more rows below where there are more panels. */
export function panels(list: readonly VegaLiteSpec[]): VegaLiteSpec {
	return list.length <= 2 ? { hconcat: list } : { concat: list, columns: 2 };
}
