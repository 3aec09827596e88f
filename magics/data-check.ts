import {
	type Bag,
	describeVerification,
	type Swhid,
	swhid,
	type Verification,
	type VerifyOptions,
	writeBag,
	writeCroissant,
} from "../experiment/data/index.ts";
import {
	readMetadata,
	readOptions,
	type VerifyArguments,
} from "./arguments/verify-options.ts";

/** The result of `verify-data`, and the files that it made. */
export interface DataCheck {
	readonly verification: Verification;
	readonly swhid?: Swhid;
	readonly bag?: Bag;
	/** The path of the Croissant description. */
	readonly croissant?: string;
}

/**
 * Does what the arguments ask for. If the folder has changed, nothing is made
 * of it.
 * @param verify `verifyData`, or a function that throws if the data have
 * changed
 * @throws UsageError for arguments that exclude each other; DataError
 */
export async function checkData(
	args: VerifyArguments,
	verify: (directory: string, options: VerifyOptions) => Promise<Verification>,
	pace: Pick<VerifyOptions, "onProgress" | "signal">,
): Promise<DataCheck> {
	const { folder: directory, bag: out, swhid: identified } = args.values;
	const metadata = readMetadata(args);
	const options = { ...readOptions(args.values), ...pace };
	const verification = await verify(directory, options);
	if (verification.status === "changed") return { verification };
	return {
		verification,
		...(identified && {
			swhid: await swhid(directory, options),
		}),
		...(out !== undefined && {
			bag: await writeBag(verification, out, options),
		}),
		...(metadata && { croissant: writeCroissant(verification, metadata) }),
	};
}

/** The verdict in one line, and a line for each thing that was made. */
export function describeCheck({
	verification,
	swhid,
	bag,
	croissant,
}: DataCheck): string {
	return [
		describeVerification(verification),
		...(swhid ? [`  ${swhid.root}`] : []),
		...(bag
			? [
					`  bag in ${bag.path}${bag.encodedNames > 0 ? `; names with % or line ends are encoded as RFC 8493 says, which sha256sum -c does not understand: ${bag.encodedNames}` : ""}`,
				]
			: []),
		...(croissant === undefined ? [] : [`  described in ${croissant}`]),
	].join("\n");
}
