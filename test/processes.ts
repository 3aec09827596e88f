import { readFileSync } from "node:fs";
import { until } from "./until.ts";

/** Of tests that look processes up. */
export const NO_PROC =
	process.platform !== "linux" && "processes are looked up in /proc";

/** Not one that has ended and was not waited for. */
export function lives(id: number): boolean {
	try {
		return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${id}/status`, "utf8"));
	} catch {
		return false;
	}
}

export const allEnd = (ids: readonly number[]): Promise<void> =>
	until(() => !ids.some(lives), `the end of the processes ${ids}`);
