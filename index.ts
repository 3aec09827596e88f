/**
 * DeepDIVA for scripts and notebooks: `import * as dd from "deepdiva"`. A cell
 * has it as `dd`. Completion lists the names in the order in which they stand
 * here: what people need first comes first.
 * @module
 */
import { installRandom } from "./experiment/random/install.ts";
import { registerDrawer } from "./experiment/record/tensorboard/images.ts";
import { drawImage } from "./widgets/kinds/drawer.ts";

// A run and its parameters.
export { run, multirun } from "./training/run.ts";
export { params } from "./training/recording.ts";
export { parameter } from "./experiment/parameters/parameter.ts";
export { seed } from "./experiment/session.ts";

// Recording, inside of a run.
export {
	log,
	artifact,
	callbacks,
	confusion,
	boundary,
	embedding,
	checkpoint,
	restore,
	data,
} from "./training/recording.ts";
export { show } from "./widgets/kinds/show.ts";

// Random numbers.
export { rng } from "./training/recording.ts";
export { task } from "./experiment/random/scope.ts";
export { openGenerator } from "./experiment/random/generators.ts";

// Data.
export { getData } from "./experiment/data/sets/get-data.ts";
export { getDigits } from "./experiment/data/sets/digits.ts";
export { pointSet } from "./training/data/points/sets.ts";
export { splitData } from "./experiment/data/split-folder.ts";
export { stratifiedSplit } from "./experiment/data/split.ts";
export { analyzeData } from "./training/data/images/analyze.ts";
export { verifyData } from "./experiment/data/verify.ts";
export { writeBag } from "./experiment/data/exchange/bag.ts";
export { writeCroissant } from "./experiment/data/exchange/croissant.ts";
export { swhid } from "./experiment/data/exchange/swhid.ts";

// Models, metrics and pictures.
export { useBackend } from "./training/backend/backend.ts";
export { models } from "./training/models/catalogue.ts";
export { architecture } from "./training/models/index.ts";
export { accuracy, confusionMatrix } from "./training/metrics.ts";
export { scatter } from "./widgets/point-set.ts";
export { time } from "./magics/timing.ts";

// Statistics of several runs.
export { summarise } from "./experiment/sweep/statistics/summary.ts";
export { reportMultirun } from "./experiment/sweep/statistics/report/members.ts";
export { formatReport } from "./widgets/text/report/format.ts";
export { compareGroups } from "./experiment/sweep/statistics/compare-groups.ts";
export {
	detectableEffect,
	runsNeeded,
} from "./experiment/sweep/statistics/power.ts";
export { mcnemar } from "./experiment/sweep/statistics/mcnemar.ts";
export { holm } from "./experiment/sweep/statistics/holm.ts";

// Runs of the past.
export { listRuns, findRun } from "./experiment/record/store/store.ts";
export { load } from "./training/recording.ts";

// Definitions of one's own.
export { defineTask } from "./training/tasks/define.ts";
export { defineModel } from "./training/models/define.ts";
export { defineDataset } from "./experiment/data/sets/define.ts";
export { definePicture } from "./widgets/kinds/define.ts";
export { magic } from "./magics/user.ts";

// Errors.
export { UsageError, KeyboardInterrupt } from "./base/errors.ts";
export { DivergedError } from "./experiment/divergence.ts";
export { MultirunError } from "./training/members.ts";
export { DataError } from "./experiment/data/data-error.ts";
export { DataChangedError } from "./experiment/record/verified-data.ts";

// What exported scripts call in place of magics.
export { callMagic } from "./magics/user.ts";
export { requireUnchanged } from "./experiment/record/verified-data.ts";
export { useCommandLine, useStream } from "./experiment/session.ts";

// What the functions above take and return.
export type { Bag } from "./experiment/data/exchange/bag.ts";
export type { Changes, Rename } from "./experiment/data/changes.ts";
export type { CroissantMetadata } from "./experiment/data/exchange/croissant-metadata.ts";
export type { DataErrorCode } from "./experiment/data/data-error.ts";
export type { DataProgress } from "./experiment/data/progress.ts";
export type { SampleReport } from "./experiment/data/sample.ts";
export type {
	FetchedData,
	FetchOptions,
} from "./experiment/data/sets/fetched.ts";
export type {
	DatasetContext,
	DatasetDefinition,
} from "./experiment/data/sets/define.ts";
export type { GetOptions } from "./experiment/data/sets/published.ts";
export type { Fractions, Split } from "./experiment/data/split.ts";
export type {
	SplitData,
	SplitDataOptions,
} from "./experiment/data/split-folder.ts";
export type {
	DirectorySwhid,
	Swhid,
} from "./experiment/data/exchange/swhid.ts";
export type {
	Verification,
	VerifyMode,
	VerifyOptions,
} from "./experiment/data/verify.ts";
export type * from "./experiment/events.ts";
export type { GeneratorName } from "./experiment/random/generators.ts";
export type { ActiveRun } from "./experiment/record/active-run.ts";
export type { GitMode } from "./experiment/code/git-mode.ts";
export type {
	MultirunInfo,
	MultirunMember,
	MultirunMembership,
	RunInfo,
	RunObserver,
	RunOutcome,
} from "./experiment/record/observer.ts";
export type { RunRecord } from "./experiment/record/record.ts";
export type { RunResult } from "./experiment/record/guard/plan.ts";
export type { StoredRun } from "./experiment/record/store/store.ts";
export type { SeedOptions } from "./experiment/session.ts";
export type { GridParams } from "./experiment/sweep/grid.ts";
export type {
	CompareOptions,
	GroupComparison,
} from "./experiment/sweep/statistics/compare-groups.ts";
export type { EffectSize } from "./experiment/sweep/statistics/effect-size.ts";
export type { Improvement } from "./experiment/sweep/statistics/improvement.ts";
export type { Interval } from "./experiment/sweep/statistics/interval.ts";
export type { McNemarTest } from "./experiment/sweep/statistics/mcnemar.ts";
export type { Goal } from "./experiment/sweep/statistics/metric-names.ts";
export type { PermutationTest } from "./experiment/sweep/statistics/permutation.ts";
export type { PowerOptions } from "./experiment/sweep/statistics/power.ts";
export type { Reportable } from "./experiment/sweep/statistics/report/members.ts";
export type {
	Comparison,
	FailedMember,
	GroupReport,
	MetricReport,
	MultirunReport,
	ReportMember,
	ReportOptions,
} from "./experiment/sweep/statistics/report/types.ts";
export type {
	Spread,
	Summary,
	SummaryOptions,
} from "./experiment/sweep/statistics/summary.ts";
export type { TTest } from "./experiment/sweep/statistics/t-test.ts";
export type {
	ReportFormat,
	ReportFormatOptions,
} from "./widgets/text/report/format.ts";
export type {
	MagicValues,
	UserMagicContext,
	UserMagicOptions,
	UserOption,
	UserPositional,
} from "./magics/user.ts";
export type { BackendInfo, BackendName } from "./training/backend/backend.ts";
export type { PointClassifier } from "./training/boundary.ts";
export type {
	AnalyzeOptions,
	DataAnalysis,
	ImageStatistics,
} from "./training/data/images/analyze.ts";
export type { Label } from "./experiment/labels.ts";
export type { ModelInfo, ModelName } from "./training/models/catalogue.ts";
export type { Architecture } from "./training/models/index.ts";
export type { PointSet } from "./training/data/points/sets.ts";
export type { MultirunOptions, RunOptions } from "./training/run.ts";
export type {
	DefinedTaskContext,
	TaskDefinition,
	TaskParam,
	TaskParamOptions,
	TaskParamValues,
} from "./training/tasks/define.ts";
export type { PictureDefinition } from "./widgets/kinds/define.ts";
export type { Shown } from "./widgets/kinds/kind.ts";
export type { DrawnPicture } from "./widgets/drawing/picture.ts";
export type { VegaLiteSpec } from "./widgets/drawing/render.ts";
export type { ModelDefinition } from "./training/models/define.ts";
export type { Task, TaskContext, TaskSpec } from "./training/task.ts";

registerDrawer(drawImage);
// For scripts that were started without us: what loads from here on can follow a seed.
installRandom();
