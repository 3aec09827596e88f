import { suggestion } from "../../../base/nearest.ts";
import { DataError } from "../data-error.ts";
import { CIFAR10 } from "./cifar10.ts";
import { getDigits } from "./digits.ts";
import type { FetchedData } from "./fetched.ts";
import { FASHION_MNIST, KMNIST, MNIST } from "./mnist.ts";
import {
	type GetOptions,
	getPublished,
	type PublishedSet,
} from "./published.ts";
import { STL10 } from "./stl10.ts";
import { SVHN } from "./svhn.ts";

const PUBLISHED: readonly PublishedSet[] = [
	MNIST,
	FASHION_MNIST,
	KMNIST,
	CIFAR10,
	SVHN,
	STL10,
];

/** Names of the data sets that `getData` knows. */
export const DATA_SETS: readonly string[] = [
	"digits",
	...PUBLISHED.map(({ name }) => name),
];

/**
 * Gets a data set by name into `DIRECTORY/{train,val,test}/CLASS/NNNNN.png`:
 * `digits` out of this package, the others from where they are published, their
 * SHA-256 pinned. An existing folder that is as its manifest says is left as it
 * is.
 *
 * @example
 * const { directory } = await dd.getData("cifar10");
 *
 * @param directory default `data/NAME`
 * @throws DataError BAD_ARGUMENT for an unknown name; DOWNLOAD, CHECKSUM,
 * BAD_FORMAT, EXISTS, UNWRITABLE, UNREADABLE; the signal's reason when it is aborted
 */
export async function getData(
	name: string,
	directory = `data/${name}`,
	options: GetOptions = {},
): Promise<FetchedData> {
	if (name === "digits") return getDigits(directory, options);
	const set = PUBLISHED.find((one) => one.name === name);
	if (!set)
		throw new DataError(
			"BAD_ARGUMENT",
			`there is no data set "${name}"${suggestion(name, DATA_SETS)}`,
		);
	return getPublished(directory, set, options);
}
