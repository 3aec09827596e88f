import { UsageError } from "../../base/errors.ts";
import type { Params, ParamTree } from "../events.ts";

/*
 * Parameters in groups: `optim.lr=0.1`. They are on record by their whole names,
 * so that tables, comparisons and queries need to know no groups; code has
 * `optim.lr`, a member of an object.
 */

const isGroup = (
	value: unknown,
): value is Readonly<Record<string, unknown>> => {
	if (typeof value !== "object" || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return (
		(prototype === Object.prototype || prototype === null) &&
		Object.keys(value).length > 0
	);
};

/** `{ optim: { lr: 0.1 } }` as `{ "optim.lr": 0.1 }`. What is no object of members stays, whatever it is. */
export function flattened<V>(
	tree: Readonly<Record<string, unknown>>,
): Readonly<Record<string, V>> {
	return Object.fromEntries(
		Object.entries(tree).flatMap(([name, value]): [string, V][] =>
			isGroup(value)
				? Object.entries(flattened<V>(value)).map(([inner, one]) => [
						`${name}.${inner}`,
						one,
					])
				: [[name, value as V]],
		),
	);
}

/** The name that code reads: `optim` of `optim.lr`. */
export const headOf = (name: string): string => name.split(".", 1)[0] ?? name;

/** The names that code reads, each once. */
export const headsOf = (names: Iterable<string>): string[] => [
	...new Set([...names].map(headOf)),
];

/** An object whose members are values or such objects. */
export interface Tree<V> {
	readonly [name: string]: V | Tree<V>;
}

/** `["optim.lr", 0.1]` as `{ optim: { lr: 0.1 } }`. A value comes before a group of its name. */
export const treeOf = <V>(
	entries: readonly (readonly [name: string, value: V])[],
): Tree<V> => grouped(entries.map(([name, value]) => [name.split("."), value]));

type Member<V> = readonly [path: readonly string[], value: V];

function grouped<V>(members: readonly Member<V>[]): Tree<V> {
	const groups = new Map<string, Member<V>[]>();
	for (const member of members) {
		const [[name = ""]] = member;
		groups.set(name, [...(groups.get(name) ?? []), member]);
	}
	return Object.fromEntries(
		[...groups].map(([name, inner]): [string, V | Tree<V>] => {
			const own = inner.find(([path]) => path.length === 1);
			return [
				name,
				own
					? own[1]
					: grouped(inner.map(([[, ...path], value]) => [path, value])),
			];
		}),
	);
}

const trees = new WeakMap<Params, ParamTree>();

/**
 * `{ "optim.lr": 0.1 }` as `{ optim: { lr: 0.1 } }`, the same object for the same
 * parameters; where nothing is in a group, these themselves.
 */
export function nested(params: Params): ParamTree {
	if (Object.keys(params).every((name) => headOf(name) === name)) return params;
	const known = trees.get(params);
	if (known) return known;
	const tree = treeOf(Object.entries(params));
	trees.set(params, tree);
	return tree;
}

/** @throws UsageError for a name that is a value and a group of others at once: `optim` beside `optim.lr` */
export function requireOneKind(names: readonly string[]): void {
	for (const name of names) {
		const inner = names.find((other) => other.startsWith(`${name}.`));
		if (inner !== undefined)
			throw new UsageError(
				`${name} is a parameter, so ${inner} cannot be one as well; rename one`,
			);
	}
}
