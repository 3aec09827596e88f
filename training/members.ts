import { isA, UsageError } from "../base/errors.ts";
import { describeError } from "../experiment/record/error-place.ts";
import type { RunResult } from "../experiment/record/guard/plan.ts";
import {
	hasFailed,
	type MultirunInfo,
	type MultirunMember,
	type MultirunMembership,
	memberLabel,
	type RunInfo,
	type RunOutcome,
} from "../experiment/record/observer.ts";
import { RecordingError } from "../experiment/record/recording-error.ts";
import { session } from "../experiment/session.ts";
import type { FailPolicy } from "../experiment/sweep/fail-policy.ts";
import type { MemberPlan } from "./earlier-members.ts";

/**
 * Members of a multirun failed; the others finished, unless their error says otherwise.
 * @example
 * try {
 *   await dd.multirun({ name: "some", params: { lr: [1, 0] }, n: 1 }, ({ lr }) => {
 *     if (lr === 0) throw new Error("no steps");
 *   });
 * } catch (error) {
 *   if (error instanceof dd.MultirunError) console.log(error.failures.length); // 1
 * }
 */
export class MultirunError extends UsageError {
	override readonly name = "MultirunError";
	// No properties of its own: whoever prints the error would print all records.
	readonly #failed: readonly MultirunMember[];
	readonly #results: readonly RunResult<unknown>[];

	constructor(
		{ experiment, total, varied }: MultirunInfo,
		failed: readonly MultirunMember[],
		results: readonly RunResult<unknown>[],
	) {
		const diverged = failed.filter(({ outcome }) =>
			hasDiverged(outcome),
		).length;
		super(
			[
				`${failed.length} of ${total} runs of multirun ${experiment} ${endOf(failed.length, diverged)}; the others went on (--fail fast, or fail: "fast", stops at the first):`,
				...failed.map(
					({ run, outcome }) =>
						`  ${memberLabel(varied, run)}: ${firstLine(outcome.error)}`,
				),
				...(diverged < failed.length
					? [
							"the same line with --resume (resume: true) computes those that failed alone",
						]
					: []),
				...(diverged > 0
					? [
							"what diverged would diverge again, so --resume takes it as it is; without --resume the line computes all of them again",
						]
					: []),
			].join("\n"),
			{ cause: failed[0]?.outcome.error },
		);
		this.#failed = failed;
		this.#results = results;
	}

	/** The members that failed or diverged, each with what it threw. */
	get failures(): { readonly run: RunInfo; readonly error: unknown }[] {
		return this.#failed.map(({ run, outcome }) => ({
			run,
			error: outcome.error,
		}));
	}

	/** The members that finished. */
	get results(): readonly RunResult<unknown>[] {
		return this.#results;
	}
}

const hasDiverged = ({ status }: RunOutcome) => status === "diverged";

/** `failed`, `diverged`, or both with how many. */
function endOf(failed: number, diverged: number): string {
	if (diverged === failed) return "diverged";
	return diverged === 0 ? "failed" : `failed, ${diverged} of them diverged`;
}

function firstLine(error: unknown): string {
	const { name, message } = describeError(error);
	return `${name}: ${message.split("\n")[0]}`;
}

/** Runs members of a multirun, and remembers how each ended. */
export class Members<T> {
	readonly #results: RunResult<T>[] = [];
	readonly #failed: MultirunMember[] = [];
	readonly #policy: FailPolicy;

	constructor(policy: FailPolicy) {
		this.#policy = policy;
	}

	/** Those that finished, in the order of the grid. */
	get results(): RunResult<T>[] {
		return this.#results.toSorted((a, b) => indexOf(a) - indexOf(b));
	}

	/** Those that failed, in the order of the grid. */
	get failed(): MultirunMember[] {
		return this.#failed.toSorted((a, b) => indexOf(a) - indexOf(b));
	}

	/** Those that ended, finished or failed. */
	get ended(): MultirunMember[] {
		return [
			...this.results.map(({ run, outcome }) => ({ run, outcome })),
			...this.failed,
		].toSorted((a, b) => indexOf(a) - indexOf(b));
	}

	/** Takes over a member that a worker has computed. @returns whether the multirun is to stop */
	add(member: MultirunMember, value: T): { readonly stops: boolean } {
		if (!hasFailed(member.outcome)) {
			this.#results.push({ ...member, value });
			return { stops: false };
		}
		this.#failed.push(member);
		return { stops: this.#policy === "fast" };
	}

	/**
	 * The same for a member that this process computed, or found on record.
	 * @throws its error where the multirun is to stop at the first failure
	 */
	addOwn(member: MultirunMember, value: T): void {
		if (this.add(member, value).stops) throw member.outcome.error;
	}

	/**
	 * @param execute resolves to undefined for a member that a replay leaves out
	 * @throws what ends the multirun: an interrupt, a record that cannot be written, a run that
	 *   could not begin, or the first failure where it is to stop there
	 */
	async run(
		membership: MultirunMembership,
		execute: () => Promise<RunResult<T> | undefined>,
	): Promise<void> {
		let outcome: MultirunMember | undefined;
		const { observers } = session();
		const watch = {
			runEnded(run: RunInfo, ended: RunOutcome) {
				if (run.multirun === membership) outcome = { run, outcome: ended };
			},
		};
		observers.add(watch);
		let result: RunResult<T> | undefined;
		try {
			result = await execute();
		} catch (error) {
			if (!outcome || !hasFailed(outcome.outcome)) throw error;
			const { stops } = this.add(outcome, undefined as T);
			if (stops || isA(error, RecordingError)) throw error;
		} finally {
			observers.delete(watch);
		}
		if (!result) return;
		// The replay of a run that went on after its loss was lost ends without an error.
		if (result.outcome.error === undefined) this.#results.push(result);
		else this.addOwn(result, result.value);
	}
}

const indexOf = ({ run }: Pick<MultirunMember, "run">) =>
	run.multirun?.index ?? 0;

/** Computes members one after the other. @throws as `Members.run` */
export async function computeInTurn<T>(
	members: Members<T>,
	plans: readonly MemberPlan[],
	execute: (plan: MemberPlan) => Promise<RunResult<T> | undefined>,
): Promise<void> {
	for (const plan of plans)
		await members.run(plan.multirun, () => execute(plan));
}
