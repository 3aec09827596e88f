import { nodeCrypto, syncBuiltinESMExports } from "../../host/builtins.ts";
import * as system from "../../host/system-random.ts";
import { currentStreams } from "./scope.ts";
import type { Stream } from "./stream.ts";

/** In Deno, one of these functions calls another. */
let isChecking = false;

/**
 * The stream that ids and tokens are drawn from: under a seed that somebody
 * chose, and in every run. A session that nobody seeded keeps the system's
 * entropy outside of runs: its seed is printed and recorded, and what is meant
 * to be secret must not follow from it.
 */
function cryptoStream(): Stream | undefined {
	const streams = isChecking ? undefined : currentStreams();
	return streams?.isChosen ? streams.stream("crypto") : undefined;
}

function fillBytes(bytes: Uint8Array, stream: Stream): void {
	for (let i = 0; i < bytes.length; i++)
		bytes[i] = Math.floor(stream.next() * 256);
}

/** Uniform among `range` integers from 0, exactly: numbers beyond the last whole multiple are drawn again. */
export function integerBelow(
	range: number,
	stream: Pick<Stream, "next">,
): number {
	const limit = 2 ** 53 - (2 ** 53 % range);
	for (;;) {
		const drawn = stream.next() * 2 ** 53;
		if (drawn < limit) return drawn % range;
	}
}

type Callback<T> = (error: Error | null, value: T) => void;

/** What Node's own would do with these arguments: it throws for wrong ones. */
function checked<T>(check: () => T): T {
	isChecking = true;
	try {
		return check();
	} finally {
		isChecking = false;
	}
}

const isFunction = (value: unknown): value is Callback<unknown> =>
	typeof value === "function";

function randomBytes(...given: [number, Callback<Buffer>?]): unknown {
	const original = system.randomBytes as (...all: unknown[]) => Buffer;
	const [size, callback] = given;
	const stream = cryptoStream();
	if (!stream || (callback !== undefined && !isFunction(callback)))
		return original(...given);
	const bytes = checked(() => original(size));
	fillBytes(bytes, stream);
	if (!callback) return bytes;
	process.nextTick(callback, null, bytes);
	return undefined;
}

function randomInt(...given: unknown[]): unknown {
	const original = system.randomInt as (...all: unknown[]) => number;
	const stream = cryptoStream();
	const callback = given.at(-1);
	const limits = isFunction(callback) ? given.slice(0, -1) : given;
	if (!stream || limits.length > 2) return original(...given);
	checked(() => original(...limits));
	const [min, max] = limits.length === 2 ? limits : [0, ...limits];
	const drawn =
		(min as number) + integerBelow((max as number) - (min as number), stream);
	if (!isFunction(callback)) return drawn;
	process.nextTick(callback, null, drawn);
	return undefined;
}

type UUID = ReturnType<typeof nodeCrypto.randomUUID>;
const nodeRandomUUID = nodeCrypto.randomUUID;

function randomUUID(
	options?: Parameters<typeof nodeCrypto.randomUUID>[0],
): UUID {
	// Throws for what are no options.
	if (options !== undefined) checked(() => nodeRandomUUID(options));
	const stream = cryptoStream();
	if (!stream) return system.randomUUID() as UUID;
	const bytes = new Uint8Array(16);
	fillBytes(bytes, stream);
	// RFC 9562: version 4, variant 1.
	bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
	const hex = Buffer.from(bytes).toString("hex");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20),
	].join("-") as UUID;
}

const webCrypto = globalThis.crypto;
const webGetRandomValues = webCrypto.getRandomValues.bind(webCrypto);

function getRandomValues<T extends NodeJS.ArrayBufferView>(array: T): T {
	webGetRandomValues(array as T & Uint8Array<ArrayBuffer>);
	const stream = cryptoStream();
	if (stream) {
		const { buffer, byteOffset, byteLength } = array;
		fillBytes(new Uint8Array(buffer, byteOffset, byteLength), stream);
	}
	return array;
}

/**
 * `randomBytes`, `randomInt`, `randomUUID` and `getRandomValues`, of
 * `node:crypto` however it is imported and of the global `crypto`, follow the
 * seed. Keys (`generateKey…`) and `randomFill` do not: they are what secrets are made of.
 */
export function installCrypto(): void {
	Object.assign(nodeCrypto, { randomBytes, randomInt, randomUUID });
	const { prototype } = webCrypto.constructor;
	// `getRandomValues` of `node:crypto` is a getter that reads this one. Assigned, since Bun lets nobody redefine them.
	Object.assign(prototype, { randomUUID, getRandomValues });
	syncBuiltinESMExports();
}
