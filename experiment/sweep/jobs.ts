import { UsageError } from "../../base/errors.ts";

/** More processes than any machine has cores for. */
const MOST_JOBS = 1024;

export const JOBS_DESCRIPTION =
	"Processes that compute members of a multirun at the same time. Default 1.";

/** @throws UsageError for what is no number of processes */
export function readJobs(jobs: unknown): number {
	if (
		typeof jobs === "number" &&
		Number.isInteger(jobs) &&
		jobs >= 1 &&
		jobs <= MOST_JOBS
	)
		return jobs;
	throw new UsageError(
		`jobs is a whole number of processes from 1 to ${MOST_JOBS}, not ${jobs}; the cores of this machine are a good choice`,
	);
}
