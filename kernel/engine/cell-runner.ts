import { join } from "node:path";
import { constants, Script } from "node:vm";
import { UsageError } from "../../base/errors.ts";
import {
	isBlank,
	type MagicLine,
	type MagicMark,
	type ParsedCell,
	parseCell,
} from "../../cell/cell.ts";
import {
	type EmitOptions,
	emitOptions,
} from "../../cell/compile/emit-options.ts";
import {
	CellSyntaxError,
	RUNTIME,
	syntaxError,
} from "../../cell/compile/syntax.ts";
import type { TransformedCell } from "../../cell/compile/transform.ts";
import { TransformMemory } from "../../cell/compile/transform-memory.ts";
import { type Tsconfig, tsconfigOf } from "../../cell/compile/tsconfig.ts";
import { TOO_DEEP } from "../../cell/depth.ts";
import { moduleName } from "../../cell/module-name.ts";
import { otherSpellings } from "../../cell/parameters.ts";
import { parseCode } from "../../cell/parse.ts";
import { streamNameOf } from "../../cell/stream-name.ts";
import { needsJsx } from "../../cell/syntax.ts";
import { type CellUsage, NO_USAGE } from "../../cell/usage-of-state.ts";
import type { Params, ParamValue } from "../../experiment/events.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { codeStreams, session } from "../../experiment/session.ts";
import type { MagicContext } from "../../magics/definition.ts";
import {
	type MagicCall,
	parseMagic,
	runMagicCall,
	spelledMagic,
} from "../../magics/registry.ts";
import { refuseRedeclared } from "../../magics/run-arguments.ts";
import type { TypePolicy } from "../../magics/type-policy.ts";
import type { ExecuteRequest } from "../protocol/requests.ts";
import { type LiveKeys, liveKeys } from "./completion/live-keys.ts";
import { NOTHING, type Outcome, outcomeOf } from "./display/outcome.ts";
import { registerCell, SYNTAX_ERROR_CELL } from "./errors/sources.ts";
import { type Execution, NotebookState } from "./hidden-state/witness.ts";
import { perScope } from "./interrupt/cell-local.ts";
import {
	guardedAwait,
	guardedEach,
	guardedTurn,
} from "./interrupt/interrupt.ts";
import { atOrigin, type CellWithCalls, withCalls } from "./magic-calls.ts";
import { defineModule } from "./modules/cell-modules.ts";
import { loadModule } from "./modules/import-module.ts";
import { loadedPackages } from "./modules/loaded-packages.ts";
import {
	createWorkingFolder,
	type WorkingFolder,
} from "./modules/working-folder.ts";
import { createNames } from "./notebook-names.ts";

/** What generated code finds under `RUNTIME`. */
interface Runtime {
	result: unknown;
	params: Params;
	/** Values of the globals that cells hide. */
	readonly hiding: object;
	/** Stands for `import.meta`. */
	readonly meta: WorkingFolder["meta"];
	await: typeof guardedAwait;
	each: typeof guardedEach;
	module: typeof loadModule;
	/** @param code what the magic's line has as code */
	magic(
		text: string,
		mark: MagicMark,
		code?: () => Promise<unknown>,
	): Promise<unknown>;
}

/** Which cell of the document it is, as far as the client says. */
export type CellPlace = Pick<
	ExecuteRequest,
	"executionCount" | "cellId" | "deletedCells"
>;

/** Runs cells in this process's one context. */
export interface CellRunner {
	/** Resolves to what the last expression comes to. */
	run(source: string, place: CellPlace): Promise<Outcome>;
	/** What the cell that runs puts in its place, if anything. */
	nextInput(): string | undefined;
	/** Evaluates an expression for `user_expressions`. */
	evaluate(expression: string): Promise<Outcome>;
	/** The keys of the live value that a path of names leads to. */
	keys(path: readonly string[]): LiveKeys;
}

/** What cells use of the process around them. */
export interface CellHost
	extends Pick<MagicContext, "print" | "work" | "packagesChanged"> {
	/** Module that the global `dd` stands for; loaded when a cell first mentions it. */
	readonly libraryUrl: string;
	/** The working folder is another one from now on. */
	moved(folder: string): void;
	/** The names that cells declared were forgotten. */
	namesForgotten(): void;
	/** What `%types` has set, if types are checked. */
	typePolicy(): TypePolicy | undefined;
}

export function createCellRunner({
	libraryUrl,
	print,
	work,
	packagesChanged,
	moved,
	namesForgotten,
	typePolicy,
}: CellHost): CellRunner {
	const names = createNames();
	const cells = new TransformMemory(names);
	const notebook = new NotebookState(names);
	const folder = createWorkingFolder(moved);
	let compiled = 0;
	const own = perScope(() => ({
		result: undefined as unknown,
		params: {} as Params,
		nextInput: undefined as string | undefined,
		/** The cell that a wrapping magic runs. */
		execution: undefined as Execution | undefined,
	}));
	const context: MagicContext = {
		print,
		work,
		get typePolicy() {
			return typePolicy();
		},
		cells: () => [
			...session().cells,
			...(session().source
				? [{ source: session().source?.text ?? "", status: "ok" as const }]
				: []),
		],
		names: {
			list() {
				const all = names.names();
				const values = names.read(all);
				return all.map((name, index) => ({ name, value: values[index] }));
			},
			forget() {
				namesForgotten();
				return names.forget();
			},
		},
		get signal() {
			return session().source?.signal;
		},
		setNextInput(code) {
			own().nextInput = code;
		},
		loadedPackages,
		packagesChanged,
	};
	session().witness = {
		begin: () => {
			const { execution } = own();
			return execution && notebook.begin(execution);
		},
	};
	const runtime: Runtime = {
		get result() {
			return own().result;
		},
		set result(value) {
			own().result = value;
		},
		get params() {
			return own().params;
		},
		set params(values) {
			own().params = values;
		},
		hiding: names.hiding,
		get meta() {
			return folder.meta;
		},
		await: guardedAwait,
		each: guardedEach,
		module: loadModule,
		async magic(text, mark, code) {
			const value = await runMagicCall(parseMagic(text, mark), {
				...context,
				...(code
					? {
							body: {
								source: text,
								line: 0,
								empty: false,
								execute: () => code(),
							},
						}
					: {}),
			});
			folder.follow();
			return value;
		},
	};
	Object.defineProperty(globalThis, RUNTIME, { value: runtime });
	const environment = process.env;
	const fileOf = (label: string) => join(process.cwd(), label);

	async function loadLibrary(source: string): Promise<void> {
		if (!/\bdd\b/.test(source) || "dd" in globalThis) return;
		const dd: unknown = await import(libraryUrl);
		Object.defineProperty(globalThis, "dd", {
			value: dd,
			writable: true,
			configurable: true,
		});
	}

	// `%cd` moves the working folder, not the notebook.
	const notebookFolder = process.cwd();
	let said: string | undefined;
	let emitted: { tsconfig: Tsconfig; options: EmitOptions } | undefined;
	function emit(): EmitOptions {
		const tsconfig = tsconfigOf(notebookFolder);
		if (tsconfig === emitted?.tsconfig) return emitted.options;
		const { problem } = tsconfig;
		if (problem !== undefined && problem !== said)
			process.stderr.write(
				`${problem}\nThe tsconfig counts as empty until it is mended.\n`,
			);
		said = problem;
		emitted = { tsconfig, options: emitOptions(tsconfig) };
		return emitted.options;
	}

	/** A cell that is a module runs when another imports it. */
	function declareModule(name: string, source: string): Outcome {
		const extension = emit().jsx || needsJsx(source) ? "tsx" : "ts";
		const path = join(notebookFolder, `${name}.${extension}`);
		const [failure] = parseCode(path, source, { sourceType: "module" }).errors;
		if (failure) throw syntaxError(source, failure);
		defineModule(path, source);
		return NOTHING;
	}

	function compile(
		source: string,
		cell: CellWithCalls,
		executionCount: number,
		params: readonly string[],
	): { script: Script; transformed: TransformedCell } {
		const label = `In [${executionCount}]`;
		registerCell(SYNTAX_ERROR_CELL, label, source);
		const transformed = shallow(source, () =>
			atOrigin(cells.transform(cell.code, params, emit()), cell),
		);
		const filename = fileOf(`cell-${++compiled}.ts`);
		registerCell(filename, label, source, transformed);
		try {
			const script = shallow(
				source,
				() =>
					new Script(transformed.code, {
						filename,
						importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
					}),
			);
			return { script, transformed };
		} catch (error) {
			throw positioned(error, transformed);
		}
	}

	/** Runs what a cell does, and notes what it leaves. */
	async function noting<T>(
		place: CellPlace,
		usage: CellUsage,
		body: () => Promise<T>,
	): Promise<T> {
		const execution = notebook.executing({ ...place, usage });
		own().execution = execution;
		try {
			return await body();
		} finally {
			notebook.executed(execution);
		}
	}

	async function execute(
		script: Script,
		transformed: TransformedCell,
	): Promise<Outcome> {
		names.declare(transformed.names.keys());
		names.noteAssigned(transformed.assignedInFunctions);
		runtime.result = undefined;
		await guardedTurn(() => {
			const pending: unknown = script.runInThisContext({
				displayErrors: false,
			});
			// What a cell without await ends with may be a promise that never settles.
			return transformed.async ? pending : undefined;
		});
		const { result } = runtime;
		runtime.result = undefined;
		return outcomeOf(result);
	}

	async function runPlain(
		parsed: ParsedCell,
		place: CellPlace,
	): Promise<Outcome> {
		const { script, transformed } = compile(
			parsed.source,
			withCalls(parsed),
			place.executionCount,
			[],
		);
		return noting(place, transformed.usage, () => execute(script, transformed));
	}

	async function runWrapped(
		parsed: ParsedCell,
		call: MagicCall,
		position: number,
		place: CellPlace,
	): Promise<Outcome> {
		const { line } = parsed.magics[position] as MagicLine;
		checkFirst(parsed, position);
		for (const { text, mark } of parsed.magics.slice(0, position))
			await runMagicCall(parseMagic(text, mark), context);
		const inner: ParsedCell = {
			...parsed,
			magics: parsed.magics.slice(position + 1),
		};
		const cell = withCalls(inner);
		const { args } = call;
		const given = args === "help" ? [] : [...args.assignments.keys()];
		const spelled = otherSpellings(cell.code, given);
		const params = [...given, ...spelled.keys()];
		const isTask = params.includes("task");
		const empty = isBlank(cell.code);
		const program =
			empty || isTask || args === "help"
				? undefined
				: compile(parsed.source, cell, place.executionCount, params);
		refuseRedeclared(parsed, line, params, (name) =>
			program?.transformed.names.get(name),
		);
		const { text } = parsed;
		const usage = program?.transformed.usage ?? NO_USAGE;
		const run = async () => ({
			value: await runMagicCall(call, {
				...context,
				...(text === undefined ? {} : { text }),
				body: {
					source: cell.code,
					line,
					empty,
					async execute(values) {
						if (!program) return undefined;
						runtime.params = {
							...values,
							...Object.fromEntries(
								[...spelled].map(([other, name]) => [
									other,
									values[name] as ParamValue,
								]),
							),
						};
						if (session().replay) leaveParams(values);
						const { value } = await execute(
							program.script,
							program.transformed,
						);
						return value;
					},
				},
			}),
		});
		return noting(place, usage, run);
	}

	/** What a replay has left of parameters. */
	const left = new Map<string, ParamValue>();

	/**
	 * Records may be of a time when parameters stayed as variables, and later
	 * cells read them. Names that mean anything else are left alone.
	 */
	function leaveParams(values: Params): void {
		for (const [name, value] of Object.entries(values)) {
			const isOurs = left.has(name) && names.read([name])[0] === left.get(name);
			if (!isOurs && (names.knows(name) || name in globalThis)) continue;
			names.declare([name]);
			names.assign(name, value);
			left.set(name, value);
		}
	}

	return {
		async run(source, place) {
			registerCell(SYNTAX_ERROR_CELL, `In [${place.executionCount}]`, source);
			folder.follow();
			const module = moduleName(source);
			if (module !== undefined) return declareModule(module, source);
			const parsed = parseCell(source, { isName: names.knows });
			await loadLibrary(parsed.lines.join("\n"));
			const calls = parsed.magics.map(({ text, mark }) =>
				parseMagic(text, mark),
			);
			const position = calls.findIndex(({ wraps }) => wraps);
			return withStreams(codeStreams(streamNameOf(parsed)), () =>
				position >= 0
					? runWrapped(parsed, calls[position] as MagicCall, position, place)
					: runPlain(parsed, place),
			);
		},
		nextInput: () => own().nextInput,
		keys: (path) =>
			liveKeys(path, {
				variable: (name) =>
					names.knows(name) ? { value: names.read([name])[0] } : undefined,
				environment,
			}),
		async evaluate(expression) {
			const { script, transformed } = compile(
				expression,
				withCalls({ source: expression, magics: [], lines: [expression] }),
				0,
				[],
			);
			return execute(script, transformed);
		},
	};
}

/** Compiles; where V8 or a walk over the syntax tree runs out of stack, the code is to blame. */
function shallow<T>(source: string, compile: () => T): T {
	try {
		return compile();
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw syntaxError(source, { message: TOO_DEEP, labels: [] });
	}
}

/** What only V8 finds wrong it reports as text: `file:line`, the line, a mark under the column. */
function positioned(error: unknown, transformed: TransformedCell): unknown {
	if (!(error instanceof SyntaxError)) return error;
	const match = /^.*:(\d+)\n.*\n(\s*)\^/.exec(error.stack ?? "");
	if (!match) return error;
	const [, line, indent = ""] = match;
	const at = transformed.position(Number(line), indent.length + 1);
	return at ? new CellSyntaxError(error.message, at.line, at.column) : error;
}

/** A wrapping magic takes the whole rest of the cell, so nothing but set-up may come before it. */
function checkFirst(parsed: ParsedCell, position: number): void {
	const spelledAt = ({ text, mark }: MagicLine) =>
		spelledMagic(parseMagic(text, mark).magic);
	const first = parsed.magics[position] as MagicLine;
	if (!isBlank(parsed.lines.slice(0, first.line - 1).join("\n")))
		throw new UsageError(
			`${spelledAt(first)} in line ${first.line} must be the first line of its cell: it runs all that follows; move the code above it to a cell of its own`,
		);
	const second = parsed.magics
		.slice(position + 1)
		.find(({ text, mark }) => parseMagic(text, mark).wraps);
	if (second)
		throw new UsageError(
			`a cell is one run: ${spelledAt(first)} in line ${first.line} and ${spelledAt(second)} in line ${second.line}; put one in a cell of its own`,
		);
}
