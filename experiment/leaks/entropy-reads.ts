import { nodeCrypto } from "../../host/builtins.ts";
import { noteCalls } from "./replace.ts";

const NODE_FUNCTIONS = [
	"generateKey",
	"generateKeyPair",
	"generateKeyPairSync",
	"generateKeySync",
	"generatePrime",
	"generatePrimeSync",
	"randomFill",
	"randomFillSync",
	"randomUUIDv7",
];

/**
 * What no seed governs is noted when a run's code asks for it. `randomUUID`,
 * `randomBytes`, `randomInt` and `getRandomValues` follow the run's seed.
 */
export function installEntropyReads(): void {
	for (const name of NODE_FUNCTIONS)
		noteCalls(nodeCrypto, name, "entropy", `crypto.${name}`);
	const { SubtleCrypto } = globalThis;
	noteCalls(
		SubtleCrypto.prototype,
		"generateKey",
		"entropy",
		"crypto.subtle.generateKey",
	);
	// When the garbage collector runs, nobody knows.
	noteCalls(WeakRef.prototype, "deref", "entropy", "WeakRef.deref");
	noteCalls(
		FinalizationRegistry.prototype,
		"register",
		"entropy",
		"FinalizationRegistry",
	);
}
