import { UsageError } from "../../base/errors.ts";
import { describeVerification } from "../data/describe.ts";
import {
	folderRoot,
	type Verification,
	type VerifyOptions,
	verifyData,
} from "../data/verify.ts";
import { requireAsWritten, runAround, writtenIn } from "./store/as-written.ts";

/**
 * The data folder does not match its manifest.
 * @example
 * try {
 *   await dd.run({ name: "checked", data: ["data/pets"] }, () => dd.log({ loss: 1 }));
 * } catch (error) {
 *   if (error instanceof dd.DataChangedError) console.log(error.verification.changes);
 * }
 */
export class DataChangedError extends UsageError {
	override readonly name = "DataChangedError";
	readonly verification: Verification;
	constructor(directory: string, verification: Verification) {
		super(
			`the data in ${directory} are not what their manifest says\n${describeVerification(verification)}\nif the change is right: deepdiva verify-data ${directory} --accept "why"`,
		);
		this.verification = verification;
	}
}

/**
 * Verifies a folder; what `%dd verify-data` is in an exported script.
 * @example
 * const { files } = await dd.requireUnchanged("data/pets");
 * @throws DataChangedError when it is not what its manifest says, DataError as `verifyData`
 */
export async function requireUnchanged(
	directory: string,
	options: VerifyOptions = {},
): Promise<Verification> {
	const verification = await verifyData(directory, options);
	if (verification.status === "changed")
		throw new DataChangedError(directory, verification);
	return verification;
}

/**
 * Verifies a folder for a run: by its manifest, or, where a run of the project
 * has written it, by that run's record, since a run's folder takes no manifest.
 * @throws DataChangedError, DataError as `requireUnchanged`, UsageError where a run's files are not as it wrote them
 */
export async function verifiedFolder(
	path: string,
	options: VerifyOptions,
): Promise<
	Pick<Verification, "root" | "files" | "bytes"> & { notice?: string }
> {
	const run = runAround(path);
	if (!run) {
		const verification = await requireUnchanged(path, options);
		return verification.status === "created"
			? { ...verification, notice: describeVerification(verification) }
			: verification;
	}
	const { record } = run;
	const files = writtenIn(run, path);
	if (files.length === 0)
		throw new UsageError(`run ${record.id} has written no files in ${path}`);
	requireAsWritten(run, files);
	return {
		root: await folderRoot(path, options),
		files: files.length,
		bytes: files.reduce(
			(sum, file) => sum + (record.files[file]?.bytes ?? 0),
			0,
		),
	};
}
