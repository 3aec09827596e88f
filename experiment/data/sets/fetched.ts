import type { PaceOptions } from "../progress.ts";
import { type Verification, verifyData } from "../verify.ts";

export interface FetchOptions extends PaceOptions {
	/** Replaces an existing folder. */
	readonly force?: boolean;
}

/** A data set in its folder. */
export interface FetchedData {
	readonly directory: string;
	/** `present`: it was there already and nothing was written. */
	readonly status: "created" | "present";
	/**
	 * The folder against its manifest. Data fetched again under an old manifest
	 * are checked against it, and may turn out `changed`.
	 */
	readonly verification: Verification;
}

/** The outcome of a fetch, with the folder verified and its manifest made where there was none. */
export async function fetched(
	status: FetchedData["status"],
	directory: string,
	{ onProgress, signal }: FetchOptions,
): Promise<FetchedData> {
	const verification = await verifyData(directory, { onProgress, signal });
	return { directory, status, verification };
}
