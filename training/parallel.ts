import { UsageError } from "../base/errors.ts";
import { mergeReports } from "../experiment/leaks/report.ts";
import { outsideOfRuns } from "../experiment/record/active-run.ts";
import { countElsewhere } from "../experiment/record/guard/admit.ts";
import { endOf } from "../experiment/record/guard/execute.ts";
import { notify, notifyInTurn } from "../experiment/record/guard/notify.ts";
import { beginSealing } from "../experiment/record/guard.ts";
import type { RunInfo, RunObserver } from "../experiment/record/observer.ts";
import { readRun } from "../experiment/record/store/store.ts";
import { session } from "../experiment/session.ts";
import type {
	ComputedMember,
	MemberWorker,
	MultirunTarget,
	StartWorker,
} from "../experiment/sweep/workers.ts";
import type { MemberPlan } from "./earlier-members.ts";
import type { Members } from "./members.ts";
import { OrderedOutput } from "./ordered-output.ts";

/** A member whose process ended twice is not given to a third. */
const MOST_TRIES = 2;

/** What is computed in other processes, and how. */
interface CrewOptions<T> {
	readonly target: MultirunTarget;
	/** Processes that compute at the same time, this one included. */
	readonly jobs: number;
	readonly members: Members<T>;
	/** Loads what starts processes. */
	workers(): Promise<StartWorker>;
	/** Tells whoever watches the multirun. */
	warn(text: string): void;
}

interface ParallelOptions<T> extends CrewOptions<T> {
	/** Of the members that are to be computed, two at least. */
	readonly plans: readonly MemberPlan[];
	/** Computes a member in this process. */
	compute(plan: MemberPlan): Promise<void>;
}

/**
 * Computes the members of a multirun in several processes. This one computes
 * the last, so that what a body declares is afterwards what it is when all are
 * computed here; the others get one after the other as they have time.
 * @throws as `Members.run`, once nothing is computed any more
 */
export async function computeInParallel<T>({
	plans,
	compute,
	...options
}: ParallelOptions<T>): Promise<void> {
	const last = plans.length - 1;
	const lastPlan = plans[last] as MemberPlan;
	for (const plan of plans.slice(0, -1)) countElsewhere(plan);
	const places = {
		indexes: plans.map(({ multirun }) => multirun.index),
		here: last,
		advice:
			"It executes the cells or the script so far again, as a replay does; run this with --jobs 1",
	};
	await withCrew(options, places, async (crew) => {
		await compute(lastPlan).catch((error) => crew.stop(error));
		crew.doneHere(last);
		warnOfChanges(options, lastPlan);
	});
}

/**
 * Computes members of a multirun in other processes alone: this one has not come to it.
 * @param options.indexes of the members, see `MultirunMembership`
 * @throws as `Members.run`, once nothing is computed any more; UsageError where a process does not come to the multirun
 */
export const computeElsewhere = <T>({
	indexes,
	...options
}: CrewOptions<T> & { readonly indexes: readonly number[] }): Promise<void> =>
	withCrew(
		options,
		{
			indexes,
			advice:
				"It executes the recorded cells, or the script, again, as a replay does",
		},
		async () => undefined,
	);

/** Hires processes, does what is to be done here, and waits for the others. */
async function withCrew<T>(
	options: CrewOptions<T>,
	places: Places,
	meanwhile: (crew: Crew<T>) => Promise<void>,
): Promise<void> {
	const signal = session().source?.signal;
	const { recorded } = session();
	const before = recorded.length;
	const crew = new Crew(options, places, await options.workers());
	let sealed = () => {};
	const stop = () => {
		if (!signal) return;
		sealed = beginSealing();
		crew.stop(endOf(signal));
	};
	signal?.addEventListener("abort", stop, { once: true });
	try {
		if (signal?.aborted) stop();
		// All of them, since by the time that they come to the multirun this process has most often done its part.
		crew.hire(options.jobs);
		await meanwhile(crew);
		await crew.finished;
	} finally {
		signal?.removeEventListener("abort", stop);
		await crew.close().finally(sealed);
		recorded.push(...crew.inOrder(recorded.splice(before)));
	}
}

/** The members that are to be computed, in their order. */
interface Places {
	readonly indexes: readonly number[];
	/** The place of the one that this process computes. */
	readonly here?: number;
	/** What to tell where a process does not come to the multirun. */
	readonly advice: string;
}

/** Tells what a body changes for later members or cells, which then have it from the last member alone. */
function warnOfChanges(
	{ members, warn }: CrewOptions<unknown>,
	{ multirun }: MemberPlan,
): void {
	const own = members.ended.find(
		({ run }) => run.multirun?.index === multirun.index,
	);
	if (!own?.run.recorded) return;
	const { hiddenState } = readRun(own.run.directory).record;
	const changed = (hiddenState?.reads ?? []).filter((name) => {
		const { before, after } = hiddenState?.bindings[name] ?? {};
		return before !== undefined && before !== after;
	});
	if (changed.length === 0) return;
	warn(
		`the body changes ${changed.join(", ")}: with more than one job each process changes its own, and here it is what the last member made of it. Log what is to be collected, or use --jobs 1.`,
	);
}

/** A process, and what it does. */
interface Hand {
	readonly worker: MemberWorker;
	/** Did it come to the multirun? */
	arrived: boolean;
	/** Has it asked for a member and got none yet? */
	isIdle: boolean;
	/** What it computes: the plan's place, and the run once it began. */
	member?: { readonly place: number; run?: RunInfo };
}

/** The processes beside this one. */
class Crew<T> {
	readonly finished: Promise<void>;
	readonly #options: CrewOptions<T>;
	readonly #places: Places;
	readonly #start: StartWorker;
	readonly #hands = new Set<Hand>();
	/** Places of the members that nobody computes or has computed. */
	readonly #waiting: number[];
	readonly #tries = new Map<number, number>();
	/** Folders of the runs that other processes recorded, and their members' places. */
	readonly #folders = new Map<string, number>();
	readonly #output = new OrderedOutput();
	/** What observers are being told. */
	#told: Promise<unknown> = Promise.resolve();
	#failure: { readonly error: unknown } | undefined;
	#isClosing = false;
	/** Does this process compute its own member? Then one fewer of the others may work. */
	#isBusyHere: boolean;
	#resolve = () => {};
	#reject = (_: unknown) => {};

	constructor(options: CrewOptions<T>, places: Places, start: StartWorker) {
		this.#options = options;
		this.#places = places;
		this.#start = start;
		this.#isBusyHere = places.here !== undefined;
		this.#waiting = [...places.indexes.keys()].filter(
			(place) => place !== places.here,
		);
		this.finished = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		// Awaited later, or not at all where starting a process fails.
		this.finished.catch(() => undefined);
	}

	/** Starts processes, no more than there are members for. */
	hire(count: number): void {
		const idle = this.#hands.size - this.#computing;
		const wanted = Math.min(count, this.#waiting.length - idle);
		for (let k = 0; k < wanted; k++) this.#hireOne();
		this.#settle();
	}

	/** The member of this process is done, and what it printed is shown already. */
	doneHere(place: number): void {
		this.#output.end(place);
		this.#isBusyHere = false;
		this.#handOut();
	}

	/** Lets nothing new begin, and ends what goes on as an interrupt does. */
	stop(error: unknown): void {
		if (this.#failure) return;
		this.#failure = { error };
		this.#waiting.length = 0;
		for (const { worker, member } of this.#hands)
			if (member) worker.interrupt();
			else void worker.close();
		this.#settle();
	}

	/** The folders of runs in the order of their members, as when one process computes them. */
	inOrder(folders: readonly string[]): string[] {
		// What this process recorded is of its own member.
		const here = this.#places.here ?? -1;
		const placeOf = (folder: string) => this.#folders.get(folder) ?? here;
		return folders.toSorted((a, b) => placeOf(a) - placeOf(b));
	}

	async close(): Promise<void> {
		this.#isClosing = true;
		await Promise.all([...this.#hands].map(({ worker }) => worker.close()));
		await this.#told;
		this.#output.flush();
	}

	#hireOne(): void {
		const hand: Hand = {
			arrived: false,
			isIdle: false,
			worker: this.#start(this.#options.target, {
				idle: () => this.#idle(hand),
				started: (run) => this.#started(hand, run),
				event: (run, event) =>
					this.#tell((observer) => observer.event?.(run, event)),
				ended: (member) => this.#ended(hand, member),
				broke: (error) => this.#broke(hand, error),
				taken: () => this.#taken(hand),
				output: (show) => {
					if (hand.member) this.#output.add(hand.member.place, show);
				},
				gone: (reason) => this.#gone(hand, reason),
			}),
		};
		this.#hands.add(hand);
	}

	#idle(hand: Hand): void {
		hand.arrived = true;
		hand.isIdle = true;
		this.#handOut();
	}

	/** Gives members to processes that ask for one. At most `jobs` compute at the same time, this one included. */
	#handOut(): void {
		const { jobs } = this.#options;
		for (const hand of this.#hands) {
			if (!hand.isIdle) continue;
			const [place] = this.#waiting;
			const index = this.#places.indexes[place ?? -1];
			if (place === undefined || index === undefined) {
				hand.isIdle = false;
				void hand.worker.close();
			} else if (this.#computing + Number(this.#isBusyHere) < jobs) {
				this.#waiting.shift();
				hand.isIdle = false;
				hand.member = { place };
				hand.worker.compute(index);
			}
		}
	}

	/** How many members other processes compute. */
	get #computing(): number {
		return [...this.#hands].filter(({ member }) => member).length;
	}

	#started(hand: Hand, run: RunInfo): void {
		if (hand.member) {
			hand.member.run = run;
			this.#folders.set(run.directory, hand.member.place);
		}
		session().recorded.push(run.directory);
		this.#tell((observer) => observer.runStarted?.(run));
	}

	#ended(hand: Hand, computed: ComputedMember): void {
		const { run, outcome, value } = computed;
		const { place, run: started } = hand.member ?? { place: 0 };
		hand.member = undefined;
		const state = session();
		state.leaks = mergeReports([state.leaks, outcome.leaks]);
		const { stops } = this.#options.members.add({ run, outcome }, value as T);
		// One that had come to its end before was not started.
		if (started)
			this.#later(() =>
				notifyInTurn(this.#observers(), (observer) =>
					observer.runEnded?.(run, outcome),
				),
			);
		this.#output.end(place);
		if (stops) this.stop(outcome.error);
		else if (computed.valueLost !== undefined)
			this.stop(
				new UsageError(
					`what the body of a multirun returns must be plain data when jobs is more than 1, since processes send it to each other: ${computed.valueLost}; log it, or return nothing`,
				),
			);
		this.#settle();
	}

	#broke(hand: Hand, error: Error): void {
		hand.member = undefined;
		this.stop(error);
		this.#settle();
	}

	/** The others come first: by then the other process may be done with it. */
	#taken(hand: Hand): void {
		const { place } = hand.member ?? {};
		hand.member = undefined;
		if (place !== undefined && !this.#failure) this.#waiting.push(place);
		this.#settle();
	}

	#gone(hand: Hand, reason: string): void {
		this.#hands.delete(hand);
		const { member, arrived } = hand;
		if (!this.#failure && !this.#isClosing) {
			if (!arrived) this.#stopForStart(reason);
			else if (member) this.#tryAgain(member.place, reason);
			// It ended between two members.
			else this.#replace();
		}
		this.#settle();
	}

	/** Others would fail alike, and each takes its time. */
	#stopForStart(reason: string): void {
		this.stop(
			new UsageError(
				`a process did not come to this multirun: ${reason}\n${this.#places.advice}`,
			),
		);
	}

	#tryAgain(place: number, reason: string): void {
		const tries = (this.#tries.get(place) ?? 0) + 1;
		this.#tries.set(place, tries);
		const index = this.#places.indexes[place];
		if (tries >= MOST_TRIES) {
			this.stop(
				new UsageError(
					`the process that computed member ${index} ended twice: ${reason}; is there enough memory for ${this.#options.jobs} jobs? With --resume the same line computes what is missing`,
				),
			);
			return;
		}
		this.#later(() =>
			this.#options.warn(
				`the process that computed member ${index} ended (${reason}); the member is computed again`,
			),
		);
		this.#output.drop(place);
		this.#waiting.unshift(place);
		this.#replace();
		this.#handOut();
	}

	/** Another process for one that is gone, if there are members for it. */
	#replace(): void {
		try {
			this.hire(1);
		} catch (error) {
			this.stop(error);
		}
	}

	/** Whoever shows runs; who records them does so where they are computed. */
	#observers(): RunObserver[] {
		return [...session().observers].filter(({ isRecorder }) => !isRecorder);
	}

	#tell(hook: (observer: RunObserver) => unknown): void {
		this.#later(() => notify(this.#observers(), hook));
	}

	/** After what is still being told of earlier runs. */
	#later(tell: () => unknown): void {
		this.#told = this.#told.then(() => outsideOfRuns(tell));
	}

	#settle(): void {
		if (this.#computing > 0 || this.#waiting.length > 0) return;
		if (this.#failure) this.#reject(this.#failure.error);
		else this.#resolve();
	}
}
