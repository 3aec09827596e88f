import type { Output } from "../../kernel/protocol/requests.ts";
import type {
	CellOutput,
	CodeCell,
	DisplayOutput,
	MimeData,
	ResultOutput,
} from "./format.ts";

/**
 * Without a front end, code that a magic would put into the next cell is
 * printed.
 */
export const printedCode = (code: string): Output => ({
	type: "stream",
	name: "stdout",
	text: `${code}\n`,
});

/**
 * Collects what an engine emits into the cells' outputs, by the rules of
 * Jupyter's own clients: neighbouring prints join, an update replaces every
 * display with its id in every cell, a waiting clear acts at the next output.
 */
export class OutputCollector {
	readonly #shown = new Map<string, Set<DisplayOutput | ResultOutput>>();
	readonly #clearNext = new WeakSet<CodeCell>();

	/** Adds one output to `cell`, which is changed in place. */
	add(cell: CodeCell, output: Output): void {
		switch (output.type) {
			case "clear_output":
				if (output.wait) this.#clearNext.add(cell);
				else this.#clear(cell);
				return;
			case "update_display_data":
				this.#update(output.transient.display_id, output);
				return;
			case "stream": {
				this.#beforeOutput(cell);
				const last = cell.outputs.at(-1);
				if (last?.output_type === "stream" && last.name === output.name)
					last.text += output.text;
				else
					cell.outputs.push({
						output_type: "stream",
						name: output.name,
						text: output.text,
					});
				return;
			}
			case "display_data":
				this.#show(cell, output.transient.display_id, {
					output_type: "display_data",
					data: { ...output.data },
					metadata: output.metadata,
				});
				return;
			case "execute_result":
				this.#show(cell, output.transient.display_id, {
					output_type: "execute_result",
					executionCount: cell.executionCount,
					data: { ...output.data },
					metadata: output.metadata,
				});
				return;
			case "error":
				this.#beforeOutput(cell);
				cell.outputs.push({
					output_type: "error",
					ename: output.ename,
					evalue: output.evalue,
					traceback: [...output.traceback],
				});
				return;
		}
	}

	#show(
		cell: CodeCell,
		displayId: string | undefined,
		shown: DisplayOutput | ResultOutput,
	): void {
		this.#beforeOutput(cell);
		cell.outputs.push(shown);
		if (displayId === undefined) return;
		// Showing an id again also refreshes where it was shown before.
		this.#update(displayId, shown);
		const places = this.#shown.get(displayId) ?? new Set();
		this.#shown.set(displayId, places.add(shown));
	}

	#update(
		displayId: string | undefined,
		shown: {
			readonly data: Readonly<MimeData>;
			readonly metadata: Record<string, unknown>;
		},
	): void {
		if (displayId === undefined) return;
		for (const place of this.#shown.get(displayId) ?? []) {
			place.data = { ...shown.data };
			place.metadata = shown.metadata;
		}
	}

	#beforeOutput(cell: CodeCell): void {
		if (this.#clearNext.delete(cell)) this.#clear(cell);
	}

	#clear(cell: CodeCell): void {
		const gone: Set<CellOutput> = new Set(cell.outputs);
		cell.outputs.length = 0;
		for (const places of this.#shown.values())
			for (const place of places) if (gone.has(place)) places.delete(place);
	}
}
