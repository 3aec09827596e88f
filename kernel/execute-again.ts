import type { ExecutedCell } from "../experiment/session.ts";
import type { ExecuteOptions, NotebookSession } from "./notebook-session.ts";

/** A cell that did not come to the end that it had before. */
export interface FailedAgain {
	/** `cell 2 of 5` */
	readonly cell: string;
	readonly traceback: readonly string[];
}

/**
 * Executes cells once more, in their order and up to the first that fails and had not. One
 * that failed before may fail again.
 * @param isOver asked between cells: is the rest not wanted any more?
 */
export async function executeAgain(
	session: NotebookSession,
	cells: readonly ExecutedCell[],
	options: Pick<ExecuteOptions, "signal" | "unattended">,
	isOver: () => boolean,
): Promise<FailedAgain | undefined> {
	await session.ready();
	for (const [index, { source, status }] of cells.entries()) {
		if (isOver()) break;
		const reply = await session.execute(source, {
			...options,
			executionCount: index + 1,
			silent: true,
		});
		if (reply.status === "error" && status === "ok")
			return {
				cell: `cell ${index + 1} of ${cells.length}`,
				traceback: reply.traceback,
			};
	}
	return undefined;
}
