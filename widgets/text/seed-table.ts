import { type Leaks, leaksTable } from "./leaks.ts";
import { plural, right, table } from "./text.ts";

/** What `%dd seed` tells. */
export interface SeedState {
	readonly root: string;
	readonly origin: "drawn" | "given";
	/** Numbers drawn so far, by stream. */
	readonly draws: Readonly<Record<string, number>>;
	/** Of all runs so far. */
	readonly leaks: Leaks;
}

const SHOWN = 20;

/** The root seed, what was drawn from each stream, and what no seed governs. */
export function seedTable({ root, origin, draws, leaks }: SeedState): string {
	const streams = Object.entries(draws);
	const hidden = streams.length - SHOWN;
	return [
		`root seed ${root} (${origin}) · Philox4x32-10`,
		streams.length === 0
			? "no number was drawn yet"
			: table(
					[{ header: "stream" }, right("draws")],
					streams.slice(-SHOWN).map(([name, count]) => [name, String(count)]),
				),
		...(hidden > 0 ? [`… and ${plural(hidden, "earlier stream")}`] : []),
		leaks.leaks.length === 0
			? "runs so far read nothing that a replay cannot repeat"
			: `read by runs so far, and not the same in a replay:\n${leaksTable(leaks)}`,
	].join("\n");
}
