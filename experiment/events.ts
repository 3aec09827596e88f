/**
 * What a run tells the world while it runs. Recorders, widgets and the
 * terminal are all listeners of these events; none of them is known here.
 * Every event can be cloned: `structuredClone` takes it to another process.
 */

export type Scalar = number | string | boolean;
/** A parameter's value: one, or a list of them that is one value, as in `layers=[32,64]`. */
export type ParamValue = Scalar | readonly Scalar[];
/** By their whole names: a member of a group is `optim.lr`. */
export type Params = Readonly<Record<string, ParamValue>>;
/** Parameters as code gives and reads them, with objects for groups. */
export interface ParamTree {
	readonly [name: string]: ParamValue | ParamTree;
}

/** Scalars at one step, e.g. `{ loss: 0.3, val_accuracy: 0.9 }` at epoch 4. */
export interface MetricEvent {
	readonly type: "metric";
	/** Epoch, batch or whatever the caller counts; 1-based by convention. */
	readonly step: number;
	readonly values: Readonly<Record<string, number>>;
}

/** How far the work is. Never recorded: it depends on the machine's speed. */
export interface ProgressEvent {
	readonly type: "progress";
	readonly done: number;
	/** Absent when the amount of work is unknown. */
	readonly total?: number;
	/** What is counted: "batch", "epoch", "image", "run". */
	readonly unit: string;
	/** Free text in front of the bar, e.g. "epoch 3/10". */
	readonly label?: string;
	readonly values?: Readonly<Record<string, number>>;
}

/** Counts of true class (row) × predicted class (column). */
export interface ConfusionMatrix {
	readonly classes: readonly string[];
	readonly matrix: readonly (readonly number[])[];
}

export interface BoundaryPoint {
	readonly x: number;
	readonly y: number;
	/** Index into `classes`. */
	readonly label: number;
	readonly predicted?: number;
	/** "train" (default) is drawn filled, "test" and "val" hollow. */
	readonly split?: "train" | "val" | "test";
}

/** Class probabilities on a grid over a rectangle of the plane. */
export interface DecisionBoundary {
	readonly classes: readonly string[];
	readonly xDomain: readonly [number, number];
	readonly yDomain: readonly [number, number];
	readonly columns: number;
	readonly rows: number;
	/** `[rows, columns, classes]`, row 0 at the smallest y; softmax over classes. */
	readonly probabilities: Float32Array;
	readonly points: readonly BoundaryPoint[];
}

/** Vectors projected to the plane. */
export interface Embedding {
	readonly method: "pca";
	/** `[n, 2]`. */
	readonly positions: Float32Array;
	/** Class name per point. */
	readonly labels: readonly string[];
	/** Share of the variance each axis explains, in [0, 1]. */
	readonly explained: readonly [number, number];
}

/** What pictures of each built-in kind show. Other kinds may show anything that JSON can hold. */
export interface Pictures {
	readonly confusion: ConfusionMatrix;
	readonly boundary: DecisionBoundary;
	readonly embedding: Embedding;
}

/** What a picture of a kind shows. */
export type PictureDataOf<K extends string> = K extends keyof Pictures
	? Pictures[K]
	: unknown;

/** Something to be drawn: of which kind, and what it shows. */
export interface PictureEvent {
	readonly type: "picture";
	/** One of `Pictures`, or a kind that somebody defined. */
	readonly kind: string;
	/** Unique within the run and the kind, e.g. "val" or "test". */
	readonly name: string;
	readonly step?: number;
	/** As it is on record: JSON, and lists of float32 as Float32Array. */
	readonly data: unknown;
}

/** The run has kept a value as files: weights, predictions, any JSON. */
export interface ArtifactEvent {
	readonly type: "artifact";
	readonly name: string;
	/** Paths in the run's folder. */
	readonly files: readonly string[];
	/** Of what the files say. */
	readonly digest: string;
}

/** One line for the reader, e.g. "no manifest: created one". */
export interface NoticeEvent {
	readonly type: "notice";
	readonly level: "info" | "warning";
	readonly text: string;
}

export type RunEvent =
	| MetricEvent
	| ProgressEvent
	| PictureEvent
	| ArtifactEvent
	| NoticeEvent;
