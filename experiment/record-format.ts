/**
 * Formats of records, raised when fields change their meaning or runs draw other
 * numbers. In format 1 a run's seed followed from its parameters too, a layer or
 * initializer with a seed of its own drew the same under every root seed, and
 * TensorBoard's file was not sealed. Its records are read, verified and replayed
 * by these rules.
 */
export const RECORD_FORMATS = [1, 2] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];
export const RECORD_FORMAT: RecordFormat = 2;
