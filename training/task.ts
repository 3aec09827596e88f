import type {
	Params,
	PictureDataOf,
	ProgressEvent,
} from "../experiment/events.ts";
import type { Schema } from "../experiment/parameters/schema.ts";
import type { Checkpoint } from "../experiment/record/checkpoint.ts";

/**
 * What a task may do to the run it is part of. `experiment/record` implements
 * it; a task never sees files, displays or widgets. Its functions are methods,
 * which a task calls on it.
 */
export interface TaskContext<P extends Params = Params> {
	/** As the task's schema says. */
	readonly params: P;
	/** Aborted by an interrupt: stop at the next batch. */
	readonly signal: AbortSignal;
	/** Uniform doubles in [0, 1) from the run's stream of that name: "init", "order", "split", … */
	rng(name: string): () => number;
	/** Runs `body` with `Math.random` (and so all of tfjs) drawing from the stream `name`. */
	withStream<T>(name: string, body: () => T): T;
	/** Records scalars, e.g. `{ loss, val_loss }`, at a step (the epoch, 1-based); without one, each metric counts its own. */
	log(values: Record<string, number>, options?: { step?: number }): void;
	progress(progress: Omit<ProgressEvent, "type">): void;
	/** Records and shows a picture of a kind, e.g. "confusion"; several of one name are one that changes. */
	show<K extends string>(
		kind: K,
		name: string,
		data: PictureDataOf<K>,
		step?: number,
	): void;
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

/** The work of a task. */
export interface Task<P extends Params = Params> {
	run(context: TaskContext<P>): Promise<void>;
}

/**
 * A ready-made pipeline: `%dd run task=NAME key=value …`. This much is known of
 * it without TensorFlow.js, so help, completion and errors need not wait.
 * `problem` and `Task.run` are called with what its schema has read.
 */
export interface TaskSpec<P extends Params = Params> {
	readonly name: string;
	/** One line for lists of tasks. */
	readonly summary: string;
	readonly params: Schema<P>;
	/** Of a task with a parameter `model`: does it take one with this input, `[2]` or `[height, width, channels]`? */
	takesModel?(inputShape: readonly number[]): boolean;
	/**
	 * What is wrong with values that are each allowed, but not together, or not
	 * on this machine; undefined when a run may open with them.
	 */
	problem?(params: P): string | undefined;
	/** Loads what it computes with, before its run is opened. */
	load(): Promise<Task<P>>;
}
