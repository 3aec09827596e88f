import type { Params, ParamValue } from "../../experiment/events.ts";
import { shownValue } from "../../experiment/parameters/overrides/written.ts";
import type {
	MultirunInfo,
	RunInfo,
} from "../../experiment/record/observer.ts";
import { isSecret } from "../../experiment/secrets/named-secrets.ts";

/**
 * A member's values of the parameters that vary: they tell its group from
 * others.
 */
export const pointOf = (
	{ varied }: Pick<MultirunInfo, "varied">,
	{ params }: Pick<RunInfo, "params">,
): Params =>
	Object.fromEntries(
		varied.flatMap((name) => {
			const value = params[name];
			return value === undefined ? [] : [[name, value] as const];
		}),
	);

/** `lr=0.1, units=16` */
export const pointLabel = (point: Params): string =>
	Object.entries(point)
		.map(([name, value]) => `${name}=${shownValue(value)}`)
		.join(", ");

/**
 * The values with secret ones replaced by `…1`, `…2`, so that groups stay
 * distinct.
 */
export function shownPoints(points: readonly Params[]): Params[] {
	const secrets = new Map<string, ParamValue[]>();
	const shown = (name: string, value: ParamValue) => {
		if (!isSecret(name, value)) return value;
		const known = secrets.get(name) ?? [];
		if (!known.includes(value)) secrets.set(name, [...known, value]);
		return `…${(secrets.get(name) ?? []).indexOf(value) + 1}`;
	};
	return points.map((point) =>
		Object.fromEntries(
			Object.entries(point).map(([name, value]) => [name, shown(name, value)]),
		),
	);
}
