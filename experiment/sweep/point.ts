import type { Params } from "../events.ts";
import { paramText } from "../parameters/overrides/written.ts";

/**
 * A member's values of the parameters that vary: they tell its group from
 * others. Only its own: a parameter may be called "constructor".
 */
export const pointOf = (
	{ varied }: { readonly varied: readonly string[] },
	{ params }: { readonly params: Params },
): Params =>
	Object.fromEntries(
		varied.flatMap((name) => {
			const value = Object.hasOwn(params, name) ? params[name] : undefined;
			return value === undefined ? [] : [[name, value] as const];
		}),
	);

/** `lr=0.1, units=16` */
export const pointLabel = (point: Params): string =>
	Object.entries(point)
		.map(([name, value]) => `${name}=${paramText(value)}`)
		.join(", ");
