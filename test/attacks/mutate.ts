import { openStream, type Stream } from "../../experiment/random/stream.ts";

/*
 * Damaged input for fuzzing. The same seed gives the same damage, so a test that
 * fails once fails again; its message should have the round.
 */

/** What file formats and parsers are most often wrong about. */
const NASTY = [
	"\0",
	"\u001b[2K",
	"../../",
	"[",
	"{",
	'"',
	"-1",
	"1e999",
	"9007199254740993",
	"null",
	"\ud800",
	"__proto__",
];

const below = (stream: Stream, bound: number) =>
	Math.floor(stream.next() * bound);

function damageOnce(stream: Stream, bytes: Buffer): Buffer {
	const at = below(stream, bytes.length + 1);
	const to = Math.min(bytes.length, at + 1 + below(stream, 64));
	const [before, between, after] = [
		bytes.subarray(0, at),
		bytes.subarray(at, to),
		bytes.subarray(to),
	];
	switch (below(stream, 6)) {
		case 0: {
			const changed = Buffer.from(bytes);
			if (at < changed.length)
				changed[at] = (changed[at] as number) ^ (1 << below(stream, 8));
			return changed;
		}
		case 1:
			return before;
		case 2:
			return Buffer.concat([before, after]);
		case 3:
			return Buffer.concat([before, between, between, after]);
		case 4:
			return Buffer.concat([
				before,
				Buffer.from(NASTY[below(stream, NASTY.length)] as string),
				between,
				after,
			]);
		default:
			return Buffer.concat([
				before,
				Buffer.from(NASTY[below(stream, NASTY.length)] as string),
				after,
			]);
	}
}

/** `rounds` damaged copies of bytes or of a text, each with one to four faults. */
export function* damaged(
	original: Uint8Array | string,
	{ seed, rounds }: { readonly seed: string; readonly rounds: number },
): Generator<{ readonly round: number; readonly bytes: Buffer }> {
	const stream = openStream(seed, "damage");
	for (let round = 0; round < rounds; round++) {
		let bytes: Buffer =
			typeof original === "string"
				? Buffer.from(original)
				: Buffer.from(original);
		for (let fault = below(stream, 4); fault >= 0; fault--)
			bytes = damageOnce(stream, bytes);
		yield { round, bytes };
	}
}
