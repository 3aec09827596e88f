import { randomUUID } from "../../experiment/random/system.ts";
import { type Formatted, format, isMimeBundle } from "./format.ts";
import type { MimeBundle, Output } from "./protocol.ts";

/** A picture in the notebook that can be changed after it was shown. */
export interface DisplayHandle {
	readonly id: string;
	/** Shows another value in the same place. */
	update(value: unknown): Promise<void>;
}

export interface DisplayOptions {
	/** A name for the place; showing under the same name twice updates nothing, `update` does. */
	readonly displayId?: string;
	/** The value is a MIME bundle, shown as it is. */
	readonly raw?: boolean;
}

const handles = new WeakSet<object>();

/** What `display` returned: as the last value of a cell it has been shown already. */
export function isDisplayHandle(value: unknown): boolean {
	return typeof value === "object" && value !== null && handles.has(value);
}

export type Send = (output: Output) => void;

/** `display` and `clearOutput`, as cells find them in the global scope. */
export interface DisplayFunctions {
	/** Shows a value; what it returns can show another one in the same place. */
	display(value: unknown, options?: DisplayOptions): DisplayHandle;
	clearOutput(options?: { wait?: boolean }): void;
	/** Resolves when every value with an asynchronous bundle was shown. */
	settled(): Promise<void>;
}

export function createDisplay(send: Send): DisplayFunctions {
	const pending = new Set<Promise<void>>();
	let failures: unknown[] = [];

	/** Undefined when the value was shown at once. */
	function show(
		type: "display_data" | "update_display_data",
		value: unknown,
		id: string,
		raw: boolean,
	): Promise<void> | undefined {
		if (raw && !isMimeBundle(value))
			throw new TypeError(
				'display(…, {raw: true}) takes a MIME bundle, for example {"text/plain": "…"}',
			);
		const emit = (formatted: Formatted) =>
			send({ type, ...formatted, transient: { display_id: id } });
		const formatted = raw
			? { data: value as MimeBundle, metadata: {} }
			: format(value);
		if (formatted instanceof Promise) return formatted.then(emit);
		emit(formatted);
		return undefined;
	}

	/** Keeps the cell from ending before it was shown. */
	function keep(shown: Promise<void>): void {
		pending.add(shown);
		const done = () => pending.delete(shown);
		shown.then(done, done);
	}

	return {
		display(value, { displayId, raw = false } = {}) {
			const id = displayId ?? randomUUID();
			/** The value before, while its bundle is being made: the next one waits. */
			let last: Promise<void> | undefined;
			const follow = (shown: Promise<void> | undefined) => {
				last = shown;
				if (!shown) return;
				keep(shown);
				const free = () => {
					if (last === shown) last = undefined;
				};
				shown.then(free, free);
			};
			follow(show("display_data", value, id, raw));
			last?.catch((error) => failures.push(error));
			const handle: DisplayHandle = {
				id,
				update(next) {
					const showNext = () => show("update_display_data", next, id, raw);
					follow(
						last ? last.catch(() => undefined).then(showNext) : showNext(),
					);
					// A promise of its own: who does not await it sees the error as unhandled.
					return last ? last.then() : Promise.resolve();
				},
			};
			handles.add(handle);
			return handle;
		},
		clearOutput({ wait = false } = {}) {
			send({ type: "clear_output", wait });
		},
		async settled() {
			await Promise.allSettled(pending);
			const [failure] = failures;
			const failed = failures.length > 0;
			failures = [];
			if (failed) throw failure;
		},
	};
}
