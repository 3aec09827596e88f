import { stripVTControlCharacters } from "node:util";
import type { MimeBundle, Output } from "../../../kernel/protocol/requests.ts";
import { Region, type RegionStream } from "./region.ts";
import { drawBundle, tracebackOf, type ViewOptions } from "./view.ts";

/** Nobody can read faster updates. */
const INTERVAL_MILLISECONDS = 50;
/**
 * A picture that has not changed for this long is drawn before its cell ends.
 */
const QUIET_MILLISECONDS = 3_000;
/**
 * A text of at most this many rows is shown again further down when its place
 * has left the screen.
 */
const LOW_ROWS = 3;

const holdsPicture = (data: MimeBundle): boolean =>
	Object.keys(data).some((mime) => mime.startsWith("image/"));

/**
 * For a terminal. Outputs are shown in the order they came; a display that
 * changes is redrawn in its place. Pictures would push a run's progress off the
 * screen each time they change: they, and displays after them, wait for the
 * next print, the end of the cell, or a while without changes. One that
 * changes when it has left the screen is shown once more when the cell ends.
 */
export class LiveView {
	readonly #region: Region;
	readonly #options: ViewOptions;
	/** Displays that are not drawn yet, in their order. */
	#held: { readonly id: string; data: MimeBundle }[] = [];
	#quiet: NodeJS.Timeout | undefined;
	/** Displays that changed since they were drawn, by id. */
	readonly #changed = new Map<string, MimeBundle>();
	#timer: NodeJS.Timeout | undefined;
	/** Displays that changed when they had left the screen. */
	readonly #late = new Map<string, MimeBundle>();
	/** Is the output to be cleared when the next one comes? */
	#clearsNext = false;

	constructor(stream: RegionStream, options: ViewOptions) {
		this.#region = new Region(stream);
		this.#options = options;
	}

	output(output: Output): void {
		if (output.type === "update_display_data") {
			this.#update(output.transient.display_id ?? "", output.data);
			return;
		}
		if (output.type === "clear_output") {
			if (output.wait) this.#clearsNext = true;
			else this.#clear();
			return;
		}
		if (this.#clearsNext) this.#clear();
		if (output.type === "stream") {
			this.#release();
			this.#region.print(this.#coloured(output.text));
		} else if (output.type === "error") {
			this.#release();
			const text = this.#coloured(tracebackOf(output).trimEnd());
			this.#region.show({ text: `${text}\n` });
		} else this.#show(output.transient.display_id ?? "", output.data);
	}

	/** The cell has ended: what is shown stays as it is. */
	end(): void {
		this.#release();
		for (const data of this.#late.values())
			this.#region.show(drawBundle(data, this.#options));
		this.#late.clear();
		this.#clearsNext = false;
		this.#region.commit();
	}

	/**
	 * The rows can no longer be found, e.g. after the terminal's width has
	 * changed.
	 */
	freeze(): void {
		this.#flush();
		this.#region.freeze();
	}

	#coloured(text: string): string {
		return this.#options.color ? text : stripVTControlCharacters(text);
	}

	/** Draws the displays that changed. */
	#flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (const [id, data] of this.#changed) {
			const drawn = drawBundle(data, this.#options);
			if (this.#region.update(id, drawn)) continue;
			if (!drawn.picture && drawn.text.split("\n").length <= LOW_ROWS + 1)
				this.#region.show(drawn, id);
			else this.#late.set(id, data);
		}
		this.#changed.clear();
	}

	/** Draws everything that waits. */
	#release(): void {
		clearTimeout(this.#quiet);
		this.#quiet = undefined;
		this.#flush();
		for (const { id, data } of this.#held)
			this.#region.show(drawBundle(data, this.#options), id);
		this.#held = [];
	}

	#update(id: string, data: MimeBundle): void {
		const held = this.#held.find((one) => one.id === id);
		if (held) {
			held.data = data;
			this.#quiet?.refresh();
			return;
		}
		this.#changed.set(id, data);
		this.#timer ??= setTimeout(() => this.#flush(), INTERVAL_MILLISECONDS);
	}

	#show(id: string, data: MimeBundle): void {
		const waits =
			this.#held.length > 0 || (this.#options.picture && holdsPicture(data));
		if (!waits) {
			this.#flush();
			this.#region.show(drawBundle(data, this.#options), id);
			return;
		}
		this.#held.push({ id, data });
		this.#quiet ??= setTimeout(() => this.#release(), QUIET_MILLISECONDS);
		this.#quiet.refresh();
	}

	#clear(): void {
		this.#clearsNext = false;
		this.#held = [];
		this.#changed.clear();
		this.#late.clear();
		this.#region.clear();
	}
}
