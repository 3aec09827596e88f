import { UsageError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { isVaried } from "../random/varied.ts";

export const VARY_DESCRIPTION =
	"Let only these random streams differ between repeats, for example init or init,order; all others are those of repeat 0. Default: all differ.";

/**
 * The streams that alone differ between repeats, sorted: they are part of what a run is.
 * @param names as code or a file lists them
 * @throws UsageError for what is no list of names, or has one twice
 */
export function readVary(names: unknown): readonly string[] {
	if (
		!Array.isArray(names) ||
		names.length === 0 ||
		!names.every((name): name is string => typeof name === "string")
	)
		throw new UsageError(
			'vary is a list of random streams, for example ["init", "order"]: those that alone differ between repeats',
		);
	for (const [at, name] of names.entries()) {
		if (!/^[^\s,](?:[^\n\r,]*[^\s,])?$/.test(name))
			throw new UsageError(
				`vary: "${name}" is no name of a random stream; give names with commas between them, for example init,order`,
			);
		if (names.indexOf(name) < at)
			throw new UsageError(`vary names "${name}" twice; remove one`);
	}
	return names.toSorted();
}

/** Reads what is typed after `--vary`. @throws UsageError as `readVary` */
export const parseVary = (text: string): readonly string[] =>
	readVary(text.split(",").map((name) => name.trim()));

/** @throws UsageError where nothing could differ */
export function requireRepeats(vary: readonly string[], repeats: number): void {
	if (repeats < 2)
		throw new UsageError(
			`vary (${vary.join(", ")}) says what differs between repeats, and there is only one: give n of at least 2, for example -n 5, or leave vary out`,
		);
}

/** `only init, order differ between repeats` */
export const varyText = (vary: readonly string[]): string =>
	`only ${vary.join(", ")} ${vary.length === 1 ? "differs" : "differ"} between repeats`;

/**
 * What to tell of streams that vary and that no run drew from; undefined where there are none.
 * @param drawn names of the streams that runs drew from, as `StreamSet` lists them
 */
export function unusedVary(
	vary: readonly string[],
	drawn: Iterable<string>,
): string | undefined {
	const names = [...new Set(drawn)].sort();
	const unused = vary.filter(
		(name) => !names.some((stream) => isVaried([name], stream)),
	);
	const [first] = unused;
	if (first === undefined) return undefined;
	const none =
		unused.length === vary.length
			? "so all repeats of a point are the same run"
			: `so ${unused.length === 1 ? "it makes" : "they make"} no difference between repeats`;
	const from =
		names.length > 0
			? `runs drew from ${names.join(", ")}`
			: "runs drew from no stream at all";
	const meant = nearest(first, names);
	return `--vary ${vary.join(",")}: no run drew from ${unused.join(", ")}, ${none}; ${from}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}
