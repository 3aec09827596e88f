import type { StoredRun } from "../experiment/record/store/store.ts";
import type { RecordFormat } from "../experiment/record-format.ts";
import type { SourceCell } from "./export/source-cell.ts";

/** A cell that may go into the script. */
export interface ExportedCell extends SourceCell {
	/** It failed. What it changed before that cannot be recreated. */
	readonly failed?: boolean;
}

/** What to export, and where it comes from. */
export interface ExportRequest {
	/** The script to write. */
	readonly file: string;
	/** The cells in the order in which they were executed. */
	readonly cells: readonly ExportedCell[];
	/** Relative paths and imports of the cells start here. */
	readonly folder: string;
	/** Name of the run that alone is wanted; true: the last cell. */
	readonly run?: string | true;
	readonly seed?: string;
	readonly recordFormat?: RecordFormat;
	/** What `TZ` was for the cells. */
	readonly timeZone?: string;
	readonly overrides?: Readonly<Record<string, string>>;
	/** `--vary` of the command line. */
	readonly vary?: readonly string[] | undefined;
	/** `--jobs` of the command line. */
	readonly jobs?: number | undefined;
	readonly taskKeys?: readonly string[];
	/** Lines that say of which recorded run it is. */
	readonly origin?: readonly string[];
	/** Also what a cluster and a container need. */
	readonly batch: boolean;
}

/**
 * Writes scripts from cells. Its module is large and imports all magics, so
 * `%dd export`, which is one of them, cannot import it and is handed it
 * instead.
 */
export interface Exporter {
	/** A recorded run as a request: its cells, the seed of its session, its overrides. */
	requestFor(stored: StoredRun, file: string, batch: boolean): ExportRequest;
	/** Does one of the cells start a run of this name? */
	startsRun(cells: readonly ExportedCell[], name: string): boolean;
	/** Writes the script and its companion files; returns what to tell the user. */
	writeExport(request: ExportRequest): string;
}
