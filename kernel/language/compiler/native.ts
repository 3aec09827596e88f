import type { Project } from "typescript/unstable/async";
import { messageOf } from "../../../base/errors.ts";
import type { InspectReply } from "../../protocol/requests.ts";
import {
	type CompletionPlace,
	type Completions,
	completionsAt,
} from "../completion.ts";
import type { FileDiagnostic } from "../diagnostics.ts";
import { inspectionAt } from "../inspection.ts";
import {
	CompilerCannotStart,
	type Sources,
	TypesUnavailable,
} from "./backend.ts";
import { whyItCannotStart } from "./cannot-start.ts";
import {
	Compiler,
	CompilerGone,
	type TypeScript,
	UpdateFailed,
} from "./compiler.ts";
import { nativeDiagnostics } from "./native-diagnostics.ts";
import { nativeView } from "./native-view.ts";

/**
 * TypeScript 7's compiler, in a process of its own, which starts with the first
 * question. Every question is about a file of the sources, and rejects with
 * TypesUnavailable when the compiler cannot be started, or takes too long.
 */
export class NativeBackend {
	/** Has it answered, so that the next answer takes milliseconds? */
	warm = false;
	readonly #compiler: Compiler;
	#isClosed = false;

	/** `configFile` is the path of the project's tsconfig among the sources. */
	constructor(configFile: string) {
		this.#compiler = new Compiler(configFile);
	}

	/** Was its process started, and does it live? */
	get running(): boolean {
		return this.#compiler.running;
	}

	/** Makes the program, so that the next question finds it. */
	prepare(sources: Sources): Promise<void> {
		return this.#ask(sources, async () => undefined);
	}

	/** Paths of the program's files. */
	fileNames(sources: Sources): Promise<readonly string[]> {
		return this.#ask(sources, ({ program }) => program.getSourceFileNames());
	}

	/** What the compiler finds wrong with the project's tsconfig. */
	configProblems(sources: Sources): Promise<readonly string[]> {
		const isVirtual = (text: string) =>
			[...this.#compiler.virtualFiles].some((path) => text.includes(path));
		return this.#ask(sources, async ({ program }, { DiagnosticCategory }) => {
			const found = await Promise.all([
				program.getConfigFileParsingDiagnostics(),
				program.getProgramDiagnostics(),
			]);
			return (
				found
					.flat()
					.filter(({ category }) => category === DiagnosticCategory.Error)
					.map(({ text }) => text)
					// It looks for virtual files on the disk.
					.filter((text) => !isVirtual(text))
			);
		});
	}

	/** What fits at the offset; undefined where the compiler has no list. */
	complete(
		sources: Sources,
		path: string,
		offset: number,
		place: CompletionPlace,
	): Promise<Completions | undefined> {
		return this.#ask(sources, (project, ts) =>
			completionsAt(nativeView(project, ts, path), offset, place),
		);
	}

	/** Explains the name that begins at the offset. */
	inspect(
		sources: Sources,
		path: string,
		offset: number,
		name: string,
		detail: 0 | 1,
	): Promise<InspectReply> {
		return this.#ask(sources, (project, ts) =>
			inspectionAt(nativeView(project, ts, path), offset, name, detail),
		);
	}

	/** Errors and warnings in a file: those of the syntax alone if there are any. */
	diagnostics(sources: Sources, path: string): Promise<FileDiagnostic[]> {
		return this.#ask(sources, (project, ts) =>
			nativeDiagnostics(project, ts, path),
		);
	}

	/** Ends the process. */
	close(): Promise<void> {
		this.#isClosed = true;
		return this.#compiler.close();
	}

	/** Once more in a new process if the first one dies. */
	async #ask<T>(
		sources: Sources,
		ask: (project: Project, ts: TypeScript) => Promise<T>,
		isRetry = false,
	): Promise<T> {
		if (this.#isClosed) throw new TypesUnavailable("TypeScript 7 was closed");
		try {
			const answer = await this.#compiler.request(sources, ask);
			this.warm = true;
			return answer;
		} catch (error) {
			if (error instanceof CompilerGone && !error.late && !isRetry)
				return this.#ask(sources, ask, true);
			const late = error instanceof CompilerGone && error.late;
			const said = messageOf(error);
			// A process that answers has errors of its own; one that never did cannot run here.
			const runs = this.warm || this.running || error instanceof UpdateFailed;
			if (!runs && !late) throw new CompilerCannotStart(whyItCannotStart(said));
			this.warm = this.running;
			throw new TypesUnavailable(`TypeScript 7 failed: ${said}`);
		}
	}
}
