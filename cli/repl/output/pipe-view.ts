import { stripVTControlCharacters } from "node:util";
import type { Output } from "../../../kernel/protocol/requests.ts";
import type { TerminalStream } from "../../notebook/terminal.ts";
import { drawBundle, tracebackOf, type ViewOptions } from "./view.ts";

const PLAIN: ViewOptions = { color: false };

/**
 * For a file or a pipe. Written text cannot be changed: a display is written
 * when it appears, and once more when the cell ends if it has changed.
 */
export class PipeView {
	readonly #stdout: TerminalStream;
	readonly #stderr: TerminalStream;
	/** Texts of the displays that changed, by id. */
	readonly #changed = new Map<string, string>();
	/** Does the written text end within a line? */
	#isOpen = false;

	constructor(stdout: TerminalStream, stderr: TerminalStream) {
		this.#stdout = stdout;
		this.#stderr = stderr;
	}

	output(output: Output): void {
		switch (output.type) {
			case "clear_output":
				break;
			case "stream":
				this.#write(
					output.name === "stderr" ? this.#stderr : this.#stdout,
					output.text,
				);
				break;
			case "error":
				this.#writeBlock(this.#stderr, `${tracebackOf(output)}\n`);
				break;
			case "update_display_data":
				this.#changed.set(
					output.transient.display_id ?? "",
					drawBundle(output.data, PLAIN).text,
				);
				break;
			default:
				this.#writeBlock(this.#stdout, drawBundle(output.data, PLAIN).text);
		}
	}

	/** The cell has ended. */
	end(): void {
		for (const text of this.#changed.values())
			this.#writeBlock(this.#stdout, text);
		this.#changed.clear();
		if (this.#isOpen) this.#write(this.#stdout, "\n");
	}

	#write(stream: TerminalStream, text: string): void {
		if (text === "") return;
		stream.write(stripVTControlCharacters(text));
		if (stream === this.#stdout) this.#isOpen = !text.endsWith("\n");
	}

	/** Begins a line of its own. */
	#writeBlock(stream: TerminalStream, text: string): void {
		if (this.#isOpen) this.#write(this.#stdout, "\n");
		this.#write(stream, text);
	}
}
