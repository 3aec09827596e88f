import { UsageError } from "../base/errors.ts";
import { plural } from "../base/plural.ts";
import { firstOf } from "../base/shown-text.ts";
import { commitsWithOtherModules } from "../experiment/code/local-modules.ts";
import { commitOf, earlierRun } from "../experiment/record/guard/earlier.ts";
import { identified } from "../experiment/record/guard/identified.ts";
import type { EarlierRun, RunPlan } from "../experiment/record/guard/plan.ts";
import type {
	MultirunInfo,
	MultirunMembership,
} from "../experiment/record/observer.ts";
import {
	ExperimentRuns,
	type RunLookup,
} from "../experiment/record/store/experiment-runs.ts";
import { type StoredRun, statusOf } from "../experiment/record/store/store.ts";
import { runsDirectory, session } from "../experiment/session.ts";
import type { CodePolicy } from "../experiment/sweep/code-policy.ts";

/** A member of a multirun that is to be computed, unless it was. */
export type MemberPlan = RunPlan & { readonly multirun: MultirunMembership };

/** What there is of the members of a multirun that is resumed. */
export class EarlierMembers {
	readonly #info: MultirunInfo;
	readonly #code: CodePolicy | undefined;
	readonly #runs: RunLookup;
	readonly #otherCommits: ReadonlySet<string>;
	readonly #digests: ReadonlyMap<MemberPlan, string>;
	/** Runs that were there when it began. */
	readonly #before = new Set<string>();
	/** How many members there are, of which multiruns, and how many are to be run. */
	readonly summary: string;

	/**
	 * Looks for each member once, in one listing of the experiment's runs.
	 * @param code what to do with members that finished by other code
	 * @throws UsageError where there are such, and nobody said what to do
	 */
	static async find(
		info: MultirunInfo,
		plans: readonly MemberPlan[],
		code: CodePolicy | undefined,
	): Promise<EarlierMembers> {
		const digests = new Map(
			plans.map((plan) => [plan, identified(plan).digest]),
		);
		const runs = new ExperimentRuns(runsDirectory(), info.experiment);
		const { rootSeed } = session();
		const commits = [...digests.values()]
			.flatMap((digest) => runs.runsOf(digest, rootSeed))
			.flatMap((run) => commitOf(run) ?? []);
		const others = await commitsWithOtherModules(commits);
		return new EarlierMembers(info, digests, runs, code, others);
	}

	private constructor(
		info: MultirunInfo,
		digests: ReadonlyMap<MemberPlan, string>,
		runs: RunLookup,
		code: CodePolicy | undefined,
		otherCommits: ReadonlySet<string>,
	) {
		this.#info = info;
		this.#code = code;
		this.#digests = digests;
		this.#runs = runs;
		this.#otherCommits = otherCommits;
		const plans = [...digests.keys()];
		const members = plans.map((plan) => {
			for (const { record } of this.#all(plan)) this.#before.add(record.id);
			return this.#find(plan);
		});
		this.#decide(members);
		this.summary = summaryOf(info, members);
	}

	/** The digest of a member's identity. */
	digestOf(plan: MemberPlan): string {
		return this.#digests.get(plan) ?? identified(plan).digest;
	}

	/**
	 * What there is of a member now.
	 * @throws UsageError where another process has finished it by other code
	 */
	of(plan: MemberPlan): EarlierRun {
		const found = this.#find(plan);
		this.#decide([found]);
		return found;
	}

	/** Finds what other processes have computed since. */
	refresh(): void {
		this.#runs.refresh();
	}

	/** The run of it that failed in another process since this multirun began: it would fail here, too. */
	failureSince({ failed }: EarlierRun): StoredRun | undefined {
		return failed && !this.#before.has(failed.record.id) ? failed : undefined;
	}

	#all(plan: MemberPlan): readonly StoredRun[] {
		return this.#runs.runsOf(this.digestOf(plan), session().rootSeed);
	}

	#find(plan: MemberPlan): EarlierRun {
		const digest = this.digestOf(plan);
		return earlierRun(
			{ plan, digest },
			this.#runs,
			this.#code,
			this.#otherCommits,
		);
	}

	/** @throws UsageError where members finished by other code and nobody said what to do */
	#decide(members: readonly EarlierRun[]): void {
		if (this.#code !== undefined) return;
		const other = members.filter(({ isOtherCode }) => isOtherCode);
		if (other.length === 0) return;
		throw new UsageError(otherCodeText(this.#info, members.length, other));
	}
}

/** Longer lists are cut. */
const MOST_NAMED = 5;

function otherCodeText(
	{ experiment }: MultirunInfo,
	total: number,
	other: readonly EarlierRun[],
): string {
	const ids = other.flatMap(({ settled }) => settled?.record.id ?? []);
	const named = firstOf(ids, MOST_NAMED, String).join(", ");
	const isOne = ids.length === 1;
	const [runs, them, they] = isOne
		? ["run", "it", "it is"]
		: ["runs", "them", "they are"];
	return `${ids.length} of ${plural(total, "member")} of multirun ${experiment} finished by other code than now (${runs} ${named}); say what to do with ${them}: --code keep (code: "keep") takes ${them} as ${they}, --code redo (code: "redo") computes ${them} again`;
}

/** `7 of 10 members are there (5 of multirun 1a2b…), 3 to run` */
function summaryOf(
	{ id }: MultirunInfo,
	members: readonly EarlierRun[],
): string {
	const there = members.flatMap(({ settled }) => settled ?? []);
	const singles = there.filter(({ record }) => !record.multirun).length;
	const multiruns = new Map<string, number>();
	for (const { record } of there) {
		const from = record.multirun?.id ?? id;
		if (from !== id) multiruns.set(from, (multiruns.get(from) ?? 0) + 1);
	}
	const kept = members.filter(({ isOtherCode }) => isOtherCode).length;
	const diverged = there.filter((run) => statusOf(run) === "diverged").length;
	const notes = [
		...Array.from(multiruns, ([from, count]) => `${count} of multirun ${from}`),
		...(singles > 0 ? [plural(singles, "single run")] : []),
		...(kept > 0 ? [`${kept} by other code`] : []),
		...(diverged > 0 ? [`${diverged} diverged`] : []),
	];
	const noted = notes.length > 0 ? ` (${notes.join(", ")})` : "";
	const are = there.length === 1 ? "is" : "are";
	return `${there.length} of ${plural(members.length, "member")} ${are} there${noted}, ${members.length - there.length} to run`;
}
