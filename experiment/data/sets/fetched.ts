import { DataError } from "../data-error.ts";
import { listChanges } from "../describe.ts";
import { readManifest, siblingPaths } from "../manifest.ts";
import type { PaceOptions } from "../progress.ts";
import { type Verification, verifyData } from "../verify.ts";
import { requireFolder } from "../walk.ts";

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

/**
 * What is there already, if it is as its manifest says.
 * @throws DataError EXISTS
 */
export async function present(
	directory: string,
	options: FetchOptions,
): Promise<FetchedData> {
	const absolute = requireFolder(directory);
	const advice = "choose another folder, or replace it with --force";
	if (!readManifest(siblingPaths(absolute).manifest))
		throw new DataError(
			"EXISTS",
			`${directory} is already there, without a manifest that says what it holds; ${advice}`,
		);
	const found = await fetched("present", directory, options);
	if (found.verification.status === "changed")
		throw new DataError(
			"EXISTS",
			[
				`${directory} is already there, but not as its manifest says; ${advice}`,
				...listChanges(found.verification.changes),
			].join("\n"),
		);
	return found;
}
