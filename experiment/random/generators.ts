import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { requirePackage } from "../../host/modules.ts";

/** Generators of David Bau's package seedrandom; `arc4` is the one it is named for. */
const SEEDRANDOM = [
	"alea",
	"arc4",
	"tychei",
	"xor128",
	"xor4096",
	"xorshift7",
	"xorwow",
] as const;

/** `philox` is what everything draws from that does not ask for another. */
export type GeneratorName = "philox" | (typeof SEEDRANDOM)[number];

/** A generator of seedrandom. All but `arc4` give 32 random bits per call. */
export interface Generator {
	/** Uniform in [0, 1). */
	(): number;
	/** Uniform in [0, 1), with at least 53 random bits. */
	double(): number;
	/** Uniform among the signed 32-bit integers. */
	int32(): number;
	/** Uniform in [0, 1) with 32 random bits. */
	quick(): number;
}

type Open = (seed: string | number) => Generator;

let seedrandom: (Open & Record<string, Open>) | undefined;

/**
 * A generator of seedrandom with a seed of one's own, whatever the root seed:
 * the same numbers as `seedrandom.alea(seed)` and its like give everywhere.
 * @example
 * const next = dd.openGenerator("alea", "hello.");
 * next(); // → 0.4783254903741181
 * @throws UsageError for a name that it does not have
 */
export function openGenerator(
	name: Exclude<GeneratorName, "philox">,
	seed: string | number,
): Generator {
	if (!SEEDRANDOM.includes(name))
		throw new UsageError(
			`there is no generator "${name}"${suggestion(name, ["philox", ...SEEDRANDOM])}`,
		);
	seedrandom ??= requirePackage("seedrandom") as NonNullable<typeof seedrandom>;
	return name === "arc4" ? seedrandom(seed) : (seedrandom[name] as Open)(seed);
}
