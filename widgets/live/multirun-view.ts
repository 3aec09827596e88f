import type { Params, RunEvent } from "../../experiment/events.ts";
import {
	hasFailed,
	type MultirunInfo,
	type MultirunMember,
	type RunInfo,
	type RunOutcome,
} from "../../experiment/record/observer.ts";
import { pointLabel, pointOf } from "../../experiment/sweep/point.ts";
import type { Point } from "../drawing/series.ts";
import type { MultirunMetric } from "../kinds/multirun/metric.ts";
import { progressLine } from "../text/progress.ts";
import { shownPoints } from "../text/shown-points.ts";
import type { Throttle } from "./throttle.ts";

/** The outputs in which a multirun is shown. */
interface Places {
	readonly line: Throttle<string>;
	readonly picture: Throttle<readonly MultirunMetric[]>;
}

/** The curves of all members: metric → group → member's index → points. */
class Curves {
	readonly #metrics = new Map<string, Map<string, Map<number, Point[]>>>();

	get isEmpty(): boolean {
		return this.#metrics.size === 0;
	}

	add(metric: string, group: string, member: number, point: Point): void {
		const groups = getOr(
			this.#metrics,
			metric,
			() => new Map<string, Map<number, Point[]>>(),
		);
		const members = getOr(groups, group, () => new Map<number, Point[]>());
		getOr(members, member, (): Point[] => []).push(point);
	}

	/** Takes a member out of every metric. */
	remove(group: string, member: number): void {
		for (const groups of this.#metrics.values())
			groups.get(group)?.delete(member);
	}

	/** @param labels of groups in their order, by what tells them apart */
	drawn(labels: ReadonlyMap<string, string>): MultirunMetric[] {
		const names = [...this.#metrics.keys()].filter(
			(name) => this.#runsOf(name).length > 0,
		);
		const curves = names.filter((name) => this.#isCurve(name));
		return metricsToDraw(curves.length > 0 ? curves : names).map((metric) => ({
			metric,
			groups: [...labels].flatMap(([group, label]) => {
				const members = this.#metrics.get(metric)?.get(group);
				return members && members.size > 0
					? [{ label, runs: inOrder(members) }]
					: [];
			}),
		}));
	}

	#runsOf(metric: string): Point[][] {
		const groups = this.#metrics.get(metric)?.values() ?? [];
		return [...groups].flatMap((runs) => [...runs.values()]);
	}

	/** A metric with one value per run is no curve; the table shows it. */
	#isCurve(metric: string): boolean {
		return this.#runsOf(metric).some((points) => points.length > 1);
	}
}

/** Shows how far a multirun is, and the curves of its members as one band per group. */
export class MultirunView {
	readonly #multirun: MultirunInfo;
	readonly #places: Places;
	readonly #curves = new Curves();
	/** Groups that began, by their parameters, which may be secret. */
	readonly #begun = new Map<string, { params: Params; place: number }>();
	/** Their labels, without secrets, in the order of the grid, whichever began first. */
	#labels: ReadonlyMap<string, string> = new Map();
	/** Members by their indices: one whose process was killed begins again. */
	readonly #started = new Set<number>();
	readonly #ended = new Set<number>();
	#failed = 0;

	constructor(multirun: MultirunInfo, places: Places) {
		this.#multirun = multirun;
		this.#places = places;
	}

	runStarted(run: RunInfo): void {
		const group = this.#groupOf(run);
		this.#started.add(indexOf(run));
		this.#ended.delete(indexOf(run));
		this.#curves.remove(group, indexOf(run));
		this.#begun.set(group, {
			params: pointOf(this.#multirun, run),
			place: Math.floor(indexOf(run) / this.#multirun.repeats),
		});
		const groups = [...this.#begun].sort(([, a], [, b]) => a.place - b.place);
		const shown = shownPoints(groups.map(([, { params }]) => params));
		this.#labels = new Map(
			groups.map(([group], i) => [group, pointLabel(shown[i] ?? {})]),
		);
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
		const group = this.#groupOf(run);
		for (const [name, value] of Object.entries(event.values))
			this.#curves.add(name, group, indexOf(run), { step: event.step, value });
		this.#places.picture.push(this.#drawn());
	}

	/** Takes the curves of a run that failed out of the picture. */
	runEnded(run: RunInfo, outcome: RunOutcome): void {
		this.#ended.add(indexOf(run));
		if (!hasFailed(outcome)) return;
		this.#failed++;
		this.#curves.remove(this.#groupOf(run), indexOf(run));
		const left = this.#drawn();
		if (left.length > 0) this.#places.picture.push(left);
	}

	/** Shows how the multirun ended, and the latest curves. */
	async close(members: readonly MultirunMember[]): Promise<void> {
		if (this.#started.size === 0) return;
		const { id, experiment, total } = this.#multirun;
		const failed = this.#failed > 0 ? `, ${this.#failed} failed` : "";
		this.#places.line.push(
			`multirun ${id} · ${experiment} · ${members.length - this.#failed} of ${total} runs${failed}`,
		);
		await this.#places.line.flush();
		if (!this.#curves.isEmpty) await this.#places.picture.flush();
	}

	/** `run 3/8`, or how many run at the same time. */
	#progress(): string {
		const { total } = this.#multirun;
		const running = this.#started.size - this.#ended.size;
		return running > 1
			? `${this.#ended.size} of ${total} runs, ${running} are running`
			: `run ${this.#started.size}/${total}`;
	}

	#groupOf(run: RunInfo): string {
		return pointLabel(pointOf(this.#multirun, run));
	}

	#drawn(): MultirunMetric[] {
		return this.#curves.drawn(this.#labels);
	}
}

const indexOf = (run: RunInfo): number => run.multirun?.index ?? 0;

/** The values by ascending keys. */
const inOrder = <V>(map: ReadonlyMap<number, V>): V[] =>
	[...map].sort(([a], [b]) => a - b).map(([, value]) => value);

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
	let value = map.get(key);
	if (value === undefined) {
		value = make();
		map.set(key, value);
	}
	return value;
}

/** Four panels at most: validation before training, curves before single values. */
function metricsToDraw(names: readonly string[]): string[] {
	const rank = (name: string) =>
		name.startsWith("val_") ? 0 : name.startsWith("test_") ? 2 : 1;
	const validated = new Set(
		names.filter((n) => n.startsWith("val_")).map((n) => n.slice(4)),
	);
	return names
		.filter((name) => !validated.has(name))
		.toSorted((a, b) => rank(a) - rank(b))
		.slice(0, 4);
}
