import type { ParamTree, Scalar } from "../../experiment/events.ts";
import type { Names } from "./notebook-names.ts";

/**
 * Variables that a replay leaves of parameters. Records may be of a time when
 * parameters stayed as variables, and later cells read them.
 */
export class ReplayedParams {
	readonly #names: Names;
	readonly #left = new Map<string, Scalar>();

	constructor(names: Names) {
		this.#names = names;
	}

	/** Names that mean anything else are left alone. */
	leave(values: ParamTree): void {
		const names = this.#names;
		for (const [name, value] of Object.entries(values)) {
			// Records of that time have no lists.
			if (typeof value === "object") continue;
			const isOurs =
				this.#left.has(name) && names.read([name])[0] === this.#left.get(name);
			if (!isOurs && (names.knows(name) || name in globalThis)) continue;
			names.declare([name]);
			names.assign(name, value);
			this.#left.set(name, value);
		}
	}
}
