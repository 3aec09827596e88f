/** A comment, a text of one line, or a regular expression, if it is not long, behind what cannot be divided. */
const TEXT =
	/\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|\/(?<=(?:^|[(,=:[!&|?{};\n])[ \t]*\/)(?:\\.|\[(?:\\.|[^\]\\\n]){0,100}\]|[^/\\\n[]){1,200}\//y;

/** What stands between the tags of elements. */
const BETWEEN_TAGS = /(<\/?(?:[A-Za-z][^<>;]*)?>)([^<>{}]+)/g;

const blank = (text: string) => text.replace(/[^\n]/g, " ");

/** The end of the comment, text or template that begins here; undefined where code does. */
function afterText(code: string, start: number): number | undefined {
	if (code[start] === "`") return afterTemplate(code, start);
	TEXT.lastIndex = start;
	return TEXT.test(code) ? TEXT.lastIndex : undefined;
}

function afterTemplate(code: string, start: number): number {
	// Of each value that is open, how many braces are open in it; templates lie in values.
	const values: number[] = [];
	let inText = true;
	let at = start + 1;
	while (at < code.length) {
		const char = code[at];
		if (inText) {
			if (char === "\\") at++;
			else if (char === "`") {
				if (values.length === 0) return at + 1;
				inText = false;
			} else if (char === "$" && code[at + 1] === "{") {
				values.push(0);
				inText = false;
				at++;
			}
			at++;
			continue;
		}
		const open = values.at(-1) ?? 0;
		if (char === "`") inText = true;
		else if (char === "{") values.splice(-1, 1, open + 1);
		else if (char === "}" && open > 0) values.splice(-1, 1, open - 1);
		else if (char === "}") {
			values.pop();
			inText = true;
		} else {
			at = afterText(code, at) ?? at + 1;
			continue;
		}
		at++;
	}
	return code.length;
}

/**
 * Code of the same length, with the same lines, whether it parses or not: blanks in place of
 * comments, of what texts, templates and regular expressions say, and of what stands between tags.
 */
export function codeOnly(code: string): string {
	let only = "";
	for (let at = 0; at < code.length; ) {
		const end = afterText(code, at);
		if (end === undefined) only += code[at++];
		else {
			only += withoutWords(code.slice(at, end));
			at = end;
		}
	}
	return only.replace(
		BETWEEN_TAGS,
		(_, tag: string, text: string) => tag + blank(text),
	);
}

/** Quotes stay: they are code. */
function withoutWords(text: string): string {
	const quote = text[0] ?? "";
	if (quote === "/") return blank(text);
	if (text.length === 1) return text;
	const last = text.endsWith(quote) ? quote : blank(text.slice(-1));
	return quote + blank(text.slice(1, -1)) + last;
}
