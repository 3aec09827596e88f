import { canonicalJson } from "../../../../base/canonical.ts";
import type { Params } from "../../../events.ts";
import { latestOfEach } from "../../latest.ts";
import { pointLabel, pointOf } from "../../point.ts";
import type { ReportMember } from "./types.ts";

export interface Group {
	readonly label: string;
	readonly params: Params;
	/** One a seed. */
	readonly members: readonly ReportMember[];
	/** Members that were left out, since a later one had their seed. */
	readonly again: number;
}

export const isFinished = ({ status }: Pick<ReportMember, "status">): boolean =>
	status === "finished";

/** Parameters that members have different values of. */
export function variedOf(members: readonly ReportMember[]): string[] {
	const names = new Set(members.flatMap(({ params }) => Object.keys(params)));
	// Lists are compared by what is in them: each run that is read has lists of its own.
	const textOf = ({ params }: ReportMember, name: string) =>
		Object.hasOwn(params, name) ? canonicalJson(params[name]) : undefined;
	return [...names].filter(
		(name) => new Set(members.map((member) => textOf(member, name))).size > 1,
	);
}

/**
 * Members by the parameters that vary, in the order in which they come. One that was executed again, under
 * the same seed, is no further draw: it counts once, as it came out last.
 */
export function groupMembers(
	members: readonly ReportMember[],
	varied: readonly string[],
): Group[] {
	const groups = new Map<string, { params: Params; members: ReportMember[] }>();
	for (const member of members) {
		const params = pointOf({ varied }, member);
		const label = pointLabel(params);
		const group = groups.get(label) ?? { params, members: [] };
		groups.set(label, group);
		group.members.push(member);
	}
	return Array.from(groups, ([label, { params, members: all }]) => {
		const members = latestOfEach(all, ({ seed }) => String(seed), isFinished);
		return { label, params, members, again: all.length - members.length };
	});
}

/** Only the object's own: a metric may be called "constructor". */
export const ownOf = <T>(
	object: Readonly<Record<string, T>>,
	name: string,
): T | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);
