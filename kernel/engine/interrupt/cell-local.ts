import { type CellScope, currentScope } from "./interrupt.ts";

/**
 * A value for each cell: of several shells, cells run at the same time.
 * @param create makes the value when code of a cell first asks for it
 * @returns what gives the value of the cell that the calling code belongs to
 */
export function perScope<T>(create: () => T): () => T {
	const values = new WeakMap<CellScope, T>();
	const outside = create();
	return () => {
		const scope = currentScope();
		if (!scope) return outside;
		let value = values.get(scope);
		if (value === undefined) {
			value = create();
			values.set(scope, value);
		}
		return value;
	};
}
