import type { Stream } from "./stream.ts";

/** Counts what was drawn from each stream, over all its openings. */
export interface Tally {
	add(name: string, stream: Stream): void;
	/** Draws by name, in the order in which the streams were added first; those never drawn from are left out. */
	draws(): Record<string, number>;
}

export function createTally(): Tally {
	const streams = new Map<string, { earlier: number; stream: Stream }>();
	return {
		add(name, stream) {
			const known = streams.get(name);
			const earlier = known ? known.earlier + known.stream.draws : 0;
			streams.set(name, { earlier, stream });
		},
		draws() {
			return Object.fromEntries(
				[...streams]
					.map(([name, { earlier, stream }]): [string, number] => [
						name,
						earlier + stream.draws,
					])
					.filter(([, draws]) => draws > 0),
			);
		},
	};
}
