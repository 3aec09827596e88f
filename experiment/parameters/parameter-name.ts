import { UsageError } from "../../base/errors.ts";

/** Of the language: words that cannot be constants, or that say something else where they are read. */
const RESERVED = `arguments await break case catch class const continue debugger default delete do
	else enum eval export extends false finally for function if implements import in instanceof
	interface let new null package private protected public return static super switch this
	throw true try typeof undefined using var void while with yield`;

/** What every object has. */
const OF_OBJECTS = Object.getOwnPropertyNames(Object.prototype);

/**
 * Globals of Node and of the language, of any version that the project runs on:
 * whether a name is refused must not depend on the interpreter.
 */
const GLOBALS = `AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics
	BigInt BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer ByteLengthQueuingStrategy
	CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DataView
	Date DecompressionStream DisposableStack Error ErrorEvent EvalError Event EventSource EventTarget File
	FinalizationRegistry Float16Array Float32Array Float64Array FormData Function Headers Infinity
	Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel MessageEvent MessagePort
	NaN Navigator Number Object Performance PerformanceEntry PerformanceMark PerformanceMeasure
	PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming Promise Proxy QuotaExceededError
	RangeError ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest
	ReadableStreamDefaultController ReadableStreamDefaultReader ReferenceError Reflect RegExp Request
	Response Set SharedArrayBuffer Storage String SubtleCrypto SuppressedError Symbol SyntaxError Temporal
	TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream
	TransformStreamDefaultController TypeError URIError URL URLPattern URLSearchParams Uint16Array
	Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly WebSocket WritableStream
	WritableStreamDefaultController WritableStreamDefaultWriter
	atob btoa clearImmediate clearInterval clearTimeout console crypto decodeURI decodeURIComponent
	encodeURI encodeURIComponent escape fetch global globalThis isFinite isNaN localStorage navigator
	parseFloat parseInt performance process queueMicrotask sessionStorage setImmediate setInterval
	setTimeout structuredClone unescape`;

/** What results are shown and modules loaded with. A question to the user (`input`, `password`) may give way. */
const OF_CELLS = "alert clearOutput dd display jupyter require";

const words = (text: string) => text.split(/\s+/);

const TAKEN: ReadonlySet<string> = new Set([
	...words(RESERVED),
	...OF_OBJECTS,
	...words(GLOBALS),
	...words(OF_CELLS),
]);

/** The engine's own names begin so. */
const INTERNAL = /^__deepdiva/;

/**
 * Refuses a name that already means something in the code of every cell: a
 * parameter is a constant there, and would hide it.
 * @throws UsageError
 */
export function checkParameterName(name: string): void {
	const [head = "", ...members] = name.split(".");
	const isTaken =
		TAKEN.has(head) || members.some((member) => OF_OBJECTS.includes(member));
	if (isTaken || INTERNAL.test(name))
		throw new UsageError(
			`"${name}" cannot name a parameter: the language or the library has that word; choose another name`,
		);
}
