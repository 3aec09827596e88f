import type { RunRecord } from "../record/record.ts";
import { flattened } from "../record/store/comparison.ts";
import { describeEnvironment } from "../record/surroundings/environment.ts";

type Environment = RunRecord["environment"];

/** Something that a replay ran on and the run did not. */
export interface EnvironmentDifference {
	/** As the record names it, with "." between names, e.g. "packages.zod.version". */
	readonly name: string;
	/** Absent where the record does not say. */
	readonly recorded?: string;
	/** Absent where there is none here. */
	readonly here?: string;
}

/** The replay sets it; where that was in vain, `timeZone` differs. */
const RESTORED = "variables.TZ";

/**
 * What of an environment is not as it was recorded: a reason for a replay to
 * come out different. An archive of a package counts where both sides know it.
 */
export function environmentDifferences(
	recorded: Environment,
	here: Environment,
): EnvironmentDifference[] {
	const [a, b] = [flattened(recorded), flattened(here)];
	const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
	return names.flatMap((name) => {
		const [was, is] = [a[name], b[name]];
		if (was === is || name === RESTORED) return [];
		if (was === undefined && isSilent(name, recorded)) return [];
		if (name.endsWith(".integrity") && (!was || !is)) return [];
		return [
			{
				name,
				...(was === undefined ? {} : { recorded: String(was) }),
				...(is === undefined ? {} : { here: String(is) }),
			},
		];
	});
}

/** What no earlier version, or script, says of any run says nothing of this one. */
const isSilent = (name: string, recorded: Environment) => {
	const [top = ""] = name.split(".");
	return (
		top !== "variables" && top !== "backend" && recorded[top] === undefined
	);
};

/** What only the process that computes says of itself. */
const OF_THE_PROCESS = ["flags", "backend", "packages", "lockFile", "timeZone"];

/** What is different here, as far as it can be told where the run was not started again. */
export function differencesHere(
	recorded: Environment,
): EnvironmentDifference[] {
	const machine = (environment: Environment): Environment =>
		Object.fromEntries(
			Object.entries(environment).filter(
				([name]) => !OF_THE_PROCESS.includes(name),
			),
		);
	return environmentDifferences(
		machine(recorded),
		machine(describeEnvironment()),
	);
}
