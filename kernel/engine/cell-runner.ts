import { type ParsedCell, parseCell } from "../../cell/cell.ts";
import { moduleName } from "../../cell/module-name.ts";
import { streamNameOf } from "../../cell/stream-name.ts";
import { type CellUsage, NO_USAGE } from "../../cell/usage-of-state.ts";
import type { ParamTree } from "../../experiment/events.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { codeStreams, session } from "../../experiment/session.ts";
import { refuseRedeclared } from "../../magics/arguments/run-arguments.ts";
import type { CellBody, MagicContext } from "../../magics/definition.ts";
import { parseMagic, runMagicCall } from "../../magics/registry.ts";
import type { LiveKeys } from "../protocol/live-keys.ts";
import type { ExecuteRequest } from "../protocol/requests.ts";
import { CellCompiler, type CompiledCell } from "./cell-compiler.ts";
import { type CellRuntime, installRuntime } from "./cell-runtime.ts";
import { createCellStates } from "./cell-state.ts";
import { liveKeys } from "./completion/live-keys.ts";
import { NOTHING, type Outcome, outcomeOf } from "./display/outcome.ts";
import { registerCell, SYNTAX_ERROR_CELL } from "./errors/sources.ts";
import { NotebookState } from "./hidden-state/witness.ts";
import { guardedTurn } from "./interrupt/interrupt.ts";
import { withCalls } from "./magic-calls.ts";
import { type CellHost, createMagicContext } from "./magic-context.ts";
import { createWorkingFolder } from "./modules/working-folder.ts";
import { createNames } from "./notebook-names.ts";
import { ReplayedParams } from "./replayed-params.ts";
import {
	spelledValues,
	type WrappedCode,
	type WrappingMagic,
	wrappedCode,
	wrappingMagic,
} from "./wrapped-cell.ts";

/** Which cell of the document it is, as far as the client says. */
export type CellPlace = Pick<
	ExecuteRequest,
	"executionCount" | "cellId" | "deletedCells"
>;

/** Runs cells in this process's one context. */
export class CellRunner {
	readonly #libraryUrl: string;
	readonly #names = createNames();
	readonly #compiler = new CellCompiler(this.#names);
	readonly #notebook = new NotebookState(this.#names);
	readonly #replayed = new ReplayedParams(this.#names);
	readonly #state = createCellStates();
	/** As it was when the engine started: cells may put another object in its place. */
	readonly #environment = process.env;
	readonly #folder: ReturnType<typeof createWorkingFolder>;
	readonly #context: MagicContext;

	constructor(host: CellHost) {
		this.#libraryUrl = host.libraryUrl;
		this.#folder = createWorkingFolder(host.moved);
		this.#context = createMagicContext(host, this.#names, this.#state);
		session().witness = {
			begin: () => {
				const { execution } = this.#state();
				return execution && this.#notebook.begin(execution);
			},
			functions: (names) => this.#notebook.functions(names),
		};
		installRuntime(this.#names, this.#folder, this.#state, this.#runMagic);
	}

	/**
	 * Resolves to what the last expression comes to.
	 * @throws what the cell throws, CellSyntaxError, UsageError, KeyboardInterrupt
	 */
	async run(source: string, place: CellPlace): Promise<Outcome> {
		registerCell(SYNTAX_ERROR_CELL, `In [${place.executionCount}]`, source);
		this.#folder.follow();
		const module = moduleName(source);
		if (module !== undefined) {
			this.#compiler.declareModule(module, source);
			return NOTHING;
		}
		const parsed = parseCell(source, { isName: this.#names.knows });
		await this.#loadLibrary(parsed.lines.join("\n"));
		const wrapping = wrappingMagic(parsed);
		return withStreams(codeStreams(streamNameOf(parsed)), () =>
			wrapping
				? this.#runWrapped(parsed, wrapping, place)
				: this.#runPlain(parsed, place),
		);
	}

	/** What the cell that runs puts in its place, if anything. */
	nextInput(): string | undefined {
		return this.#state().nextInput;
	}

	/** Evaluates an expression for `user_expressions`. */
	async evaluate(expression: string): Promise<Outcome> {
		const cell = { source: expression, magics: [], lines: [expression] };
		return this.#execute(
			this.#compiler.compile(expression, withCalls(cell), 0, []),
		);
	}

	/** The keys of the live value that a path of names leads to. */
	keys(path: readonly string[]): LiveKeys {
		return liveKeys(path, {
			variable: (name) =>
				this.#names.knows(name)
					? { value: this.#names.read([name])[0] }
					: undefined,
			environment: this.#environment,
		});
	}

	async #runPlain(parsed: ParsedCell, place: CellPlace): Promise<Outcome> {
		const compiled = this.#compiler.compile(
			parsed.source,
			withCalls(parsed),
			place.executionCount,
			[],
		);
		return this.#noting(place, compiled.transformed.usage, () =>
			this.#execute(compiled),
		);
	}

	async #runWrapped(
		parsed: ParsedCell,
		wrapping: WrappingMagic,
		place: CellPlace,
	): Promise<Outcome> {
		const { call, line } = wrapping;
		for (const { text, mark } of wrapping.before)
			await runMagicCall(parseMagic(text, mark), this.#context);
		const wrapped = wrappedCode(parsed, wrapping);
		const { cell, params } = wrapped;
		const program = wrapped.executes
			? this.#compiler.compile(
					parsed.source,
					cell,
					place.executionCount,
					params,
				)
			: undefined;
		refuseRedeclared(parsed, line, params, (name) =>
			program?.transformed.names.get(name),
		);
		const { text } = parsed;
		const body: CellBody = {
			source: cell.code,
			line,
			empty: wrapped.isEmpty,
			execute: (values) => this.#runBody(wrapped, program, values),
		};
		const usage = program?.transformed.usage ?? NO_USAGE;
		return this.#noting(place, usage, async () => ({
			value: await runMagicCall(call, {
				...this.#context,
				...(text === undefined ? {} : { text }),
				body,
			}),
		}));
	}

	async #runBody(
		wrapped: WrappedCode,
		program: CompiledCell | undefined,
		values: ParamTree,
	): Promise<unknown> {
		if (!program) return undefined;
		this.#state().params = spelledValues(wrapped, values);
		if (session().replay) this.#replayed.leave(values);
		const { value } = await this.#execute(program);
		return value;
	}

	async #execute({ script, transformed }: CompiledCell): Promise<Outcome> {
		this.#names.declare(transformed.names.keys());
		this.#names.noteAssigned(transformed.assignedInFunctions);
		this.#state().result = undefined;
		await guardedTurn(() => {
			const pending: unknown = script.runInThisContext({
				displayErrors: false,
			});
			// What a cell without await ends with may be a promise that never settles.
			return transformed.async ? pending : undefined;
		});
		const { result } = this.#state();
		this.#state().result = undefined;
		return outcomeOf(result);
	}

	/** Runs what a cell does, and notes what it leaves. */
	async #noting<T>(
		place: CellPlace,
		usage: CellUsage,
		body: () => Promise<T>,
	): Promise<T> {
		const execution = this.#notebook.executing({ ...place, usage });
		this.#state().execution = execution;
		try {
			return await body();
		} finally {
			this.#notebook.executed(execution);
		}
	}

	/** A magic in the middle of a cell, called by its generated code. */
	readonly #runMagic: CellRuntime["magic"] = async (text, mark, code) => {
		const body: CellBody | undefined = code && {
			source: text,
			line: 0,
			empty: false,
			execute: () => code(),
		};
		const value = await runMagicCall(parseMagic(text, mark), {
			...this.#context,
			...(body ? { body } : {}),
		});
		this.#folder.follow();
		return value;
	};

	async #loadLibrary(source: string): Promise<void> {
		if (!/\bdd\b/.test(source) || "dd" in globalThis) return;
		const dd: unknown = await import(this.#libraryUrl);
		Object.defineProperty(globalThis, "dd", {
			value: dd,
			writable: true,
			configurable: true,
		});
	}
}
