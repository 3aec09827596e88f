import { statSync } from "node:fs";
import { dirname } from "node:path";
import ts from "#typescript-6";
import { texts } from "../../../cell/compile/tsconfig.ts";
import type { InspectReply } from "../../protocol/requests.ts";
import {
	type CompletionPlace,
	type Completions,
	completionsAt,
} from "../completion.ts";
import type { DiagnosticMessage, FileDiagnostic } from "../diagnostics.ts";
import { inspectionAt } from "../inspection.ts";
import { classicView } from "./classic-view.ts";
import { withoutForeignGlobals } from "./globals.ts";

/** What is to be known of the sources before the next question. */
export interface Update {
	/** Virtual files that are new or have another text. */
	readonly edited: readonly (readonly [path: string, text: string])[];
	/** Real files to read again. */
	readonly changed: readonly string[] | "all";
}

interface Virtual {
	readonly text: string;
	readonly version: string;
}

interface Config {
	readonly options: ts.CompilerOptions;
	readonly files: string[];
	readonly errors: readonly ts.Diagnostic[];
}

const stampOf = (path: string): string => {
	const stat = statSync(path, { throwIfNoEntry: false });
	return stat ? `${stat.mtimeMs} ${stat.size}` : "";
};

const messageOf = (
	message: string | ts.DiagnosticMessageChain,
): DiagnosticMessage =>
	typeof message === "string"
		? { text: message, details: [] }
		: {
				text: message.messageText,
				details: (message.next ?? []).map(messageOf),
			};

/** TypeScript 6 over virtual files, and real ones where there are no virtual ones. */
export class ClassicProgram {
	readonly #configFile: string;
	readonly #virtual = new Map<string, Virtual>();
	/** Of the real files that were read. */
	readonly #stamps = new Map<string, string>();
	readonly #registry = ts.createDocumentRegistry(
		ts.sys.useCaseSensitiveFileNames,
	);
	#edition = 0;
	#config: Config | undefined;
	#service: ts.LanguageService | undefined;

	/** `configFile` is the path of a tsconfig among the virtual files. */
	constructor(configFile: string) {
		this.#configFile = configFile;
	}

	update({ edited, changed }: Update): void {
		const isNew = edited.some(([path]) => !this.#virtual.has(path));
		const version = String(++this.#edition);
		for (const [path, text] of edited) {
			this.#virtual.set(path, { text, version });
			if (path === this.#configFile) this.#config = undefined;
		}
		if (changed === "all") this.#stamps.clear();
		else for (const path of changed) this.#stamps.delete(path);
		// It remembers what it did not find: a file, or a package.
		if (isNew || changed === "all") this.#renew();
	}

	#renew(): void {
		const before = this.#service;
		this.#service = ts.createLanguageService(this.#host(), this.#registry);
		// The files that both have are not parsed again.
		if (before) this.#service.getProgram();
		before?.dispose();
	}

	#readFile(path: string): string | undefined {
		return (
			this.#virtual.get(path)?.text ??
			withoutForeignGlobals(path, this.#virtual.get(this.#configFile)?.text) ??
			ts.sys.readFile(path)
		);
	}

	#fileExists(path: string): boolean {
		return this.#virtual.has(path) || ts.sys.fileExists(path);
	}

	#version(path: string): string {
		const virtual = this.#virtual.get(path);
		if (virtual) return virtual.version;
		const stamp = this.#stamps.get(path) ?? stampOf(path);
		this.#stamps.set(path, stamp);
		return stamp;
	}

	#read(): Config {
		const { useCaseSensitiveFileNames, readDirectory } = ts.sys;
		const json: unknown = JSON.parse(this.#readFile(this.#configFile) ?? "{}");
		const { options, errors, raw } = ts.parseJsonConfigFileContent(
			json,
			{
				useCaseSensitiveFileNames,
				readDirectory,
				fileExists: (path) => this.#fileExists(path),
				readFile: (path) => this.#readFile(path),
			},
			dirname(this.#configFile),
			undefined,
			this.#configFile,
		);
		// As they are named: one of them lies nowhere.
		return { options, errors, files: texts(raw.files) };
	}

	get #configured(): Config {
		this.#config ??= this.#read();
		return this.#config;
	}

	#host(): ts.LanguageServiceHost {
		const { sys } = ts;
		return {
			getCompilationSettings: () => this.#configured.options,
			getScriptFileNames: () => this.#configured.files,
			getScriptVersion: (path) => this.#version(path),
			getScriptSnapshot: (path) => {
				const text = this.#readFile(path);
				return text === undefined
					? undefined
					: ts.ScriptSnapshot.fromString(text);
			},
			getCurrentDirectory: () => dirname(this.#configFile),
			getDefaultLibFileName: ts.getDefaultLibFilePath,
			useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
			fileExists: (path) => this.#fileExists(path),
			readFile: (path) => this.#readFile(path),
			directoryExists: sys.directoryExists,
			getDirectories: sys.getDirectories,
			readDirectory: sys.readDirectory,
			...(sys.realpath && { realpath: sys.realpath }),
		};
	}

	get #services(): ts.LanguageService {
		if (!this.#service) this.#renew();
		return this.#service as ts.LanguageService;
	}

	prepare(): void {
		this.#services.getProgram()?.getTypeChecker();
	}

	fileNames(): readonly string[] {
		const program = this.#services.getProgram();
		return (program?.getSourceFiles() ?? [])
			.filter((file) => !program?.isSourceFileDefaultLibrary(file))
			.map(({ fileName }) => fileName);
	}

	/** What is wrong with the tsconfig. */
	configProblems(): readonly string[] {
		const program = this.#services.getProgram();
		return [
			...this.#configured.errors,
			...(program?.getOptionsDiagnostics() ?? []),
		]
			.filter(({ category }) => category === ts.DiagnosticCategory.Error)
			.map(({ messageText }) => messageOf(messageText).text);
	}

	complete(
		path: string,
		offset: number,
		place: CompletionPlace,
	): Promise<Completions | undefined> {
		return completionsAt(classicView(this.#services, path), offset, place);
	}

	inspect(
		path: string,
		offset: number,
		name: string,
		detail: 0 | 1,
	): Promise<InspectReply> {
		return inspectionAt(
			classicView(this.#services, path),
			offset,
			name,
			detail,
		);
	}

	/** Errors and warnings in a file: those of the syntax alone if there are any. */
	diagnostics(path: string): FileDiagnostic[] {
		const service = this.#services;
		const syntactic = service.getSyntacticDiagnostics(path);
		const found =
			syntactic.length > 0 ? syntactic : service.getSemanticDiagnostics(path);
		const { Error: error, Warning: warning } = ts.DiagnosticCategory;
		return found.flatMap(
			({ start, length = 0, code, category, messageText }) =>
				start === undefined || (category !== error && category !== warning)
					? []
					: [
							{
								start,
								end: start + length,
								code,
								severity: category === error ? "error" : "warning",
								message: messageOf(messageText),
							},
						],
		);
	}
}

/** What can be asked of it. */
export type ClassicQuestions = Pick<
	ClassicProgram,
	| "prepare"
	| "fileNames"
	| "configProblems"
	| "complete"
	| "inspect"
	| "diagnostics"
>;
