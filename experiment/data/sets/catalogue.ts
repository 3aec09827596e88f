import { CIFAR10 } from "./cifar10.ts";
import { FASHION_MNIST, KMNIST, MNIST } from "./mnist.ts";
import type { PublishedSet } from "./published.ts";
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

/** Names of the data sets that are built in. */
export const DATA_SETS: readonly string[] = [
	"digits",
	...PUBLISHED.map(({ name }) => name),
];

/** The set of this name that somebody else publishes. */
export const publishedSet = (name: string): PublishedSet | undefined =>
	PUBLISHED.find((one) => one.name === name);
