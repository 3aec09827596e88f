import { readFileSync } from "node:fs";
import { UsageError } from "../../errors.ts";
import { writeFileAtomic } from "../../files.ts";
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

/** @throws UsageError when the file cannot be read */
export function readBundle(path: string): BundleLine[] {
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
	} catch (error) {
		throw new UsageError(
			`the certificate ${path} cannot be read (${(error as NodeJS.ErrnoException).code}); "deepdiva certify RUN" writes one`,
		);
	}
	return parseBundle(bytes);
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
