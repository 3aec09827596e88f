import { mkdtempSync, rmSync } from "../../host/files.ts";
import { tmpdir } from "../../host/machine.ts";
import { basename, dirname, join } from "../../host/paths.ts";
import {
	type CarriedCode,
	carriedBy,
	findExported,
} from "../record/export/layout.ts";
import { isExport } from "../record/export/names.ts";
import { findRun, readRun, type StoredRun } from "../record/store/store.ts";

/** A run that is to be replayed. */
export interface OpenRun {
	readonly stored: StoredRun;
	/** What the export that it lies in has for it. */
	readonly carried: CarriedCode | undefined;
	/** Where an archive was unpacked for the time; absent for what lies here anyway. */
	readonly unpacked?: string;
	/** Takes away what was unpacked. */
	close(): void;
}

/**
 * Finds what was named, and executes nothing of it: a run as `findRun` knows it, its crate's
 * metadata file, or an export of runs, as a folder or a zip file; of an export with
 * several runs `OUT#ID`.
 * @throws UsageError
 */
export async function openRun(reference: string): Promise<OpenRun> {
	const [, place = "", id] = /^(.+?)(?:#([^#/\\]*))?$/s.exec(reference) ?? [];
	if (place.endsWith(".zip")) return unpacked(place, id);
	const here = (found: Omit<OpenRun, "close">): OpenRun => ({
		...found,
		close: () => undefined,
	});
	if (isExport(place)) return here(findExported(place, id));
	const stored =
		basename(reference) === "ro-crate-metadata.json"
			? readRun(dirname(reference))
			: findRun(reference);
	return here({ stored, carried: carriedBy(stored) });
}

async function unpacked(
	archive: string,
	id: string | undefined,
): Promise<OpenRun> {
	const { unpackZip } = await import("../../formats/zip/zip.ts");
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-unpacked-"));
	const close = () => rmSync(folder, { recursive: true, force: true });
	try {
		unpackZip(archive, folder);
		return { ...findExported(folder, id, archive), unpacked: folder, close };
	} catch (error) {
		close();
		throw error;
	}
}
