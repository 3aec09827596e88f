import { highlightCell } from "../notebook/highlight.ts";

/** Select Graphic Rendition (ECMA-48 §8.3.117) for the classes of `highlightCell`. */
const STYLES: readonly (readonly [RegExp, string])[] = [
	[/hljs-(keyword|operator)/, "35"],
	[/hljs-(string|regexp|char)/, "32"],
	[/hljs-(number|literal|symbol)/, "33"],
	[/hljs-comment|hljs-doctag/, "90"],
	[/hljs-subst/, "39"],
	[/title function_/, "34"],
	[/hljs-(built_in|type|title|variable)/, "36"],
	[/magic-(mark|name)/, "1;36"],
	[/magic-(key|option)/, "34"],
];

const ENTITIES: Readonly<Record<string, string>> = {
	"&amp;": "&",
	"&lt;": "<",
	"&gt;": ">",
	"&quot;": '"',
	"&#x27;": "'",
	"&#39;": "'",
};

const PIECES = /<span class="([^"]*)">|(<\/span>)|(&[#\w]+;)|([^<&]+)/g;

/** One style ("35", "1;36", or "" for plain) for each UTF-16 unit of a cell's source. */
export function styles(source: string): string[] {
	const found: string[] = [];
	const stack: string[] = [""];
	for (const [, open, close, entity, text] of highlightCell(source).matchAll(
		PIECES,
	)) {
		const style = stack.at(-1) as string;
		if (open !== undefined)
			stack.push(STYLES.find(([name]) => name.test(open))?.[1] ?? style);
		else if (close !== undefined) stack.pop();
		else
			for (
				let i = (entity ? (ENTITIES[entity] ?? entity) : (text ?? "")).length;
				i > 0;
				i--
			)
				found.push(style);
	}
	return found;
}

/** The text in a style; as it is when there is none. */
export const styled = (text: string, style: string): string =>
	style === "" || text === "" ? text : `\u001b[${style}m${text}\u001b[0m`;
