import { sha256 } from "../../base/canonical.ts";
import {
	existsSync,
	open,
	readFile,
	readFileSync,
	stat,
} from "../../host/files.ts";
import { dirname, join } from "../../host/paths.ts";
import { siblingPaths } from "../data/manifest.ts";
import {
	isAsWritten,
	MARK_BYTES,
	mayBeMarked,
} from "../record/check/written-mark.ts";
import { INDEX_FILE, isExport } from "../record/export/names.ts";
import { notebookSources } from "../record/surroundings/notebook-sources.ts";

/** What lies beside a data folder: manifest, stamps, log of accepted versions; also while it is being written. */
const BESIDE_DATA =
	/\.manifest-sha256\.(txt|stat\.json|log\.jsonl)(\.[\da-z]+\.tmp)?$/;

/** The description of a data folder; ours where that has a manifest. */
const CROISSANT = /\.croissant\.json(\.[\da-z]+\.tmp)?$/;

/** A folder as runs are recorded in, wherever it lies now. */
const RUN_FOLDER = /(^|\/)(\.removed-)?\d{8}T\d{6}Z-[\da-f]{8}\//;

/** In a folder of runs: who computes which member of a multirun, and what is there for a moment to ask the file server for the time. */
const LEASES = /(^|\/)\.(claims\/[\da-f]{32}\.\d+|clock\.[\da-f]{16}\.tmp)$/;

const OWN_NAMES = [BESIDE_DATA, RUN_FOLDER, LEASES];

/** Where in an archive the names of its entries are. */
const DIRECTORY_BYTES = 1 << 20;

/**
 * Did this package write the file, so that it is no code of the user's and a run
 * that comes after it is as one before? Told by what only we write: names of
 * manifests and of run folders, what is in exports, bags, certificates, executed
 * notebooks, and the mark of pages and checklists.
 * @param path relative to `top`, with `/`
 */
export async function isOwnFile(top: string, path: string): Promise<boolean> {
	if (OWN_NAMES.some((name) => name.test(path))) return true;
	if (isInside(top, path, isExport) || isInside(top, path, isBag)) return true;
	const file = join(top, path);
	if (CROISSANT.test(path) && hasManifest(file)) return true;
	if (path.endsWith(".ipynb")) return isExecutedCopy(file);
	if (path.endsWith(".zip")) return isExportArchive(file);
	if (path.endsWith(".intoto.jsonl")) return isCertificate(file);
	return isMarked(file);
}

/** Is one of the folders around it, up to `top`, such a one? The top itself may be one that somebody works in. */
function isInside(
	top: string,
	path: string,
	isSuch: (folder: string) => boolean,
): boolean {
	for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
		if (isSuch(join(top, folder))) return true;
	return false;
}

function isBag(folder: string): boolean {
	const info = join(folder, "bag-info.txt");
	try {
		return (
			existsSync(info) &&
			/^Bag-Software-Agent: deepdiva /m.test(readFileSync(info, "utf8"))
		);
	} catch {
		return false; // Nothing that can be read.
	}
}

const hasManifest = (croissant: string) =>
	existsSync(siblingPaths(croissant.replace(CROISSANT, "")).manifest);

/** The last bytes of a file; none where there is no file, or none that can be read. */
async function endOf(file: string, bytes: number): Promise<Buffer> {
	const none = Buffer.alloc(0);
	// To open a pipe would wait for who writes into it.
	const stats = await stat(file).catch(() => undefined);
	if (!stats?.isFile()) return none;
	const handle = await open(file).catch(() => undefined);
	if (!handle) return none;
	try {
		const length = Math.min(stats.size, bytes);
		const end = Buffer.alloc(length);
		await handle.read(end, 0, length, stats.size - length);
		return end;
	} catch {
		return none;
	} finally {
		await handle.close();
	}
}

const isExportArchive = async (file: string) =>
	(await endOf(file, DIRECTORY_BYTES)).includes(INDEX_FILE);

/** Is it a text that we wrote for people, and did nobody change it since? */
const isMarked = async (file: string) =>
	mayBeMarked(await endOf(file, MARK_BYTES)) &&
	isAsWritten(await readFile(file, "utf8").catch(() => ""));

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
