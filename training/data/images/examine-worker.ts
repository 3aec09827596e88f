import { parentPort } from "../../../host/workers.ts";
import { examineFile, nothingExamined } from "./examine.ts";
import type { ExamineJob } from "./examine-many.ts";

parentPort?.on("message", ({ start, paths }: ExamineJob) => {
	const found = nothingExamined();
	for (const [k, path] of paths.entries()) examineFile(found, path, start + k);
	parentPort?.postMessage(found);
});
