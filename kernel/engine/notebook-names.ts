import { Script } from "node:vm";
import { ANY_NAME } from "../../cell/compile/loops.ts";
import { RUNTIME } from "../../cell/compile/syntax.ts";

/** The names cells declare, each declared once in the engine's one context. */
export interface Names {
	/**
	 * Values of names that are globals too. Declared with `let` they would be
	 * hidden from every library in the process: a cell's `const performance`
	 * would stop TensorFlow.js.
	 */
	readonly hiding: object;
	/** Does `name` live in `hiding`, or will it when `declare` gets it? */
	hides(name: string, declared: boolean): boolean;
	/** Is it a variable, and none of `hiding`? */
	isDeclared(name: string): boolean;
	/** Functions of a cell assign these. */
	noteAssigned(names: Iterable<string>): void;
	/** Does a function of a cell assign it? */
	isAssignedInFunctions(name: string): boolean;
	/** Declares those that are new. A global keeps its value until the cell gives it another. */
	declare(names: Iterable<string>): void;
	/**
	 * Makes the names unknown, and gives up their values. A name that is used
	 * before a cell declares it again is a ReferenceError; a global that cells
	 * hid is itself again.
	 */
	forget(): string[];
	/** Did a cell declare this name? */
	knows(name: string): boolean;
	/** All that cells have declared, in the order of their first declaration. */
	names(): string[];
	/** The present values of names, in their order; undefined of those that no cell declared. */
	read(names: readonly string[]): readonly unknown[];
	/** Gives a declared variable a value that code can spell. */
	assign(name: string, value: string | number | boolean): void;
}

export function createNames(): Names {
	/** Declared in the context, which cannot take a `let` back. */
	const declared = new Set<string>();
	const assigned = new Set<string>();
	/** Names that code cannot use, though the context has them: `hiding` says so. */
	const forgotten: object = Object.create(null);
	const hiding: Record<string, unknown> = Object.create(forgotten);
	const globals = globalThis as Record<string, unknown>;
	const isHidden = (name: string) => Object.hasOwn(hiding, name);
	const isForgotten = (name: string) => Object.hasOwn(forgotten, name);
	const knows = (name: string) =>
		(declared.has(name) && !isForgotten(name)) || isHidden(name);
	const known = () => [...declared, ...Object.keys(hiding)].filter(knows);
	const targetOf = (name: string) =>
		isHidden(name) ? `${RUNTIME}.hiding.${name}` : name;
	return {
		hiding,
		hides(name, isDeclared) {
			if (isHidden(name)) return true;
			if (isForgotten(name)) return !isDeclared;
			return isDeclared && name in globalThis && !declared.has(name);
		},
		isDeclared: (name) => declared.has(name) && !isForgotten(name),
		noteAssigned(names) {
			for (const name of names) assigned.add(name);
		},
		isAssignedInFunctions: (name) =>
			assigned.has(name) || assigned.has(ANY_NAME),
		knows,
		declare(names) {
			const fresh: string[] = [];
			for (const name of names) {
				Reflect.deleteProperty(forgotten, name);
				if (declared.has(name) || isHidden(name)) continue;
				if (name in globalThis) hiding[name] = globals[name];
				else fresh.push(name);
			}
			if (fresh.length === 0) return;
			new Script(`let ${fresh.join(", ")};`).runInThisContext();
			for (const name of fresh) declared.add(name);
		},
		names: known,
		read(names) {
			if (names.length === 0) return [];
			// By a script that is gone afterwards: a function for each would stay as long as its name.
			const values = names.map((name) =>
				declared.has(name) || isHidden(name) ? targetOf(name) : "undefined",
			);
			return new Script(`[${values.join(", ")}]`).runInThisContext();
		},
		assign(name, value) {
			const text = typeof value === "number" ? value : JSON.stringify(value);
			new Script(`${name} = ${text};`).runInThisContext();
		},
		forget() {
			const names = known();
			for (const name of names) {
				if (Reflect.deleteProperty(hiding, name) && !declared.has(name))
					continue;
				new Script(`${name} = undefined;`).runInThisContext();
				const refuse = () => {
					throw new ReferenceError(`${name} is not defined: %reset forgot it`);
				};
				Object.defineProperty(forgotten, name, {
					get: refuse,
					set: refuse,
					configurable: true,
				});
			}
			return names;
		},
	};
}
