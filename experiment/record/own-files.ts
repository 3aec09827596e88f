import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256 } from "../canonical.ts";
import { INDEX_FILE } from "./export/layout.ts";

import { notebookSources } from "./notebook-sources.ts";

/** What lies beside a data folder: manifest, stamps, log of accepted versions; also while it is being written. */
const BESIDE_DATA =
	/\.manifest-sha256\.(txt|stat\.json|log\.jsonl)(\.[\da-z]+\.tmp)?$/;

/** A folder as runs are recorded in, wherever it lies now. */
const RUN_FOLDER = /(^|\/)(\.removed-)?\d{8}T\d{6}Z-[\da-f]{8}\//;

/** Where in an archive the names of its entries are. */
const DIRECTORY_BYTES = 1 << 20;

/**
 * Did this package write the file, so that it is no code of the user's and a run
 * that comes after it is as one before? Told by what only we write: names of
 * manifests and of run folders, what is in exports, certificates and executed notebooks.
 * @param path relative to `top`, with `/`
 */
export async function isOwnFile(top: string, path: string): Promise<boolean> {
	if (BESIDE_DATA.test(path) || RUN_FOLDER.test(path)) return true;
	if (isInExport(top, path)) return true;
	const file = join(top, path);
	if (path.endsWith(".ipynb")) return isExecutedCopy(file);
	if (path.endsWith(".zip")) return isExportArchive(file);
	return path.endsWith(".intoto.jsonl") && isCertificate(file);
}

/** Is one of the folders around it, up to `top`, an export? The top itself may be one that somebody works in. */
function isInExport(top: string, path: string): boolean {
	for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
		if (existsSync(join(top, folder, INDEX_FILE))) return true;
	return false;
}

async function isExportArchive(file: string): Promise<boolean> {
	const handle = await open(file).catch(() => undefined);
	if (!handle) return false;
	try {
		const { size } = await handle.stat();
		const length = Math.min(size, DIRECTORY_BYTES);
		const end = Buffer.alloc(length);
		await handle.read(end, 0, length, size - length);
		return end.includes(INDEX_FILE);
	} catch {
		return false; // A folder of that name, or nothing that can be read.
	} finally {
		await handle.close();
	}
}

/**
 * What `deepdiva execute -o` notes in a notebook that it writes: a digest of its cells.
 * @param text of the notebook
 */
export function executedMark(text: string): string | undefined {
	const sources = notebookSources(text);
	return sources === undefined ? undefined : sha256(sources);
}

/** Is it the copy of a notebook with outputs, and did nobody change its cells since? */
async function isExecutedCopy(file: string): Promise<boolean> {
	const text = await readFile(file, "utf8").catch(() => "");
	const mark = executedMark(text);
	if (mark === undefined) return false;
	const { metadata } = JSON.parse(text) as {
		metadata?: { deepdiva?: { executed?: unknown } };
	};
	return metadata?.deepdiva?.executed === mark;
}

/** What a certificate of a run says, and what a replay adds to it. */
const OURS = /pkg:npm\/deepdiva#|"deepdiva_replay"/;

/** Is each line a statement about a run of ours? */
async function isCertificate(file: string): Promise<boolean> {
	const text = await readFile(file, "utf8").catch(() => "");
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	return (
		lines.length > 0 &&
		lines.every((line) => {
			const [, payload = ""] = /"payload"\s*:\s*"([^"]*)"/.exec(line) ?? [];
			return OURS.test(Buffer.from(payload, "base64").toString());
		})
	);
}
