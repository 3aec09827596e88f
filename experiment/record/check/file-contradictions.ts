import { canonicalJson, sha256 } from "../../../base/canonical.ts";
import { type Crate, METADATA_FILE } from "../../../formats/ro-crate/entity.ts";
import { isEventFile } from "../../../formats/tfevents/event-file.ts";
import { readEvents } from "../../../formats/tfevents/read-events.ts";
import { readdirSync } from "../../../host/files.ts";
import { CHECKPOINT_FILE } from "../checkpoint.ts";
import { crateText, describeCrate, licenseIn } from "../crate/describe.ts";
import {
	lastMetrics,
	METRICS,
	type MetricLine,
	readMetricLines,
} from "../metric-lines.ts";
import { readOutput } from "../output.ts";
import type { RunRecord } from "../record.ts";
import { readFileOf, textOf } from "../store/folder-files.ts";
import type { StoredRun } from "../store/store.ts";
import { paramsTable, tagOf } from "../tensorboard/observer.ts";
import {
	type Contradiction,
	namesOf,
	shown,
	unlessEqual,
} from "./contradiction.ts";

/** The digest of each output follows from its files. */
export function outputContradictions(
	{ directory, record }: StoredRun,
	damaged: ReadonlySet<string>,
): Contradiction[] {
	const { outputs, files } = record;
	return Object.entries(outputs).flatMap(([name, output]) => {
		if (output.files.some((file) => damaged.has(file))) return [];
		const missing = output.files.filter((file) => !Object.hasOwn(files, file));
		if (missing.length > 0)
			return [{ what: name, recorded: `made of ${missing.join(", ")}` }];
		// What was digested and not kept has no file.
		if (output.files.length === 0) return [{ what: name, recorded: "no file" }];
		let present: string | undefined;
		try {
			present = readOutput(directory, name, output).digest;
		} catch {
			// It is no longer what such an output is kept as.
		}
		return unlessEqual(name, output.digest, present);
	});
}

/** The last value of each metric follows from the lines, and so does what TensorBoard's file says of them. */
export function metricContradictions(
	{ directory, record }: StoredRun,
	damaged: ReadonlySet<string>,
): Contradiction[] {
	if (damaged.has(METRICS)) return [];
	let lines: readonly MetricLine[] = [];
	try {
		if (Object.hasOwn(record.files, METRICS))
			lines = readMetricLines(directory);
	} catch (error) {
		return [{ what: METRICS, recorded: (error as Error).message }];
	}
	const last = lastMetrics(lines, record.metrics);
	return [
		...namesOf(record.metrics, last).flatMap((name) =>
			unlessEqual(
				`final metric ${name}`,
				ownOf(record.metrics, name),
				ownOf(last, name),
			),
		),
		...readdirSync(directory)
			.filter((file) => isEventFile(file) && !damaged.has(file))
			.flatMap((file) => eventContradictions(directory, file, record, lines)),
	];
}

/**
 * TensorBoard's file has every scalar that was logged, in order, and the
 * parameters. It may end early, where there was trouble with it. Pictures and
 * histograms are drawn from outputs, which are checked themselves.
 */
function eventContradictions(
	directory: string,
	file: string,
	record: RunRecord,
	lines: readonly MetricLine[],
): Contradiction[] {
	const logged = lines.flatMap(({ step, metrics }) =>
		Object.entries(metrics).map(([name, value]) => ({
			// As the file keeps them: whole steps of 64 bits, values of 32.
			step: Number(BigInt.asIntN(64, BigInt(Math.round(step)))),
			tag: tagOf(name),
			scalar: Math.fround(Number(value)),
		})),
	);
	const table = paramsTable(record.params);
	let next = 0;
	try {
		const bytes = readFileOf(directory, file);
		if (!bytes) throw new Error("is no plain file, or too large");
		for (const { step, tag, scalar, text } of readEvents(bytes)) {
			const expected =
				text === undefined
					? logged[next++]
					: tag === "params"
						? { step: 0, tag, text: table }
						: { step, tag, text };
			const said = {
				step,
				tag,
				...(text === undefined ? { scalar } : { text }),
			};
			if (canonicalJson(said) !== canonicalJson(expected))
				return [
					{
						what: file,
						recorded: shown(said),
						...(expected ? { derived: shown(expected) } : {}),
					},
				];
		}
	} catch (error) {
		return [{ what: file, recorded: (error as Error).message }];
	}
	return [];
}

/** TensorBoard's file, and what the code itself wrote, are put on record once the crate is written. */
export function filesInCrate(record: RunRecord): RunRecord["files"] {
	const ownerless = ownerlessFiles(record);
	return Object.fromEntries(
		Object.entries(record.files).filter(
			([file]) => !isEventFile(file) && !ownerless.includes(file),
		),
	);
}

/** The crate says nothing but what the record says. */
export function crateContradictions(
	{ directory, record }: StoredRun,
	damaged: ReadonlySet<string>,
): Contradiction[] {
	if (damaged.has(METADATA_FILE)) return [];
	let text = "";
	let license: string | undefined;
	try {
		text = textOf(directory, METADATA_FILE);
		license = licenseIn(JSON.parse(text) as Crate);
	} catch {
		// It is no crate, so no other either.
	}
	const derived = crateText(
		describeCrate({ ...record, files: filesInCrate(record) }, license),
	);
	return text === derived
		? []
		: [
				{
					what: METADATA_FILE,
					recorded: sha256(text),
					derived: sha256(derived),
				},
			];
}

/** Files on record that are part of no output, source or log: whatever the code itself wrote into the folder. */
export function ownerlessFiles({
	files,
	outputs,
	source,
}: RunRecord): string[] {
	const known = new Set([
		METADATA_FILE,
		METRICS,
		"stdout.log",
		"stderr.log",
		CHECKPOINT_FILE,
		...(source.file === undefined ? [] : [source.file]),
		...(source.kind === "cell" ? ["cells.json"] : []),
		...Object.values(outputs).flatMap((output) => output.files),
	]);
	return Object.keys(files).filter(
		(file) => !known.has(file) && !isEventFile(file),
	);
}

/** A member of an object itself, not of what it inherits from. */
const ownOf = <T>(object: Readonly<Record<string, T>>, name: string) =>
	Object.hasOwn(object, name) ? object[name] : undefined;
