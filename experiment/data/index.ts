/** Data whose every byte is accounted for: manifests, checks, pinned downloads, splits. */

export { describeVerification } from "./describe.ts";
export { type Bag, writeBag } from "./exchange/bag.ts";
export { writeCroissant } from "./exchange/croissant.ts";
export { type Swhid, swhid } from "./exchange/swhid.ts";
export type { DataProgress } from "./progress.ts";
export { DATA_SETS } from "./sets/catalogue.ts";
export { getData } from "./sets/get-data.ts";
export { SPLITS } from "./split.ts";
export { type SplitData, splitData } from "./split-folder.ts";
export {
	folderRoot,
	type Verification,
	type VerifyOptions,
	verifyData,
} from "./verify.ts";
