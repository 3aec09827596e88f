import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openStream } from "../../experiment/random/stream.ts";
import { productFiles } from "../rooms/imports.ts";
import { mutantsOf, planted } from "./plant.ts";
import type { Candidate } from "./trial.ts";
import { TypeCheck } from "./type-check.ts";

/** Where mistakes are planted: what decides a result. */
const ROOMS = /^(?:experiment|kernel\/wire|magics|training)\//;
const NEVER_SHIPPED = /^training\/numbers\//;

/** Mistakes that TypeScript lets pass, drawn by a seed from all files whose path begins with `only`. */
export async function* sample(
	root: string,
	{ seed, count, only }: { seed: string; count: number; only: string },
): AsyncGenerator<Candidate> {
	const candidates = productFiles(root)
		.filter(
			(file) =>
				ROOMS.test(file) && !NEVER_SHIPPED.test(file) && file.startsWith(only),
		)
		.flatMap((file): Candidate[] => {
			const source = readFileSync(join(root, file), "utf8");
			return mutantsOf(file, source).map((mutant) => ({
				file,
				source,
				mutant,
			}));
		});
	const stream = openStream(seed, "mutants");
	const order = candidates
		.map((candidate) => ({ candidate, key: stream.next() }))
		.sort((one, other) => one.key - other.key);
	const types = new TypeCheck(root);
	try {
		let found = 0;
		for (const { candidate } of order) {
			if (found === count) return;
			const { file, source, mutant } = candidate;
			if (!(await types.passes(file, planted(source, mutant)))) continue;
			found++;
			yield candidate;
		}
	} finally {
		await types.close();
	}
}
