import { messageOf } from "../../base/errors.ts";
import type {
	MetricEvent,
	NoticeEvent,
	PictureEvent,
	RunEvent,
} from "../../experiment/events.ts";
import type {
	MultirunInfo,
	MultirunMember,
	RunInfo,
	RunObserver,
	RunOutcome,
} from "../../experiment/record/observer.ts";
import { type Drawing, picture } from "../drawing/picture.ts";
import { drawPicture, pictureText } from "../kinds/index.ts";
import { metricsDrawing } from "../kinds/metrics.ts";
import { valueDrawings } from "../kinds/multirun/values.ts";
import { progressLine } from "../text/progress.ts";
import { reportOfGroups, runsTable } from "../text/runs-table.ts";
import { shownName } from "../text/text.ts";
import { MultirunView } from "./multirun-view.ts";
import {
	createPicturePlace,
	createTextPlace,
	type Display,
	text,
} from "./place.ts";
import { failureText, groupsOf, leakWarning, summaryText } from "./run-text.ts";
import type { Throttle } from "./throttle.ts";

/** A text alone, in the place of a picture. */
const onlyText = (told: string) => ({ data: text(told), metadata: {} });

/** A picture that cannot be drawn is shown as text, with the reason. */
async function drawnOrText(event: PictureEvent): Promise<unknown> {
	try {
		return await drawPicture(event);
	} catch (error) {
		const reason = messageOf(error);
		return onlyText(
			`${pictureText(event)}\n(this picture could not be drawn: ${reason})`,
		);
	}
}

export interface LiveOptions {
	/** False where nobody can see a picture: none is drawn, and all come as text alone. Default: true. */
	readonly charts?: boolean;
}

/** What is displayed of a chart of metrics and of a picture. */
interface Shown {
	chart(drawing: Drawing): unknown;
	picture(event: PictureEvent): unknown;
}

const DRAWN: Shown = { chart: picture, picture: drawnOrText };
/** Loading what draws takes longer than most short runs. */
const TOLD: Shown = {
	chart: ({ text }) => onlyText(text),
	picture: (event) => onlyText(pictureText(event)),
};

/** One run: a line of progress, its metrics, and a picture for each name. */
class RunView {
	readonly #run: RunInfo;
	readonly #display: Display;
	readonly #shown: Shown;
	readonly #line: Throttle<string>;
	readonly #history: MetricEvent[] = [];
	readonly #metrics: Throttle<number>;
	readonly #pictures = new Map<string, Throttle<PictureEvent>>();

	constructor(run: RunInfo, display: Display, shown: Shown) {
		this.#run = run;
		this.#display = display;
		this.#shown = shown;
		this.#line = createTextPlace(display);
		this.#metrics = createPicturePlace(display, () =>
			shown.chart(metricsDrawing(this.#history, { title: run.experiment })),
		);
		this.#line.push(`run ${run.id} · ${shownName(run.experiment)} · started`);
	}

	event(event: RunEvent): void {
		switch (event.type) {
			case "progress":
				this.#line.push(progressLine(event));
				break;
			case "metric":
				this.#history.push(event);
				this.#metrics.push(this.#history.length);
				break;
			case "picture":
				this.#placeOf(event).push(event);
				break;
			case "notice":
				this.#display(text(event.text), { raw: true });
				break;
			case "artifact":
				break;
		}
	}

	/** Shows how the run ended, and the latest of everything. */
	async close(outcome: RunOutcome): Promise<void> {
		this.#line.push(summaryText(this.#run, outcome));
		this.#keepRecorded(outcome.metricLines ?? this.#history.length);
		const pictures = this.#pictures.values();
		for (const place of [this.#line, this.#metrics, ...pictures])
			await place.flush();
	}

	#placeOf({ kind, name }: PictureEvent): Throttle<PictureEvent> {
		const key = `${kind}/${name}`;
		let place = this.#pictures.get(key);
		if (!place) {
			place = createPicturePlace(this.#display, this.#shown.picture);
			this.#pictures.set(key, place);
		}
		return place;
	}

	/**
	 * A full disk may have kept metrics from being recorded. The last picture
	 * then shows only the recorded ones.
	 */
	#keepRecorded(lines: number): void {
		if (lines >= this.#history.length) return;
		this.#history.length = lines;
		this.#metrics.push(lines);
	}
}

/** Shows runs and multiruns in the notebook as they go; a run that is not recorded is not shown. */
class LiveObserver implements RunObserver {
	readonly #display: Display;
	readonly #shown: Shown;
	readonly #runs = new Map<string, RunView>();
	readonly #multiruns = new Map<string, MultirunView>();

	constructor(display: Display, { charts = true }: LiveOptions) {
		this.#display = display;
		this.#shown = charts ? DRAWN : TOLD;
	}

	multirunStarted(multirun: MultirunInfo): void {
		const view = new MultirunView(multirun, {
			line: createTextPlace(this.#display),
			picture: this.#picturePlace(),
		});
		this.#multiruns.set(multirun.id, view);
	}

	multirunNoticed(_: MultirunInfo, notice: NoticeEvent): void {
		this.#show(notice.text);
	}

	runStarted(run: RunInfo): void {
		if (!run.recorded) return;
		if (run.multirun) this.#multiruns.get(run.multirun.id)?.runStarted(run);
		else this.#runs.set(run.id, new RunView(run, this.#display, this.#shown));
	}

	event(run: RunInfo, event: RunEvent): void {
		if (!run.recorded) return;
		if (!run.multirun) this.#runs.get(run.id)?.event(event);
		else if (event.type === "notice") this.#show(event.text);
		else this.#multiruns.get(run.multirun.id)?.event(run, event);
	}

	async runEnded(run: RunInfo, outcome: RunOutcome): Promise<void> {
		if (run.multirun && run.recorded) {
			this.#multiruns.get(run.multirun.id)?.runEnded(run, outcome);
			this.#show(failureText(run, outcome));
		}
		await this.#runs.get(run.id)?.close(outcome);
		if (this.#runs.delete(run.id)) this.#show(leakWarning([outcome]));
	}

	async multirunEnded(
		multirun: MultirunInfo,
		members: readonly MultirunMember[],
	): Promise<void> {
		await this.#multiruns.get(multirun.id)?.close(members);
		this.#multiruns.delete(multirun.id);
		const recorded = members.filter(({ run }) => run.recorded);
		if (recorded.length === 0) return;
		const groups = groupsOf(multirun, members);
		const summary = reportOfGroups(groups, multirun.baseline);
		if (summary && summary.report.finished > 1)
			for (const draw of valueDrawings(
				summary.report,
				multirun.experiment,
				summary.refused === undefined ? multirun.baseline : undefined,
			)) {
				const place = this.#picturePlace();
				place.push(draw);
				await place.flush();
			}
		this.#show(runsTable(groups, multirun, summary));
		this.#show(leakWarning(recorded.map(({ outcome }) => outcome)));
	}

	#picturePlace(): Throttle<() => Drawing> {
		return createPicturePlace(this.#display, (drawing: () => Drawing) =>
			this.#shown.chart(drawing()),
		);
	}

	#show(content: string): void {
		if (content !== "") this.#display(text(content), { raw: true });
	}
}

/** The notebook's live view, to be added to a session's observers. */
export const observeLive = (
	display: Display,
	options: LiveOptions = {},
): RunObserver => new LiveObserver(display, options);

/** Shows a picture that is no run's, as the live view shows charts. */
export async function showDrawing(
	drawing: Drawing,
	display: Display,
	{ charts = true }: LiveOptions = {},
): Promise<void> {
	display(await (charts ? DRAWN : TOLD).chart(drawing));
}
