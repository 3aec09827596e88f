/**
 * Okabe & Ito's colours, told apart by colour-blind readers too
 * (https://jfly.uni-koeln.de/color/). Black and yellow are left out, because one
 * vanishes in a dark theme and one in a light theme; brown and grey stand in.
 */
const OKABE_ITO = [
	"#0072B2",
	"#D55E00",
	"#009E73",
	"#CC79A7",
	"#E69F00",
	"#56B4E9",
	"#8C6D46",
	"#7F7F7F",
] as const;

/** Tableau 20: its ten strong colours first, then their light twins. */
const TABLEAU_20 = [
	"#4c78a8",
	"#f58518",
	"#54a24b",
	"#b79a20",
	"#439894",
	"#e45756",
	"#79706e",
	"#d67195",
	"#b279a2",
	"#9e765f",
	"#9ecae9",
	"#ffbf79",
	"#88d27a",
	"#f2cf5b",
	"#83bcb6",
	"#ff9d98",
	"#bab0ac",
	"#fcbfd2",
	"#d6a5c9",
	"#d8b5a5",
] as const;

const SHAPES = [
	"circle",
	"square",
	"triangle-up",
	"diamond",
	"cross",
	"triangle-down",
	"triangle-right",
	"triangle-left",
] as const;

/** One colour per class, group or series. Beyond twenty they repeat. */
export function colours(count: number): string[] {
	return cycle(count <= OKABE_ITO.length ? OKABE_ITO : TABLEAU_20, count);
}

/** One symbol per class: the second channel beside the colour. Beyond eight they repeat. */
export function shapes(count: number): string[] {
	return cycle(SHAPES, count);
}

/** Train, validation and test keep their colour in every picture. */
export const SPLIT_COLOURS = {
	train: OKABE_ITO[0],
	val: OKABE_ITO[1],
	test: OKABE_ITO[2],
} as const;

/**
 * The colour of the page's own text, light or dark. A front end's theme for vega
 * would do, but it is applied only once: a reader who switches to the dark theme
 * later would be left with black letters on black.
 */
const PAGE_COLOUR = "currentColor";

/** Sizes and greys that hold in a light and in a dark theme. */
export const CONFIG = {
	view: { stroke: null },
	title: {
		color: PAGE_COLOUR,
		subtitleColor: PAGE_COLOUR,
		anchor: "start",
		fontSize: 15,
		subtitleFontSize: 12,
		subtitlePadding: 4,
		offset: 12,
	},
	axis: {
		labelColor: PAGE_COLOUR,
		titleColor: PAGE_COLOUR,
		labelFontSize: 12,
		titleFontSize: 12,
		domainColor: "#888",
		tickColor: "#888",
		gridColor: "#888",
		gridOpacity: 0.25,
		labelFlush: false,
	},
	legend: {
		labelColor: PAGE_COLOUR,
		titleColor: PAGE_COLOUR,
		labelFontSize: 12,
		titleFontSize: 12,
		labelLimit: 260,
		symbolOpacity: 1,
		symbolSize: 80,
	},
	concat: { spacing: 24 },
} as const;

/** Set at each text mark, because vega-lite paints text black over any style. */
export const PAGE_TEXT = { color: PAGE_COLOUR, fontSize: 12 } as const;

function cycle(values: readonly string[], count: number): string[] {
	return Array.from(
		{ length: count },
		(_, index) => values[index % values.length] as string,
	);
}
