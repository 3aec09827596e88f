import { isA } from "../../base/errors.ts";
import type {
	MetricEvent,
	Params,
	PictureEvent,
	ProgressEvent,
	RunEvent,
} from "../../experiment/events.ts";
import { mergeReports } from "../../experiment/leaks/report.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { StreamSet } from "../../experiment/random/stream.ts";
import { describeError } from "../../experiment/record/error-place.ts";
import {
	hasFailed,
	type MultirunInfo,
	type MultirunMember,
	memberLabel,
	type RunInfo,
	type RunObserver,
	type RunOutcome,
} from "../../experiment/record/observer.ts";
import {
	RecordingError,
	withReason,
} from "../../experiment/record/recording-error.ts";
import { drawPicture } from "../kinds/index.ts";
import { metricsPicture } from "../kinds/metrics.ts";
import { type MultirunMetric, multirunPicture } from "../kinds/multirun.ts";
import { leaksText } from "../text/leaks.ts";
import { progressLine } from "../text/progress.ts";
import { type RunGroup, runsTable, type TableRun } from "../text/runs-table.ts";
import { formatNumber, shownName, wrapped } from "../text/text.ts";
import { pointLabel, pointOf, shownPoints } from "./multirun-points.ts";
import { createMultirunView } from "./multirun-view.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

/** Ten a second freezes JupyterLab when each is a chart. */
const PICTURE_INTERVAL_MILLISECONDS = 2_000;
export const TEXT_INTERVAL_MILLISECONDS = 100;
/** Front ends break longer lines in the middle of a word. */
const SUMMARY_WIDTH = 96;

/** What `display` of the engine is, seen from here. */
export type Display = (
	value: unknown,
	options?: { raw?: boolean },
) => { update(value: unknown): Promise<void> };

/**
 * A place in the output that shows the newest value. What draws must not take
 * numbers from the run: when it draws depends on the clock.
 */
export function createPlace<T>(
	display: Display,
	milliseconds: number,
	draw: (value: T) => unknown,
	raw: boolean,
): Throttle<T> {
	const streams = new StreamSet("display");
	let shown: ReturnType<Display> | undefined;
	return createThrottle<T>(milliseconds, async (value) => {
		let drawn: unknown;
		try {
			drawn = await withStreams(streams, async () => draw(value));
		} catch (error) {
			// A picture that cannot be drawn is no reason to lose the run.
			process.stderr.write(
				`a picture could not be drawn: ${(error as Error).message}\n`,
			);
			return;
		}
		if (shown) await shown.update(drawn);
		else shown = display(drawn, { raw });
	});
}

/** A text as a MIME bundle. */
export const text = (content: string) => ({ "text/plain": content });

function summaryParts(run: RunInfo, outcome: RunOutcome) {
	return {
		head: [
			`run ${run.id}`,
			shownName(run.experiment),
			withReason(
				outcome.status,
				isA(outcome.error, RecordingError) ? outcome.error : undefined,
			),
			`seed ${run.seed} (root ${run.rootSeed}${run.repeat > 0 ? `, repeat ${run.repeat}` : ""})`,
			`${(outcome.milliseconds / 1000).toFixed(1)} s`,
		],
		metrics: Object.entries(outcome.metrics).map(
			([name, value]) => `${shownName(name)} ${formatNumber(value)}`,
		),
	};
}

/** What stays in a terminal when a run is over. */
export function summaryLine(run: RunInfo, outcome: RunOutcome): string {
	const { head, metrics } = summaryParts(run, outcome);
	return [...head, ...metrics].join(" · ");
}

/** The same for a notebook: who the run was, and below it how it ended. */
function summaryText(run: RunInfo, outcome: RunOutcome): string {
	const { head, metrics } = summaryParts(run, outcome);
	return [
		head.join(" · "),
		...wrapped(metrics, " · ", SUMMARY_WIDTH).map((line) => `  ${line}`),
	].join("\n");
}

interface RunView {
	event(event: RunEvent): void;
	close(outcome: RunOutcome): Promise<void>;
}

function createRunView(run: RunInfo, display: Display): RunView {
	const line = createPlace<string>(
		display,
		TEXT_INTERVAL_MILLISECONDS,
		text,
		true,
	);
	const history: MetricEvent[] = [];
	const metrics = createPlace<number>(
		display,
		PICTURE_INTERVAL_MILLISECONDS,
		() => metricsPicture(history, { title: run.experiment }),
		false,
	);
	const pictures = new Map<string, Throttle<PictureEvent>>();
	let progress: ProgressEvent | undefined;
	line.push(`run ${run.id} · ${shownName(run.experiment)} · started`);
	return {
		event(event) {
			switch (event.type) {
				case "progress":
					progress = event;
					line.push(progressLine(progress));
					break;
				case "metric":
					history.push(event);
					metrics.push(history.length);
					break;
				case "picture": {
					const key = `${event.kind}/${event.name}`;
					let place = pictures.get(key);
					if (!place) {
						place = createPlace(
							display,
							PICTURE_INTERVAL_MILLISECONDS,
							drawPicture,
							false,
						);
						pictures.set(key, place);
					}
					place.push(event);
					break;
				}
				case "notice":
					display(text(event.text), { raw: true });
					break;
				case "artifact":
					break;
			}
		},
		async close(outcome) {
			line.push(summaryText(run, outcome));
			const { metricLines = history.length } = outcome;
			if (metricLines < history.length) {
				history.length = metricLines;
				metrics.push(metricLines);
			}
			for (const place of [line, metrics, ...pictures.values()])
				await place.flush();
		},
	};
}

/** Shows runs and multiruns in the notebook as they go; a run that is not recorded is not shown. */
export function observeLive(display: Display): RunObserver {
	const views = new Map<string, RunView>();
	const multiruns = new Map<string, ReturnType<typeof createMultirunView>>();
	const place = <T>(
		milliseconds: number,
		draw: (value: T) => unknown,
		raw: boolean,
	) => createPlace(display, milliseconds, draw, raw);
	const show = (content: string) => {
		if (content !== "") display(text(content), { raw: true });
	};
	return {
		multirunStarted(multirun: MultirunInfo) {
			multiruns.set(
				multirun.id,
				createMultirunView(multirun, {
					line: place(TEXT_INTERVAL_MILLISECONDS, text, true),
					picture: place(
						PICTURE_INTERVAL_MILLISECONDS,
						(metrics: readonly MultirunMetric[]) =>
							multirunPicture(metrics, { title: multirun.experiment }),
						false,
					),
				}),
			);
		},
		runStarted(run) {
			if (!run.recorded) return;
			if (run.multirun) multiruns.get(run.multirun.id)?.runStarted(run);
			else views.set(run.id, createRunView(run, display));
		},
		event(run, event) {
			if (!run.recorded) return;
			if (!run.multirun) views.get(run.id)?.event(event);
			else if (event.type === "notice")
				display(text(event.text), { raw: true });
			else multiruns.get(run.multirun.id)?.event(run, event);
		},
		async runEnded(run, outcome) {
			if (run.multirun && run.recorded) {
				multiruns.get(run.multirun.id)?.runEnded(run, outcome);
				show(failureText(run, outcome));
			}
			await views.get(run.id)?.close(outcome);
			if (views.delete(run.id)) show(leakWarning([outcome]));
		},
		async multirunEnded(multirun, members: readonly MultirunMember[]) {
			await multiruns.get(multirun.id)?.close(members);
			multiruns.delete(multirun.id);
			const recorded = members.filter(({ run }) => run.recorded);
			if (recorded.length === 0) return;
			show(runsTable(groupsOf(multirun, members)));
			show(leakWarning(recorded.map(({ outcome }) => outcome)));
		},
	};
}

/** Why a member of a multirun failed, and where: told at once, since the others go on. */
export function failureText(run: RunInfo, outcome: RunOutcome): string {
	if (!hasFailed(outcome)) return "";
	const { name, message, place } = describeError(outcome.error);
	return [
		`${memberLabel(run.multirun?.varied ?? [], run)} ${outcome.status} · ${name}: ${message}`,
		...(place
			? [
					`  at ${place.name}:${place.line}${place.code === undefined ? "" : `  ${place.code}`}`,
				]
			: []),
	].join("\n");
}

/** What runs read that a replay cannot repeat, where that is to be said: the same place in several is one line. */
export function leakWarning(outcomes: readonly RunOutcome[]): string {
	return leaksText(
		mergeReports(
			outcomes
				.filter(({ onLeak }) => onLeak !== "ignore")
				.map(({ leaks }) => leaks),
		),
	);
}

/** Members by the parameters that vary, in the order they ran. */
export function groupsOf(
	multirun: MultirunInfo,
	members: readonly MultirunMember[],
): RunGroup[] {
	const groups = new Map<string, { params: Params; runs: TableRun[] }>();
	for (const { run, outcome } of members) {
		const params = pointOf(multirun, run);
		const key = pointLabel(params);
		const group = groups.get(key) ?? { params, runs: [] };
		groups.set(key, group);
		group.runs.push({
			id: run.id,
			seed: run.seed,
			metrics: outcome.metrics,
			status: outcome.status,
		});
	}
	const all = [...groups.values()];
	const shown = shownPoints(all.map(({ params }) => params));
	return all.map(({ runs }, i) => ({ params: shown[i] ?? {}, runs }));
}
