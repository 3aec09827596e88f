import {
	closeSync,
	existsSync,
	openSync,
	readFileSync,
	rmdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Clean, digestOf, sha256 } from "../../base/canonical.ts";
import { epochTime } from "../../base/clock.ts";
import { makeFolder, writeFileAtomic } from "../../base/files.ts";
import { METADATA_FILE } from "../../formats/ro-crate/entity.ts";
import { isEventFile } from "../../formats/tfevents/event-file.ts";
import type { MetricEvent } from "../events.ts";
import { AppendFile } from "./append-file.ts";
import { type SerializedArtifact, serializeArtifact } from "./artifact.ts";
import { crateText, describeCrate } from "./crate/describe.ts";
import { lastMetrics, METRICS, readMetricLines } from "./metric-lines.ts";
import { MetricLog } from "./metric-log.ts";
import { EntryOwners } from "./names.ts";
import { readOutput } from "./output.ts";
import { type PictureEvent, serializePicture } from "./picture-data.ts";
import {
	digestOfOutputs,
	type RecordedFile,
	type RecordedOutput,
	type RunRecord,
} from "./record.ts";
import { RecordingError, recording } from "./recording-error.ts";
import { filesOf, readFileOf } from "./store/folder-files.ts";

/** Standard output and standard error of a run. */
export type PrintStream = "stdout" | "stderr";

/** What a run has recorded so far, for a checkpoint. */
export interface RecorderState {
	/** Lines of metrics.jsonl. */
	readonly metricLines: number;
	readonly pictures: Readonly<Record<string, number>>;
	readonly outputs: Readonly<Record<string, RecordedOutput>>;
	readonly files: Readonly<Record<string, RecordedFile>>;
}

/** Writes one run's folder. Everything it writes is digested as it is written. */
export interface Recorder {
	metric(event: MetricEvent): void;
	/** Returns how many of this type and name there are now. */
	picture(event: PictureEvent): number;
	artifact(name: string, value: unknown): Promise<void>;
	/** What the run prints. */
	print(stream: PrintStream, text: string): void;
	/** A file that is part of the record but no output, e.g. the cell's source. */
	file(path: string, content: string | Uint8Array): void;
	/** Takes such a file away again. */
	drop(path: string): void;
	/** What is recorded at the call, artifacts included that are still being kept. Metrics are on disk. */
	state(): Promise<RecorderState>;
	/** Takes over pictures and artifacts of another run's folder, as far as they are still what they were. */
	adopt(directory: string, state: RecorderState): void;
	/**
	 * Makes the folder, with the record as far as it is known.
	 * @param sources texts by file name
	 * @throws RecordingError where it cannot be written; nothing of it stays then
	 */
	open(sources: Readonly<Record<string, string>>, record: RunRecord): void;
	/**
	 * Writes the record of an open run as far as it is known.
	 * @throws RecordingError
	 */
	note(record: RunRecord): void;
	/**
	 * Writes what is still in memory; nothing can be recorded afterwards.
	 * @throws RecordingError when something could not be written, now or before
	 */
	finish(): void;
	/**
	 * Completes and seals the record.
	 * @param license of the project, if it states one
	 */
	close(record: RunRecord, license?: string): RunRecord;
	/** Lines of metrics.jsonl that the closed record has, where not all that was logged came into it. */
	readonly metricLines: number | undefined;
	/** Seals the record once more where observers have left files in the folder since it was closed. */
	sealFiles(record: RunRecord): RunRecord;
}

/** The text of `run.json`: a record has one and the same text wherever it is written. */
export function recordText(record: RunRecord): string {
	return `${JSON.stringify(record, undefined, "\t")}\n`;
}

/** A digest over the record as it is read back from its file, without its seal. */
export function sealOf(record: RunRecord): string {
	const { seal: _, ...content } = record;
	return digestOf(JSON.parse(JSON.stringify(content)));
}

export function writeRecord(directory: string, record: RunRecord): void {
	writeFileAtomic(join(directory, "run.json"), recordText(record));
}

/** What makes it possible to close a record where there is no room, or no more file may be opened. */
class Reserve {
	readonly #path: string;
	#descriptor: number | undefined;

	constructor(directory: string) {
		this.#path = join(directory, ".reserve");
		this.#descriptor = openSync(this.#path, "w");
		try {
			writeFileSync(this.#descriptor, Buffer.alloc(RESERVED_BYTES));
		} catch (error) {
			this.release();
			throw error;
		}
	}

	release(): void {
		if (this.#descriptor === undefined) return;
		closeSync(this.#descriptor);
		this.#descriptor = undefined;
		rmSync(this.#path, { force: true });
	}
}

const RESERVED_BYTES = 64 << 10;
/** Errors of a system that has no more of what the reserve holds. */
const SCARCE = ["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"];

/** More than anybody reads; a run that prints for ever shall not fill the disk. */
const MOST_PRINTED = 16 << 20;

/**
 * The recorder of a run.
 * @param directory where to; without one, outputs are digested and not kept
 * @param failed told when a file cannot be written any more
 * @param clean takes secrets out of artifacts and pictures
 */
export function createRecorder(
	directory: string | undefined,
	failed: (error: RecordingError) => void = () => undefined,
	clean: Clean = (one) => one,
): Recorder {
	const files: Record<string, RecordedFile> = {};
	const outputs: Record<string, RecordedOutput> = {};
	const pictures = new Map<string, number>();
	const owners = new EntryOwners();
	const metrics = new MetricLog();
	const growing = new Map<string, AppendFile>();
	const printed = { stdout: 0, stderr: 0 };
	let failure: RecordingError | undefined;
	let reserve: Reserve | undefined;
	let opened = false;
	let metricLines: number | undefined;
	let finished = false;

	/** Once the record was opened, a folder without it was taken away, and is not made anew. */
	const isGone = () =>
		directory !== undefined &&
		opened &&
		!existsSync(join(directory, "run.json"));

	function requireFolder(): void {
		if (!directory || !isGone()) return;
		const cause = Object.assign(new Error("the folder is gone"), {
			code: "ENOENT",
		});
		throw new RecordingError(directory, cause);
	}

	function keep(path: string, content: string | Uint8Array): void {
		if (!directory) return;
		requireFolder();
		const file = join(directory, path);
		recording(file, () => writeFileAtomic(file, content), opened);
		const bytes =
			typeof content === "string"
				? Buffer.byteLength(content)
				: content.byteLength;
		files[path] = { sha256: sha256(content), bytes };
	}

	function drop(path: string): void {
		if (directory) rmSync(join(directory, path), { force: true });
		delete files[path];
	}

	function output(
		name: string,
		{ files: parts, digest }: SerializedArtifact,
	): void {
		const former = outputs[name]?.files ?? [];
		owners.take(name, Object.keys(parts), former);
		for (const path of former) if (!(path in parts)) drop(path);
		for (const [path, content] of Object.entries(parts)) keep(path, content);
		outputs[name] = { digest, files: Object.keys(parts) };
	}

	function append(path: string, line: string, time?: number): void {
		if (!directory) return;
		let file = growing.get(path);
		if (!file) {
			file = new AppendFile(join(directory, path), (error) => {
				failure ??= error;
				failed(error);
			});
			growing.set(path, file);
		}
		file.append(line, time);
	}

	/** Writes the text of `run.json`, with the reserve if there is no other room. */
	function note(record: RunRecord): void {
		if (!directory) return;
		requireFolder();
		const path = join(directory, "run.json");
		recording(path, () => {
			try {
				writeRecord(directory, record);
			} catch (error) {
				const { code = "" } = error as NodeJS.ErrnoException;
				if (!opened || !SCARCE.includes(code)) throw error;
				reserve?.release();
				writeRecord(directory, record);
			}
		});
	}

	/** Makes the folder with what a run begins with; nothing of it stays where that cannot be written. */
	function open(sources: Readonly<Record<string, string>>, record: RunRecord) {
		if (!directory) return;
		try {
			recording(
				directory,
				() => {
					makeFolder(directory);
					reserve = new Reserve(directory);
					for (const [path, text] of Object.entries(sources)) keep(path, text);
					writeRecord(directory, record);
				},
				false,
			);
		} catch (error) {
			reserve?.release();
			removeFolder(directory);
			throw error;
		}
		opened = true;
	}

	/** What metrics.jsonl says, where not all that was logged came into it. */
	function metricsOnDisk(): Pick<RunRecord, "metrics"> {
		if (!directory || !Object.hasOwn(files, METRICS)) {
			delete outputs.metrics;
			metricLines = 0;
			return { metrics: {} };
		}
		const output = { files: [METRICS], digest: "" };
		const { digest } = readOutput(directory, "metrics", output);
		outputs.metrics = { ...output, digest };
		const lines = readMetricLines(directory);
		metricLines = lines.length;
		return { metrics: lastMetrics(lines) };
	}

	let lastArtifact: Promise<unknown> = Promise.resolve();
	return {
		open,
		note,
		metric(event) {
			const time = epochTime();
			append(METRICS, metrics.line(event, time), time);
		},
		picture(event) {
			const key = `${event.type}/${event.name}`;
			const number = (pictures.get(key) ?? 0) + 1;
			pictures.set(key, number);
			const { text, digest } = serializePicture(event, clean);
			const name = `${key}-${number}`;
			output(name, {
				files: { [`pictures/${name.replace("/", "-")}.json`]: text },
				digest,
			});
			return number;
		},
		artifact(name, value) {
			// Read now, since it may change; kept in order, so that the last of a name stays.
			const serialized = serializeArtifact(name, value, clean);
			const kept = Promise.all([serialized, lastArtifact]).then(
				([{ files: parts, digest }]) =>
					output(`artifact/${name}`, {
						files: Object.fromEntries(
							Object.entries(parts).map(([path, content]) => [
								`artifacts/${path}`,
								content,
							]),
						),
						digest,
					}),
			);
			lastArtifact = kept.catch(() => undefined);
			return kept;
		},
		print(stream, text) {
			// What is printed late belongs to no run, and a full disk stops no print.
			if (finished || failure || printed[stream] > MOST_PRINTED) return;
			printed[stream] += text.length;
			append(
				`${stream}.log`,
				printed[stream] > MOST_PRINTED
					? `${text}\n[what was printed after this is not recorded]\n`
					: text,
			);
		},
		file: keep,
		drop,
		async state() {
			for (const file of growing.values()) file.flush();
			const { lines: metricLines } = metrics;
			const numbers = Object.fromEntries(pictures);
			const known = new Set(Object.keys(outputs));
			// Artifacts that come later are kept after these.
			await lastArtifact;
			return {
				metricLines,
				pictures: numbers,
				outputs: Object.fromEntries(
					Object.entries(outputs).filter(
						([name]) => known.has(name) || name.startsWith("artifact/"),
					),
				),
				files: { ...files },
			};
		},
		adopt(from, state) {
			for (const [name, { digest, files: paths }] of Object.entries(
				state.outputs,
			)) {
				const contents = paths.map((path) => readIfThere(join(from, path)));
				const isSame = paths.every(
					(path, i) =>
						contents[i] && sha256(contents[i]) === state.files[path]?.sha256,
				);
				// What the other run has written anew since, this one will write anew too.
				if (!isSame) continue;
				owners.take(name, paths, []);
				for (const [i, path] of paths.entries())
					keep(path, contents[i] as Uint8Array);
				outputs[name] = { digest, files: paths };
			}
			for (const [key, number] of Object.entries(state.pictures))
				pictures.set(key, number);
		},
		finish() {
			finished = true;
			for (const [path, file] of growing) {
				const recorded = file.close();
				if (recorded) files[path] = recorded;
			}
			growing.clear();
			requireFolder();
			if (failure) throw failure;
		},
		close(record, license) {
			if (metrics.count > 0)
				outputs.metrics = {
					digest: metrics.digest(),
					files: METRICS in files ? [METRICS] : [],
				};
			reserve?.release();
			const gone = isGone();
			const complete: RunRecord = {
				...record,
				...(failure && !gone ? metricsOnDisk() : {}),
				outputs: sorted(outputs),
				files: sorted(files),
				digest: digestOfOutputs(outputs),
			};
			if (directory && !gone) {
				keep(METADATA_FILE, crateText(describeCrate(complete, license)));
				complete.files = sorted(files);
			}
			complete.seal = sealOf(complete);
			if (!gone) note(complete);
			return complete;
		},
		get metricLines() {
			return metricLines;
		},
		sealFiles(record) {
			if (!directory || isGone()) return record;
			const before = Object.keys(files).length;
			for (const path of filesOf(directory)) {
				if (Object.hasOwn(files, path)) continue;
				const content = readFileOf(directory, path);
				if (content)
					files[path] = { sha256: sha256(content), bytes: content.length };
			}
			if (Object.keys(files).length === before) return record;
			const seal = () => {
				const complete: RunRecord = { ...record, files: sorted(files) };
				complete.seal = sealOf(complete);
				note(complete);
				return complete;
			};
			try {
				return seal();
			} catch (error) {
				if (!(error instanceof RecordingError)) throw error;
				// TensorBoard's file took the last room, and says nothing that is not on record.
				for (const path of Object.keys(files).filter(isEventFile)) drop(path);
				return seal();
			}
		},
	};
}

/** Takes a run's folder away, and the folders around it that hold nothing else. */
function removeFolder(directory: string): void {
	try {
		rmSync(directory, { recursive: true, force: true });
		rmdirSync(dirname(directory));
		rmdirSync(dirname(dirname(directory)));
	} catch {
		// Other runs are there, or nothing may be removed.
	}
}

function readIfThere(path: string): Uint8Array | undefined {
	try {
		return readFileSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

function sorted<T>(entries: Record<string, T>): Record<string, T> {
	return Object.fromEntries(
		Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}
