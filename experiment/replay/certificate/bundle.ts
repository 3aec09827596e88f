import { UsageError } from "../../../base/errors.ts";
import { writeFileAtomic } from "../../../base/files.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { readFileSync, statSync } from "../../../host/files.ts";
import { type Envelope, parseEnvelope } from "./dsse.ts";

/**
 * One line of a bundle: an envelope, or why it is none. A bundle holds any
 * number of envelopes, in any order, by any number of signers.
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/bundle.md
 */
export interface BundleLine {
	/** From 1. */
	readonly line: number;
	readonly envelope?: Envelope;
	readonly problem?: string;
}

/** One of a run with a hundred replays has a megabyte. */
const LARGEST = 2 ** 26;

/** @throws UsageError when the file cannot be read */
export function readBundle(path: string): BundleLine[] {
	const refuse = (why: string): never => {
		throw new UsageError(
			`the certificate ${path} cannot be read (${why}); "deepdiva certify RUN" writes one`,
		);
	};
	let bytes: Buffer | undefined;
	try {
		bytes = readPlainFile(path, { maxBytes: LARGEST, followLinks: true });
	} catch (error) {
		return refuse(`${(error as NodeJS.ErrnoException).code}`);
	}
	return parseBundle(
		bytes ??
			refuse(
				statSync(path).isFile()
					? `it is larger than ${LARGEST} bytes`
					: "it is no file",
			),
	);
}

export function parseBundle(bytes: Buffer): BundleLine[] {
	const lines: BundleLine[] = [];
	let line = 0;
	for (let start = 0; start < bytes.length; ) {
		const newline = bytes.indexOf("\n", start);
		const end = newline === -1 ? bytes.length : newline;
		const content = bytes.subarray(start, end);
		start = end + 1;
		line++;
		if (content.every((byte) => byte === 0x20 || byte === 0x0d)) continue;
		try {
			lines.push({ line, envelope: parseEnvelope(content) });
		} catch (error) {
			lines.push({ line, problem: (error as Error).message });
		}
	}
	return lines;
}

/** Adds an envelope's line to a bundle; the lines before stay as they are, byte for byte. */
export function appendToBundle(path: string, envelope: string): void {
	const before = readFileSync(path);
	const newline = before.length === 0 || before.at(-1) === 0x0a ? "" : "\n";
	writeFileAtomic(
		path,
		Buffer.concat([before, Buffer.from(`${newline}${envelope}\n`)]),
	);
}
