import { nesting } from "../../cell/text/brackets.ts";
import { blankMagics } from "../../magics/magic-lines.ts";
import type { CompleteReply } from "../protocol/requests.ts";
import { isInternalName, withoutInternalNames } from "./cell-files.ts";
import type {
	CompletionEntry,
	ProgramView,
	SymbolView,
} from "./compiler/program-view.ts";

/** What fits at the cursor; `types`, `signatures` and `documentation` have one text per match. */
export interface Completions extends CompleteReply {
	/** TypeScript's type, e.g. "(x: number) => number"; "" where none was asked for. */
	readonly signatures: readonly string[];
	/** First lines of the JSDoc comment; "" where there is none. */
	readonly documentation: readonly string[];
}

/** The part of the code that a completion replaces. */
export interface CompletionPlace {
	/** UTF-16 offset at which the replaced text begins. */
	readonly start: number;
	readonly prefix: string;
	/** The text ends in `value.` before the prefix. */
	readonly member: boolean;
	/** The cursor is in a string, the text of a template or a comment. */
	readonly inText: boolean;
}

/** Types and docs are fetched only for a list that a person can read. */
const DETAILED = 25;

const WORD_END = /(?<![\p{ID_Continue}$#])[\p{ID_Continue}$#]*$/u;

/** Where a completion at `cursor` starts; undefined in a magic line. */
export function completionPlace(
	code: string,
	cursor: number,
): CompletionPlace | undefined {
	const before = blankMagics(code).slice(0, cursor);
	const lineStart = before.lastIndexOf("\n") + 1;
	const line = before.slice(lineStart);
	// Of a magic's line only what it takes as code is there.
	if (line.trim() === "" && line !== code.slice(lineStart, cursor))
		return undefined;
	const { quote, inComment } = nesting(before);
	const word = WORD_END.exec(before)?.[0] ?? "";
	const start =
		quote === undefined
			? cursor - word.length
			: Math.max(quote, before.lastIndexOf("/")) + 1;
	return {
		start,
		prefix: before.slice(start),
		member: quote === undefined && /\.\s*$/.test(before.slice(0, start)),
		inText: quote !== undefined || inComment,
	};
}

/** No completions, at the cursor. */
export const noCompletions = (cursor: number): Completions => ({
	matches: [],
	start: cursor,
	end: cursor,
	types: [],
	signatures: [],
	documentation: [],
});

/** An alias is listed as a variable; what it stands for says more. */
function targetKind<S extends SymbolView, T>(
	{ flags }: S,
	{ flags: Flags }: ProgramView<S, T>,
): string | undefined {
	if (flags & Flags.Function) return "function";
	if (flags & Flags.Class) return "class";
	if (flags & Flags.Enum) return "enum";
	if (flags & Flags.Variable) return "variable";
	if (flags & Flags.Interface) return "interface";
	if (flags & Flags.TypeAlias) return "type";
	if (flags & Flags.Module) return "module";
	return undefined;
}

/** What an entry is, seen through its import. */
async function kindOf<S extends SymbolView, T>(
	{ kind, symbol }: CompletionEntry<S>,
	view: ProgramView<S, T>,
): Promise<string> {
	if (!symbol) return kind;
	const target = await view.target(symbol);
	return target === symbol ? kind : (targetKind(target, view) ?? kind);
}

async function detail<S extends SymbolView, T>(
	entry: CompletionEntry<S>,
	view: ProgramView<S, T>,
) {
	const { kind } = entry;
	if (!entry.symbol) return { kind, signature: "", documentation: "" };
	const symbol = await view.target(entry.symbol);
	const [[type], documentation] = await Promise.all([
		view.typesOf([symbol]),
		view.documentation(symbol),
	]);
	const known = type && !view.isError(type) ? await view.print(type) : "";
	return {
		kind: symbol === entry.symbol ? kind : (targetKind(symbol, view) ?? kind),
		signature: withoutInternalNames(known),
		documentation,
	};
}

/** Names that only the library has all of. */
const OF_LIBRARY = ["run", "multirun", "log", "defineTask", "useStream"];

/**
 * The compiler lists a module's names as they are declared. The library declares
 * them in the order in which people need them (index.ts); other lists are searched by letters.
 */
function inOrder<Entry extends Named>(entries: readonly Entry[]): Entry[] {
	const names = new Set(entries.map(({ name }) => name));
	return OF_LIBRARY.every((name) => names.has(name))
		? [...entries]
		: [...entries].sort(byRank);
}

type Named = Omit<CompletionEntry<unknown>, "symbol" | "kind">;

const byRank = (a: Named, b: Named): number => {
	const [left, right] = [a.sortText ?? "", b.sortText ?? ""];
	if (left !== right) return left < right ? -1 : 1;
	return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
};

/** The entries that continue the prefix; without regard to case only where no other does. */
function matching<Entry extends Named>(
	entries: readonly Entry[],
	prefix: string,
): Entry[] {
	const usable = inOrder(entries).filter(
		({ name, insertText }) =>
			!isInternalName(name) && !insertText?.startsWith("["),
	);
	const exact = usable.filter(({ name }) => name.startsWith(prefix));
	if (exact.length > 0) return exact;
	const lower = prefix.toLowerCase();
	return usable.filter(({ name }) => name.toLowerCase().startsWith(lower));
}

/**
 * Completions at `position` of the file that is viewed, for the code at `place`.
 * Undefined where the compiler lists nothing.
 */
export async function completionsAt<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	position: number,
	{ start, prefix }: CompletionPlace,
): Promise<Completions | undefined> {
	const found = await view.completions(position);
	if (!found || found.length === 0) return undefined;
	const entries = matching(found, prefix);
	const details =
		entries.length <= DETAILED
			? await Promise.all(entries.map((entry) => detail(entry, view)))
			: await Promise.all(
					entries.map(async (entry) => ({
						kind: await kindOf(entry, view),
						signature: "",
						documentation: "",
					})),
				);
	// `value?.name` for a value that may be undefined: the dot is replaced as well.
	const optional = entries.some(({ insertText }) =>
		insertText?.startsWith("?."),
	);
	return {
		matches: entries.map(({ name, insertText }) =>
			optional ? (insertText ?? `.${name}`) : name,
		),
		start: optional ? start - 1 : start,
		end: start + prefix.length,
		types: details.map(({ kind }) => kind),
		signatures: details.map(({ signature }) => signature),
		documentation: details.map(({ documentation }) => documentation),
	};
}
