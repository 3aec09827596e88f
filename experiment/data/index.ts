/** Data whose every byte is accounted for: manifests, checks, pinned downloads, splits. */
export { type Bag, writeBag } from "./bag.ts";
export type { Changes, Rename } from "./changes.ts";
export { writeCroissant } from "./croissant.ts";
export {
	CROISSANT_KEYS,
	type CroissantMetadata,
} from "./croissant-metadata.ts";
export { DataError, type DataErrorCode } from "./data-error.ts";
export {
	describeVerification,
	listChanges,
	shortRoot,
	summarizeChanges,
} from "./describe.ts";
export type { DataProgress } from "./pace.ts";
export { detectionProbability, type SampleReport } from "./sample.ts";
export { DATA_SETS, getData } from "./sets/catalogue.ts";
export { DIGITS_ROOT, getDigits } from "./sets/digits.ts";
export type { FetchedData, FetchOptions } from "./sets/fetched.ts";
export type { GetOptions } from "./sets/published.ts";
export {
	type Fractions,
	SPLITS,
	type Split,
	stratifiedSplit,
} from "./split.ts";
export {
	type SplitData,
	type SplitDataOptions,
	splitData,
} from "./split-folder.ts";
export { type DirectorySwhid, type Swhid, swhid } from "./swhid.ts";
export {
	folderRoot,
	type Verification,
	type VerifyMode,
	type VerifyOptions,
	verifyData,
} from "./verify.ts";
