/** What the reader of cells must know of a magic: how to find it, and what it takes of its cell. */
export interface MagicSyntax {
	/** How it is marked. */
	readonly mark: "%dd" | "%" | "!";
	/** Takes the rest of the cell: as code, or as text. */
	readonly wraps: boolean | "text";
	/** What follows its name in the line. */
	readonly line: "arguments" | "text" | "code";
}

type Entry = Pick<MagicSyntax, "mark"> & Partial<MagicSyntax>;

const syntax = ({
	mark,
	wraps = false,
	line = "arguments",
}: Entry): MagicSyntax => ({ mark, wraps, line });

/**
 * The built-in magics. A table of its own, so that reading a cell loads none of
 * them; a test compares it with the magics themselves.
 */
export const builtInSyntax: ReadonlyMap<string, MagicSyntax> = new Map(
	Object.entries({
		seed: syntax({ mark: "%dd" }),
		"verify-data": syntax({ mark: "%dd" }),
		run: syntax({ mark: "%dd", wraps: true }),
		multirun: syntax({ mark: "%dd", wraps: true }),
		compare: syntax({ mark: "%dd" }),
		checklist: syntax({ mark: "%dd" }),
		export: syntax({ mark: "%dd" }),
		types: syntax({ mark: "%" }),
		npm: syntax({ mark: "%", line: "text" }),
		cd: syntax({ mark: "%" }),
		env: syntax({ mark: "%", line: "text" }),
		time: syntax({ mark: "%", wraps: true, line: "code" }),
		who: syntax({ mark: "%" }),
		reset: syntax({ mark: "%" }),
		load: syntax({ mark: "%" }),
		writefile: syntax({ mark: "%", wraps: "text" }),
		"!": syntax({ mark: "!", line: "text" }),
		help: syntax({ mark: "%" }),
	}),
);

const userSyntax = new Map<string, MagicSyntax>();

/** Adds a magic `%name` that a user defined, or replaces it. */
export function addMagicSyntax(
	name: string,
	{ wraps, line }: Pick<Entry, "wraps" | "line">,
): void {
	userSyntax.set(name, syntax({ mark: "%", wraps, line }));
}

/** Leaves the built-in magics alone. */
export const forgetMagicSyntax = (): void => userSyntax.clear();

const syntaxOf = (name: string): MagicSyntax | undefined =>
	builtInSyntax.get(name) ?? userSyntax.get(name);

/** Is there a magic `%name`? */
export const isMagicName = (name: string): boolean =>
	syntaxOf(name)?.mark === "%";

/** Does `%%name` take the rest of its cell as text? */
export const takesText = (name: string): boolean =>
	syntaxOf(name)?.wraps === "text";

/** The code in a magic's line, as far as it takes some: `f()` of `time f()`. */
export function codeIn(text: string): string | undefined {
	const [name, rest] = splitName(text);
	return syntaxOf(name)?.line === "code" && !asksForHelp(rest)
		? rest
		: undefined;
}

export const asksForHelp = (rest: string): boolean =>
	/^(--help|-h)[\s;]*$/.test(rest);

/** A magic's first word, and what follows it. */
export function splitName(text: string): [name: string, rest: string] {
	const [, name = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(text) ?? [];
	return [name, rest];
}
