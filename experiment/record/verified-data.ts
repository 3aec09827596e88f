import { UsageError } from "../../base/errors.ts";
import { describeVerification } from "../data/describe.ts";
import {
	type Verification,
	type VerifyOptions,
	verifyData,
} from "../data/verify.ts";

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
