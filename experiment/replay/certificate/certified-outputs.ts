import { contentName } from "./provenance.ts";
import type { Statement } from "./statement.ts";

/** The outputs that a statement is about. */
export const outputsOf = ({ subject }: Statement): string[] =>
	subject
		.map(({ name }) => name)
		.filter((name) => name.startsWith(contentName("")))
		.map((name) => name.slice(contentName("").length));

/** Is every output among the parts that came out the same? */
export const isWhole = (outputs: readonly string[], parts: readonly string[]) =>
	outputs.length > 0 && outputs.every((output) => parts.includes(output));
