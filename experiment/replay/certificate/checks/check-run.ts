import { readRun, type StoredRun } from "../../../record/store/store.ts";
import type { DataPlaces } from "../../workplace.ts";
import type { Provenance } from "../provenance.ts";
import type { Statement } from "../statement.ts";
import type { Check } from "./check.ts";
import { checkClaims } from "./check-claims.ts";
import { checkCode } from "./check-code.ts";
import { checkData } from "./check-data.ts";
import { fileChecks } from "./check-files.ts";
import { recordChecks } from "./check-record.ts";

/** Compares a certificate with the run's folder and the data it was given. */
export async function checkRun(
	statement: Statement<Provenance>,
	run: string,
	places: DataPlaces,
	onProgress?: (text: string) => void,
): Promise<CheckedRun> {
	const files = fileChecks(statement, run);
	let stored: StoredRun;
	try {
		stored = readRun(run);
	} catch (error) {
		return {
			checks: [
				...files,
				{
					what: "run.json",
					status: "broken",
					detail: (error as Error).message,
				},
			],
			unchecked: [],
		};
	}
	const record = recordChecks(statement, stored);
	// What is broken has been named there by what it is.
	const claims = [...files, ...record].some(({ status }) => status === "broken")
		? undefined
		: checkClaims(statement, stored);
	return {
		checks: [
			...files,
			...(claims && claims.checks.length > 0 ? claims.checks : record),
			...(await checkCode(stored)),
			...(await checkData(stored, places, onProgress)),
		],
		unchecked: claims?.unchecked ?? [],
	};
}

/** What a run here shows of its certificate. */
export interface CheckedRun {
	readonly checks: Check[];
	/** Places of the statement that nothing here vouches for. */
	readonly unchecked: readonly string[];
}
