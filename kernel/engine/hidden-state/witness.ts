import { namesIn } from "../../../cell/text/names-in.ts";
import type { CellUsage } from "../../../cell/usage-of-state.ts";
import type {
	HiddenState,
	HiddenStateFinding,
	WitnessedRun,
} from "../../../experiment/record/hidden-state.ts";
import { digestValue, TimeBudget } from "./digest.ts";

/** How long one look at all live values may take. */
const LOOK_MILLISECONDS = 100;
/** The same for what a cell without a guard has written: small values only. */
const GLANCE_MILLISECONDS = 2;

/** A cell as it is executed. */
export interface ExecutingCell {
	readonly executionCount: number;
	readonly usage: CellUsage;
	/** Of the document's cell; JupyterLab sends it, other clients do not. */
	readonly cellId?: string;
	/** Document cells that were deleted since the last execution. */
	readonly deletedCells?: readonly string[];
}

/** A cell that was executed; made by `executing`. */
export interface Execution extends ExecutingCell {
	/** How many were executed before. */
	readonly index: number;
	/** Of its document cell: when that was executed first. Document cells are in this order, as far as is known. */
	readonly place: number;
	/** What its names held at its end, where that was quick to know. */
	readonly left: Map<string, string | undefined>;
	/** Findings that its output has already. */
	readonly said: Set<string>;
}

/** Live values by name. */
export interface Bindings {
	names(): Iterable<string>;
	/** Values of the names, in their order. */
	read(names: readonly string[]): readonly unknown[];
}

const prompt = ({ executionCount }: ExecutingCell) => `In [${executionCount}]`;

const listed = (texts: readonly string[]) =>
	texts.length > 1
		? `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`
		: (texts[0] ?? "");

/** Knows which cells were executed, and what depends on which. One for each engine. */
export class NotebookState {
	readonly #bindings: Bindings;
	readonly #executions: Execution[] = [];
	/** By the names that they write, in their order. */
	readonly #writers = new Map<string, Execution[]>();
	/** The latest of each document cell. */
	readonly #newest = new Map<string, Execution>();
	readonly #imported = new Set<string>();
	readonly #places = new Map<string, number>();
	readonly #deleted = new Set<string>();
	/** What the last guarded cell left, and after which execution. */
	#last: { digests: Digests; after: number } | undefined;

	constructor(bindings: Bindings) {
		this.#bindings = bindings;
	}

	/** A cell begins. */
	executing(cell: ExecutingCell): Execution {
		for (const id of cell.deletedCells ?? []) this.#deleted.add(id);
		// Undone: the cell is back.
		if (cell.cellId !== undefined) this.#deleted.delete(cell.cellId);
		const index = this.#executions.length;
		const { cellId, executionCount, usage } = cell;
		const execution: Execution = {
			executionCount,
			usage,
			...(cellId === undefined ? {} : { cellId }),
			index,
			place: this.#placeOf(cellId, index),
			left: new Map(),
			said: new Set<string>(),
		};
		this.#note(execution);
		return execution;
	}

	#placeOf(cellId: string | undefined, index: number): number {
		if (cellId === undefined) return index;
		const place = this.#places.get(cellId) ?? index;
		this.#places.set(cellId, place);
		return place;
	}

	/** So that no later look has to go through all executions. */
	#note(execution: Execution): void {
		const { cellId, usage } = execution;
		this.#executions.push(execution);
		if (cellId !== undefined) this.#newest.set(cellId, execution);
		for (const name of usage.imports) this.#imported.add(name);
		for (const name of usage.writes) {
			const writers = this.#writers.get(name);
			if (writers) writers.push(execution);
			else this.#writers.set(name, [execution]);
		}
	}

	/** A cell has ended. */
	executed({ usage, left }: Execution): void {
		const budget = new TimeBudget(GLANCE_MILLISECONDS);
		const names = [...usage.writes];
		for (const [at, value] of this.#bindings.read(names).entries())
			left.set(names[at] as string, digestValue(value, budget));
	}

	/** A run of the cell begins. */
	begin(cell: Execution): WitnessedRun {
		const findings = [...this.#dependencies(cell), ...this.#changedSince()];
		const before = this.#last?.digests ?? new Map();
		return {
			warnings: unsaid(cell, findings),
			end: () => {
				const after = this.#look();
				this.#last = { digests: after, after: this.#executions.length };
				findings.push(...this.#changedBy(cell, before, after));
				return {
					state: describe(cell, before, after, findings),
					warnings: unsaid(cell, findings),
				};
			},
		};
	}

	/** Digests of the functions among these names, and among those that their code mentions. */
	functions(names: readonly string[]): Digests {
		const live = new Set(this.#bindings.names());
		const budget = new TimeBudget(LOOK_MILLISECONDS);
		const seen = new Set<string>();
		const digests: Digests = new Map();
		for (let next = [...names]; next.length > 0; ) {
			const asked = next.filter(
				(name) =>
					live.has(name) && !this.#imported.has(name) && !seen.has(name),
			);
			next = [];
			for (const [at, value] of this.#bindings.read(asked).entries()) {
				const name = asked[at] as string;
				seen.add(name);
				if (typeof value !== "function") continue;
				digests.set(name, digestValue(value, budget));
				next.push(...namesIn(Function.prototype.toString.call(value)));
			}
		}
		return digests;
	}

	/** Digests of all live values; imports are not the notebook's. */
	#look(): Digests {
		const budget = new TimeBudget(LOOK_MILLISECONDS);
		const names = [...this.#bindings.names()].filter(
			(name) => !this.#imported.has(name),
		);
		const digests: Digests = new Map();
		for (const [at, value] of this.#bindings.read(names).entries())
			digests.set(names[at] as string, digestValue(value, budget));
		return digests;
	}

	/** What was changed between the last guarded cell and this one, by no assignment. Looks anew. */
	#changedSince(): HiddenStateFinding[] {
		const { digests: then = new Map() as Digests, after = 0 } =
			this.#last ?? {};
		// Another run of the same cell.
		if (after === this.#executions.length) return [];
		const now = this.#look();
		this.#last = { digests: now, after };
		const between = this.#executions.slice(after, -1);
		return [...now].flatMap(([name, digest]) => {
			const old = then.get(name);
			if (
				old === undefined ||
				digest === undefined ||
				old === digest ||
				between.some(({ usage }) => usage.writes.has(name))
			)
				return [];
			const by = between.map(prompt);
			return [
				mutated(
					name,
					this.#origin(name),
					by.length > 0
						? `since the last run, by ${listed(by)}, which ${by.length > 1 ? "do" : "does"} not assign it`
						: "since the last run, by something that runs in the background",
				),
			];
		});
	}

	#changedBy(
		cell: Execution,
		before: Digests,
		after: Digests,
	): HiddenStateFinding[] {
		return [...after].flatMap(([name, digest]) => {
			const old = before.get(name);
			if (old === undefined || digest === undefined || old === digest)
				return [];
			if (cell.usage.writes.has(name)) return [];
			return [
				mutated(
					name,
					this.#origin(name),
					"by this cell, which does not assign it: run again, it starts from what it left",
				),
			];
		});
	}

	/** Which execution a name's present value comes from, as far as assignments tell. */
	#writer(name: string, before: number): Execution | undefined {
		const writers = this.#writers.get(name) ?? [];
		return writers[countUpTo(writers, before - 1) - 1];
	}

	#origin(name: string): string {
		const writer = this.#writers.get(name)?.at(-1);
		return writer ? ` of ${prompt(writer)}` : "";
	}

	/** What is read while a cell runs: by itself, and by functions of other cells that it names. */
	#reads({ usage }: Execution, at: number): Set<string> {
		const reads = new Set(usage.reads);
		for (const name of reads) {
			const writer = this.#writer(name, at);
			const [value] = writer ? this.#bindings.read([name]) : [];
			if (writer && typeof value === "function")
				for (const later of writer.usage.functionReads) reads.add(later);
		}
		return reads;
	}

	/** What is wrong with the values that a cell is about to read, and with what those were made from. */
	#dependencies(cell: Execution): HiddenStateFinding[] {
		const found: HiddenStateFinding[] = [];
		const seen = new Set([cell]);
		const read = (reader: Execution) => ({
			reader,
			names: this.#reads(reader, reader.index).values(),
		});
		// A chain may be as long as the session, which no recursion may be.
		const open = [read(cell)];
		for (let last = open.at(-1); last; last = open.at(-1)) {
			const { reader, names } = last;
			const { value: name } = names.next();
			if (name === undefined) {
				open.pop();
				continue;
			}
			const writer = this.#writer(name, reader.index);
			if (!writer) continue;
			found.push(
				...this.#gone(name, writer),
				...this.#disordered(name, writer, reader, cell),
				...this.#stale(name, writer, reader, cell),
			);
			if (seen.has(writer)) continue;
			seen.add(writer);
			open.push(read(writer));
		}
		return found;
	}

	/** Does no cell of the document make the name any more? */
	#gone(name: string, writer: Execution): HiddenStateFinding[] {
		const { cellId } = writer;
		if (cellId === undefined) return [];
		if (this.#deleted.has(cellId))
			return [
				{
					kind: "deleted",
					name,
					text: `${name} is still alive, but its cell (${prompt(writer)}) was deleted`,
				},
			];
		const newest = this.#newest.get(cellId);
		return newest && newest !== writer
			? [
					{
						kind: "deleted",
						name,
						text: `${name} is still alive from ${prompt(writer)}, but that cell was edited (${prompt(newest)}) and no longer makes it`,
					},
				]
			: [];
	}

	/** Does a cell read what one further down, or itself, has left? */
	#disordered(
		name: string,
		writer: Execution,
		reader: Execution,
		cell: Execution,
	): HiddenStateFinding[] {
		if (writer.cellId !== undefined && writer.cellId === reader.cellId)
			return [
				{
					kind: "out of order",
					name,
					text: `${prompt(reader)} went on with the ${name} that the same cell had left as ${prompt(writer)}: run once, it gives another one`,
				},
			];
		return writer.place > reader.place
			? [
					{
						kind: "out of order",
						name,
						text: `${reader === cell ? "this cell" : prompt(reader)} reads the ${name} of ${prompt(writer)}, which ran first after it: from top to bottom it reads another one`,
					},
				]
			: [];
	}

	/** Was what a reader made its values from changed after it ran? */
	#stale(
		name: string,
		used: Execution,
		reader: Execution,
		cell: Execution,
	): HiddenStateFinding[] {
		if (reader === cell) return [];
		const writers = this.#writers.get(name) ?? [];
		let at = countUpTo(writers, reader.index);
		for (let one = writers[at]; one; one = writers[++at])
			if (one !== cell && !sameValue(name, used, one)) break;
		const changed = writers[at];
		const made = [...reader.usage.writes].join(", ");
		return changed
			? [
					{
						kind: "stale",
						name,
						text: `${made || "a value"} of ${prompt(reader)} was made before ${prompt(changed)} changed ${name}: run that cell again`,
					},
				]
			: [];
	}
}

/** How many of the executions, which are in their order, come up to an index. */
function countUpTo(executions: readonly Execution[], index: number): number {
	let [from, to] = [0, executions.length];
	while (from < to) {
		const middle = Math.floor((from + to) / 2);
		if ((executions[middle] as Execution).index > index) to = middle;
		else from = middle + 1;
	}
	return from;
}

type Digests = Map<string, string | undefined>;

/** Did a later execution leave the same value? Unknown ones are taken to differ. */
function sameValue(name: string, earlier: Execution, later: Execution) {
	const digest = earlier.left.get(name);
	return digest !== undefined && digest === later.left.get(name);
}

function mutated(name: string, of: string, by: string): HiddenStateFinding {
	return {
		kind: "mutated",
		name,
		text: `${name}${of} was changed in place ${by}`,
	};
}

function unsaid(
	{ said }: Execution,
	findings: readonly HiddenStateFinding[],
): string[] {
	return findings.flatMap(({ text }) => {
		if (said.has(text)) return [];
		said.add(text);
		return [text];
	});
}

function describe(
	cell: Execution,
	before: Digests,
	after: Digests,
	findings: readonly HiddenStateFinding[],
): HiddenState {
	const names = [...new Set([...before.keys(), ...after.keys()])].sort();
	const texts = new Set<string>();
	return {
		reads: [...cell.usage.reads].filter((name) => before.has(name)).sort(),
		writes: [...cell.usage.writes].sort(),
		bindings: Object.fromEntries(
			names.map((name) => [
				name,
				{ before: before.get(name), after: after.get(name) },
			]),
		),
		notChecked: names.filter(
			(name) =>
				(before.has(name) && before.get(name) === undefined) ||
				(after.has(name) && after.get(name) === undefined),
		),
		findings: findings.filter(({ text }) => {
			const isNew = !texts.has(text);
			texts.add(text);
			return isNew;
		}),
	};
}
