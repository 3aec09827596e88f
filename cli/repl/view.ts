import { stripVTControlCharacters } from "node:util";
import type { MimeBundle, Output } from "../../kernel/protocol/requests.ts";
import type { TerminalStream } from "../notebook/terminal.ts";
import {
	createRegion,
	type Drawn,
	type DrawnPicture,
	type RegionStream,
} from "./region.ts";

/** Shows the outputs of one cell after the other. */
export interface OutputView {
	output(output: Output): void;
	/** The cell has ended: what is shown stays as it is. */
	end(): void;
	/** Rows can no longer be found again, e.g. since the terminal has another width. */
	freeze(): void;
}

export interface ViewOptions {
	readonly color: boolean;
	/** Draws the picture of a bundle; undefined where it has none. */
	readonly picture?: (data: MimeBundle) => DrawnPicture | undefined;
}

/** Faster than this no one reads. */
const INTERVAL_MILLISECONDS = 50;
/** A picture that was not changed for so long is drawn before its cell ends. */
const QUIET_MILLISECONDS = 3_000;
/** A text so low follows the output down when its place has left the screen. */
const LOW_ROWS = 3;

function textOf(data: MimeBundle): string | undefined {
	const found = ["text/plain", "text/markdown"].find(
		(mime) => typeof data[mime] === "string",
	);
	return found && (data[found] as string).trimEnd();
}

function drawBundle(data: MimeBundle, { color, picture }: ViewOptions): Drawn {
	const drawn = picture?.(data);
	const types = Object.keys(data).join(", ");
	const text =
		textOf(data) ??
		(drawn || types === ""
			? ""
			: `(an output a terminal cannot show: ${types})`);
	const shown = color ? text : stripVTControlCharacters(text);
	return { picture: drawn, text: shown === "" ? "" : `${shown}\n` };
}

const tracebackOf = (output: Extract<Output, { type: "error" }>) =>
	output.traceback.join("\n") || `${output.ename}: ${output.evalue}`;

const holdsPicture = (data: MimeBundle): boolean =>
	Object.keys(data).some((mime) => mime.startsWith("image/"));

/**
 * For a terminal. Outputs are shown in the order they came; a display that
 * changes is redrawn in its place. Pictures would push a run's progress off the
 * screen each time they change: they, and displays after them, wait for the
 * next print, the end of the cell, or a while without changes. One that
 * changes when it has left the screen is shown once more when the cell ends.
 */
export function liveView(
	stream: RegionStream,
	options: ViewOptions,
): OutputView {
	const region = createRegion(stream);
	/** Displays that are not drawn yet, in their order. */
	let held: { readonly id: string; data: MimeBundle }[] = [];
	let quiet: NodeJS.Timeout | undefined;
	const waiting = new Map<string, MimeBundle>();
	const late = new Map<string, MimeBundle>();
	let timer: NodeJS.Timeout | undefined;
	let clearNext = false;

	const color = (text: string) =>
		options.color ? text : stripVTControlCharacters(text);

	function flush(): void {
		clearTimeout(timer);
		timer = undefined;
		for (const [id, data] of waiting) {
			const drawn = drawBundle(data, options);
			if (region.update(id, drawn)) continue;
			if (!drawn.picture && drawn.text.split("\n").length <= LOW_ROWS + 1)
				region.show(drawn, id);
			else late.set(id, data);
		}
		waiting.clear();
	}

	function release(): void {
		clearTimeout(quiet);
		quiet = undefined;
		flush();
		for (const { id, data } of held) region.show(drawBundle(data, options), id);
		held = [];
	}

	function update(id: string, data: MimeBundle): void {
		const place = held.find((one) => one.id === id);
		if (place) {
			place.data = data;
			quiet?.refresh();
			return;
		}
		waiting.set(id, data);
		timer ??= setTimeout(flush, INTERVAL_MILLISECONDS);
	}

	function show(id: string, data: MimeBundle): void {
		if (held.length === 0 && !(options.picture && holdsPicture(data))) {
			flush();
			region.show(drawBundle(data, options), id);
			return;
		}
		held.push({ id, data });
		quiet ??= setTimeout(release, QUIET_MILLISECONDS);
		quiet.refresh();
	}

	function clear(): void {
		clearNext = false;
		held = [];
		waiting.clear();
		late.clear();
		region.clear();
	}

	return {
		output(output) {
			if (output.type === "update_display_data")
				return update(output.transient.display_id ?? "", output.data);
			if (output.type === "clear_output") {
				if (output.wait) clearNext = true;
				else clear();
				return;
			}
			if (clearNext) clear();
			switch (output.type) {
				case "stream":
					release();
					region.print(color(output.text));
					break;
				case "error":
					release();
					region.show({ text: `${color(tracebackOf(output).trimEnd())}\n` });
					break;
				default:
					show(output.transient.display_id ?? "", output.data);
			}
		},
		end() {
			release();
			for (const data of late.values()) region.show(drawBundle(data, options));
			late.clear();
			clearNext = false;
			region.commit();
		},
		freeze() {
			flush();
			region.freeze();
		},
	};
}

/**
 * For a file or a pipe. Nothing that is written can be changed: a display is
 * written when it appears, and once more when the cell ends, if it has changed.
 */
export function plainView(
	stdout: TerminalStream,
	stderr: TerminalStream,
): OutputView {
	const options: ViewOptions = { color: false };
	const changed = new Map<string, string>();
	let open = false;

	const write = (stream: TerminalStream, text: string) => {
		if (text === "") return;
		stream.write(stripVTControlCharacters(text));
		if (stream === stdout) open = !text.endsWith("\n");
	};
	const block = (stream: TerminalStream, text: string) => {
		if (open) write(stdout, "\n");
		write(stream, text);
	};

	return {
		output(output) {
			switch (output.type) {
				case "clear_output":
					break;
				case "stream":
					write(output.name === "stderr" ? stderr : stdout, output.text);
					break;
				case "error":
					block(stderr, `${tracebackOf(output)}\n`);
					break;
				case "update_display_data":
					changed.set(
						output.transient.display_id ?? "",
						drawBundle(output.data, options).text,
					);
					break;
				default:
					block(stdout, drawBundle(output.data, options).text);
			}
		},
		end() {
			for (const text of changed.values()) block(stdout, text);
			changed.clear();
			if (open) write(stdout, "\n");
		},
		freeze() {},
	};
}
