import { plural } from "../../../../base/plural.ts";
import { type Group, isFinished, ownOf } from "./groups.ts";

/** Two groups' values of a metric, ready to be compared. */
export interface Matched {
	readonly a: readonly number[];
	readonly b: readonly number[];
	readonly paired: boolean;
	readonly notes: readonly string[];
}

/**
 * Values in pairs, where the two groups ran under the same seeds. A run without a partner is left out if
 * its partner failed or diverged; if it never ran, the groups are taken as independent.
 */
export function matchGroups(a: Group, b: Group, metric: string): Matched {
	const [ofA, ofB] = [valuesBySeed(a, metric), valuesBySeed(b, metric)];
	const apart = (note?: string): Matched => ({
		a: ofA.values,
		b: ofB.values,
		paired: false,
		notes: note === undefined ? [] : [note],
	});
	const shared = [...ofA.bySeed.keys()].filter((seed) => ofB.bySeed.has(seed));
	if (!sameSeeds(a, b))
		return apart(
			shared.length === 0
				? undefined
				: `the groups share ${plural(shared.length, "seed")} and differ in others, so runs are not paired`,
		);
	if (shared.length === 0) return apart();
	const alone = ofA.values.length + ofB.values.length - 2 * shared.length;
	return {
		a: shared.map((seed) => ofA.bySeed.get(seed) as number),
		b: shared.map((seed) => ofB.bySeed.get(seed) as number),
		paired: true,
		notes:
			alone === 0
				? []
				: [
						`${plural(alone, "run")} left out of the pairs: the run of the other group under that seed came to no result`,
					],
	};
}

/** Has one group a run under each seed of the other, finished or not? */
function sameSeeds(a: Group, b: Group): boolean {
	const seedsOf = ({ members }: Group) =>
		new Set(members.map(({ seed }) => String(seed)));
	const [ofA, ofB] = [seedsOf(a), seedsOf(b)];
	return ofA.size === ofB.size && [...ofA].every((seed) => ofB.has(seed));
}

/** Finite values of a group's finished runs. */
export const valuesOf = (group: Group, metric: string): number[] =>
	valuesBySeed(group, metric).values;

function valuesBySeed({ members }: Group, metric: string) {
	const bySeed = new Map<string, number>();
	const values: number[] = [];
	for (const member of members) {
		const value = ownOf(member.metrics, metric);
		if (!isFinished(member) || !Number.isFinite(value)) continue;
		values.push(value as number);
		bySeed.set(String(member.seed), value as number);
	}
	return { bySeed, values };
}
