import type { Diagnostic, Project } from "typescript/unstable/async";
import type { DiagnosticMessage, FileDiagnostic } from "../diagnostics.ts";
import type { TypeScript } from "./compiler.ts";

const messageOf = ({ text, messageChain }: Diagnostic): DiagnosticMessage => ({
	text,
	details: (messageChain ?? []).map(messageOf),
});

/**
 * The errors and warnings of TypeScript 7 in a file. Syntax errors come alone,
 * since types of a broken file say little.
 */
export async function nativeDiagnostics(
	{ program }: Project,
	{ DiagnosticCategory: { Error: error, Warning: warning } }: TypeScript,
	path: string,
): Promise<FileDiagnostic[]> {
	// Both at once, as the way there and back takes as long as the first question.
	const [syntactic, semantic] = await Promise.all([
		program.getSyntacticDiagnostics(path),
		program.getSemanticDiagnostics(path),
	]);
	return (syntactic.length > 0 ? syntactic : semantic).flatMap((diagnostic) => {
		const { pos: start, end, code, category } = diagnostic;
		if (category !== error && category !== warning) return [];
		const severity = category === error ? "error" : "warning";
		return [{ start, end, code, severity, message: messageOf(diagnostic) }];
	});
}
