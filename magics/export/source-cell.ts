import { UsageError } from "../../base/errors.ts";
import { TOO_DEEP } from "../../cell/depth.ts";

/** A cell of a notebook, to be written into a script. */
export interface SourceCell {
	readonly kind: "code" | "markdown";
	readonly source: string;
	/** Its place among all cells (1-based), where some are left out. */
	readonly number?: number;
	/** Does it declare parameters (papermill's tags)? Its constants become arguments of the script. */
	readonly parameters?: boolean;
}

/** Calls a function for a cell; an error names the cell. */
export function inCell<T>({ number }: SourceCell, work: () => T): T {
	try {
		return work();
	} catch (thrown) {
		const error =
			thrown instanceof RangeError ? new UsageError(TOO_DEEP) : thrown;
		if (!(error instanceof UsageError) || number === undefined) throw error;
		const { message } = error;
		throw new UsageError(
			message.startsWith("a cell ")
				? message.replace("a cell", `cell ${number}`)
				: `cell ${number}: ${message}`,
		);
	}
}
