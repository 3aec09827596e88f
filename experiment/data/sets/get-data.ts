import { suggestion } from "../../../base/nearest.ts";
import { givenOptions } from "../../given-options.ts";
import { DataError } from "../data-error.ts";
import { publishedSet } from "./catalogue.ts";
import { datasetNames, definedDataset, getDefined } from "./define.ts";
import { getDigits } from "./digits.ts";
import type { FetchedData } from "./fetched.ts";
import { type GetOptions, getPublished } from "./published.ts";

/**
 * Gets a data set by name into `DIRECTORY/{train,val,test}/CLASS/NNNNN.png`:
 * `digits` out of this package, the others (mnist, fashion-mnist, kmnist, cifar10,
 * svhn, stl10) from where they are published, their SHA-256 pinned; or one that
 * `dd.defineDataset` has defined. An existing folder that is as its manifest says
 * is left as it is.
 * @example
 * const { directory } = await dd.getData("digits");
 * directory; // → "data/digits"
 * @param directory default `data/NAME`
 * @throws DataError BAD_ARGUMENT for an unknown name; DOWNLOAD, CHECKSUM,
 * BAD_FORMAT, EXISTS, UNWRITABLE, UNREADABLE; the signal's reason when it is aborted
 */
export async function getData(
	name: string,
	directory = `data/${name}`,
	options: GetOptions = {},
): Promise<FetchedData> {
	givenOptions(
		"dd.getData",
		options,
		'dd.getData("mnist", "data/mnist", { force: true })',
	);
	if (name === "digits") return getDigits(directory, options);
	const published = publishedSet(name);
	if (published) return getPublished(directory, published, options);
	const defined = definedDataset(name);
	if (defined) return getDefined(directory, defined, options);
	throw new DataError(
		"BAD_ARGUMENT",
		`there is no data set "${name}"${suggestion(String(name), datasetNames())}`,
	);
}
