import { messageOf } from "../../../base/errors.ts";
import { makeFolder } from "../../../base/files.ts";
import {
	closeSync,
	createReadStream,
	existsSync,
	lstatSync,
	openSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from "../../../host/files.ts";
import { createHash } from "../../../host/hash.ts";
import { basename, dirname, join } from "../../../host/paths.ts";
import { DataError, readError } from "../data-error.ts";
import { Pace, type PaceOptions } from "../progress.ts";

/** A published file whose content is known beforehand. */
export interface PinnedFile {
	/** File name, the last part of every mirror's address. */
	readonly name: string;
	/** SHA-256 of the content, 64 lower-case hexadecimal digits. */
	readonly sha256: string;
	readonly bytes: number;
}

export interface DownloadOptions extends PaceOptions {
	/** A server that sends nothing for so long is given up; default 30,000. */
	readonly stallMs?: number;
}

/** The server answered, but not with the file: asking again is of no use. */
class RefusedError extends Error {}

/** A connection that breaks is taken up again this often in a row without a byte gained. */
const FRUITLESS_ATTEMPTS = 3;

/** A failure to write is the disk's, not the mirror's. */
function unwritable(path: string, error: unknown): DataError {
	return new DataError(
		"UNWRITABLE",
		`${path} could not be written: ${messageOf(error)}; what arrived is kept, so make room and start again`,
		{ cause: error },
	);
}

/** SHA-256 of a file, with progress: the largest ones take seconds. */
async function digestOf(
	path: string,
	file: PinnedFile,
	options: PaceOptions,
): Promise<string> {
	const hash = createHash("sha256");
	const pace = new Pace(options);
	let done = 0;
	try {
		for await (const chunk of createReadStream(path, {
			highWaterMark: 1 << 20,
		}) as AsyncIterable<Uint8Array>) {
			hash.update(chunk);
			done += chunk.length;
			if (pace.due())
				await pace.report({
					done,
					total: file.bytes,
					unit: "byte",
					label: `checking ${file.name}`,
				});
		}
	} catch (error) {
		throw readError(error, path);
	}
	return hash.digest("hex");
}

function reason(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	// fetch says only "fetch failed"; its cause says why.
	return error.cause instanceof Error
		? `${error.message} (${error.cause.message || error.cause.name})`
		: error.message;
}

const isFile = (path: string) =>
	statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function partSize(part: string): number {
	return existsSync(part) ? statSync(part).size : 0;
}

/** Where a 206 response's bytes begin; `undefined` when it does not say. */
function rangeStart(response: Response): number | undefined {
	const match = /^bytes (\d+)-/.exec(
		response.headers.get("content-range") ?? "",
	);
	return match ? Number(match[1]) : undefined;
}

/** One request, appending to what is there or starting anew as the server decides. */
async function requestOnce(
	address: string,
	part: string,
	file: PinnedFile,
	{ stallMs = 30_000, onProgress, signal }: DownloadOptions,
): Promise<void> {
	const have = partSize(part);
	const stalled = new AbortController();
	const abort = signal
		? AbortSignal.any([signal, stalled.signal])
		: stalled.signal;
	const giveUp = () =>
		stalled.abort(new Error(`nothing received for ${stallMs / 1000} s`));
	let timer = setTimeout(giveUp, stallMs);
	try {
		const response = await fetch(address, {
			headers: {
				// A decoded .gz would have other bytes, and ranges other offsets.
				"accept-encoding": "identity",
				...(have > 0 && { range: `bytes=${have}-` }),
			},
			signal: abort,
		});
		const resumed = response.status === 206 && rangeStart(response) === have;
		if (response.status !== 200 && !resumed) {
			await response.body?.cancel();
			// 416 or other bytes than asked for: the next request starts anew.
			if (response.status === 416 || response.status === 206)
				rmSync(part, { force: true });
			throw new RefusedError(
				`the server answered ${response.status} ${response.statusText}`,
			);
		}
		let descriptor: number;
		try {
			descriptor = openSync(part, resumed ? "a" : "w");
		} catch (error) {
			throw unwritable(part, error);
		}
		try {
			let received = resumed ? have : 0;
			const pace = new Pace({ onProgress, signal });
			for await (const chunk of response.body ?? []) {
				clearTimeout(timer);
				timer = setTimeout(giveUp, stallMs);
				received += chunk.length;
				if (received > file.bytes)
					throw new Error(
						`the server sent more than the ${file.bytes} bytes of ${file.name}`,
					);
				try {
					writeSync(descriptor, chunk);
				} catch (error) {
					throw unwritable(part, error);
				}
				if (pace.due())
					await pace.report({
						done: received,
						total: file.bytes,
						unit: "byte",
						label: file.name,
					});
			}
			if (received < file.bytes)
				throw new Error(
					`the connection ended after ${received} of ${file.bytes} bytes`,
				);
		} finally {
			closeSync(descriptor);
		}
	} finally {
		clearTimeout(timer);
	}
}

/** Requests until the part is complete or nothing comes any more. */
async function complete(
	address: string,
	part: string,
	file: PinnedFile,
	options: DownloadOptions,
): Promise<void> {
	let fruitless = 0;
	while (partSize(part) !== file.bytes) {
		const have = partSize(part);
		try {
			await requestOnce(address, part, file, options);
		} catch (error) {
			options.signal?.throwIfAborted();
			if (error instanceof DataError) throw error;
			fruitless = partSize(part) > have ? 0 : fruitless + 1;
			const startsAnew = partSize(part) < have;
			if (error instanceof RefusedError && !startsAnew) throw error;
			if (fruitless === FRUITLESS_ATTEMPTS) throw error;
		}
	}
}

function addressOf(mirror: string, { name }: PinnedFile): string {
	return `${mirror.replace(/\/$/, "")}/${name}`;
}

/**
 * Checks files that somebody has fetched by hand.
 * @throws DataError DOWNLOAD when one is missing, CHECKSUM when one has other
 * bytes; both say which and where to get it
 */
export async function requireByHand(
	files: readonly PinnedFile[],
	folder: string,
	mirrors: readonly string[],
	options: PaceOptions = {},
): Promise<void> {
	for (const file of files) {
		const path = join(folder, file.name);
		const advice = `get it (${file.bytes} bytes) from ${mirrors
			.map((mirror) => addressOf(mirror, file))
			.join(" or ")}`;
		if (!isFile(path))
			throw new DataError(
				"DOWNLOAD",
				`${file.name} is not in ${folder}; ${advice}`,
			);
		const digest = await digestOf(path, file, options);
		if (digest !== file.sha256)
			throw new DataError(
				"CHECKSUM",
				`${path} is not the published file: its SHA-256 is ${digest} instead of ${file.sha256}; ${advice}`,
			);
	}
}

/**
 * Brings a pinned file to `target`. What an earlier, broken attempt left in
 * `target.part` is continued; nothing is requested when the file is there. A
 * mirror that fails or delivers other bytes is followed by the next one.
 * @param mirrors addresses of folders, each followed by the file's name
 * @throws DataError DOWNLOAD or CHECKSUM, naming what each mirror did, or
 * UNWRITABLE; the signal's reason when it is aborted (the part is kept)
 */
export async function download(
	file: PinnedFile,
	mirrors: readonly string[],
	target: string,
	options: DownloadOptions = {},
): Promise<void> {
	if (isFile(target) && (await digestOf(target, file, options)) === file.sha256)
		return;
	try {
		makeFolder(dirname(target));
	} catch (error) {
		throw unwritable(dirname(target), error);
	}
	const part = `${target}.part`;
	// What a link leads to would be written to, and a pipe be waited for.
	const found = lstatSync(part, { throwIfNoEntry: false });
	if (found && (!found.isFile() || found.size > file.bytes))
		rmSync(part, { recursive: true });
	const failures: string[] = [];
	let wrongBytes = 0;
	for (const mirror of mirrors) {
		const address = addressOf(mirror, file);
		// A wrong sum may come from a stale part: once more, from the beginning.
		for (const fresh of [partSize(part) === 0, true]) {
			try {
				await complete(address, part, file, options);
			} catch (error) {
				options.signal?.throwIfAborted();
				if (error instanceof DataError) throw error;
				failures.push(`${address}: ${reason(error)}`);
				break;
			}
			const digest = await digestOf(part, file, options);
			if (digest === file.sha256) {
				renameSync(part, target);
				return;
			}
			rmSync(part);
			if (!fresh) continue;
			wrongBytes++;
			failures.push(
				`${address}: SHA-256 is ${digest} instead of ${file.sha256}`,
			);
			break;
		}
	}
	const every = mirrors.length > 0 && wrongBytes === mirrors.length;
	throw new DataError(
		every ? "CHECKSUM" : "DOWNLOAD",
		[
			`${basename(target)} could not be fetched:`,
			...failures.map((failure) => `  ${failure}`),
			every
				? "The published file has changed or the connection alters it; nothing of it was used."
				: "Check the network, or name another source with --mirror URL; what arrived is kept and will be continued. Files got by other means are used with --from DIR.",
		].join("\n"),
	);
}
