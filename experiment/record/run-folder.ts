import { sha256 } from "../../base/canonical.ts";
import { makeFolder, writeFileAtomic } from "../../base/files.ts";
import { existsSync, rmdirSync, rmSync } from "../../host/files.ts";
import { dirname, join } from "../../host/paths.ts";
import { AppendFile } from "./append-file.ts";
import type { RecordedFile, RunRecord } from "./record.ts";
import { RECORD_FILE, writeRecord } from "./record-file.ts";
import { RecordingError, recording } from "./recording-error.ts";
import { isScarcity, Reserve } from "./reserve.ts";
import { filesOf, readFileOf } from "./store/folder-files.ts";

/** The folder of one run while it is being written. It knows the digest of every file in it. */
export class RunFolder {
	readonly directory: string;
	/** Every file but `run.json`, by its path in the folder. Files that grow are added when they are closed. */
	readonly files: Record<string, RecordedFile> = {};
	readonly #growing = new Map<string, AppendFile>();
	readonly #failed: (error: RecordingError) => void;
	#failure: RecordingError | undefined;
	#reserve: Reserve | undefined;
	#opened = false;

	/** @param failed told when a file that grows cannot be written any more */
	constructor(directory: string, failed: (error: RecordingError) => void) {
		this.directory = directory;
		this.#failed = failed;
	}

	/** The first error of a file that grows. */
	get failure(): RecordingError | undefined {
		return this.#failure;
	}

	/** Was the folder, or its record, taken away since it was opened? It is not made anew then. */
	get isGone(): boolean {
		return this.#opened && !existsSync(join(this.directory, RECORD_FILE));
	}

	/** @throws RecordingError where the folder was taken away */
	requireThere(): void {
		if (!this.isGone) return;
		const cause = Object.assign(new Error("the folder is gone"), {
			code: "ENOENT",
		});
		throw new RecordingError(this.directory, cause);
	}

	/**
	 * Makes the folder with what a run begins with.
	 * @param sources texts by file name
	 * @throws RecordingError where it cannot be written; nothing of it stays then
	 */
	open(sources: Readonly<Record<string, string>>, record: RunRecord): void {
		const { directory } = this;
		const write = () => {
			makeFolder(directory);
			this.#reserve = new Reserve(directory);
			for (const [path, text] of Object.entries(sources)) this.keep(path, text);
			writeRecord(directory, record);
		};
		try {
			recording(directory, write, false);
		} catch (error) {
			this.release();
			removeFolder(directory);
			throw error;
		}
		this.#opened = true;
	}

	/**
	 * Writes a whole file.
	 * @throws RecordingError
	 */
	keep(path: string, content: string | Uint8Array): void {
		this.requireThere();
		const file = join(this.directory, path);
		recording(file, () => writeFileAtomic(file, content), this.#opened);
		const bytes =
			typeof content === "string"
				? Buffer.byteLength(content)
				: content.byteLength;
		this.files[path] = { sha256: sha256(content), bytes };
	}

	/** Takes a file away again. */
	drop(path: string): void {
		rmSync(join(this.directory, path), { force: true });
		delete this.files[path];
	}

	/**
	 * Adds a line to a file.
	 * @param time the present, where the caller has asked already
	 * @throws RecordingError when the file cannot be written, or could not before
	 */
	append(path: string, line: string, time?: number): void {
		let file = this.#growing.get(path);
		if (!file) {
			file = new AppendFile(join(this.directory, path), (error) => {
				this.#failure ??= error;
				this.#failed(error);
			});
			this.#growing.set(path, file);
		}
		file.append(line, time);
	}

	/**
	 * Writes lines that wait for others.
	 * @throws RecordingError
	 */
	flush(): void {
		for (const file of this.#growing.values()) file.flush();
	}

	/**
	 * Closes the files that grow.
	 * @throws RecordingError when something could not be written, now or before
	 */
	finish(): void {
		for (const [path, file] of this.#growing) {
			const recorded = file.close();
			if (recorded) this.files[path] = recorded;
		}
		this.#growing.clear();
		this.requireThere();
		if (this.#failure) throw this.#failure;
	}

	/**
	 * Writes `run.json`, with the reserve if there is no other room.
	 * @throws RecordingError
	 */
	note(record: RunRecord): void {
		this.requireThere();
		recording(join(this.directory, RECORD_FILE), () => {
			try {
				writeRecord(this.directory, record);
			} catch (error) {
				if (!this.#opened || !isScarcity(error)) throw error;
				this.release();
				writeRecord(this.directory, record);
			}
		});
	}

	/** Gives the reserve away: from now on the record is being closed. */
	release(): void {
		this.#reserve?.release();
	}

	/** Digests files that others have put into the folder; returns whether there are any. */
	takeOthers(): boolean {
		const before = Object.keys(this.files).length;
		for (const path of filesOf(this.directory)) {
			if (Object.hasOwn(this.files, path)) continue;
			const content = readFileOf(this.directory, path);
			if (content)
				this.files[path] = { sha256: sha256(content), bytes: content.length };
		}
		return Object.keys(this.files).length > before;
	}
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
