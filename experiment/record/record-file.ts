import { digestOf } from "../../base/canonical.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { join } from "../../host/paths.ts";
import type { RunRecord } from "./record.ts";

/** The name of the file that holds a run's record. */
export const RECORD_FILE = "run.json";

/** The text of `run.json`: a record has one and the same text wherever it is written. */
export function recordText(record: RunRecord): string {
	return `${JSON.stringify(record, undefined, "\t")}\n`;
}

/** A digest over the record as it is read back from its file, without its seal. */
export function sealOf(record: RunRecord): string {
	const { seal: _, ...content } = record;
	return digestOf(JSON.parse(JSON.stringify(content)));
}

/** The record with the seal that belongs to it. */
export function sealed(record: RunRecord): RunRecord {
	return { ...record, seal: sealOf(record) };
}

export function writeRecord(directory: string, record: RunRecord): void {
	writeFileAtomic(join(directory, RECORD_FILE), recordText(record));
}
