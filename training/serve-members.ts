import { outsideOfRuns } from "../experiment/record/active-run.ts";
import type {
	MultirunMembership,
	RunInfo,
	RunObserver,
} from "../experiment/record/observer.ts";
import { session } from "../experiment/session.ts";
import type { MemberSource } from "../experiment/sweep/workers.ts";
import type { MemberPlan } from "./earlier-members.ts";
import { Members } from "./members.ts";
import { Pause } from "./shared-members.ts";

/**
 * In a process that was started for a multirun of another one: computes the
 * members that it asks for, one after the other, until it is ended.
 * @param plans of all members, in their order
 * @param compute adds a member to those that ended, unless it resolves to true: another process with the same line computes it
 */
export async function serveMembers<T>(
	source: MemberSource,
	plans: readonly MemberPlan[],
	compute: (plan: MemberPlan, members: Members<T>) => Promise<boolean>,
): Promise<never> {
	/** Members that were taken when they were asked for, since one was not. */
	const taken = new Set<MemberPlan>();
	const pause = new Pause();
	for (;;) {
		const plan = plans[await source.next()] as MemberPlan;
		const members = new Members<T>("continue");
		const { observers } = session();
		const teller = tellerOf(plan.multirun, source);
		observers.add(teller);
		try {
			if (await compute(plan, members)) {
				// There may be nothing else left.
				if (taken.has(plan)) await pause.wait();
				taken.add(plan);
				outsideOfRuns(() => source.taken());
				continue;
			}
			taken.clear();
			pause.reset();
			const [result] = members.results;
			const [member] = members.ended;
			outsideOfRuns(() => {
				if (member) source.ended({ ...member, value: result?.value });
				else source.broke(new Error("the member was left out"));
			});
		} catch (error) {
			outsideOfRuns(() => source.broke(error));
		} finally {
			observers.delete(teller);
		}
	}
}

/** Hands on what a member says of itself. */
function tellerOf(
	membership: MultirunMembership,
	source: MemberSource,
): RunObserver {
	const ofMember = (run: RunInfo) => run.multirun === membership;
	return {
		runStarted(run) {
			if (ofMember(run)) source.started(run);
		},
		event(run, event) {
			if (ofMember(run)) source.event(run, event);
		},
	};
}
