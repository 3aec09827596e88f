import { now } from "../../base/clock.ts";
import { UsageError } from "../../base/errors.ts";
import { rejecting } from "../../base/rejecting.ts";
import { asyncScope } from "../../host/async-scope.ts";
import { readFileSync } from "../../host/files.ts";
import { join, resolve } from "../../host/paths.ts";
import { described, isPromise } from "../described.ts";
import {
	DivergedError,
	divergenceAt,
	isLoss,
	lostLosses,
} from "../divergence.ts";
import type {
	MetricEvent,
	Params,
	PictureDataOf,
	PictureEvent,
	Pictures,
	ProgressEvent,
	RunEvent,
} from "../events.ts";
import { givenOptions } from "../given-options.ts";
import { LastValues } from "../last-values.ts";
import type { LeakReport } from "../leaks/report.ts";
import { currentWatch, unwatched } from "../leaks/watch.ts";
import { presentStreams, withStreams } from "../random/scope.ts";
import { StreamSet } from "../random/stream.ts";
import type { Redactor } from "../secrets/redact.ts";
import { unfinishedLook } from "../secrets/secret-looks.ts";
import { session } from "../session.ts";
import { presentStrictness } from "../strict-math/strict-math.ts";
import {
	CHECKPOINT_FILE,
	type Checkpoint,
	encodeCheckpoint,
	readCheckpoint,
} from "./checkpoint.ts";
import { notify } from "./guard/notify.ts";
import { checkName } from "./names.ts";
import type { RunInfo } from "./observer.ts";
import { checkKind, recordable } from "./picture-data.ts";
import { metricNumbers, type RecordedData } from "./record.ts";
import type { PrintStream, Recorder } from "./recorder.ts";
import { verifiedFolder } from "./verified-data.ts";

/** A picture of a built-in kind, its data under the kind's name: what code of earlier records calls with. */
type PictureGiven<K extends keyof Pictures> = {
	readonly name: string;
	readonly step?: number;
} & Pick<Pictures, K>;

/** Least time between two checkpoints that are written if due. */
const CHECKPOINT_MILLISECONDS = 5_000;

/** The running run, seen from inside. Nothing can be recorded once it has ended. */
export class ActiveRun {
	readonly info: RunInfo;
	readonly params: Params;
	readonly signal: AbortSignal;
	readonly streams: StreamSet;
	readonly #recorder: Recorder;
	readonly #redactor: Redactor;
	/** Ends of prints that may be the beginning of a secret: lines that have not ended, and keys. */
	readonly #held = { stdout: "", stderr: "" };
	/** Of each metric the step that was logged latest, from which it counts on. */
	readonly #steps = new Map<string, number>();
	readonly #last = new LastValues();
	/** Losses whose latest value is not finite. */
	readonly #isLost = new Set<string>();
	/** By loss: what was said when it ceased to be finite, latest. */
	readonly #lost = new Map<string, DivergedError>();
	/** By name: models whose latest training ended with a loss that is not finite. */
	readonly #lostModels = new Map<string, DivergedError>();
	readonly #pending: Promise<void>[] = [];
	/** The folder of the run that this one goes on with. */
	readonly #resumed: string | undefined;
	/** When the last checkpoint was written. */
	#checkpointTime = now();
	/** One that was not due to be written. */
	#checkpoint: Checkpoint | undefined;
	#hasCheckpoint = false;
	/** Settles with the last one that was asked for. */
	#lastCheckpoint: Promise<void> = Promise.resolve();
	/** By absolute path, in the order they were asked for. */
	readonly #data = new Map<string, Promise<RecordedData>>();
	#over = false;
	readonly #streamsBefore = presentStreams();
	readonly #strictnessBefore = presentStrictness();

	/**
	 * @param redactor takes secrets out of what is recorded
	 * @param resumed the folder of the run that this one goes on with
	 */
	constructor(
		info: RunInfo,
		recorder: Recorder,
		signal: AbortSignal,
		redactor: Redactor,
		resumed?: string,
	) {
		this.info = info;
		this.#resumed = resumed;
		// The body's own, which it may change.
		this.params = { ...info.params };
		this.signal = signal;
		const { recordFormat } = session();
		const { seed, fixedSeed = seed, multirun } = info;
		this.streams = new StreamSet(fixedSeed, {
			...(seed === fixedSeed
				? {}
				: { varied: { names: multirun?.vary ?? [], seed } }),
			format: () => recordFormat,
			opened: (name, stream) =>
				session().draws.add(`${info.experiment}/${name}`, stream),
		});
		this.#recorder = recorder;
		this.#redactor = redactor;
	}

	/** Last value of each metric. */
	get metrics(): Readonly<Record<string, number>> {
		return this.#last.values;
	}

	#requireOpen(caller: string): void {
		if (this.#over)
			throw new UsageError(
				`${caller}: run ${this.info.id} is over, so nothing more can be recorded; await what the run starts before its code ends`,
			);
	}

	#emit(event: RunEvent): void {
		const { observers } = session();
		if (observers.size === 0) return;
		this.#outside(() =>
			notify(observers, (observer) => observer.event?.(this.info, event)),
		);
	}

	/**
	 * Runs code as before the run began: what a listener prints or reads is not the run's
	 * doing. `AsyncLocalStorage.snapshot()` would do, but Node ends the process where an
	 * interrupt leaves its function: it pushes onto a stack that only a return pops.
	 */
	#outside(body: () => void): void {
		outsideOfRuns(() =>
			unwatched(() => this.#streamsBefore(() => this.#strictnessBefore(body))),
		);
	}

	/** Uniform numbers in [0, 1) from the run's stream `name`. */
	rng(name: string): () => number {
		return this.streams.stream(name).next;
	}

	/** Runs `body` with `Math.random` drawing from the run's stream `name`. */
	withStream<T>(name: string, body: () => T): T {
		return withStreams(this.streams, body, name);
	}

	/**
	 * Records scalars at a step. Without a step, each metric counts its own
	 * steps from 1. Throws a UsageError for values that are no numbers.
	 */
	log(values: Record<string, number>, options: { step?: number } = {}): void {
		this.#requireOpen("dd.log");
		givenOptions("dd.log", options, "dd.log({ loss }, { step: 3 })");
		if (typeof values !== "object" || values === null)
			throw new UsageError(
				`dd.log takes names with numbers, for example dd.log({ loss }), not ${described(values)}`,
			);
		const copy: Record<string, number> = {};
		let last = 0;
		for (const given of Object.keys(values)) {
			// An object holds no number under the one, and no file the other.
			if (given === "__proto__" || !given.isWellFormed())
				throw new UsageError(
					`dd.log: ${JSON.stringify(given)} cannot name a metric${given === "__proto__" ? "" : ", it has half of a character (a lone surrogate)"}; give it another name`,
				);
			const name = this.#redactor.name(given);
			const value = values[given];
			if (typeof value !== "number")
				throw new UsageError(
					`dd.log: ${name} is ${described(value)}, not a number; ${
						isPromise(value)
							? "write await before what makes it"
							: "take the number out of a tensor with (await t.data())[0]"
					}`,
				);
			copy[name] = value;
			last = Math.max(last, this.#steps.get(name) ?? 0);
		}
		const step = options.step ?? last + 1;
		if (!Number.isFinite(step))
			throw new UsageError(`dd.log: the step must be a number, not ${step}`);
		for (const name in copy) this.#steps.set(name, step);
		this.#last.add(step, copy);
		// Shared with listeners, and looked at after them.
		const event: MetricEvent = Object.freeze({
			type: "metric",
			step,
			values: Object.freeze(copy),
		});
		this.#recorder.metric(event);
		this.#emit(event);
		this.#noteLosses(copy, step);
	}

	/** Tells once when a loss stops being a finite number; it may come back. */
	#noteLosses(values: Readonly<Record<string, number>>, step: number): void {
		for (const [name, value] of Object.entries(values)) {
			if (!isLoss(name)) continue;
			if (Number.isFinite(value)) this.#isLost.delete(name);
			else if (!this.#isLost.has(name)) {
				const text = divergenceAt(name, value, `at step ${step}`);
				this.#isLost.add(name);
				// Made here, where the stack leads to the user's line.
				this.#lost.set(name, new DivergedError(text));
				this.#emit({ type: "notice", level: "warning", text });
			}
		}
	}

	/**
	 * Notes the losses with which a training of a model ended. One that is lost
	 * counts as one that was logged, until the model ends another training well.
	 */
	trained(model: string, losses: Readonly<Record<string, number>>): void {
		if (this.#over) return;
		const [lost] = lostLosses(losses);
		if (!lost) this.#lostModels.delete(model);
		else if (!this.#lostModels.has(model)) {
			const [name, value] = lost;
			const text = divergenceAt(`${name} of ${model}`, value, "in training");
			this.#lostModels.set(model, new DivergedError(text));
			// Who logs it was told before.
			if (this.#isLost.size === 0)
				this.#emit({ type: "notice", level: "warning", text });
		}
	}

	/** Is the last value of a loss not finite, of those that were logged or that models trained with? */
	get hasDiverged(): boolean {
		return this.#lostModels.size > 0 || lostLosses(this.metrics).length > 0;
	}

	/** @throws DivergedError where the last value of a loss is not finite */
	requireConverged(): void {
		for (const [name, value] of lostLosses(this.metrics))
			throw (
				this.#lost.get(name) ??
				new DivergedError(
					divergenceAt(name, value, "before the run was resumed"),
				)
			);
		for (const error of this.#lostModels.values()) throw error;
	}

	/** Records what the run's code printed. */
	print(stream: PrintStream, text: string): void {
		if (this.#over) return;
		const all = this.#held[stream] + text;
		const held = Math.max(this.#redactor.unfinished(all), unfinishedLook(all));
		const ended = all.slice(0, all.length - held);
		this.#held[stream] = all.slice(ended.length);
		if (ended !== "") this.#recorder.print(stream, this.#redactor.text(ended));
	}

	/** Tells how far the work is; nothing of it is recorded. */
	progress({
		done,
		total,
		unit,
		label,
		values,
	}: Omit<ProgressEvent, "type">): void {
		if (this.#over) return;
		this.#emit({
			type: "progress",
			done,
			...(total === undefined ? {} : { total }),
			unit,
			...(label === undefined ? {} : { label }),
			...(values === undefined ? {} : { values }),
		});
	}

	/**
	 * Records and shows a picture; returns how many of this kind and name there are now.
	 * @param kind "confusion", "boundary", "embedding", or one that was defined
	 * @param data what JSON can hold, and Float32Arrays
	 * @example
	 * run.show("confusion", "val", { classes: ["a", "b"], matrix: [[9, 1], [0, 10]] }, 3);
	 */
	show<K extends string>(
		kind: K,
		name: string,
		data: PictureDataOf<K>,
		step?: number,
	): number {
		this.#requireOpen(`dd.${kind}`);
		checkKind(kind);
		if (step !== undefined && !Number.isFinite(step))
			throw new UsageError(
				`the step of a picture must be a number, not ${step}`,
			);
		// What listeners draw is what is on record: without secrets, and nothing that only lives here.
		const event: PictureEvent = {
			type: "picture",
			kind,
			name: this.#redactor.fileName(name),
			...(step === undefined ? {} : { step }),
			data: this.#redactor.deep(recordable(data)),
		};
		checkName(event.name, "picture");
		const number = this.#recorder.picture(event);
		this.#emit(event);
		return number;
	}

	/** `show` of a confusion matrix. */
	confusion(given: PictureGiven<"confusion">): number {
		return this.show("confusion", given.name, given.confusion, given.step);
	}

	/** `show` of a decision boundary. */
	boundary(given: PictureGiven<"boundary">): number {
		return this.show("boundary", given.name, given.boundary, given.step);
	}

	/** `show` of an embedding. */
	embedding(given: PictureGiven<"embedding">): number {
		return this.show("embedding", given.name, given.embedding, given.step);
	}

	/**
	 * Keeps a value as files of the run. Who does not await it still finds it in
	 * the record, and a run whose artifact cannot be kept has failed.
	 */
	artifact(given: string, value: unknown): Promise<void> {
		const name = this.#redactor.fileName(given);
		const kept = rejecting(() => {
			this.#requireOpen("dd.artifact");
			checkName(name, "artifact");
			return this.#recorder.artifact(name, value);
		}).then(({ files, digest }) =>
			this.#emit({ type: "artifact", name, files, digest }),
		);
		// Once the run is over, its caller alone can be told.
		if (this.#over) return kept;
		this.#pending.push(kept);
		// The end of the run reports it.
		kept.catch(() => undefined);
		return kept;
	}

	/** Resolves when what the code has given to be kept so far is written, or cannot be. */
	async settled(): Promise<void> {
		await Promise.allSettled(this.#pending);
	}

	/**
	 * Keeps where the run stands at the call, in place of the checkpoint before.
	 * @param state may take a while to be read; streams and what was recorded do not wait for it
	 * @param options.ifDue at most every few seconds; the latest one is written when the run ends early
	 */
	async checkpoint(
		step: number,
		state: Promise<Pick<Checkpoint, "tensors" | "values">>,
		{ ifDue = false }: { ifDue?: boolean } = {},
	): Promise<void> {
		this.#requireOpen("dd.checkpoint");
		// Before anything is awaited: the run may go on.
		const streams = this.streams.draws();
		const leaks = this.#leaks();
		const kept = Promise.all([
			state,
			this.#recorder.state(),
			// One that takes longer must not take the place of a later one.
			this.#lastCheckpoint,
		]).then(([{ tensors, values }, recorded]) => {
			this.#checkpoint = {
				step,
				tensors,
				values: this.#redactor.deep(JSON.parse(JSON.stringify(values))),
				streams,
				recorded,
				leaks,
			};
			if (!ifDue || now() - this.#checkpointTime >= CHECKPOINT_MILLISECONDS)
				this.#writeCheckpoint();
		});
		this.#lastCheckpoint = kept.catch(() => undefined);
		await kept;
	}

	/** What was read so far that a replay cannot repeat, without secrets. */
	#leaks(): LeakReport | undefined {
		const report = currentWatch()?.report();
		return (
			report && {
				...report,
				leaks: report.leaks.map((leak) =>
					leak.code === undefined
						? leak
						: { ...leak, code: this.#redactor.source(leak.code) },
				),
			}
		);
	}

	#writeCheckpoint(): void {
		if (!this.#checkpoint) return;
		this.#recorder.file(CHECKPOINT_FILE, encodeCheckpoint(this.#checkpoint));
		this.#checkpoint = undefined;
		this.#hasCheckpoint = true;
		this.#checkpointTime = now();
	}

	/**
	 * Where the run stood that this one resumes: its metrics, pictures and
	 * artifacts are taken over, and all streams go on from there.
	 * @returns undefined when this run resumes none
	 */
	restore(): Checkpoint | undefined {
		this.#requireOpen("dd.restore");
		if (this.#resumed === undefined) return undefined;
		const checkpoint = readCheckpoint(this.#resumed);
		const { recorded, streams, leaks } = checkpoint;
		const path = join(this.#resumed, "metrics.jsonl");
		const lines =
			recorded.metricLines > 0 ? readFileSync(path, "utf8").split("\n") : [];
		for (const line of lines.slice(0, recorded.metricLines)) {
			const { step, metrics } = JSON.parse(line) as {
				step: number;
				metrics: Record<string, number | string>;
			};
			this.log(metricNumbers(metrics), { step });
		}
		this.#recorder.adopt(this.#resumed, recorded);
		this.streams.seek(streams);
		if (leaks) currentWatch()?.adopt(leaks);
		return checkpoint;
	}

	/** Verifies a data folder once; resolves to its absolute path. Throws DataChangedError. */
	async data(directory: string): Promise<string> {
		this.#requireOpen("dd.data");
		const path = resolve(session().replay?.data?.[directory] ?? directory);
		let verified = this.#data.get(path);
		if (!verified) {
			verified = this.#verify(directory, path);
			this.#data.set(path, verified);
		}
		await verified;
		return path;
	}

	/** @param directory as the code names it */
	async #verify(directory: string, path: string): Promise<RecordedData> {
		const { root, files, bytes, notice } = await verifiedFolder(path, {
			onProgress: (progress) => this.progress(progress),
		});
		if (notice !== undefined)
			this.#emit({
				type: "notice",
				level: "info",
				text: this.#redactor.text(notice),
			});
		return { path: directory, root, files, bytes };
	}

	/** The data folders that were found unchanged. */
	async verifiedData(): Promise<RecordedData[]> {
		const results = await Promise.allSettled(this.#data.values());
		return results.flatMap((result) =>
			result.status === "fulfilled" ? [result.value] : [],
		);
	}

	/**
	 * Ends the run: waits for artifacts and checkpoints that nobody awaited. A run
	 * that did not finish leaves its latest checkpoint.
	 * @throws what the first artifact that could not be kept threw
	 */
	async close({ finished }: { finished: boolean }): Promise<void> {
		this.#over = true;
		await this.#lastCheckpoint;
		for (const stream of ["stdout", "stderr"] as const)
			if (this.#held[stream] !== "")
				this.#recorder.print(stream, this.#redactor.text(this.#held[stream]));
		if (!finished) this.#writeCheckpoint();
		else if (this.#hasCheckpoint) this.#recorder.drop(CHECKPOINT_FILE);
		const results = await Promise.allSettled(this.#pending);
		for (const result of results)
			if (result.status === "rejected") throw result.reason;
	}
}

const active = asyncScope<ActiveRun | undefined>();

/** Runs `body`, and everything it awaits or schedules, as part of `run`. */
export function withRun<T>(run: ActiveRun, body: () => T): T {
	return active.run(run, body);
}

/** Runs `body` as part of no run. */
export function outsideOfRuns<T>(body: () => T): T {
	return active.run(undefined, body);
}

/** The run this code is part of, if any. */
export function activeRun(): ActiveRun | undefined {
	return active.getStore();
}

/** The run this code is part of. Throws a UsageError outside of one. */
export function requireRun(caller: string): ActiveRun {
	const run = active.getStore();
	if (!run)
		throw new UsageError(
			`${caller} belongs inside a run: start the cell with "%dd run NAME", or call it in the body of dd.run(…)`,
		);
	return run;
}
