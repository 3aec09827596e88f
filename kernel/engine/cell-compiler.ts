import { join } from "node:path";
import { constants, Script } from "node:vm";
import {
	type EmitOptions,
	emitOptions,
} from "../../cell/compile/emit-options.ts";
import { CellSyntaxError, syntaxError } from "../../cell/compile/syntax.ts";
import type { TransformedCell } from "../../cell/compile/transform.ts";
import { TransformMemory } from "../../cell/compile/transform-memory.ts";
import { type Tsconfig, tsconfigOf } from "../../cell/compile/tsconfig.ts";
import { TOO_DEEP } from "../../cell/depth.ts";
import { parseCode } from "../../cell/parse.ts";
import { needsJsx } from "../../cell/syntax.ts";
import { registerCell, SYNTAX_ERROR_CELL } from "./errors/sources.ts";
import { atOrigin, type CellWithCalls } from "./magic-calls.ts";
import { defineModule } from "./modules/cell-modules.ts";
import type { Names } from "./notebook-names.ts";

/** A cell that V8 has compiled. */
export interface CompiledCell {
	readonly script: Script;
	readonly transformed: TransformedCell;
}

/** Makes scripts of cells, by the tsconfig of the folder that the notebook lies in. */
export class CellCompiler {
	// `%cd` moves the working folder, not the notebook.
	readonly #folder = process.cwd();
	readonly #transformed: TransformMemory;
	#compiled = 0;
	#emit: { tsconfig: Tsconfig; options: EmitOptions } | undefined;
	/** The problem of the tsconfig that the user was told of. */
	#toldProblem: string | undefined;

	constructor(names: Names) {
		this.#transformed = new TransformMemory(names);
	}

	/**
	 * @param source as the user wrote it
	 * @param params names that are constants around the cell
	 * @throws CellSyntaxError
	 */
	compile(
		source: string,
		cell: CellWithCalls,
		executionCount: number,
		params: readonly string[],
	): CompiledCell {
		const label = `In [${executionCount}]`;
		registerCell(SYNTAX_ERROR_CELL, label, source);
		const transformed = withEnoughStack(source, () =>
			atOrigin(
				this.#transformed.transform(cell.code, params, this.#emitOptions()),
				cell,
			),
		);
		const filename = join(process.cwd(), `cell-${++this.#compiled}.ts`);
		registerCell(filename, label, source, transformed);
		try {
			const script = withEnoughStack(
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

	/**
	 * Takes a cell that is a module: it runs when another one imports it.
	 * @throws CellSyntaxError
	 */
	declareModule(name: string, source: string): void {
		const isJsx = this.#emitOptions().jsx || needsJsx(source);
		const path = join(this.#folder, `${name}.${isJsx ? "tsx" : "ts"}`);
		const [failure] = parseCode(path, source, { sourceType: "module" }).errors;
		if (failure) throw syntaxError(source, failure);
		defineModule(path, source);
	}

	#emitOptions(): EmitOptions {
		const tsconfig = tsconfigOf(this.#folder);
		if (tsconfig === this.#emit?.tsconfig) return this.#emit.options;
		const { problem } = tsconfig;
		if (problem !== undefined && problem !== this.#toldProblem)
			process.stderr.write(
				`${problem}\nThe tsconfig counts as empty until it is mended.\n`,
			);
		this.#toldProblem = problem;
		this.#emit = { tsconfig, options: emitOptions(tsconfig) };
		return this.#emit.options;
	}
}

/** Compiles; where V8 or a walk over the syntax tree runs out of stack, the code is to blame. */
function withEnoughStack<T>(source: string, compile: () => T): T {
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
