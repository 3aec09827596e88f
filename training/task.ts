import type {
	BoundaryEvent,
	ConfusionEvent,
	EmbeddingEvent,
	Params,
	ParamValue,
	ProgressEvent,
} from "../experiment/events.ts";
import type { Checkpoint } from "../experiment/record/checkpoint.ts";

/** One declared parameter of a task. `path` values never enter a seed. */
export interface TaskParam {
	readonly type: "number" | "string" | "boolean" | "path";
	readonly default: ParamValue;
	/** One line for `--help`. */
	readonly description: string;
	/** The only values allowed, where there is a closed list. */
	readonly choices?: readonly string[];
	/** A whole number. */
	readonly whole?: boolean;
	/** The smallest number allowed. */
	readonly least?: number;
	/** Numbers up to this one are not allowed. */
	readonly above?: number;
}

/**
 * What a task may do to the run it is part of. `experiment/record` implements
 * it; a task never sees files, displays or widgets.
 */
export interface TaskContext {
	readonly params: Readonly<Record<string, ParamValue>>;
	/** Aborted by an interrupt: stop at the next batch. */
	readonly signal: AbortSignal;
	/** Uniform doubles in [0, 1) from the run's stream of that name: "init", "order", "split", … */
	rng(name: string): () => number;
	/** Runs `body` with `Math.random` (and so all of tfjs) drawing from the stream `name`. */
	withStream<T>(name: string, body: () => T): T;
	/** Records scalars, e.g. `{ loss, val_loss }`, at a step (the epoch, 1-based). */
	log(values: Record<string, number>, options: { step: number }): void;
	progress(progress: Omit<ProgressEvent, "type">): void;
	confusion(event: Omit<ConfusionEvent, "type">): void;
	boundary(event: Omit<BoundaryEvent, "type">): void;
	embedding(event: Omit<EmbeddingEvent, "type">): void;
	/** Keeps a value as files of the run: a `tf.LayersModel` (weights), a tensor, a typed array, JSON. */
	artifact(name: string, value: unknown): Promise<void>;
	/** Keeps where the training stands; absent where nothing is recorded. */
	checkpoint?(
		step: number,
		state: Promise<Pick<Checkpoint, "tensors" | "values">>,
		options: { ifDue: boolean },
	): Promise<void>;
	/** Where the training stood that this one resumes. */
	restore?(): Checkpoint | undefined;
	/** Verifies a data folder against its manifest, notes its root in the record; returns the absolute path. */
	data(directory: string): Promise<string>;
}

/** A ready-made pipeline: `%dd run task=NAME key=value …`. */
export interface Task {
	readonly name: string;
	readonly description: string;
	readonly params: Readonly<Record<string, TaskParam>>;
	/**
	 * What is wrong with values that are each allowed, but not together, or not
	 * on this machine; undefined when a run may open with them.
	 */
	problem?(params: Params): string | undefined;
	run(context: TaskContext): Promise<void>;
}
