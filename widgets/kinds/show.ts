import { givenOptions } from "../../experiment/given-options.ts";
import { requireRun } from "../../experiment/record/active-run.ts";
import { kindOf } from "./index.ts";

/**
 * Records and shows a picture of any kind in the running run; returns how many of
 * this kind and name there are now.
 * @param kind "confusion", "boundary", "embedding", or one that was defined
 * @param name tells pictures of one kind apart; a later one of the same name takes its place on the screen
 * @param given what the kind takes
 * @throws UsageError outside of a run, for an unknown kind, and for what the kind does not take
 * @example
 * await dd.run({ name: "digits" }, () => {
 *   dd.show("confusion", "val", { classes: ["a", "b"], matrix: [[9, 1], [0, 10]] }, { step: 3 });
 * });
 */
export function show(
	kind: string,
	name: string,
	given: unknown,
	options: { readonly step?: number } = {},
): number {
	const run = requireRun("dd.show");
	const example = 'dd.show("confusion", "val", value, { step: 3 })';
	const { step } = givenOptions("dd.show", options, example);
	return run.show(kind, name, kindOf(kind).encode(given), step);
}
