import { UsageError } from "../../base/errors.ts";
import type { Schema } from "../parameters/schema.ts";
import {
	type DefinitionKind,
	definedByText,
	type RecordedDefinition,
} from "./definition.ts";

/** What help and completion know of a definition. It can be sent to another process. */
export interface DefinitionNote extends RecordedDefinition {
	readonly summary: string;
	/** Of a task. */
	readonly fields?: Schema["fields"];
	/** Of a model: `[2]`, or `[height, width, channels]`. */
	readonly inputShape?: readonly number[];
}

interface Definition<T> {
	readonly value: T;
	readonly note: DefinitionNote;
}

const registries: Registry<unknown>[] = [];

/**
 * What users' code defined of one kind, by name. The names of what is built in
 * are taken.
 */
export class Registry<T> {
	readonly kind: DefinitionKind;
	readonly #builtIn: readonly string[];
	readonly #defined = new Map<string, Definition<T>>();

	constructor(kind: DefinitionKind, builtIn: readonly string[]) {
		this.kind = kind;
		this.#builtIn = builtIn;
		registries.push(this);
	}

	/**
	 * Adds a definition. One of the same name is replaced, as a cell that is
	 * executed again replaces what it declared before.
	 * @param caller how the defining function is called, for messages
	 * @throws UsageError for the name of what is built in, or when two packages define it
	 */
	define(caller: string, value: T, note: Omit<DefinitionNote, "kind">): void {
		const { kind } = this;
		const { name, by } = note;
		if (this.#builtIn.includes(name))
			throw new UsageError(
				`${caller}: there is a built-in ${kind} of this name; choose another one`,
			);
		const before = this.#defined.get(name)?.note.by;
		if (
			before?.kind === "package" &&
			by.kind === "package" &&
			before.name !== by.name
		)
			throw new UsageError(
				`${caller}: ${definedByText(before)} defines a ${kind} of this name, too; import only one of the two packages, or ask for another name there`,
			);
		this.#defined.set(name, { value, note: { kind, ...note } });
		listener?.(definitionNotes());
	}

	get(name: string): T | undefined {
		return this.#defined.get(name)?.value;
	}

	/** In the order of their first definition. */
	get notes(): DefinitionNote[] {
		return [...this.#defined.values()].map(({ note }) => note);
	}

	get names(): string[] {
		return [...this.#defined.keys()];
	}

	/** Of what is built in and what was defined. */
	get allNames(): string[] {
		return [...this.#builtIn, ...this.#defined.keys()];
	}
}

/** Definitions that another process made. */
let learned: readonly DefinitionNote[] = [];

/** All definitions that this process knows of, its own or another's. */
export const definitionNotes = (): DefinitionNote[] => [
	...registries.flatMap(({ notes }) => notes),
	...learned,
];

export const notesOf = (kind: DefinitionKind): DefinitionNote[] =>
	definitionNotes().filter((note) => note.kind === kind);

let listener: ((notes: readonly DefinitionNote[]) => void) | undefined;

/** Is told all definitions whenever one is added or replaced. */
export function watchDefinitions(watch: typeof listener): void {
	listener = watch;
}

/** Takes over what another process has defined, for help and completion. */
export function learnDefinitions(notes: readonly DefinitionNote[]): void {
	learned = notes;
}
