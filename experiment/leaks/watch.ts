import { asyncScope } from "../../host/async-scope.ts";
import { fileURLToPath, resolve } from "../../host/paths.ts";
import { callerOf } from "./caller.ts";
import type { FrozenClock } from "./frozen-clock.ts";
import {
	type Leak,
	type LeakKind,
	type LeakReport,
	mergeReports,
	type PackageReads,
} from "./report.ts";
import { type Origin, originOf, placeOf } from "./source-place.ts";

/** Of each function: so many reads are traced to their place one by one … */
const TRACED_READS = 10_000;
/** … and of those beyond, one in so many, which costs a busy loop little. */
const TRACED_SHARE = 64;
const MOST_FILES = 10_000;

interface Site {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly origin: Origin;
	count: number;
}

interface Reads {
	readonly kind: LeakKind;
	count: number;
	untraced: number;
	/** By file and position. */
	readonly sites: Map<string, Map<number, Site>>;
}

type AnyFunction = (...args: never[]) => unknown;

/** Counts what one run reads that a replay cannot repeat, and where. */
export class LeakWatch {
	/** Stands in for the machine's clock, when time is frozen. */
	readonly clock: FrozenClock | undefined;
	/** Absolute paths of what was opened, the first ten thousand. */
	readonly files = new Set<string>();
	/** By what was read. */
	readonly #reads = new Map<string, Reads>();
	#over = false;
	/** Of the run that this one goes on with, as far as it is taken over. */
	#earlier: LeakReport | undefined;

	constructor(clock?: FrozenClock) {
		this.clock = clock;
	}

	/**
	 * Notes a read by whoever called `callee`. Returns its place, or undefined
	 * where that was not looked up.
	 */
	note(kind: LeakKind, what: string, callee: AnyFunction): Site | undefined {
		if (this.#over) return undefined;
		let reads = this.#reads.get(what);
		if (!reads) {
			reads = { kind, count: 0, untraced: 0, sites: new Map() };
			this.#reads.set(what, reads);
		}
		const nth = reads.count++;
		if (nth >= TRACED_READS && nth % TRACED_SHARE !== 0) {
			reads.untraced++;
			return undefined;
		}
		const caller = callerOf(callee);
		if (!caller) return undefined;
		const { file, line, column } = caller;
		let inFile = reads.sites.get(file);
		if (!inFile) {
			inFile = new Map();
			reads.sites.set(file, inFile);
		}
		// Minified code has columns beyond 16 bits, but few lines.
		const position = line * 0x1000000 + column;
		let site = inFile.get(position);
		if (!site) {
			const origin = originOf(file, line, column);
			site = { file, line, column, origin, count: 0 };
			inFile.set(position, site);
		}
		site.count++;
		return site;
	}

	/** Notes a file that is opened, by its path or address. */
	opened(file: unknown): void {
		if (this.#over || this.files.size >= MOST_FILES) return;
		if (typeof file === "string") this.files.add(resolve(file));
		else if (file instanceof URL && file.protocol === "file:")
			this.files.add(fileURLToPath(file));
		else if (file instanceof Uint8Array)
			this.files.add(resolve(Buffer.from(file).toString()));
	}

	/** Counts what was read before as well: this run goes on where that ended. */
	adopt(earlier: LeakReport): void {
		this.#earlier = earlier;
	}

	/** Nothing is counted any more. */
	close(): void {
		this.#over = true;
	}

	report(): LeakReport {
		const leaks: Leak[] = [];
		const packages: PackageReads[] = [];
		const untraced: Record<string, number> = {};
		for (const [what, reads] of this.#reads) {
			const { kind } = reads;
			const sites = [...reads.sites.values()].flatMap((inFile) => [
				...inFile.values(),
			]);
			if (reads.untraced > 0) untraced[what] = reads.untraced;
			for (const { file, line, column, origin, count } of sites) {
				if (origin === "machinery" || count === 0) continue;
				if (origin.package !== undefined) {
					packages.push({ package: origin.package, kind, what, count });
					continue;
				}
				const place = placeOf(file, line, column);
				leaks.push({
					kind,
					what,
					count,
					place: place.name,
					line: place.line,
					...(place.code === undefined ? {} : { code: place.code }),
				});
			}
		}
		const merged = mergeReports([
			...(this.#earlier ? [this.#earlier] : []),
			{ leaks, packages, untraced },
		]);
		return { ...merged, leaks: inOrder(withoutParts(merged.leaks)) };
	}
}

/** Who copies the whole environment reads each variable, which is said once. */
function withoutParts(leaks: readonly Leak[]): Leak[] {
	const whole = leaks.filter(({ what }) => what === "process.env");
	return leaks.filter(
		({ what, place, line }) =>
			!what.startsWith("process.env.") ||
			!whole.some((one) => one.place === place && one.line === line),
	);
}

const inOrder = (leaks: readonly Leak[]) =>
	leaks.toSorted(
		(a, b) =>
			compare(a.place, b.place) || a.line - b.line || compare(a.what, b.what),
	);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Follows the asynchronous call chain: what other code reads meanwhile is none of the run's. */
const watching = asyncScope<LeakWatch | undefined>();

/** The watch of the run that this code is part of. */
export const currentWatch = (): LeakWatch | undefined => watching.getStore();

/** Runs `body`, and everything it awaits or schedules, under the watch. */
export function watched<T>(watch: LeakWatch, body: () => T): T {
	return watching.run(watch, body);
}

/** Runs `body` as if outside of the run: when pictures are drawn depends on the machine's clock. */
export function unwatched<T>(body: () => T): T {
	return watching.run(undefined, body);
}
