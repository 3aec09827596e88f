import { statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Changes when the file or folder does; "" where there is none. */
function stampOf(path: string): string {
	const stat = statSync(path, { throwIfNoEntry: false });
	return stat ? `${stat.mtimeMs} ${stat.size}` : "";
}

/** Where npm installs packages for the folder. */
const packageFolders = (cwd: string): string[] => [
	join(cwd, "node_modules"),
	...(dirname(cwd) === cwd ? [] : packageFolders(dirname(cwd))),
];

/** Changes when a package is installed, or removed. */
function packagesStamp(folder: string): string {
	const stamp = stampOf(folder);
	return stamp && `${stamp} ${stampOf(join(folder, ".package-lock.json"))}`;
}

/** What changes on disk while a notebook is open, seen by times of change. */
export class Edits {
	readonly #folders: readonly string[];
	#installed: string;
	readonly #files = new Map<string, string>();
	#edited = new Set<string>();
	#all = false;

	constructor(cwd: string) {
		this.#folders = packageFolders(cwd);
		this.#installed = this.#packages();
	}

	#packages(): string {
		return this.#folders.map(packagesStamp).join("\n");
	}

	/** Takes note of files that a user may edit. */
	note(paths: readonly string[]): void {
		for (const path of paths)
			if (!this.#files.has(path)) this.#files.set(path, stampOf(path));
	}

	/** A file was not found that may be there by now: everything is to be read again. */
	missed(): void {
		this.#all = true;
	}

	/** Looks at the disk; true when anything changed since the last look. */
	look(): boolean {
		const installed = this.#packages();
		let changed = installed !== this.#installed;
		if (changed) this.#all = true;
		this.#installed = installed;
		for (const [path, before] of this.#files) {
			const now = stampOf(path);
			if (now === before) continue;
			this.#files.set(path, now);
			this.#edited.add(path);
			changed = true;
		}
		return changed;
	}

	/** What to read again, of all that was seen to change since this was asked last: files, or everything. */
	take(): readonly string[] | "all" {
		const changed = this.#all ? "all" : [...this.#edited];
		this.#all = false;
		this.#edited = new Set();
		return changed;
	}
}
