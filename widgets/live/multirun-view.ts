import type { Params, RunEvent } from "../../experiment/events.ts";
import {
	hasFailed,
	type MultirunInfo,
	type MultirunMember,
	type RunInfo,
	type RunOutcome,
} from "../../experiment/record/observer.ts";
import type { MultirunMetric } from "../kinds/multirun/metric.ts";
import { progressLine } from "../text/progress.ts";
import { pointLabel, pointOf, shownPoints } from "./multirun-points.ts";
import type { Throttle } from "./throttle.ts";

interface Point {
	readonly step: number;
	readonly value: number;
}

/** Where a multirun shows itself. */
interface Places {
	readonly line: Throttle<string>;
	readonly picture: Throttle<readonly MultirunMetric[]>;
}

/** Collects the curves of all members and shows them as one band per group. */
export function createMultirunView(multirun: MultirunInfo, places: Places) {
	/** Metric → group → run → points. */
	const curves = new Map<string, Map<string, Map<string, Point[]>>>();
	/** By what tells groups apart, which may be secret, in the order they began. */
	const begun = new Map<string, Params>();
	const keyOf = (run: RunInfo) => pointLabel(pointOf(multirun, run));
	let started = 0;
	let failed = 0;

	function add(run: RunInfo, step: number, name: string, value: number): void {
		const groups = getOr(
			curves,
			name,
			() => new Map<string, Map<string, Point[]>>(),
		);
		const runs = getOr(groups, keyOf(run), () => new Map<string, Point[]>());
		getOr(runs, run.id, () => [] as Point[]).push({ step, value });
	}

	/** A metric with one value per run is no curve; the table has it. */
	function isCurve(metric: string): boolean {
		const groups = [...(curves.get(metric)?.values() ?? [])];
		return groups.some((runs) =>
			[...runs.values()].some((points) => points.length > 1),
		);
	}

	function labels(): Map<string, string> {
		const shown = shownPoints([...begun.values()]);
		return new Map(
			[...begun.keys()].map((key, i) => [key, pointLabel(shown[i] ?? {})]),
		);
	}

	function value(): MultirunMetric[] {
		const shown = labels();
		const names = [...curves]
			.filter(([, groups]) => [...groups.values()].some(({ size }) => size > 0))
			.map(([name]) => name);
		const drawn = names.filter(isCurve);
		return metricsToDraw(drawn.length > 0 ? drawn : names).map((metric) => ({
			metric,
			groups: [
				...(curves.get(metric) ?? new Map<string, Map<string, Point[]>>()),
			]
				.filter(([, runs]) => runs.size > 0)
				.map(([key, runs]) => ({
					label: shown.get(key) ?? "",
					runs: [...runs.values()],
				})),
		}));
	}

	return {
		runStarted(run: RunInfo) {
			started++;
			begun.set(keyOf(run), pointOf(multirun, run));
		},
		event(run: RunInfo, event: RunEvent) {
			if (event.type === "progress")
				places.line.push(
					progressLine({
						...event,
						label: `run ${started}/${multirun.total}${event.label ? ` · ${event.label}` : ""}`,
					}),
				);
			if (event.type !== "metric") return;
			for (const [name, one] of Object.entries(event.values))
				add(run, event.step, name, one);
			places.picture.push(value());
		},
		/** What a run has that did not get to its end is no part of the picture. */
		runEnded(run: RunInfo, outcome: RunOutcome) {
			if (!hasFailed(outcome)) return;
			failed++;
			for (const groups of curves.values())
				groups.get(keyOf(run))?.delete(run.id);
			const left = value();
			if (left.length > 0) places.picture.push(left);
		},
		async close(members: readonly MultirunMember[]) {
			if (started === 0) return;
			const finished = members.length - failed;
			places.line.push(
				`multirun ${multirun.id} · ${multirun.experiment} · ${finished} of ${multirun.total} runs${failed > 0 ? `, ${failed} failed` : ""}`,
			);
			await places.line.flush();
			if (curves.size > 0) await places.picture.flush();
		},
	};
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
	let value = map.get(key);
	if (value === undefined) {
		value = make();
		map.set(key, value);
	}
	return value;
}

/** Four panels at most: validation before training, curves before single values. */
export function metricsToDraw(names: readonly string[]): string[] {
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
