import { inspect } from "node:util";
import type { MimeBundle } from "./protocol.ts";
import { richBundle } from "./rich.ts";

/** How an object says what it looks like: it returns a MIME bundle. Deno's kernel calls the same method. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** What is shown for a value. */
export interface Formatted {
	readonly data: MimeBundle;
	readonly metadata: Record<string, unknown>;
}

/** A value with its own bundle and metadata: what the functions in `widgets/` return. */
interface PictureLike {
	readonly data: MimeBundle;
	readonly metadata: Record<string, unknown>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null;

export function isMimeBundle(value: unknown): value is MimeBundle {
	return (
		isObject(value) &&
		Object.keys(value).length > 0 &&
		Object.keys(value).every((key) =>
			/^(application|audio|image|model|multipart|text|video)\/[\w.+-]+$/.test(
				key,
			),
		)
	);
}

function isPicture(value: unknown): value is PictureLike {
	return (
		isObject(value) && isMimeBundle(value.data) && isObject(value.metadata)
	);
}

function plain(value: unknown): string {
	return inspect(value, { depth: 4, maxArrayLength: 100, breakLength: 80 });
}

/**
 * The MIME bundle for a value; text/plain is always there. At once, or as a
 * promise when the value's own method is asynchronous.
 */
export function format(value: unknown): Formatted | Promise<Formatted> {
	if (isPicture(value)) return { data: value.data, metadata: value.metadata };
	const method = isObject(value)
		? (value as Record<symbol, unknown>)[DISPLAY]
		: undefined;
	const formatted = (data: unknown): Formatted => ({
		data: {
			"text/plain": plain(value),
			...(isMimeBundle(data) ? data : richBundle(value)),
		},
		metadata: {},
	});
	if (typeof method !== "function") return formatted(undefined);
	const data: unknown = method.call(value);
	return data instanceof Promise ? data.then(formatted) : formatted(data);
}
