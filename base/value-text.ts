import { type InspectOptions, inspect, types } from "../host/inspect.ts";
import { boundaryUpTo } from "./text-width.ts";

/**
 * The text of any value, for people. Whatever the value is, there is a text, and
 * a bounded part of the value is looked at: up to some size it is Node's
 * `inspect`, then fewer items of each list, then less deep, then an outline. Only an interrupt ends a value's own
 * code that never returns.
 */
export function textOf(value: unknown, options: InspectOptions = {}): string {
	const asked = { ...DISPLAYED, ...options };
	const wide = new WeakSet<object>();
	for (const smaller of sizes(asked)) {
		const limits = { ...asked, ...smaller };
		if (!isDrawable(value, limits, MOST_VALUES, wide)) continue;
		try {
			return shortened(inspect(value, limits));
		} catch {
			break; // Code of the value's own failed.
		}
	}
	try {
		return shortened(inspect(outline(value, OUTLINE_DEPTH, []), asked));
	} catch {
		return "a value that cannot be shown";
	}
}

const DISPLAYED = { depth: 4, maxArrayLength: 100, breakLength: 80 };

const FEWER_ITEMS = [20, 5];
const LESS_DEEP = [3, 2, 1, 0];

/** Most characters of a text that are shown. */
const MOST_CHARACTERS = 200_000;

/**
 * Most values within a value for `inspect` to draw; a long string counts as
 * several.
 */
const MOST_VALUES = 20_000;
const CHARACTERS_PER_VALUE = 50;
/** A longer array that has holes is not searched for its values. */
const LONG_ARRAY = 100_000;
const DEEPEST = 500;

const OUTLINE_DEPTH = 1;
const OUTLINE_ITEMS = 100;
const OUTLINE_CHARACTERS = 1_000;

/** Kept here because user code may replace the methods of `Map` and `Set`. */
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, "size")?.get;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, "size")?.get;

/**
 * The requested size first, then fewer items, then smaller depths: a few values
 * say more than `[Object]`.
 */
function sizes({ depth, maxArrayLength }: InspectOptions) {
	const most = maxArrayLength ?? Number.POSITIVE_INFINITY;
	const deepest = depth ?? Number.POSITIVE_INFINITY;
	const items = [most, ...FEWER_ITEMS.filter((fewer) => fewer < most)];
	const depths = [deepest, ...LESS_DEEP.filter((less) => less < deepest)];
	return depths.flatMap((depth) =>
		items.map((maxArrayLength) => ({ depth, maxArrayLength })),
	);
}

function cut(text: string, most: number): string {
	if (text.length <= most) return text;
	const end = boundaryUpTo(text, most);
	return `${text.slice(0, end)}… ${text.length - end} more characters`;
}

const shortened = (text: string) => cut(text, MOST_CHARACTERS).toWellFormed();

export const isObject = (value: unknown): value is object =>
	(typeof value === "object" && value !== null) || typeof value === "function";

/**
 * Is the value small enough for `inspect`? Runs no code of the value.
 * @param budget how many values are few enough
 * @param wide objects that are known to hold more
 */
export function isDrawable(
	value: unknown,
	{ depth = 2, maxArrayLength = 100 }: InspectOptions = {},
	budget = MOST_VALUES,
	wide = new WeakSet<object>(),
): boolean {
	return fits(value, {
		left: budget,
		depth: depth ?? Number.POSITIVE_INFINITY,
		items: maxArrayLength ?? Number.POSITIVE_INFINITY,
		path: [],
		wide,
		asJson: false,
	});
}

/** Is the value small enough to be written as JSON? */
export const isSmallJson = (value: unknown, budget: number): boolean =>
	fits(value, {
		left: budget,
		depth: Number.POSITIVE_INFINITY,
		items: Number.POSITIVE_INFINITY,
		path: [],
		wide: new WeakSet(),
		asJson: true,
	});

function fits(value: unknown, state: Weighing): boolean {
	try {
		return weigh(value, state) >= 0;
	} catch {
		return false;
	}
}

interface Weighing {
	left: number;
	readonly depth: number;
	/** Of arrays, maps and sets. */
	readonly items: number;
	/** The objects that the value lies in. */
	readonly path: object[];
	/** Objects with so many names that listing them takes long. */
	readonly wide: WeakSet<object>;
	/**
	 * Counts as JSON would: all numbers of a typed array, and the contents of a
	 * proxy.
	 */
	readonly asJson: boolean;
}

/** @returns what is left of the budget; less than nothing when it does not suffice */
function weigh(value: unknown, state: Weighing): number {
	state.left--;
	if (typeof value === "string")
		state.left -= Math.min(value.length, 10_000) / CHARACTERS_PER_VALUE;
	if (!isObject(value) || state.left < 0) return state.left;
	const { path, wide } = state;
	if (path.includes(value) || path.length > state.depth) return state.left;
	if (path.length > DEEPEST || wide.has(value) || isTooLong(value))
		return spend(state);
	path.push(value);
	for (const child of children(value, state))
		if (weigh(child, state) < 0) break;
	path.pop();
	return state.left;
}

const spend = (state: Weighing): number => {
	state.left = -1;
	return state.left;
};

/** Has it so many places that listing them would take long? */
const isTooLong = (value: object) =>
	(types.isStringObject(value) &&
		String.prototype.valueOf.call(value).length > LONG_ARRAY) ||
	(!types.isProxy(value) &&
		Array.isArray(value) &&
		value.length > LONG_ARRAY &&
		hasEarlyHole(value));

function hasEarlyHole(value: readonly unknown[]): boolean {
	for (let i = 0; i < OUTLINE_ITEMS; i++)
		if (!Object.hasOwn(value, i)) return true;
	return false;
}

/** The values within a value. Runs no getter and does not look into proxies. */
function* children(value: object, state: Weighing): Generator<unknown> {
	const { items, asJson } = state;
	if (ArrayBuffer.isView(value)) {
		if (asJson) state.left -= value.byteLength;
		return;
	}
	if (types.isProxy(value) && !asJson) return;
	if (Array.isArray(value)) {
		if (asJson && value.length > state.left) spend(state);
		else
			for (let i = 0; i < Math.min(value.length, items); i++)
				yield ownValue(value, i);
		return;
	}
	if (types.isMap(value)) yield* entries(value, items);
	else if (types.isSet(value)) yield* members(value, items);
	if (types.isStringObject(value)) return;
	const keys = shownKeys(value);
	if (keys.length > state.left) {
		state.wide.add(value);
		spend(state);
		return;
	}
	for (const key of keys) yield ownValue(value, key);
}

/** Values whose properties `inspect` shows. */
function shownKeys(value: object): PropertyKey[] {
	const symbols = Object.getOwnPropertySymbols(value).filter((symbol) =>
		Object.prototype.propertyIsEnumerable.call(value, symbol),
	);
	const names: PropertyKey[] = Object.keys(value);
	return symbols.length > 0 ? names.concat(symbols) : names;
}

function* entries(
	map: ReadonlyMap<unknown, unknown>,
	most: number,
): Generator<unknown> {
	let count = 0;
	for (const [key, item] of mapEntries.call(map)) {
		if (count++ >= most) return;
		yield key;
		yield item;
	}
}

function* members(set: ReadonlySet<unknown>, most: number): Generator<unknown> {
	let count = 0;
	for (const item of setValues.call(set)) {
		if (count++ >= most) return;
		yield item;
	}
}

/** Undefined for a getter. */
const ownValue = (value: object, key: PropertyKey): unknown =>
	Object.getOwnPropertyDescriptor(value, key)?.value;

/** An object that is shown, and converted, as this text. */
export function asText(text: string): object {
	const written = () => text;
	return Object.defineProperties(Object.create(null) as object, {
		[inspect.custom]: { value: written },
		toString: { value: written },
		toJSON: { value: written },
	});
}

/**
 * A small copy of a value for `inspect`: its first items, and nothing that runs
 * code of the value.
 */
function outline(
	value: unknown,
	depth: number,
	path: readonly object[],
): unknown {
	if (typeof value === "string") return outlineText(value);
	if (!isObject(value)) return value;
	if (types.isProxy(value)) return asText("[Proxy]");
	if (typeof value === "function")
		return asText(`[Function: ${nameOf(value) ?? "(anonymous)"}]`);
	if (path.includes(value)) return asText("[Circular]");
	if (depth < 0) return asText(`[${classOf(value) ?? "Object"}]`);
	const inner = (item: unknown) => outline(item, depth - 1, [...path, value]);
	if (Array.isArray(value)) return outlinedArray(value, inner);
	if (types.isMap(value)) return outlinedMap(value, inner);
	if (types.isSet(value)) return outlinedSet(value, inner);
	if (types.isStringObject(value))
		return asText(
			`[String: ${inspect(outlineText(String.prototype.valueOf.call(value)))}]`,
		);
	if (types.isNativeError(value))
		return asText(`[${outlineText(errorHead(value))}]`);
	if (isBuiltIn(value)) return drawnAlone(value);
	return outlinedObject(value, inner);
}

type Inner = (item: unknown) => unknown;

const outlineText = (text: string) => cut(text, OUTLINE_CHARACTERS);

function outlinedArray(value: readonly unknown[], inner: Inner): unknown[] {
	const copy: unknown[] = [];
	for (let i = 0; i < Math.min(value.length, OUTLINE_ITEMS); i++)
		if (Object.hasOwn(value, i)) copy[i] = ownOutline(value, i, inner);
	// What is behind counts as empty; `inspect` says how much it is.
	copy.length = value.length;
	return copy;
}

const more = (count: number) => asText(`… ${count} more`);

function outlinedMap(
	value: ReadonlyMap<unknown, unknown>,
	inner: Inner,
): Map<unknown, unknown> {
	const flat = [...entries(value, OUTLINE_ITEMS)].map(inner);
	const copy = new Map<unknown, unknown>();
	for (let i = 0; i < flat.length; i += 2) copy.set(flat[i], flat[i + 1]);
	const left = Number(mapSize?.call(value)) - copy.size;
	return left > 0 ? copy.set(more(left), asText("…")) : copy;
}

function outlinedSet(value: ReadonlySet<unknown>, inner: Inner): Set<unknown> {
	const copy = new Set([...members(value, OUTLINE_ITEMS)].map(inner));
	const left = Number(setSize?.call(value)) - copy.size;
	return left > 0 ? copy.add(more(left)) : copy;
}

function outlinedObject(value: object, inner: Inner): object {
	const keys = shownKeys(value);
	const copy = emptyOf(classOf(value));
	for (const key of keys.slice(0, OUTLINE_ITEMS))
		Object.defineProperty(
			copy,
			typeof key === "string" ? outlineText(key) : key,
			{
				// Whatever the key means to Node, the likeness runs nothing.
				value: ownOutline(value, key, inner),
				enumerable: true,
				configurable: true,
			},
		);
	if (keys.length > OUTLINE_ITEMS)
		Object.defineProperty(copy, "…", {
			value: asText(`${keys.length - OUTLINE_ITEMS} more`),
			enumerable: true,
		});
	return copy;
}

function ownOutline(value: object, key: PropertyKey, inner: Inner): unknown {
	const property = Object.getOwnPropertyDescriptor(value, key);
	if (property && !("value" in property))
		return asText(property.get ? "[Getter]" : "[Setter]");
	return inner(property?.value);
}

/** An empty object that `inspect` calls by the name. */
function emptyOf(name: string | undefined): object {
	if (name === undefined) return Object.create(null) as object;
	if (name === "Object") return {};
	const Named = Object.defineProperty(class {}, "name", { value: name });
	return new Named();
}

/** Kinds of values that have their data inside, where no property shows it. */
const isBuiltIn = (value: object) =>
	ArrayBuffer.isView(value) ||
	types.isAnyArrayBuffer(value) ||
	types.isDate(value) ||
	types.isRegExp(value) ||
	types.isBoxedPrimitive(value) ||
	types.isPromise(value) ||
	types.isWeakMap(value) ||
	types.isWeakSet(value) ||
	types.isGeneratorObject(value);

function drawnAlone(value: object): object {
	try {
		return asText(inspect(value, { ...DISPLAYED, customInspect: false }));
	} catch {
		return asText(`[${classOf(value) ?? "Object"}]`);
	}
}

/** The name of a function, where it is a text. */
function nameOf(made: object): string | undefined {
	const name = ownValue(made, "name");
	return typeof name === "string" && name !== ""
		? outlineText(name)
		: undefined;
}

/** The name of an object's class; undefined without one. Runs no code of the object. */
export function classOf(value: object): string | undefined {
	let at: object | null = value;
	for (let i = 0; at !== null && i < DEEPEST; i++) {
		if (types.isProxy(at)) return undefined;
		const made = ownValue(at, "constructor");
		if (typeof made === "function" && !types.isProxy(made)) return nameOf(made);
		at = Object.getPrototypeOf(at) as object | null;
	}
	return undefined;
}

/**
 * A property of anything, as a text: an error's name and message may be of any
 * type.
 */
export function propertyText(value: object, key: string): string {
	try {
		const found: unknown = Reflect.get(value, key);
		return found === undefined ? "" : stringOf(found);
	} catch {
		return "";
	}
}

/** `String(value)`, where that works. */
export function stringOf(value: unknown): string {
	try {
		return shortened(isObject(value) ? textOf(value) : String(value));
	} catch {
		return textOf(value);
	}
}

/** `TypeError: it is no number`, of whatever has a name and a message. */
export function errorHead(error: object): string {
	const name = propertyText(error, "name") || "Error";
	const message = propertyText(error, "message");
	return message ? `${name}: ${message}` : name;
}
