import { dirname, resolve } from "node:path";
import { NotebookSession } from "../../kernel/notebook-session.ts";
import type {
	EngineOptions,
	ExecuteReply,
	Output,
} from "../../kernel/protocol/requests.ts";
import type { CodeCell, Notebook } from "./format.ts";
import { kernelMetadata, readOwnNotebook } from "./language.ts";
import { OutputCollector, printedCode } from "./outputs.ts";
import { injectParameters, tagsOf } from "./parameters.ts";

/** A code cell that is about to run. */
export interface RunningCell {
	readonly id: string;
	/** 1-based, among the cells that will run; `total` of them. */
	readonly number: number;
	readonly total: number;
	/** 1-based, among all cells of the notebook. */
	readonly position: number;
	readonly source: string;
}

export interface CellStatus {
	readonly id: string;
	/** 1-based, among all cells of the notebook. */
	readonly position: number;
	readonly status: "ok" | "error" | "not run";
	/** Only with status "error". */
	readonly error?: { readonly name: string; readonly message: string };
}

export interface ExecuteNotebookOptions extends Partial<EngineOptions> {
	/** Go on after a cell that failed. Default: stop there. */
	readonly allowErrors?: boolean;
	/** Set in place of what the cell tagged `parameters` declares. */
	readonly parameters?: Readonly<Record<string, string>>;
	/** Aborted: the running cell is interrupted and no other one is started. */
	readonly signal?: AbortSignal;
	/** Before a cell runs. */
	readonly onCellStart?: (cell: RunningCell) => void;
	/** Each output as it comes; `cell` is the id of the cell that made it. */
	readonly onOutput?: (cell: string, output: Output) => void;
	readonly onCellEnd?: (cell: RunningCell, status: CellStatus) => void;
}

export interface ExecutedNotebook {
	/** With the outputs so far, also after an error: worth writing either way. */
	readonly notebook: Notebook;
	/** One per code cell that is not empty. */
	readonly cells: readonly CellStatus[];
	/**
	 * "error": at least one cell failed that was not allowed to;
	 * "interrupted": `signal` was aborted before the last cell had ended.
	 */
	readonly outcome: "ok" | "error" | "interrupted";
	/**
	 * What to tell the user about `overrides` and `vary` that no run used. Only after
	 * the last cell: an earlier end leaves runs unseen.
	 */
	readonly unusedOverrides?: string;
}

/**
 * Runs a notebook's code cells in order in a fresh engine, as Jupyter would
 * after "Restart and run all". Earlier outputs are dropped first. A cell tagged
 * `skip-execution` is left out, one tagged `raises-exception` may fail (tags as
 * nbclient knows them). The file itself is not changed. Throws a UsageError
 * when the file is not a notebook of this language.
 */
export async function executeNotebook(
	path: string,
	{
		allowErrors,
		parameters = {},
		signal,
		onCellStart,
		onOutput,
		onCellEnd,
		...options
	}: ExecuteNotebookOptions = {},
): Promise<ExecutedNotebook> {
	const notebook = readOwnNotebook(path);
	prepare(notebook);
	injectParameters(notebook, parameters);
	const cells = notebook.cells.filter(isRunnable);
	const statuses: CellStatus[] = [];
	if (cells.length === 0) return { notebook, cells: [], outcome: "ok" };

	const session = new NotebookSession({
		...options,
		cwd: resolve(options.cwd ?? dirname(path)),
	});
	await session.ready();
	const byId = new Map(cells.map((cell) => [cell.id, cell]));
	const collector = new OutputCollector();
	const receive = (id: string, output: Output) => {
		const cell = byId.get(id);
		if (cell) collector.add(cell, output);
		onOutput?.(id, output);
	};
	const listen = ({ cell, output }: { cell: string; output: Output }) =>
		receive(cell, output);
	session.on("output", listen);
	let failed = false;
	let unusedOverrides: string | undefined;
	try {
		for (const [index, cell] of cells.entries()) {
			if (signal?.aborted || (failed && !allowErrors)) break;
			const running: RunningCell = {
				id: cell.id,
				number: index + 1,
				total: cells.length,
				position: notebook.cells.indexOf(cell) + 1,
				source: cell.source,
			};
			onCellStart?.(running);
			cell.executionCount = index + 1;
			const reply = await session.execute(cell.source, {
				cell: cell.id,
				executionCount: index + 1,
				signal,
			});
			if (reply.status === "ok" && reply.nextInput !== undefined)
				receive(cell.id, printedCode(reply.nextInput));
			const status = statusOf(running, reply);
			statuses.push(status);
			if (status.status === "error" && !tagsOf(cell).has("raises-exception"))
				failed = true;
			onCellEnd?.(running, status);
		}
		// What failed is what there is to say: code behind it may have declared them.
		const isWhole = statuses.length === cells.length;
		if (isWhole && !(failed && !allowErrors) && !signal?.aborted)
			unusedOverrides = await session.unusedOverrides();
	} finally {
		await session.close();
		session.off("output", listen);
	}
	for (const cell of cells.slice(statuses.length))
		statuses.push({
			id: cell.id,
			position: notebook.cells.indexOf(cell) + 1,
			status: "not run",
		});
	return {
		notebook,
		cells: statuses,
		outcome: signal?.aborted
			? "interrupted"
			: failed && !allowErrors
				? "error"
				: "ok",
		...(unusedOverrides === undefined ? {} : { unusedOverrides }),
	};
}

function prepare(notebook: Notebook): void {
	notebook.metadata = {
		...notebook.metadata,
		...kernelMetadata(),
	};
	for (const cell of notebook.cells) {
		if (cell.cell_type !== "code") continue;
		cell.outputs = [];
		delete cell.executionCount;
	}
}

const isRunnable = (cell: Notebook["cells"][number]): cell is CodeCell =>
	cell.cell_type === "code" &&
	cell.source.trim() !== "" &&
	!tagsOf(cell).has("skip-execution");

function statusOf(
	{ id, position }: RunningCell,
	reply: ExecuteReply,
): CellStatus {
	return reply.status === "ok"
		? { id, position, status: "ok" }
		: {
				id,
				position,
				status: "error",
				error: { name: reply.ename, message: reply.evalue },
			};
}
