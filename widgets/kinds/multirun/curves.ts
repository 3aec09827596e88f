import type { Params } from "../../../experiment/events.ts";
import { grouped } from "../../../experiment/grouped.ts";
import { readMetricLines } from "../../../experiment/record/metric-lines.ts";
import { metricNumbers } from "../../../experiment/record/record.ts";
import { pointLabel } from "../../../experiment/sweep/point.ts";
import type { Point } from "../../drawing/series.ts";
import { shownPoints } from "../../text/shown-points.ts";

/** What a member logged of a metric. */
export interface MemberCurve {
	readonly points: readonly Point[];
	/** "running", or how it ended. */
	readonly status: string;
	/** The last step at which it logged anything. */
	readonly came: number;
}

export interface MultirunGroup {
	/** The parameters that its runs share: "lr=0.1"; "" for the only group. */
	readonly label: string;
	/** Also those that did not log the metric. */
	readonly runs: readonly MemberCurve[];
}

export interface MultirunMetric {
	readonly metric: string;
	/** All groups, in the order of the grid; the same for each metric of a picture. */
	readonly groups: readonly MultirunGroup[];
}

interface Member {
	readonly point: Params;
	readonly metrics: Map<string, Point[]>;
	status: string;
	came: number;
}

/** What members of a multirun logged, which may come in any order. */
export class MemberCurves {
	/** By their places in the multirun. */
	readonly #members = new Map<number, Member>();
	/** In the order in which they were first logged. */
	readonly #names = new Set<string>();
	/** Members that logged a metric more than once. */
	readonly #withCourse = new Set<number>();

	/** Has some metric a course, and not just a value of each member? */
	get hasCourse(): boolean {
		return this.#withCourse.size > 0;
	}

	has(place: number): boolean {
		return this.#members.has(place);
	}

	/** A member begins; what an earlier attempt at it logged is forgotten. */
	begin(place: number, point: Params): void {
		this.#withCourse.delete(place);
		this.#members.set(place, {
			...{ point, metrics: new Map(), status: "running" },
			came: Number.NEGATIVE_INFINITY,
		});
	}

	add(
		place: number,
		step: number,
		values: Readonly<Record<string, number>>,
	): void {
		const member = this.#members.get(place);
		if (!member) return;
		member.came = Math.max(member.came, step);
		for (const [name, value] of Object.entries(values)) {
			this.#names.add(name);
			const points = member.metrics.get(name);
			if (points) {
				points.push({ step, value });
				this.#withCourse.add(place);
			} else member.metrics.set(name, [{ step, value }]);
		}
	}

	/** A member as its record has it; without what it logged, where that cannot be read any more. */
	addRecorded(
		place: number,
		point: Params,
		{
			directory,
			status,
		}: { readonly directory: string; readonly status: string },
	): void {
		this.begin(place, point);
		for (const { step, metrics } of readableLines(directory))
			this.add(place, step, metricNumbers(metrics));
		this.end(place, status);
	}

	end(place: number, status: string): void {
		const member = this.#members.get(place);
		if (member) member.status = status;
	}

	/** Those metrics that some member logged more than once: others have no course. */
	courses(): MultirunMetric[] {
		const groups = this.#groups();
		const isCourse = (name: string) =>
			groups.some(({ members }) =>
				members.some(({ metrics }) => (metrics.get(name)?.length ?? 0) > 1),
			);
		return [...this.#names].filter(isCourse).map((metric) => ({
			metric,
			groups: groups.map(({ label, members }) => ({
				label,
				runs: members.map(({ metrics, status, came }) => ({
					...{ points: metrics.get(metric) ?? [], status, came },
				})),
			})),
		}));
	}

	/** In the order of the grid; of secret parameters the labels say only which are equal. */
	#groups(): { label: string; members: Member[] }[] {
		const members = [...this.#members]
			.sort(([a], [b]) => a - b)
			.map(([, member]) => member);
		const groups = [
			...grouped(members, ({ point }) => pointLabel(point)).values(),
		];
		const shown = shownPoints(groups.map(([first]) => first?.point ?? {}));
		return groups.map((members, at) => ({
			label: pointLabel(shown[at] ?? {}),
			members,
		}));
	}
}

function readableLines(directory: string) {
	try {
		return readMetricLines(directory);
	} catch {
		return [];
	}
}
