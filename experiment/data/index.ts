/** Data whose every byte is accounted for: manifests, checks, pinned downloads, splits. */

export type { Changes, Rename } from "./changes.ts";
export { DataError, type DataErrorCode } from "./data-error.ts";
export {
	describeVerification,
	listChanges,
	shortRoot,
	summarizeChanges,
} from "./describe.ts";
export { type Bag, writeBag } from "./exchange/bag.ts";
export { writeCroissant } from "./exchange/croissant.ts";
export {
	CROISSANT_KEYS,
	type CroissantMetadata,
} from "./exchange/croissant-metadata.ts";
export { type DirectorySwhid, type Swhid, swhid } from "./exchange/swhid.ts";
export type { DataProgress } from "./progress.ts";
export { detectionProbability, type SampleReport } from "./sample.ts";
export { DATA_SETS } from "./sets/catalogue.ts";
export { DIGITS_ROOT, getDigits } from "./sets/digits.ts";
export type { FetchedData, FetchOptions } from "./sets/fetched.ts";
export { getData } from "./sets/get-data.ts";
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
export {
	folderRoot,
	type Verification,
	type VerifyMode,
	type VerifyOptions,
	verifyData,
} from "./verify.ts";
