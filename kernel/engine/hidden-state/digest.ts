import { createHash, type Hash } from "node:crypto";
import { types } from "node:util";
import { now } from "../../../base/clock.ts";

/** Time that is shared by several digests; what it does not suffice for stays unknown. */
export class TimeBudget {
	readonly #end: number;

	constructor(milliseconds: number) {
		this.#end = now() + milliseconds;
	}

	get isSpent(): boolean {
		return now() > this.#end;
	}
}

/** The time is over, or the value cannot be looked into. */
class Unknown extends Error {}

const CHUNK_BYTES = 1 << 20;
const CHUNK_ITEMS = 1 << 12;
/** Fewer are hashed sooner than the clock is asked. */
const SMALL_BYTES = 1 << 12;
/** How many values are looked at between two looks at the clock. */
const CLOCK_INTERVAL = 256;

/**
 * What a value holds, in 16 hexadecimal digits: equal as long as nothing in it
 * was changed, by whatever name. Runs no code of the value: getters are not
 * called. What closures and private fields keep cannot be seen.
 * @returns undefined when the time is over, or the value cannot be looked into
 */
export function digestValue(
	value: unknown,
	budget: TimeBudget,
): string | undefined {
	try {
		return new ValueDigest(budget).of(value);
	} catch {
		// Nested too deeply to be walked, a detached buffer, a getter of its tag that throws.
		return undefined;
	}
}

interface TensorLike {
	readonly dtype: string;
	readonly shape: readonly number[];
	readonly isDisposed: boolean;
	dataSync(): ArrayLike<unknown>;
}

const isTensor = (value: object): value is TensorLike =>
	"dataSync" in value && "dtype" in value && "isDisposed" in value;

/** A model, a layer or an optimizer of TensorFlow.js. */
const hasWeights = (
	value: object,
): value is { readonly weights: readonly { read(): TensorLike }[] } =>
	"getWeights" in value &&
	"weights" in value &&
	Array.isArray(value.weights) &&
	value.weights.every((weight: object) => "read" in weight);

class ValueDigest {
	readonly #budget: TimeBudget;
	readonly #hash: Hash = createHash("sha256");
	readonly #seen = new Map<object, number>();
	#text = "";
	#values = 0;

	constructor(budget: TimeBudget) {
		this.#budget = budget;
	}

	of(value: unknown): string {
		this.#visit(value);
		this.#flush();
		return this.#hash.digest("hex").slice(0, 16);
	}

	#say(token: string): void {
		this.#text += `${token}\0`;
		if (this.#text.length > 1 << 16) this.#flush();
	}

	#flush(): void {
		this.#hash.update(this.#text);
		this.#text = "";
	}

	#bytes(bytes: Uint8Array): void {
		this.#flush();
		for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
			if (bytes.length > SMALL_BYTES && this.#budget.isSpent)
				throw new Unknown();
			this.#hash.update(bytes.subarray(at, at + CHUNK_BYTES));
		}
	}

	#visit(value: unknown): void {
		// Not for the first: what is small is known however busy the machine is.
		if (++this.#values % CLOCK_INTERVAL === 0 && this.#budget.isSpent)
			throw new Unknown();
		if (typeof value === "function") this.#function(value);
		else if (typeof value === "object" && value !== null) this.#object(value);
		else
			this.#say(
				`${typeof value} ${Object.is(value, -0) ? "-0" : String(value)}`,
			);
	}

	/** Its text and its properties: a class has static ones. */
	#function(value: object): void {
		if (this.#known(value)) return;
		this.#say(`function ${Function.prototype.toString.call(value)}`);
		this.#properties(value);
	}

	#known(value: object): boolean {
		const index = this.#seen.get(value);
		if (index === undefined) this.#seen.set(value, this.#seen.size);
		else this.#say(`seen ${index}`);
		return index !== undefined;
	}

	#object(value: object): void {
		if (types.isProxy(value)) throw new Unknown();
		if (this.#known(value)) return;
		this.#say(Object.prototype.toString.call(value));
		if (Array.isArray(value)) this.#array(value);
		else if (ArrayBuffer.isView(value))
			this.#bytes(
				new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
			);
		else if (types.isAnyArrayBuffer(value)) this.#bytes(new Uint8Array(value));
		else if (types.isMap(value))
			for (const [key, item] of Map.prototype.entries.call(value)) {
				this.#visit(key);
				this.#visit(item);
			}
		else if (types.isSet(value))
			for (const item of Set.prototype.values.call(value)) this.#visit(item);
		else if (types.isDate(value)) this.#say(String(value.getTime()));
		else if (types.isRegExp(value)) this.#say(`${value} ${value.lastIndex}`);
		else if (types.isBoxedPrimitive(value)) this.#visit(value.valueOf());
		// What a module exports is the module's affair.
		else if (types.isModuleNamespaceObject(value)) return;
		else if (isTensor(value)) this.#tensor(value);
		else if (hasWeights(value))
			for (const weight of value.weights) this.#tensor(weight.read());
		else this.#properties(value);
	}

	#array(value: readonly unknown[]): void {
		this.#say(String(value.length));
		if (value.length > CLOCK_INTERVAL && this.#hasOnlyNumbers(value)) {
			const bytes = new Uint8Array(Float64Array.from(value).buffer);
			this.#bytes(bytes);
		} else for (const item of value) this.#visit(item);
	}

	/** Holes count as numbers. */
	#hasOnlyNumbers(value: readonly unknown[]): value is readonly number[] {
		for (let at = 0; at < value.length; at += CHUNK_ITEMS) {
			if (this.#budget.isSpent) throw new Unknown();
			const end = Math.min(at + CHUNK_ITEMS, value.length);
			for (let i = at; i < end; i++)
				if (typeof value[i] !== "number" && i in value) return false;
		}
		return true;
	}

	#tensor(value: TensorLike): void {
		this.#say(`tensor ${value.dtype} ${value.shape} ${value.isDisposed}`);
		if (value.isDisposed) return;
		const data = value.dataSync();
		if (ArrayBuffer.isView(data))
			this.#bytes(
				new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
			);
		else this.#visit(data);
	}

	#properties(value: object): void {
		for (const key of Object.keys(value)) {
			this.#say(key);
			const property = Object.getOwnPropertyDescriptor(value, key);
			if (property && "value" in property) this.#visit(property.value);
		}
	}
}
