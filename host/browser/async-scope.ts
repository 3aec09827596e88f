/**
 * Scopes where the engine has none. What runs later (a promise's reactions, a
 * timer's callback) runs with the values of the moment it was handed over, which
 * is how Node does it. A native `await` asks nobody, so a bundler must turn async functions into
 * promises, those of libraries included: `supported: { "async-await": false }`,
 * `"async-generator"` and `"for-await"` of esbuild.
 * @module
 */
import type * as node from "../async-scope.ts";

/** Values by scope; never changed, so that whoever runs later can keep it. */
type Values = ReadonlyMap<object, unknown>;

let values: Values = new Map();

function within<R>(others: Values, body: () => R): R {
	const before = values;
	values = others;
	try {
		return body();
	} finally {
		values = before;
	}
}

export const asyncScope: typeof node.asyncScope = <T>() => {
	const scope: node.AsyncScope<T> = {
		run: (value, body) => within(new Map(values).set(scope, value), body),
		getStore: () => values.get(scope) as T | undefined,
	};
	return scope;
};

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** The function, with the values of now; anything else as it is. */
function bound<T>(given: T): T {
	if (typeof given !== "function") return given;
	const kept = values;
	const later: AnyFunction = function (...args) {
		return within(kept, () => Reflect.apply(given, this, args));
	};
	return later as T;
}

/** Makes a function of `owner` bind the callbacks among its first arguments. */
function bindCallbacks(owner: object, name: string, callbacks: number): void {
	const native: unknown = Reflect.get(owner, name);
	if (typeof native !== "function") return;
	const binding: AnyFunction = function (...args) {
		for (let i = 0; i < callbacks; i++) args[i] = bound(args[i]);
		return Reflect.apply(native, this, args);
	};
	Reflect.set(owner, name, binding);
}

// `catch` and `finally` call `then`.
bindCallbacks(Promise.prototype, "then", 2);
for (const name of [
	"queueMicrotask",
	"requestAnimationFrame",
	"requestIdleCallback",
	"setInterval",
	"setTimeout",
])
	bindCallbacks(globalThis, name, 1);
