/** Streams that TensorFlow.js, `Math.random`, `crypto` and ready-made tasks draw from; `dd.rng` opens others. */
export const STREAM_NAMES = [
	"augment",
	"crypto",
	"data",
	"dropout",
	"init",
	"main",
	"noise",
	"order",
	"split",
] as const;

/** Streams of a set that follow another seed than the rest. */
export interface VariedStreams {
	/** By their names without those of branches, workers and generators. */
	readonly names: readonly string[];
	readonly seed: string;
}

/** Is a stream one of those? Of `dropout:7`, which a layer with a seed draws from, "dropout" is a name too. */
export const isVaried = (names: readonly string[], stream: string): boolean =>
	names.some((name) => stream === name || stream.startsWith(`${name}:`));
