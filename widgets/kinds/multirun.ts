import { panels } from "../drawing/panel.ts";
import type { Drawing } from "../drawing/picture.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import type { MultirunMetric } from "./multirun/curves.ts";
import { legend } from "./multirun/legend.ts";
import { curvePanel } from "./multirun/lines.ts";
import { looksOf } from "./multirun/looks.ts";
import { type Metric, nameOf, parse } from "./multirun/metric.ts";
import { leftOut, MOST_WITH_RUNS, shownMetrics } from "./multirun/shown.ts";
import {
	describe,
	encodingLines,
	endLines,
	runsText,
	summaryTable,
	toldEnds,
} from "./multirun/texts.ts";

export interface MultirunOptions {
	/** Default: the metrics' names. */
	readonly title?: string;
	/** What a step is, under the x axis. Default: "step". */
	readonly step?: string;
}

/** A longer name does not fit beside a panel. */
const MOST_LETTERS_BESIDE = 24;

/**
 * Curves of a multirun, one panel for each metric: of each group the mean of its finished runs as a thick
 * line, the 95 % t interval of that mean as a band, and each run as a thin line, drawn to where it came.
 * The mean is over steps that all of those runs have. Validation's metrics are drawn for training's.
 * @throws RangeError for a metric without a run
 */
export function multirunDrawing(
	metrics: readonly MultirunMetric[],
	options: MultirunOptions = {},
): Drawing {
	const list = metrics.map(parse);
	const title = options.title ?? list.map(({ metric }) => metric).join(", ");
	const ends = endLines(list);
	return {
		spec: multirunSpec(list, title, options.step ?? "step"),
		description: `${title}, ${runsText(list)}: ${[...list.map(describe), ...ends].join("; ")}.`,
		text: [`${title}, ${runsText(list)}`, summaryTable(list), ...ends].join(
			"\n",
		),
	};
}

function multirunSpec(
	metrics: readonly Metric[],
	title: string,
	xTitle: string,
): VegaLiteSpec {
	const shown = shownMetrics(metrics);
	const names = (shown[0]?.groups ?? []).map(nameOf);
	const looks = looksOf(names.length);
	const isBeside =
		shown.length === 1 &&
		names.length <= MOST_WITH_RUNS &&
		names.every((name) => name.length <= MOST_LETTERS_BESIDE);
	const context = {
		...{ xTitle, looks, panels: shown.length, steps: stepsOf(shown) },
		names: names.length === 1 ? [""] : isBeside ? names : undefined,
	};
	const curves = shown.map((metric) => curvePanel(metric, context));
	const drawn = panels(curves.map(({ spec }) => spec));
	return {
		title: {
			text: `${title}, ${runsText(shown)}`,
			subtitle: [
				...encodingLines(shown),
				...(curves.some(({ isCut }) => isCut)
					? ["lines and bands that reach an edge go on beyond it"]
					: []),
				...toldEnds(shown),
				...leftOut(metrics, shown),
			],
		},
		...(context.names ? drawn : { vconcat: [drawn, legend(names, looks)] }),
	};
}

/** Of all runs, so that panels have one x axis. */
const stepsOf = (metrics: readonly Metric[]): number[] =>
	[
		...new Set(
			metrics.flatMap(({ groups }) =>
				groups.flatMap(({ curves }) =>
					curves.flatMap(({ pieces }) => pieces.flat().map(({ step }) => step)),
				),
			),
		),
	].sort((a, b) => a - b);
