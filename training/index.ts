export {
	type BackendInfo,
	type BackendName,
	backendNames,
	useBackend,
} from "./backend/backend.ts";
export {
	type BoundaryOptions,
	decisionBoundary,
	type PointClassifier,
} from "./boundary.ts";
export { fitCallbacks, type Reporter } from "./callbacks.ts";
export {
	type AnalyzeOptions,
	analyzeData,
	type DataAnalysis,
	type ImageStatistics,
} from "./data/images/analyze.ts";
export { type PointSet, pointSet, pointSetNames } from "./data/points/sets.ts";
export { pca } from "./embedding.ts";
export { accuracy, confusionMatrix, type Label } from "./metrics.ts";
export {
	type Architecture,
	architecture,
	architectures,
} from "./models/index.ts";
export type { Task, TaskContext, TaskSpec } from "./task.ts";
export { tasks } from "./tasks/index.ts";
