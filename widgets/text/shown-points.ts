import type { Params, ParamValue } from "../../experiment/events.ts";
import { isSecret } from "../../experiment/secrets/named-secrets.ts";

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
