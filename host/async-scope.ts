import { AsyncLocalStorage } from "node:async_hooks";

/** A value for a body of code and all that it awaits or schedules: each asynchronous call chain has its own. */
export interface AsyncScope<T> {
	run<R>(value: T, body: () => R): R;
	/** The value of the innermost `run` that the caller is part of. */
	getStore(): T | undefined;
}

export const asyncScope = <T>(): AsyncScope<T> => new AsyncLocalStorage<T>();
