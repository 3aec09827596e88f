import { makeFolder } from "../../../base/files.ts";
import {
	createReadStream,
	existsSync,
	rmSync,
	statSync,
} from "../../../host/files.ts";
import { basename, join } from "../../../host/paths.ts";
import { loadTar, once } from "../../../host/streams.ts";
import { DataError, systemCode } from "../data-error.ts";
import { Pace, type PaceOptions } from "../progress.ts";
import { badFormat } from "./byte-reader.ts";

/** Troubles of an archive; tar reports others, such as an unknown owner, that harm nothing. */
const FATAL = new Set([
	"TAR_BAD_ARCHIVE",
	"TAR_ENTRY_INVALID",
	"TAR_ENTRY_ERROR",
	"TAR_ABORT",
]);

/**
 * Unpacks some members of a `.tar.gz`, and nothing else of it.
 * @param members paths in the archive
 * @param folder made anew; gets the members under their file names
 * @throws DataError BAD_FORMAT, UNWRITABLE; the signal's reason when it is aborted
 */
export async function unpack(
	archive: string,
	members: readonly string[],
	folder: string,
	options: PaceOptions = {},
): Promise<void> {
	const name = basename(archive);
	const total = statSync(archive).size;
	const pace = new Pace(options);
	// Only the sets that come in an archive need it.
	const { extract } = await loadTar();
	const warnings: (Error | string)[] = [];
	try {
		rmSync(folder, { recursive: true, force: true });
		makeFolder(folder);
		const unpacking = extract({
			cwd: folder,
			strip: 1,
			filter: (path) => members.includes(path),
			onwarn(code, message, data) {
				if (FATAL.has(code))
					warnings.push(data instanceof Error ? data : message);
			},
		});
		// node:stream's pipeline would not wait for the last file to be written.
		const closed = new Promise<void>((resolve, reject) => {
			unpacking.once("close", resolve).once("error", reject);
		});
		closed.catch(() => {});
		let done = 0;
		for await (const chunk of createReadStream(archive, {
			highWaterMark: 1 << 20,
		}) as AsyncIterable<Buffer>) {
			if (!unpacking.write(chunk))
				await Promise.race([once(unpacking, "drain"), closed]);
			done += chunk.length;
			options.signal?.throwIfAborted();
			if (pace.due())
				await pace.report({
					done,
					total,
					unit: "byte",
					label: `unpacking ${name}`,
				});
		}
		unpacking.end();
		await closed;
	} catch (error) {
		options.signal?.throwIfAborted();
		warnings.unshift(error as Error);
	}
	for (const warning of warnings) {
		if (systemCode(warning))
			throw new DataError(
				"UNWRITABLE",
				`${folder} could not be written: ${(warning as Error).message}`,
				{ cause: warning },
			);
		throw badFormat(
			name,
			`it is not a whole gzipped tar archive (${warning instanceof Error ? warning.message : warning})`,
			warning,
		);
	}
	const missing = members.find(
		(member) => !existsSync(join(folder, basename(member))),
	);
	if (missing) throw badFormat(name, `it holds no ${missing}`);
}
