import type { RunEvent } from "../../experiment/events.ts";
import {
	hasFailed,
	type MultirunInfo,
	type MultirunMember,
	type RunInfo,
	type RunOutcome,
} from "../../experiment/record/observer.ts";
import { pointOf } from "../../experiment/sweep/point.ts";
import type { Drawing } from "../drawing/picture.ts";
import { MemberCurves } from "../kinds/multirun/curves.ts";
import { multirunDrawing } from "../kinds/multirun.ts";
import { progressLine } from "../text/progress.ts";
import type { Throttle } from "./throttle.ts";

/** The outputs in which a multirun is shown. */
interface Places {
	readonly line: Throttle<string>;
	/** Drawn when its turn comes: an event costs no more than its own values. */
	readonly picture: Throttle<() => Drawing>;
}

/** Shows how far a multirun is, and the curves of its members. */
export class MultirunView {
	readonly #multirun: MultirunInfo;
	readonly #places: Places;
	readonly #curves = new MemberCurves();
	/** Members by their indices: one whose process was killed begins again. */
	readonly #started = new Set<number>();
	readonly #ended = new Set<number>();

	constructor(multirun: MultirunInfo, places: Places) {
		this.#multirun = multirun;
		this.#places = places;
	}

	runStarted(run: RunInfo): void {
		this.#started.add(indexOf(run));
		this.#ended.delete(indexOf(run));
		this.#curves.begin(indexOf(run), pointOf(this.#multirun, run));
	}

	event(run: RunInfo, event: RunEvent): void {
		if (event.type === "progress") {
			const label = event.label ? ` · ${event.label}` : "";
			this.#places.line.push(
				progressLine({
					...event,
					label: `${this.#progress()}${label}`,
				}),
			);
		}
		if (event.type !== "metric") return;
		this.#curves.add(indexOf(run), event.step, event.values);
		this.#draw();
	}

	runEnded(run: RunInfo, { status }: RunOutcome): void {
		this.#ended.add(indexOf(run));
		this.#curves.end(indexOf(run), status);
		this.#draw();
	}

	/** Shows how the multirun ended, and the curves of all members, also of those that were there before. */
	async close(members: readonly MultirunMember[]): Promise<void> {
		const recorded = members.filter(({ run }) => run.recorded);
		if (recorded.length === 0) return;
		const { id, experiment, total } = this.#multirun;
		const failed = members.filter(({ outcome }) => hasFailed(outcome)).length;
		this.#places.line.push(
			`multirun ${id} · ${experiment} · ${members.length - failed} of ${total} runs${failed > 0 ? `, ${failed} failed` : ""}`,
		);
		await this.#places.line.flush();
		for (const { run, outcome } of recorded)
			if (!this.#curves.has(indexOf(run)))
				this.#curves.addRecorded(indexOf(run), pointOf(this.#multirun, run), {
					directory: run.directory,
					status: outcome.status,
				});
		this.#draw();
		if (this.#curves.hasCourse) await this.#places.picture.flush();
	}

	#draw(): void {
		if (!this.#curves.hasCourse) return;
		const title = this.#multirun.experiment;
		this.#places.picture.push(() =>
			multirunDrawing(this.#curves.courses(), { title }),
		);
	}

	/** `run 3/8`, or how many run at the same time. */
	#progress(): string {
		const { total } = this.#multirun;
		const running = this.#started.size - this.#ended.size;
		return running > 1
			? `${this.#ended.size} of ${total} runs, ${running} are running`
			: `run ${this.#started.size}/${total}`;
	}
}

const indexOf = (run: RunInfo): number => run.multirun?.index ?? 0;
