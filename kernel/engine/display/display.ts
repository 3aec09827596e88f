import { randomUUID } from "../../../host/system-random.ts";
import type { Output } from "../../protocol/requests.ts";
import { perScope } from "../interrupt/cell-local.ts";
import {
	type ClearOptions,
	type DisplayOptions,
	readClearOptions,
	readDisplayOptions,
	type Shown,
} from "./display-options.ts";
import {
	asBundle,
	type Formatted,
	format,
	formatBundle,
	sendableMetadata,
	type Tell,
} from "./format.ts";

/** A picture in the notebook that can be changed after it was shown. */
export interface DisplayHandle {
	readonly id: string;
	/** Shows another value in the same place. */
	update(value: unknown): Promise<void>;
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
	/** So that `values.forEach(display)` shows each. */
	display(
		value: unknown,
		index: number,
		list: readonly unknown[],
	): DisplayHandle;
	clearOutput(options?: ClearOptions): void;
	/** Resolves when every value with an asynchronous bundle was shown, of those that the calling cell shows. */
	settled(): Promise<void>;
}

/** @param tell why a value does not look as its own methods would have it */
export function createDisplay(send: Send, tell: Tell): DisplayFunctions {
	/** A cell waits for its own: another's may never come. */
	const pending = perScope(() => new Set<Promise<void>>());

	/** Undefined when the value was shown at once. */
	function show(
		type: "display_data" | "update_display_data",
		value: unknown,
		id: string,
		{ raw, metadata }: Shown,
	): Promise<void> | undefined {
		const own = sendableMetadata(metadata, tell);
		const emit = (formatted: Formatted) =>
			send({
				type,
				data: formatted.data,
				metadata: { ...formatted.metadata, ...own },
				transient: { display_id: id },
			});
		const formatted = raw
			? formatBundle(asBundle(value), tell)
			: format(value, tell);
		if (formatted instanceof Promise) return formatted.then(emit);
		emit(formatted);
		return undefined;
	}

	/** Keeps the cell from ending before it was shown. */
	function keep(shown: Promise<void>): void {
		const own = pending();
		own.add(shown);
		const done = () => own.delete(shown);
		shown.then(done, done);
	}

	return {
		display(value: unknown, options?: unknown, ...rest: readonly unknown[]) {
			const how = readDisplayOptions(options, rest);
			const { id = randomUUID(), update } = how;
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
			follow(
				show(update ? "update_display_data" : "display_data", value, id, how),
			);
			const handle: DisplayHandle = {
				id,
				update(next) {
					const showNext = () => show("update_display_data", next, id, how);
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
		clearOutput(options) {
			send({ type: "clear_output", wait: readClearOptions(options) });
		},
		async settled() {
			await Promise.allSettled(pending());
		},
	};
}
