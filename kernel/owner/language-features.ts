import {
	type DefinitionNote,
	learnDefinitions,
} from "../../experiment/definitions/registry.ts";
import { completeMagic, inspectMagic } from "../../magics/assist.ts";
import { learnMagics, type MagicDefinition } from "../../magics/user.ts";
import type { ExecutedCell } from "../language/cell-files.ts";
import { completePath } from "../language/path-completion.ts";
import { createTypeService, type TypeService } from "../language/service.ts";
import { type LiveKeys, NO_KEYS } from "../protocol/live-keys.ts";
import type { CompleteReply, InspectReply } from "../protocol/requests.ts";
import { livePlace, withLiveKeys } from "./live-completion.ts";

/** A completion does not wait longer for an engine that runs a cell, or for one that should be idle. */
const KEYS_WAIT_MILLISECONDS = { busy: 300, idle: 3_000 };

/** The engine, as far as it is asked about live values. */
export interface LiveValues {
	state(): "starting" | "busy" | "idle";
	/** Asks for the keys of a value; the answer comes by `LanguageFeatures.answer`. */
	ask(id: number, path: readonly string[]): void;
}

/** What the cells of a notebook have defined: magics; and tasks, models and the like. */
interface Defined {
	readonly magics: readonly MagicDefinition[];
	readonly notes: readonly DefinitionNote[];
}

const NOTHING: Defined = { magics: [], notes: [] };

/** What this process knows now: the definitions of one notebook at a time. */
let known = NOTHING;

/** Completes and explains what is written in a notebook: by magics, types and live values. */
export class LanguageFeatures {
	readonly #cwd: string;
	readonly #live: LiveValues;
	readonly #started: (() => void) | undefined;
	/** Where the next cell runs. */
	#folder: string;
	#types: TypeService | undefined;
	/** Cells that ran and that the language service does not know of yet. */
	#untold: ExecutedCell[] = [];
	/** Are those that it knows of forgotten? */
	#isForgotten = false;
	#defined = NOTHING;
	/** Questions about live values. */
	readonly #keys = new Map<number, (found: LiveKeys) => void>();
	#lastKeys = 0;

	/**
	 * @param cwd folder of the notebook
	 * @param started told when the compiler has given its first answer
	 */
	constructor(cwd: string, live: LiveValues, started?: () => void) {
		this.#cwd = cwd;
		this.#started = started;
		this.#folder = cwd;
		this.#live = live;
	}

	/** Where the next cell runs. */
	get folder(): string {
		return this.#folder;
	}

	/** The working folder is another one from now on. */
	moveTo(folder: string): void {
		this.#folder = folder;
	}

	/** A cell was executed, and declared what it declares. */
	executed(cell: ExecutedCell): void {
		this.#untold.push(cell);
	}

	/** The names of all cells are gone. */
	forgetCells(): void {
		this.#untold = [];
		this.#isForgotten = true;
	}

	/** The variables, magics and working folder of a process are gone with it. */
	forgetAll(): void {
		this.forgetCells();
		this.moveTo(this.#cwd);
		this.#define(NOTHING);
	}

	/** Takes over the magics that cells have defined. */
	learn(magics: readonly MagicDefinition[]): void {
		this.#define({ ...this.#defined, magics });
	}

	/** Takes over what else cells have defined. */
	learnDefinitions(notes: readonly DefinitionNote[]): void {
		this.#define({ ...this.#defined, notes });
	}

	#define(defined: Defined): void {
		this.#defined = defined;
		this.#useDefined();
	}

	/** Another notebook of this process may have used its own meanwhile. */
	#useDefined(): void {
		const { magics, notes } = this.#defined;
		if (known.magics !== magics) learnMagics(magics);
		if (known.notes !== notes) learnDefinitions(notes);
		known = this.#defined;
	}

	/** The types of the cells that were executed so far. */
	types(): TypeService {
		this.#useDefined();
		this.#types ??= createTypeService({
			cwd: this.#cwd,
			started: this.#started,
		});
		const types = this.#types;
		if (this.#isForgotten)
			types.setCells([], { cells: [], next: this.#folder });
		this.#isForgotten = false;
		types.addCells(this.#untold, this.#folder);
		this.#untold = [];
		return types;
	}

	/** What fits at the cursor: magics in their lines, else what the types know. */
	async complete(code: string, cursor: number): Promise<CompleteReply> {
		this.#useDefined();
		const magic = await completeMagic(code, cursor, this.#folder);
		if (magic) return magic;
		const place = livePlace(code, cursor);
		const [typed, live] = await Promise.all([
			this.types().complete(code, cursor),
			place ? this.#liveKeys(place.path) : NO_KEYS,
		]);
		if (place) return withLiveKeys(typed, place, live);
		return typed.matches.length > 0
			? typed
			: (completePath(code, cursor, this.#folder) ?? typed);
	}

	/** Explains what the cursor is at; with detail 1 at length. */
	async inspect(
		code: string,
		cursor: number,
		detail: 0 | 1,
	): Promise<InspectReply> {
		this.#useDefined();
		return (
			inspectMagic(code, cursor) ?? this.types().inspect(code, cursor, detail)
		);
	}

	/** The engine has answered. */
	answer(id: number, found: LiveKeys): void {
		this.#keys.get(id)?.(found);
	}

	/** Asks the engine, which answers unless code keeps it busy. */
	async #liveKeys(path: readonly string[]): Promise<LiveKeys> {
		const state = this.#live.state();
		if (state === "starting") return NO_KEYS;
		const id = ++this.#lastKeys;
		let timer: NodeJS.Timeout | undefined;
		const found = await new Promise<LiveKeys>((resolve) => {
			this.#keys.set(id, resolve);
			this.#live.ask(id, path);
			timer = setTimeout(
				// Where this process was busy itself, the answer may lie in the pipe already.
				() => setImmediate(() => resolve(NO_KEYS)),
				KEYS_WAIT_MILLISECONDS[state],
			);
		});
		clearTimeout(timer);
		this.#keys.delete(id);
		return found;
	}

	/** Ends the compiler. */
	async dispose(): Promise<void> {
		await this.#types?.dispose().catch(() => undefined);
	}
}
