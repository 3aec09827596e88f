import type { LeakKind } from "./report.ts";
import { currentWatch } from "./watch.ts";

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Puts a function in the place of another: same name, same length, same members. */
export function replaceFunction(
	owner: object,
	key: PropertyKey,
	make: (native: AnyFunction) => AnyFunction,
): void {
	const descriptor = Object.getOwnPropertyDescriptor(owner, key);
	// Not every runtime has every function.
	if (typeof descriptor?.value !== "function") return;
	const native = descriptor.value as AnyFunction;
	const replacement = make(native);
	Object.defineProperties(
		replacement,
		Object.getOwnPropertyDescriptors(native),
	);
	Object.defineProperty(owner, key, { ...descriptor, value: replacement });
}

/** Notes each call of a function, and makes it. */
export function noteCalls(
	owner: object,
	key: string,
	kind: LeakKind,
	what: string,
): void {
	replaceFunction(owner, key, (native) => {
		function noted(this: unknown, ...args: unknown[]): unknown {
			currentWatch()?.note(kind, what, noted);
			return Reflect.apply(native, this, args);
		}
		return noted;
	});
}
