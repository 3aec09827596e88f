import type { Output } from "../protocol/requests.ts";
import type { Iopub } from "./iopub.ts";

/** A cell that was started, as its outputs need to know it. */
export interface Cell {
	/** Names the cell in the engine. */
	readonly id: string;
	readonly header: Uint8Array;
	readonly executionCount: number;
	/** Its `error` message is sent when this has resolved. */
	readonly beforeError?: () => Promise<void>;
}

/** Sends what cells show, each output with the header of the cell it comes from. */
export class Outputs {
	readonly #iopub: Iopub;
	/** Cells and comm messages until nothing can come from them: a timer of the first cell may print after the last. */
	readonly #cells = new Map<string, Cell>();
	#latest: Cell | undefined;
	/** What came after an error that is not sent yet. */
	#behindError: (() => void)[] | undefined;
	#errorSent: Promise<void> | undefined;

	constructor(iopub: Iopub) {
		this.#iopub = iopub;
	}

	/** The engine will speak of this cell by its id. */
	add(cell: Cell): void {
		this.#cells.set(cell.id, cell);
		this.#latest = cell;
	}

	/** A message of a comm can have outputs as a cell has. */
	addCommMessage(id: string, header: Uint8Array): void {
		this.#cells.set(id, { id, header, executionCount: 0 });
	}

	/** No output can come from it any more. */
	forget(id: string): void {
		this.#cells.delete(id);
	}

	/** What the outputs of a cell or comm message carry as parent. */
	headerOf(parent: string): Uint8Array | undefined {
		return (this.#cells.get(parent) ?? this.#latest)?.header;
	}

	/** Sends an output of the engine, in the order of the calls. */
	show(parent: string, output: Output): void {
		const cell = this.#cells.get(parent) ?? this.#latest;
		if (!cell) return;
		if (this.#behindError)
			this.#behindError.push(() => this.show(parent, output));
		else if (output.type === "error" && cell.beforeError)
			this.#errorSent = this.#showError(cell, output, cell.beforeError());
		else this.#send(cell, output);
	}

	/** Resolves once every error that was shown so far is sent. */
	async errorSent(): Promise<void> {
		while (this.#behindError) await this.#errorSent;
	}

	async #showError(
		cell: Cell,
		error: Output,
		ready: Promise<void>,
	): Promise<void> {
		this.#behindError = [];
		await ready;
		this.#send(cell, error);
		const behind = this.#behindError;
		this.#behindError = undefined;
		for (const show of behind) show();
	}

	#send(cell: Cell, output: Output): void {
		const { header } = cell;
		switch (output.type) {
			case "stream":
				this.#iopub.stream(output.name, output.text, header);
				break;
			case "display_data":
			case "update_display_data":
				this.#iopub.publish(output.type, display(output), header);
				break;
			case "execute_result": {
				this.#iopub.publish(
					output.type,
					{ execution_count: cell.executionCount, ...display(output) },
					header,
				);
				break;
			}
			case "clear_output":
				this.#iopub.publish(output.type, { wait: output.wait }, header);
				break;
			case "error": {
				const { ename, evalue, traceback } = output;
				this.#iopub.publish(output.type, { ename, evalue, traceback }, header);
				break;
			}
		}
	}

	/** Tells the reader of the notebook something about the kernel, in the latest cell. */
	note(text: string): void {
		if (this.#latest) this.#iopub.stream("stderr", text, this.#latest.header);
	}
}

/** The fields of the protocol and no others; none of them null. */
function display({
	data,
	metadata,
	transient,
}: Extract<
	Output,
	{ type: "display_data" | "execute_result" | "update_display_data" }
>) {
	return { data, metadata: metadata ?? {}, transient: transient ?? {} };
}
