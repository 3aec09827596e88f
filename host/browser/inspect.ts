import { inspect as extracted } from "node-inspect-extracted";
import type * as node from "../inspect.ts";

export type { InspectOptions } from "../inspect.ts";

export const inspect = extracted as unknown as typeof node.inspect;

/** Does a method that only such objects have accept the value? It looks at what no prototype can pretend. */
const accepts = (owner: object, name: PropertyKey) => {
	const { get, value } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
	return (given: unknown): boolean => {
		try {
			Reflect.apply(get ?? value, given, []);
			return true;
		} catch {
			return false;
		}
	};
};

const isObject = (value: unknown): value is object =>
	typeof value === "object" && value !== null;
const isTagged = (tag: string) => (value: unknown) =>
	isObject(value) &&
	Object.prototype.toString.call(value) === `[object ${tag}]`;
/** A primitive passes these as well, and is none of them. */
const isBoxed = (owner: { readonly prototype: object }) => {
	const isOne = accepts(owner.prototype, "valueOf");
	return (value: unknown) => isObject(value) && isOne(value);
};
const BOXED = [Number, String, Boolean, Symbol, BigInt].map(isBoxed);
const isBuffer = accepts(ArrayBuffer.prototype, "byteLength");
const isShared =
	typeof SharedArrayBuffer === "undefined"
		? () => false
		: accepts(SharedArrayBuffer.prototype, "byteLength");

const checks: Record<keyof typeof node.types, (value: unknown) => boolean> = {
	isAnyArrayBuffer: (value) => isBuffer(value) || isShared(value),
	isBoxedPrimitive: (value) => BOXED.some((isOne) => isOne(value)),
	isDate: accepts(Date.prototype, "valueOf"),
	isGeneratorObject: isTagged("Generator"),
	isMap: accepts(Map.prototype, "size"),
	isNativeError: (value) => isTagged("Error")(value) || value instanceof Error,
	isPromise: isTagged("Promise"),
	/** Nothing tells a proxy in a browser. */
	isProxy: () => false,
	isRegExp: isTagged("RegExp"),
	isSet: accepts(Set.prototype, "size"),
	isStringObject: isBoxed(String),
	isWeakMap: isTagged("WeakMap"),
	isWeakSet: isTagged("WeakSet"),
};

export const types = checks as typeof node.types;

export const isDeepStrictEqual: typeof node.isDeepStrictEqual = (a, b) => {
	if (Object.is(a, b)) return true;
	if (!isObject(a) || !isObject(b)) return false;
	if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
	const keys = Reflect.ownKeys(a);
	return (
		keys.length === Reflect.ownKeys(b).length &&
		keys.every(
			(key) =>
				Object.hasOwn(b, key) &&
				isDeepStrictEqual(Reflect.get(a, key), Reflect.get(b, key)),
		)
	);
};
