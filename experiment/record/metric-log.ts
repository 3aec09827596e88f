import { canonicalJson } from "../../base/canonical.ts";
import { isoTime } from "../../base/clock.ts";
import { createHash } from "../../host/hash.ts";
import type { MetricEvent } from "../events.ts";

/** A metric value as JSON can hold it. */
export function jsonNumber(value: number): number | string {
	if (Number.isNaN(value)) return "NaN";
	if (value === Number.POSITIVE_INFINITY) return "Infinity";
	if (value === Number.NEGATIVE_INFINITY) return "-Infinity";
	return Object.is(value, -0) ? "-0" : value;
}

/** `jsonNumber` as JSON text. */
const numberText = (value: number) =>
	value - value === 0 && (value !== 0 || !Object.is(value, -0))
		? String(value)
		: `"${jsonNumber(value)}"`;

const DIGEST_CHUNK = 1 << 16;

/**
 * The lines of `metrics.jsonl`, and the digest of what they say: steps, names
 * and values as one list of canonical JSON, times left out. Written by hand,
 * since a training may log a million values: memory stays the same.
 */
export class MetricLog {
	/** Names as JSON, and as canonical JSON, which tells "@NaN" from NaN; a run has few. */
	readonly #names = new Map<string, readonly [string, string]>();
	readonly #hash = createHash("sha256");
	#digested = "[";
	#count = 0;
	#lines = 0;
	#milliseconds = Number.NaN;
	#time = "";

	/** Scalars. */
	get count(): number {
		return this.#count;
	}

	get lines(): number {
		return this.#lines;
	}

	/**
	 * The event as a line.
	 * @param milliseconds since 1970, when it was logged
	 */
	line({ step, values }: MetricEvent, milliseconds: number): string {
		// -0 is no other step than 0.
		const stepText = String(step + 0);
		this.#lines++;
		let members = "";
		for (const name in values) {
			const text = numberText(values[name] as number);
			const [key, canonicalKey] = this.#nameTexts(name);
			members += members === "" ? `${key}:${text}` : `,${key}:${text}`;
			this.#digested += `${this.#count++ === 0 ? "" : ","}[${stepText},${canonicalKey},${text}]`;
		}
		if (this.#digested.length > DIGEST_CHUNK) {
			this.#hash.update(this.#digested);
			this.#digested = "";
		}
		return `{"step":${stepText},"metrics":{${members}},"time":"${this.#timeText(milliseconds)}"}\n`;
	}

	#nameTexts(name: string): readonly [string, string] {
		let texts = this.#names.get(name);
		if (texts === undefined) {
			texts = [JSON.stringify(name), canonicalJson(name)];
			this.#names.set(name, texts);
		}
		return texts;
	}

	#timeText(milliseconds: number): string {
		if (milliseconds !== this.#milliseconds) {
			this.#milliseconds = milliseconds;
			this.#time = isoTime(milliseconds);
		}
		return this.#time;
	}

	/** `sha256:…` of all that was logged. To be asked once. */
	digest(): string {
		return `sha256:${this.#hash.update(`${this.#digested}]`).digest("hex")}`;
	}
}
