import { panels } from "../drawing/panel.ts";
import type { Drawing } from "../drawing/picture.ts";
import type { VegaLiteSpec } from "../drawing/render.ts";
import { colours } from "../drawing/style.ts";
import { bandPanel } from "./multirun/bands.ts";
import type { Context } from "./multirun/colours.ts";
import { dotPanel } from "./multirun/dots.ts";
import {
	isSingleStep,
	type Metric,
	type MultirunMetric,
	nameOf,
	parse,
} from "./multirun/metric.ts";
import {
	describe,
	encodingLine,
	notFiniteLine,
	runsText,
	summaryTable,
	thinnedLine,
} from "./multirun/texts.ts";

export interface MultirunOptions {
	/** Default: the metrics' names. */
	readonly title?: string;
	/** What a step is, under the x axis. Default: "step". */
	readonly step?: string;
}

const MOST_PANELS = 6;

/**
 * Runs that differ only in their seed (and, in groups, in parameters): mean line,
 * shaded ±1 sample standard deviation, dashed minimum and maximum. One panel per
 * metric; a metric with a single step is drawn as dots with their mean ± SD.
 * Throws when there is no metric or no run.
 */
export function multirunDrawing(
	metrics: MultirunMetric | readonly MultirunMetric[],
	options: MultirunOptions = {},
): Drawing {
	const list = [metrics].flat().map(parse);
	const title = options.title ?? list.map(({ metric }) => metric).join(", ");
	return {
		spec: multirunSpec(list, title, options.step ?? "step"),
		description: `${title}, ${runsText(list)}: ${list.map(describe).join("; ")}.`,
		text: `${title}, ${runsText(list)}\n${summaryTable(list)}`,
	};
}

function multirunSpec(
	metrics: readonly Metric[],
	title: string,
	xTitle: string,
): VegaLiteSpec {
	const shown = metrics.slice(0, MOST_PANELS);
	const names = (shown[0]?.groups ?? []).map(nameOf);
	const context: Context = {
		xTitle,
		names,
		hues: colours(names.length),
		single: shown.length === 1,
	};
	const subtitle = [
		encodingLine(shown),
		...shown.flatMap(notFiniteLine),
		...shown.flatMap(thinnedLine),
		...(shown.length < metrics.length
			? [
					`not drawn: ${metrics
						.slice(MOST_PANELS)
						.map(({ metric }) => metric)
						.join(", ")}`,
				]
			: []),
	];
	return {
		title: { text: `${title}, ${runsText(shown)}`, subtitle },
		...panels(
			shown.map((metric) =>
				isSingleStep(metric)
					? dotPanel(metric, context)
					: bandPanel(metric, context),
			),
		),
		resolve: { scale: { color: "shared" } },
	};
}
