/** A value at a step. */
interface Step<V> {
	readonly step: number;
	readonly value: V;
}

/**
 * The last value of each metric, whatever the order in which they were logged:
 * that of its highest step, of equal steps the one that was logged later.
 */
export class LastValues<V = number> {
	readonly #last = new Map<string, Step<V>>();

	add(step: number, values: Readonly<Record<string, V>>): void {
		for (const [name, value] of Object.entries(values)) {
			const last = this.#last.get(name);
			if (last === undefined || step >= last.step)
				this.#last.set(name, { step, value });
		}
	}

	/** By name, in the order of their first values. */
	get values(): Record<string, V> {
		return Object.fromEntries(
			Array.from(this.#last, ([name, { value }]) => [name, value]),
		);
	}
}

/** One value a step, by step: the last one is the metric's last value. */
export function bySteps<V>(logged: Iterable<Step<V>>): Step<V>[] {
	const values = new Map<number, V>();
	for (const { step, value } of logged) values.set(step, value);
	return [...values]
		.map(([step, value]) => ({ step, value }))
		.sort((a, b) => a.step - b.step);
}
