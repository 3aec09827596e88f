import { nesting } from "../../cell/text/brackets.ts";
import { blankMagics } from "../../magics/magic-lines.ts";
import type { InspectReply } from "../protocol/requests.ts";
import { withoutInternalNames } from "./cell-files.ts";
import type { ProgramView, SymbolView } from "./compiler/program-view.ts";

export const nothingFound: InspectReply = { found: false, data: {} };

const WORD_BEFORE = /(?<![\p{ID_Continue}$#])[\p{ID_Continue}$#]*$/u;
const WORD_AFTER = /^[\p{ID_Continue}$#]*/u;

/**
 * Offset of the name to explain: the one that touches the cursor, else the
 * function whose arguments the cursor is in.
 */
export function inspectedName(
	code: string,
	cursor: number,
): number | undefined {
	const source = blankMagics(code);
	const before = source.slice(0, cursor);
	const left = WORD_BEFORE.exec(before)?.[0] ?? "";
	const right = WORD_AFTER.exec(source.slice(cursor))?.[0] ?? "";
	const word = left + right;
	if (word !== "" && !/^\d/.test(word)) return cursor - left.length;
	for (const bracket of nesting(before).open.slice(-MOST_BRACKETS).reverse()) {
		const callee =
			source[bracket] === "(" ? calleeBefore(source, bracket) : undefined;
		if (callee !== undefined) return callee;
	}
	return undefined;
}

/** So far around the cursor the call that is written is looked for. */
const MOST_BRACKETS = 200;
/** A name and its type arguments are no longer. */
const MOST_CHARACTERS = 1000;

/** Offset of the function whose arguments begin at the bracket: `name(`, `name<Type>(`. */
function calleeBefore(source: string, bracket: number): number | undefined {
	const start = Math.max(0, bracket - MOST_CHARACTERS);
	const before = source.slice(start, bracket).trimEnd();
	const word = WORD_BEFORE.exec(before);
	if (word && word[0] !== "") return start + word.index;
	if (!before.endsWith(">")) return undefined;
	const from = Math.max(before.lastIndexOf("("), before.lastIndexOf(")")) + 1;
	const named = /(?<![\p{ID_Continue}$#])[\p{ID_Continue}$#]+</u.exec(
		before.slice(from),
	);
	return named ? start + from + named.index : undefined;
}

interface Subject<S, T> {
	readonly name: string;
	readonly symbol: S;
	readonly type: T | undefined;
}

async function signatures<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	{ type }: Subject<S, T>,
	kind: "call" | "new",
): Promise<string[]> {
	if (!type) return [];
	const printed = await view.signatures(type, kind);
	return [...new Set(printed)].map((text) =>
		text.replace(/;$/, "").replace(/^new /, ""),
	);
}

/** Properties of a class, interface or enum, one line each. */
async function members<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	type: T | undefined,
): Promise<string[]> {
	if (!type) return [];
	const properties = await view.properties(type);
	const types = await view.typesOf(properties);
	return Promise.all(
		properties.map(async ({ name }, index) => {
			const of = types[index];
			return `  ${name}: ${of ? await view.print(of) : "unknown"};`;
		}),
	);
}

const block = (head: string, lines: readonly string[]): string =>
	lines.length > 0 ? `${head} {\n${lines.join("\n")}\n}` : head;

async function qualifiedName<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	{ name, symbol }: Subject<S, T>,
): Promise<string> {
	const { Property, Method, Accessor, EnumMember, Class, Interface, Enum } =
		view.flags;
	if (!(symbol.flags & (Property | Method | Accessor | EnumMember)))
		return name;
	const parent = await view.parent(symbol);
	return parent && parent.flags & (Class | Interface | Enum)
		? `${parent.name}.${name}`
		: name;
}

/** Only the first overload, unless all are asked for. */
const shortened = (lines: string[], detail: 0 | 1): string[] =>
	detail === 1 || lines.length <= 1
		? lines
		: [lines[0] as string, `// and ${lines.length - 1} more`];

async function classText<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	subject: Subject<S, T>,
	detail: 0 | 1,
): Promise<string> {
	const { name, symbol } = subject;
	const constructors = (await signatures(view, subject, "new")).map(
		// What `new` returns goes without saying.
		(text) => `constructor${text.slice(0, text.lastIndexOf("): ") + 1)};`,
	);
	const rest =
		detail === 1 ? await members(view, await view.declaredType(symbol)) : [];
	return block(`class ${name}`, [
		...shortened(constructors, detail).map((line) => `  ${line}`),
		...rest,
	]);
}

/** What the name is where a type is expected; undefined when it is no type. */
async function typeText<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	{ name, symbol }: Subject<S, T>,
	detail: 0 | 1,
): Promise<string | undefined> {
	const { flags } = symbol;
	if (flags & view.flags.Interface) {
		const type = detail === 1 ? await view.declaredType(symbol) : undefined;
		return block(`interface ${name}`, await members(view, type));
	}
	if (flags & view.flags.TypeAlias) {
		const type = await view.declaredType(symbol);
		return `type ${name} = ${await view.print(type, "whole")}`;
	}
	return flags & view.flags.TypeParameter
		? `(type parameter) ${name}`
		: undefined;
}

/** What the name is where a value is expected; undefined when it is no value. */
async function valueText<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	subject: Subject<S, T>,
	detail: 0 | 1,
): Promise<string | undefined> {
	const { symbol, type, name } = subject;
	const { flags: Flags } = view;
	const { flags } = symbol;
	if (flags & Flags.Class) return classText(view, subject, detail);
	if (flags & Flags.Enum) return `enum ${name}`;
	const own = await qualifiedName(view, subject);
	const calls = await signatures(view, subject, "call");
	const member = flags & (Flags.Property | Flags.Accessor | Flags.EnumMember);
	if (flags & (Flags.Function | Flags.Method | Flags.Variable) || member) {
		const word =
			flags & Flags.Method
				? "(method) "
				: flags & Flags.EnumMember
					? "(enum member) "
					: member
						? "(property) "
						: "";
		if (calls.length > 0)
			return shortened(
				calls.map((text) => `${word || "function "}${own}${text}`),
				detail,
			).join("\n");
		const shown = type ? await view.print(type, "here") : "unknown";
		const constructors = await signatures(view, subject, "new");
		const news = constructors.map((text) => `new ${name}${text}`);
		return [`${word}${own}: ${shown}`, ...shortened(news, detail)].join("\n");
	}
	if (flags & Flags.Module) {
		const exported = detail === 1 ? await view.exports(symbol) : [];
		return block(
			`module ${name}`,
			exported.map((part) => `  ${part.name}`),
		);
	}
	return undefined;
}

/**
 * What the name at `position` of the file that is viewed is: its declaration and
 * its documentation as text/plain and text/markdown. Detail 1 adds all overloads,
 * members and JSDoc tags.
 */
export async function inspectionAt<S extends SymbolView, T>(
	view: ProgramView<S, T>,
	position: number,
	name: string,
	detail: 0 | 1,
): Promise<InspectReply> {
	const found = await view.symbolAt(position);
	if (!found) return nothingFound;
	const symbol = await view.target(found);
	if (await view.isUnknown(symbol)) return nothingFound;
	const type = await view.typeAt(position);
	// At a place for a type, the value of the same name has no type.
	const [known] =
		type && view.isError(type) ? await view.typesOf([symbol]) : [type];
	const subject = { name, symbol, type: known };
	// An import hides the comment of what it stands for, and the other way round.
	const [value, ofType, documentation, aliasDocumentation, tags] =
		await Promise.all([
			valueText(view, subject, detail),
			typeText(view, subject, detail),
			view.documentation(symbol),
			view.documentation(found),
			detail === 1 ? view.tags(symbol) : [],
		]);
	const declared = [value, ofType].filter((part) => part !== undefined);
	const head = withoutInternalNames(declared.join("\n") || name);
	const text = documentation || aliasDocumentation;
	const plainTags = tags.map(({ name, text }) =>
		`@${name} ${text ?? ""}`.trimEnd(),
	);
	const markdownTags = tags.map(({ name, text }) =>
		name === "example" && text && !text.includes("```")
			? `*@example*\n\`\`\`typescript\n${text}\n\`\`\``
			: `*@${name}* ${text ?? ""}`.trimEnd(),
	);
	return {
		found: true,
		data: {
			"text/plain": [head, text, plainTags.join("\n")]
				.filter(Boolean)
				.join("\n\n"),
			"text/markdown": [
				`\`\`\`typescript\n${head}\n\`\`\``,
				text,
				markdownTags.join("\n\n"),
			]
				.filter(Boolean)
				.join("\n\n"),
		},
	};
}
