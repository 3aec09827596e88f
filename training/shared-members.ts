import { isA, KeyboardInterrupt } from "../base/errors.ts";
import { plural } from "../base/plural.ts";
import { endOf } from "../experiment/record/guard/execute.ts";
import type { EarlierRun, RunResult } from "../experiment/record/guard/plan.ts";
import { failedMember } from "../experiment/record/guard/settled.ts";
import {
	ClaimLostError,
	claimMember,
	type Holder,
} from "../experiment/record/lease/claim.ts";
import type { MultirunInfo } from "../experiment/record/observer.ts";
import type { ProcessIdentity } from "../experiment/record/surroundings/liveness.ts";
import { runsDirectory, session } from "../experiment/session.ts";
import type { EarlierMembers, MemberPlan } from "./earlier-members.ts";
import type { Members } from "./members.ts";
import { noticeMultirun } from "./notice-multirun.ts";

/** Between two looks at members that other processes compute. */
const FIRST_PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
const PAUSE_GROWTH = 1.5;

type Execute<T> = (plan: MemberPlan) => Promise<RunResult<T> | undefined>;

/**
 * Computes the members that are not there yet, together with whatever other
 * processes execute the same line: none is computed twice, and each process ends with all of
 * them. A member of a process that was killed is taken over when its lease is over.
 */
export class SharedMembers<T> {
	readonly #info: MultirunInfo;
	readonly #members: Members<T>;
	readonly #earlier: EarlierMembers;
	readonly #execute: Execute<T>;

	constructor(
		info: MultirunInfo,
		members: Members<T>,
		earlier: EarlierMembers,
		execute: Execute<T>,
	) {
		this.#info = info;
		this.#members = members;
		this.#earlier = earlier;
		this.#execute = execute;
	}

	/** Tells how many members there are. */
	tellBeginning(): void {
		noticeMultirun(this.#info, "info", this.#earlier.summary);
	}

	/**
	 * Takes the members that are there. Each is looked up once, since another process may seal it between two looks.
	 * @returns those that are to be computed
	 * @throws what ends a multirun, see `Members.run`
	 */
	async takeSettled(plans: readonly MemberPlan[]): Promise<MemberPlan[]> {
		const missing: MemberPlan[] = [];
		for (const plan of plans) {
			const earlier = this.#earlier.of(plan);
			if (earlier.settled) await this.#run(plan, earlier);
			else missing.push(plan);
		}
		return missing;
	}

	/** @throws what ends a multirun, see `Members.run` */
	async compute(plans: readonly MemberPlan[]): Promise<void> {
		let { left, holders } = await this.#tryEach(plans);
		if (left.length > 0) this.#tellWhoComputes(left.length, holders);
		const pause = new Pause();
		while (left.length > 0) {
			await pause.wait();
			this.#earlier.refresh();
			const before = left.length;
			({ left, holders } = await this.#tryEach(left));
			if (left.length < before) pause.reset();
		}
	}

	/**
	 * Computes a member unless another process does.
	 * @returns whether one does
	 * @throws what ends a multirun, see `Members.run`
	 */
	async isComputedElsewhere(plan: MemberPlan): Promise<boolean> {
		return (await this.#tryOne(plan)) !== undefined;
	}

	/** @returns those that other processes compute, and which processes these are */
	async #tryEach(plans: readonly MemberPlan[]): Promise<{
		left: readonly MemberPlan[];
		holders: readonly Holder[];
	}> {
		const left: MemberPlan[] = [];
		const holders: Holder[] = [];
		for (const plan of plans) {
			const holder = await this.#tryOne(plan);
			if (!holder) continue;
			left.push(plan);
			holders.push(holder);
		}
		return { left, holders };
	}

	/** @returns who computes the member, unless it is there now */
	async #tryOne(plan: MemberPlan): Promise<Holder | undefined> {
		const before = this.#earlier.of(plan);
		if (before.settled) return this.#run(plan, before);
		const claim = claimMember({
			identity: this.#earlier.digestOf(plan),
			rootSeed: session().rootSeed,
			runsDirectory: runsDirectory(),
		});
		if ("takenBy" in claim) return claim;
		try {
			// Another process may have computed it just before.
			this.#earlier.refresh();
			return await this.#run({ ...plan, claim }, this.#earlier.of(plan));
		} catch (error) {
			if (!isA(error, ClaimLostError)) throw error;
			return { takenBy: undefined };
		} finally {
			claim.release();
		}
	}

	async #run(plan: MemberPlan, earlier: EarlierRun): Promise<undefined> {
		const failed = this.#earlier.failureSince(earlier);
		if (failed)
			this.#members.addOwn(failedMember(failed, plan.multirun), undefined as T);
		else
			await this.#members.run(plan.multirun, () =>
				this.#execute({ ...plan, earlier }),
			);
	}

	#tellWhoComputes(count: number, holders: readonly Holder[]): void {
		const who = [
			...new Set(holders.flatMap(({ takenBy }) => takenBy ?? []).map(nameOf)),
		];
		const by = who.length > 0 ? ` (${who.join(", ")})` : "";
		noticeMultirun(
			this.#info,
			"info",
			`waits for ${plural(count, "member")} that other processes compute${by}`,
		);
	}
}

const nameOf = ({ pid, host }: ProcessIdentity) => `process ${pid} on ${host}`;

/** Grows from one look at members that other processes compute to the next. */
export class Pause {
	#milliseconds = FIRST_PAUSE_MILLISECONDS;

	/** @throws KeyboardInterrupt when the user interrupts meanwhile */
	async wait(): Promise<void> {
		await paused(this.#milliseconds);
		this.#milliseconds = Math.min(
			this.#milliseconds * PAUSE_GROWTH,
			LONGEST_PAUSE_MILLISECONDS,
		);
	}

	reset(): void {
		this.#milliseconds = FIRST_PAUSE_MILLISECONDS;
	}
}

/** @throws KeyboardInterrupt when the user interrupts meanwhile */
function paused(milliseconds: number): Promise<void> {
	const signal = session().source?.signal;
	return new Promise((resolve, reject) => {
		if (signal?.aborted) return reject(endOf(signal));
		const stop = () => {
			clearTimeout(timer);
			reject(signal ? endOf(signal) : new KeyboardInterrupt());
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener("abort", stop);
			resolve();
		}, milliseconds);
		signal?.addEventListener("abort", stop, { once: true });
	});
}
