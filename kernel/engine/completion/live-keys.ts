import { types } from "node:util";
import { isObject } from "../../../base/value-text.ts";
import { type LiveKeys, NO_KEYS } from "../../protocol/live-keys.ts";

export interface LiveRoots {
	/** A variable of the cells. */
	readonly variable: (name: string) => { readonly value: unknown } | undefined;
	/** `process.env`: the one proxy whose traps are our own. */
	readonly environment: object;
}

/** More are no list for a person. */
const LISTED = 1000;
/** A longer list has too many own keys to look through them for those that are no indices. */
const LONG = 10_000;

/**
 * The keys of the value that a path of names leads to, for completions. No code
 * of the user's is run on the way: no getter, and no trap of a proxy.
 */
export function liveKeys(
	[root = "", ...path]: readonly string[],
	roots: LiveRoots,
): LiveKeys {
	let found = roots.variable(root) ?? ownGlobal(root);
	for (const name of path) found = found && member(found.value, name, roots);
	return found ? keysOf(found.value, roots) : NO_KEYS;
}

function ownGlobal(name: string): { value: unknown } | undefined {
	// Node has a getter for it, of its own.
	if (name === "process") return { value: process };
	if (name === "globalThis") return { value: globalThis };
	return dataProperty(globalThis, name);
}

function dataProperty(
	object: object,
	name: string,
): { value: unknown } | undefined {
	const found = Object.getOwnPropertyDescriptor(object, name);
	return found && "value" in found ? { value: found.value } : undefined;
}

function member(
	value: unknown,
	name: string,
	{ environment }: LiveRoots,
): { value: unknown } | undefined {
	if (value === process && name === "env") return { value: environment };
	for (const object of chainOf(value))
		if (Object.hasOwn(object, name)) return dataProperty(object, name);
	return undefined;
}

/** The value and its prototypes, as far as no proxy is among them. */
function* chainOf(value: unknown): Generator<object> {
	let object: unknown = isObject(value) ? value : undefined;
	while (isObject(object) && !types.isProxy(object)) {
		yield object;
		object = Object.getPrototypeOf(object);
	}
}

function keysOf(value: unknown, { environment }: LiveRoots): LiveKeys {
	if (value === environment)
		return { keys: Object.keys(environment).slice(0, LISTED), isPlain: true };
	const start = isObject(value) ? value : prototypeOf(value);
	const chain = [...chainOf(start)];
	const keys = chain
		.filter((object) => object !== Object.prototype)
		.flatMap((object) => namesOf(object))
		.slice(0, LISTED);
	const [, above] = chain;
	const isPlain =
		isObject(value) &&
		chain.length > 0 &&
		(above === undefined || chain.length === 2) &&
		!types.isProxy(value);
	return { keys: [...new Set(keys)], isPlain };
}

/** Of a text or number, whose members are those of its class. */
const prototypeOf = (value: unknown): unknown =>
	value === undefined || value === null
		? undefined
		: Object.getPrototypeOf(value);

const isIndex = (name: string) => /^\d+$/.test(name);

function namesOf(object: object): string[] {
	const isList = Array.isArray(object) || ArrayBuffer.isView(object);
	if (isList && Reflect.get(object, "length") > LONG) return [];
	return Object.getOwnPropertyNames(object).filter(
		(name) =>
			!(isList && isIndex(name)) &&
			name !== "constructor" &&
			!name.startsWith("__"),
	);
}
