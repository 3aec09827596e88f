import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../base/canonical.ts";
import { METADATA_FILE } from "../../formats/ro-crate/entity.ts";
import { isEventFile } from "../../formats/tfevents/event-file.ts";
import { filesInCrate } from "./check/file-contradictions.ts";
import { crateText, describeCrate } from "./crate/describe.ts";
import { readOutput } from "./output.ts";
import {
	digestOfOutputs,
	type RecordedFile,
	type RunRecord,
} from "./record.ts";
import { sealOf, writeRecord } from "./record-file.ts";

/** A record as whoever forges it sees it. */
export type Forged = Record<string, unknown> & {
	-readonly [Field in keyof RunRecord]: RunRecord[Field];
};

/** What a record says of a file. */
export const recordedFile = (content: string | Buffer): RecordedFile => ({
	sha256: sha256(content),
	bytes: Buffer.byteLength(content),
});

/** Changes a record and seals it again. */
export function forge(folder: string, change: (record: Forged) => void): void {
	const record = JSON.parse(
		readFileSync(join(folder, "run.json"), "utf8"),
	) as Forged;
	change(record);
	delete record.seal;
	record.seal = sealOf(record);
	writeRecord(folder, record);
}

/** The same, as somebody would who knows what else follows: TensorBoard's file is taken away, and the crate written anew. */
export function forgeWhole(
	folder: string,
	change: (record: Forged) => void,
): void {
	forge(folder, (record) => {
		const events = readdirSync(folder).filter(isEventFile);
		for (const file of events) rmSync(join(folder, file));
		change(record);
		const { [METADATA_FILE]: _, ...others } = record.files;
		for (const file of events) delete (others as Record<string, unknown>)[file];
		const files = sorted(others);
		const crate = crateText(
			describeCrate({ ...record, files: filesInCrate({ ...record, files }) }),
		);
		writeFileSync(join(folder, METADATA_FILE), crate);
		record.files = sorted({ ...files, [METADATA_FILE]: recordedFile(crate) });
	});
}

const sorted = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
	Object.fromEntries(
		Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)),
	);

/** Makes a record agree with what one of its outputs says now. */
export function forgeOutput(
	folder: string,
	output: string,
	file: string,
	change: (record: Forged) => void = () => undefined,
): void {
	forgeWhole(folder, (record) => {
		change(record);
		const recorded = record.outputs[output];
		if (!recorded) throw new Error(`the record has no output ${output}`);
		record.files = {
			...record.files,
			[file]: recordedFile(readFileSync(join(folder, file))),
		};
		record.outputs = {
			...record.outputs,
			[output]: {
				...recorded,
				digest: readOutput(folder, output, recorded).digest,
			},
		};
		record.digest = digestOfOutputs(record.outputs);
	});
}
