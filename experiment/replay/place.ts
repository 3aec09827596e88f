/** Where a replay ran, seen from the run: the further away, the more its equality says. */
export type Place =
	| "same machine"
	| "other machine"
	| "other engine or architecture";

type Environment = Readonly<Record<string, unknown>>;

const ENGINE = ["node", "v8", "platform", "arch"];
const MACHINE = ["cpu", "cores", "memory"];

/**
 * Where a replay ran, from what both records say of their environments. Two
 * machines are other ones only where something shows it: of two alike, in
 * which no system tells an id, it is not known.
 */
export function placeOf(recorded: Environment, replayed: Environment): Place {
	const differ = (names: readonly string[]) =>
		names.some((name) => recorded[name] !== replayed[name]);
	if (differ(ENGINE)) return "other engine or architecture";
	const ids = [recorded.machine, replayed.machine];
	const otherId = ids.every((id) => id !== undefined) && ids[0] !== ids[1];
	return otherId || differ(MACHINE) ? "other machine" : "same machine";
}
