import { canonicalJson } from "../../../base/canonical.ts";
import { isObject } from "../../../base/json-object.ts";

/** Names that are on one side only, or with another value. */
export function differing(
	a: Readonly<Record<string, string>>,
	b: Readonly<Record<string, string>>,
): string[] {
	return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
		(name) =>
			!(
				Object.hasOwn(a, name) &&
				Object.hasOwn(b, name) &&
				a[name] === b[name]
			),
	);
}

/** `{a: {b: 1}}` → `{"a.b": "1"}`, so that what differs can be named. */
export function flattened(value: unknown): Record<string, string> {
	const entries = (inner: unknown, path: string): [string, string][] =>
		isObject(inner)
			? Object.entries(inner).flatMap(([key, member]) => {
					const part = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
					return entries(member, path === "" ? part : `${path}.${part}`);
				})
			: [[path, canonicalJson(inner)]];
	return Object.fromEntries(entries(value, ""));
}
