import { createHash } from "../host/hash.ts";
import { types } from "../host/inspect.ts";

/**
 * Canonical JSON (RFC 8785): object keys in UTF-16 order, numbers as ECMAScript
 * prints them, no white space. What JSON cannot hold becomes a tagged string, so
 * that NaN, ±Infinity and -0 are told apart; a text that looks like a tag gets
 * another `@` in front. Typed arrays, buffers and sets are lists, maps objects.
 * @throws TypeError that names the place of a value that says nothing as JSON:
 *   a function, a symbol, a promise, an error, a cycle, half of a character
 * @param clean puts something else in place of a text, a member's name or a number
 */
export function canonicalJson(
	value: unknown,
	clean: Clean = (one) => one,
): string {
	return write(value, { path: [], parents: [], clean });
}

/**
 * Replaces a text, a member's name or a number before it is written.
 * @param member the member whose value it is, or whose list it stands in
 */
export type Clean = <T extends string | number>(
	one: T,
	member?: string,
) => T | string;

/** A value being written, and where in the whole value it stands. */
interface Writing {
	readonly path: (string | number)[];
	readonly parents: object[];
	readonly clean: Clean;
}

const TAG_LOOKALIKE = /^@+(NaN|-?Infinity|-0|-?\d+n)$/;

function write(given: unknown, writing: Writing): string {
	const { path, clean } = writing;
	const value =
		typeof given === "string" || typeof given === "number"
			? clean(given, memberOf(path))
			: given;
	if (value === null || value === undefined) return "null";
	switch (typeof value) {
		case "number":
			if (Number.isNaN(value)) return '"@NaN"';
			if (!Number.isFinite(value))
				return value > 0 ? '"@Infinity"' : '"@-Infinity"';
			return Object.is(value, -0) ? '"@-0"' : JSON.stringify(value);
		case "string":
			if (!value.isWellFormed())
				refuse("a text with half of a character (a lone surrogate)", path);
			return JSON.stringify(TAG_LOOKALIKE.test(value) ? `@${value}` : value);
		case "boolean":
			return JSON.stringify(value);
		case "bigint":
			return `"@${value}n"`;
		case "object":
			return writeObject(value, writing);
		default:
			return refuse(`a ${typeof value}`, path);
	}
}

/** The nearest enclosing member's name; indices of lists are skipped. */
const memberOf = (path: readonly (string | number)[]) =>
	path.findLast(
		(step): step is string => typeof step === "string" && !NO_MEMBER.has(step),
	);
/** Steps that name no member. */
const NO_MEMBER = new Set(["toJSON()", ""]);

function writeObject(value: object, writing: Writing): string {
	const { path, parents } = writing;
	if (parents.includes(value)) refuse("an object that holds itself", path);
	parents.push(value);
	const member = (key: string | number, inner: unknown) => {
		path.push(key);
		const text = write(inner, writing);
		path.pop();
		return text;
	};
	const text = writeMembers(value, writing, member);
	parents.pop();
	return text;
}

function writeMembers(
	value: object,
	{ path, clean }: Writing,
	member: (key: string | number, inner: unknown) => string,
): string {
	const list = (items: Iterable<unknown>) =>
		`[${Array.from(items, (item, i) => member(i, item)).join(",")}]`;
	if (ArrayBuffer.isView(value) && !(value instanceof DataView))
		return list(value as unknown as Iterable<number | bigint>);
	if (types.isAnyArrayBuffer(value)) return list(new Uint8Array(value));
	if (value instanceof DataView)
		return list(
			new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
		);
	// Before toJSON: vega-lite gives every set one.
	if (types.isSet(value)) return list(value);
	if ("toJSON" in value && typeof value.toJSON === "function")
		return member("toJSON()", value.toJSON());
	if (types.isBoxedPrimitive(value)) return member("", value.valueOf());
	if (Array.isArray(value)) return list(value);
	if (types.isPromise(value)) refuse("a promise (await it first)", path);
	if (types.isNativeError(value) || types.isRegExp(value))
		refuse(`a ${value.constructor.name} (record its text)`, path);
	if (types.isWeakMap(value) || types.isWeakSet(value))
		refuse("a weak collection", path);
	const named = entries(value, path)
		.filter(([key, inner]) => {
			if (!key.isWellFormed())
				refuse("a name with half of a character (a lone surrogate)", path);
			return inner !== undefined;
		})
		.map(([key, inner]) => [clean(key), inner] as const);
	// Two names may have become one.
	const members = [...new Map(named)]
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([key, inner]) => `${JSON.stringify(key)}:${member(key, inner)}`);
	return `{${members.join(",")}}`;
}

function entries(
	value: object,
	path: readonly (string | number)[],
): readonly (readonly [string, unknown])[] {
	if (!types.isMap(value)) return Object.entries(value);
	const named = new Map<string, unknown>();
	for (const [key, member] of value) {
		const name = typeof key === "object" ? undefined : String(key);
		if (name === undefined)
			return refuse("a map with objects as keys (list its entries)", path);
		if (named.has(name))
			return refuse(
				`a map with the key ${name} twice, as text and as number`,
				path,
			);
		named.set(name, member);
	}
	return [...named];
}

function refuse(what: string, path: readonly (string | number)[]): never {
	const where = path.length === 0 ? "" : ` (at ${path.join(".")})`;
	throw new TypeError(
		`${what} cannot be recorded${where}; record numbers, strings, lists or objects`,
	);
}

/** `sha256:…` of a text (as UTF-8) or bytes. */
export function sha256(content: string | NodeJS.ArrayBufferView): string {
	return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** `sha256:…` of a value's canonical JSON. */
export function digestOf(value: unknown): string {
	return sha256(canonicalJson(value));
}
