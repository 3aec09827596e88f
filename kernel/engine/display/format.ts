import { types } from "node:util";
import { isSmallJson, propertyText, textOf } from "../../../base/value-text.ts";
import type { MimeBundle } from "../../protocol/requests.ts";
import { isObject, read, richBundle } from "./rich.ts";

/** How an object says what it looks like: it returns a MIME bundle. Deno's kernel calls the same method. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** What is shown for a value. */
export interface Formatted {
	readonly data: MimeBundle;
	readonly metadata: Record<string, unknown>;
}

/** Told why a value does not look as its own methods would have it. */
export type Tell = (problem: unknown) => void;

const MIME = /^(application|audio|image|model|multipart|text|video)\/[\w.+-]+$/;

function isMimeBundle(value: unknown): value is MimeBundle {
	try {
		if (!isObject(value)) return false;
		const keys = Object.keys(value);
		return keys.length > 0 && keys.every((key) => MIME.test(key));
	} catch {
		return false; // A proxy.
	}
}

/** @throws TypeError for anything else */
export function asBundle(value: unknown): MimeBundle {
	if (isMimeBundle(value)) return value;
	throw new TypeError(
		'display(…, {raw: true}) takes a MIME bundle, for example {"text/plain": "…"}',
	);
}

/** Of a bundle: more would not fit into a message, where a character may become six. */
const MOST_CHARACTERS = 80_000_000;
const MOST_JSON_VALUES = 5_000_000;

/** JSON has no BigInt: it becomes a number, or a text where a number would not be exact. */
const withoutBigInt = (_key: string, value: unknown) =>
	typeof value !== "bigint"
		? value
		: Number.isSafeInteger(Number(value))
			? Number(value)
			: String(value);

/**
 * A value as JSON will have it.
 * @throws Error when it cannot be JSON, or is too large
 */
function jsonOf(value: unknown): unknown {
	if (!isSmallJson(value, MOST_JSON_VALUES))
		throw new RangeError("it is too large or nested too deeply");
	const text = stringified(value);
	if (text === undefined) throw new TypeError(`${typeof value} is not JSON`);
	return JSON.parse(fitting(text, MOST_CHARACTERS));
}

/** @throws RangeError for a text that is too long */
function fitting(text: string, most: number): string {
	if (text.length <= most) return text;
	throw new RangeError(`its ${text.length} characters are too many`);
}

function stringified(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch {
		return JSON.stringify(value, withoutBigInt);
	}
}

/** Content as a message carries it: text, base64, or JSON. */
function partOf(mime: string, content: unknown): unknown {
	if (typeof content === "string") return content.toWellFormed();
	const isText = mime.startsWith("text/") || mime === "image/svg+xml";
	if (content instanceof Uint8Array)
		return Buffer.from(
			content.buffer,
			content.byteOffset,
			content.byteLength,
		).toString(isText ? "utf8" : "base64");
	if (mime.startsWith("application/")) return jsonOf(content);
	if (["number", "boolean", "bigint"].includes(typeof content))
		return String(content);
	if (Array.isArray(content) && content.every((one) => typeof one === "string"))
		return partOf(mime, content.join(""));
	throw new TypeError(
		`it must be a ${isText ? "text" : "text in base64, or bytes"}`,
	);
}

const reasonOf = (error: unknown) =>
	types.isNativeError(error) ? propertyText(error, "message") : textOf(error);

/** What a message can carry of a bundle; the rest is told. */
function sendable(bundle: MimeBundle, tell: Tell): MimeBundle {
	const parts: Record<string, unknown> = {};
	let left = MOST_CHARACTERS;
	for (const mime of Object.keys(bundle))
		try {
			const content = bundle[mime];
			if (content === undefined) continue;
			const part = partOf(mime, content);
			if (typeof part === "string") left -= fitting(part, left).length;
			parts[mime] = part;
		} catch (error) {
			tell(
				new TypeError(`${mime} of the value is not shown: ${reasonOf(error)}`),
			);
		}
	return parts;
}

export function sendableMetadata(
	metadata: unknown,
	tell: Tell,
): Record<string, unknown> {
	try {
		const sent = jsonOf(metadata);
		return isObject(sent) ? sent : {};
	} catch (error) {
		tell(
			new TypeError(`metadata of the value is not shown: ${reasonOf(error)}`),
		);
		return {};
	}
}

/** A bundle as it is. */
export function formatBundle(bundle: MimeBundle, tell: Tell): Formatted {
	const data = sendable(bundle, tell);
	return Object.keys(data).length > 0
		? { data, metadata: {} }
		: withText(bundle, data);
}

function withText(
	value: unknown,
	bundle: MimeBundle,
	metadata: Record<string, unknown> = {},
): Formatted {
	const data =
		"text/plain" in bundle
			? bundle
			: { "text/plain": textOf(value), ...bundle };
	return { data, metadata };
}

/** A value with its own bundle and metadata: what the functions in `widgets/` return. */
function picture(value: unknown, tell: Tell): Formatted | undefined {
	if (!isObject(value)) return undefined;
	const data = read(value, "data");
	if (!isMimeBundle(data)) return undefined;
	const metadata = read(value, "metadata");
	return isObject(metadata)
		? withText(value, sendable(data, tell), sendableMetadata(metadata, tell))
		: undefined;
}

/** By what the engine knows of its kind. */
function byKind(value: unknown, tell: Tell): Formatted {
	try {
		return withText(value, sendable(richBundle(value) ?? {}, tell));
	} catch (error) {
		tell(error);
		return withText(value, {});
	}
}

/** By what its own method has returned. */
function byMethod(value: unknown, made: unknown, tell: Tell): Formatted {
	if (isMimeBundle(made)) return withText(value, sendable(made, tell));
	if (made !== undefined && made !== null)
		tell(
			new TypeError(
				`[Symbol.for("Jupyter.display")]() must return a MIME bundle, for example {"text/html": "<b>x</b>"}, not ${textOf(made, { depth: 0 })}`,
			),
		);
	return byKind(value, tell);
}

/**
 * The MIME bundle for a value; text/plain is always there. At once, or as a
 * promise when the value's own method is asynchronous.
 *
 * Whatever the value is, it neither throws nor rejects: what fails in the
 * value's own methods is told, and the value is shown as text.
 */
export function format(
	value: unknown,
	tell: Tell = () => undefined,
): Formatted | Promise<Formatted> {
	const failed = (error: unknown) => {
		tell(error);
		return byKind(value, tell);
	};
	const shown = picture(value, tell);
	if (shown) return shown;
	const method = isObject(value) ? read(value, DISPLAY) : undefined;
	if (typeof method !== "function") return byKind(value, tell);
	try {
		const made: unknown = Reflect.apply(method, value, []);
		return types.isPromise(made)
			? made.then((data) => byMethod(value, data, tell)).catch(failed)
			: byMethod(value, made, tell);
	} catch (error) {
		return failed(error);
	}
}
