import { type Clean, sha256 } from "../../base/canonical.ts";
import { epochTime } from "../../base/clock.ts";
import { METADATA_FILE } from "../../formats/ro-crate/entity.ts";
import { isEventFile } from "../../formats/tfevents/event-file.ts";
import { readFileSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import type { MetricEvent, PictureEvent } from "../events.ts";
import { type SerializedArtifact, serializeArtifact } from "./artifact.ts";
import { crateText, describeCrate } from "./crate/describe.ts";
import { lastMetrics, METRICS, readMetricLines } from "./metric-lines.ts";
import { MetricLog } from "./metric-log.ts";
import { EntryOwners } from "./names.ts";
import { readOutput } from "./output.ts";
import { serializePicture } from "./picture-data.ts";
import {
	digestOfOutputs,
	type RecordedFile,
	type RecordedOutput,
	type RunRecord,
} from "./record.ts";
import { sealed } from "./record-file.ts";
import { RecordingError } from "./recording-error.ts";
import { RunFolder } from "./run-folder.ts";

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

/** More than anybody reads; a run that prints for ever shall not fill the disk. */
const MOST_PRINTED = 16 << 20;

/** Records one run. Everything it writes is digested as it is written. */
export class Recorder {
	/** Absent where outputs are digested and not kept. */
	readonly #folder: RunFolder | undefined;
	readonly #clean: Clean;
	readonly #outputs: Record<string, RecordedOutput> = {};
	readonly #pictures = new Map<string, number>();
	readonly #owners = new EntryOwners();
	readonly #metrics = new MetricLog();
	readonly #printed = { stdout: 0, stderr: 0 };
	/** Settles with the latest artifact. */
	#lastArtifact: Promise<unknown> = Promise.resolve();
	#metricLines: number | undefined;
	#finished = false;

	/**
	 * @param directory where to; without one, outputs are digested and not kept
	 * @param failed told when a file cannot be written any more
	 * @param clean takes secrets out of artifacts and pictures
	 */
	constructor(
		directory: string | undefined,
		failed: (error: RecordingError) => void = () => undefined,
		clean: Clean = (one) => one,
	) {
		this.#folder =
			directory === undefined ? undefined : new RunFolder(directory, failed);
		this.#clean = clean;
	}

	/**
	 * Makes the folder, with the record as far as it is known.
	 * @param sources texts by file name
	 * @throws RecordingError where it cannot be written; nothing of it stays then
	 */
	open(sources: Readonly<Record<string, string>>, record: RunRecord): void {
		this.#folder?.open(sources, record);
	}

	/**
	 * Writes the record of an open run as far as it is known.
	 * @throws RecordingError
	 */
	note(record: RunRecord): void {
		this.#folder?.note(record);
	}

	/** @throws RecordingError when metrics cannot be written, or could not before */
	metric(event: MetricEvent): void {
		const time = epochTime();
		const line = this.#metrics.line(event, time);
		this.#folder?.append(METRICS, line, time);
	}

	/** Returns how many of this kind and name there are now. */
	picture(event: PictureEvent): number {
		const key = `${event.kind}/${event.name}`;
		const number = (this.#pictures.get(key) ?? 0) + 1;
		this.#pictures.set(key, number);
		const { text, digest } = serializePicture(event, this.#clean);
		const name = `${key}-${number}`;
		const path = `pictures/${name.replace("/", "-")}.json`;
		this.#output(name, { files: { [path]: text }, digest });
		return number;
	}

	/**
	 * Keeps a value as it is at the call; resolves to its files and digest when they
	 * are written. Artifacts are kept in order, so that the last of a name stays.
	 */
	artifact(name: string, value: unknown): Promise<RecordedOutput> {
		const serialized = serializeArtifact(name, value, this.#clean);
		const kept = Promise.all([serialized, this.#lastArtifact]).then(
			([{ files, digest }]) =>
				this.#output(`artifact/${name}`, {
					files: Object.fromEntries(
						Object.entries(files).map(([path, content]) => [
							`artifacts/${path}`,
							content,
						]),
					),
					digest,
				}),
		);
		this.#lastArtifact = kept.catch(() => undefined);
		return kept;
	}

	/** What the run prints. */
	print(stream: PrintStream, text: string): void {
		const printed = this.#printed;
		// What is printed late belongs to no run, and a full disk stops no print.
		if (this.#finished || this.#folder?.failure) return;
		if (printed[stream] > MOST_PRINTED) return;
		printed[stream] += text.length;
		this.#folder?.append(
			`${stream}.log`,
			printed[stream] > MOST_PRINTED
				? `${text}\n[what was printed after this is not recorded]\n`
				: text,
		);
	}

	/** A file that is part of the record but no output, e.g. the cell's source. */
	file(path: string, content: string | Uint8Array): void {
		this.#folder?.keep(path, content);
	}

	/** Takes such a file away again. */
	drop(path: string): void {
		this.#folder?.drop(path);
	}

	#output(name: string, { files, digest }: SerializedArtifact): RecordedOutput {
		const former = this.#outputs[name]?.files ?? [];
		const paths = Object.keys(files);
		this.#owners.take(name, paths, former);
		for (const path of former) if (!(path in files)) this.drop(path);
		for (const [path, content] of Object.entries(files))
			this.file(path, content);
		const recorded = { digest, files: paths };
		this.#outputs[name] = recorded;
		return recorded;
	}

	/** What is recorded at the call, artifacts included that are still being kept. Metrics are on disk. */
	async state(): Promise<RecorderState> {
		this.#folder?.flush();
		const { lines: metricLines } = this.#metrics;
		const pictures = Object.fromEntries(this.#pictures);
		const known = new Set(Object.keys(this.#outputs));
		// Artifacts that come later are kept after these.
		await this.#lastArtifact;
		return {
			metricLines,
			pictures,
			outputs: Object.fromEntries(
				Object.entries(this.#outputs).filter(
					([name]) => known.has(name) || name.startsWith("artifact/"),
				),
			),
			files: { ...this.#folder?.files },
		};
	}

	/** Takes over pictures and artifacts of another run's folder, as far as they are still what they were. */
	adopt(directory: string, state: RecorderState): void {
		for (const [name, output] of Object.entries(state.outputs)) {
			const contents = unchangedFiles(directory, output, state.files);
			// What the other run has written anew since, this one will write anew too.
			if (!contents) continue;
			this.#owners.take(name, output.files, []);
			for (const [path, content] of contents) this.file(path, content);
			this.#outputs[name] = { digest: output.digest, files: output.files };
		}
		for (const [key, number] of Object.entries(state.pictures))
			this.#pictures.set(key, number);
	}

	/**
	 * Writes what is still in memory; nothing can be recorded afterwards.
	 * @throws RecordingError when something could not be written, now or before
	 */
	finish(): void {
		this.#finished = true;
		this.#folder?.finish();
	}

	/**
	 * Completes and seals the record.
	 * @param license of the project, if it states one
	 */
	close(record: RunRecord, license?: string): RunRecord {
		const folder = this.#folder;
		const files = folder?.files ?? {};
		if (this.#metrics.count > 0)
			this.#outputs.metrics = {
				digest: this.#metrics.digest(),
				files: METRICS in files ? [METRICS] : [],
			};
		folder?.release();
		const there = folder && !folder.isGone ? folder : undefined;
		const lost = there?.failure ? this.#readMetricsBack(there) : {};
		const complete: RunRecord = {
			...record,
			...lost,
			outputs: sorted(this.#outputs),
			files: sorted(files),
			digest: digestOfOutputs(this.#outputs),
		};
		there?.keep(METADATA_FILE, crateText(describeCrate(complete, license)));
		const closed = sealed({ ...complete, files: sorted(files) });
		there?.note(closed);
		return closed;
	}

	/** What metrics.jsonl says, where not all that was logged came into it. */
	#readMetricsBack({
		directory,
		files,
	}: RunFolder): Pick<RunRecord, "metrics"> {
		if (!Object.hasOwn(files, METRICS)) {
			delete this.#outputs.metrics;
			this.#metricLines = 0;
			return { metrics: {} };
		}
		const output = { files: [METRICS], digest: "" };
		const { digest } = readOutput(directory, "metrics", output);
		this.#outputs.metrics = { ...output, digest };
		const lines = readMetricLines(directory);
		this.#metricLines = lines.length;
		return { metrics: lastMetrics(lines) };
	}

	/** Lines of metrics.jsonl that the closed record has, where not all that was logged came into it. */
	get metricLines(): number | undefined {
		return this.#metricLines;
	}

	/** Seals the record once more where observers have left files in the folder since it was closed. */
	sealFiles(record: RunRecord): RunRecord {
		const folder = this.#folder;
		if (!folder || folder.isGone || !folder.takeOthers()) return record;
		const seal = () => {
			const closed = sealed({ ...record, files: sorted(folder.files) });
			folder.note(closed);
			return closed;
		};
		try {
			return seal();
		} catch (error) {
			if (!(error instanceof RecordingError)) throw error;
			// TensorBoard's file took the last room, and says nothing that is not on record.
			for (const path of Object.keys(folder.files).filter(isEventFile))
				folder.drop(path);
			return seal();
		}
	}
}

/** The files of an output, by path, if all of them are what they were when their digests were noted. */
function unchangedFiles(
	directory: string,
	{ files: paths }: RecordedOutput,
	files: RecorderState["files"],
): Map<string, Uint8Array> | undefined {
	const contents = new Map<string, Uint8Array>();
	for (const path of paths) {
		const content = readIfThere(join(directory, path));
		if (!content || sha256(content) !== files[path]?.sha256) return undefined;
		contents.set(path, content);
	}
	return contents;
}

function readIfThere(path: string): Uint8Array | undefined {
	try {
		return readFileSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

function sorted<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
	return Object.fromEntries(
		Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}
