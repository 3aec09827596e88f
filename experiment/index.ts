/** The reproducibility core: seeds, verified data, records. Knows no kernel, magic or widget. */
export { canonicalJson, digestOf, sha256 } from "../base/canonical.ts";
export { KeyboardInterrupt, UsageError } from "../base/errors.ts";
export type { GitMode } from "./code/git-mode.ts";
export * from "./data/index.ts";
export { DivergedError } from "./divergence.ts";
export type * from "./events.ts";
export { parameter } from "./parameters/parameter.ts";
export { type GeneratorName, openGenerator } from "./random/generators.ts";
export { task, withStreams } from "./random/scope.ts";
export { openStream, type Stream, StreamSet } from "./random/stream.ts";
export { type ActiveRun, activeRun } from "./record/active-run.ts";
export type { RunResult } from "./record/guard/plan.ts";
export type * from "./record/observer.ts";
export type { RunRecord } from "./record/record.ts";
export { findRun, listRuns, type StoredRun } from "./record/store/store.ts";
export { DataChangedError, requireUnchanged } from "./record/verified-data.ts";
export {
	runsDirectory,
	type SeedOptions,
	seed,
	session,
	useStream,
} from "./session.ts";
export { expandGrid, type GridParams } from "./sweep/grid.ts";
export { type Summary, summarise } from "./sweep/statistics.ts";
