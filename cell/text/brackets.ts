const CLOSES: Readonly<Record<string, string>> = {
	"(": ")",
	"[": "]",
	"{": "}",
};

/** Skips a quoted string; the offset after its end. */
function afterString(code: string, start: number): number {
	const quote = code[start];
	for (let at = start + 1; at < code.length; at++) {
		if (code[at] === "\\") at++;
		else if (code[at] === quote || code[at] === "\n") return at + 1;
	}
	return code.length;
}

/** Where the cursor stands in the bracket structure of possibly unfinished code. */
export interface Nesting {
	/** Offsets of the brackets still open, outermost first. */
	readonly open: readonly number[];
	/** Offset of the quote that opens the string or template text the code ends in. */
	readonly quote: number | undefined;
	/** Does the code end in a comment? */
	readonly inComment: boolean;
}

/**
 * Reads code up to its end without parsing it: what is still open there? Strings, templates
 * and comments are skipped. Regular expressions are not told from divisions, so
 * a bracket inside one counts.
 */
export function nesting(code: string): Nesting {
	const open: number[] = [];
	// Templates nest: `${` pushes a brace whose closing goes back to the text.
	const templates: { depth: number; start: number }[] = [];
	let inTemplate = false;
	let at = 0;
	const inText = (quote: number | undefined): Nesting => ({
		open,
		quote,
		inComment: false,
	});
	while (at < code.length) {
		const char = code[at] as string;
		const start = templates.at(-1)?.start;
		if (inTemplate) {
			if (char === "\\") at += 2;
			else if (char === "`") {
				inTemplate = false;
				templates.pop();
				at++;
			} else if (char === "$" && code[at + 1] === "{") {
				inTemplate = false;
				open.push(at + 1);
				at += 2;
			} else at++;
			if (at >= code.length && inTemplate) return inText(start);
		} else if (char === '"' || char === "'") {
			const end = afterString(code, at);
			const closed = end - at > 1 && code[end - 1] === char;
			if (end >= code.length && !closed && code[end - 1] !== "\n")
				return inText(at);
			at = end;
		} else if (char === "`") {
			templates.push({ depth: open.length, start: at });
			inTemplate = true;
			at++;
			if (at >= code.length) return inText(at - 1);
		} else if (char === "/" && code[at + 1] === "/") {
			const end = code.indexOf("\n", at);
			if (end < 0) return { open, quote: undefined, inComment: true };
			at = end;
		} else if (char === "/" && code[at + 1] === "*") {
			const end = code.indexOf("*/", at + 2);
			if (end < 0) return { open, quote: undefined, inComment: true };
			at = end + 2;
		} else {
			if (CLOSES[char]) open.push(at);
			else if (char === ")" || char === "]" || char === "}") {
				const opener = open.at(-1);
				if (opener !== undefined && CLOSES[code[opener] as string] === char) {
					open.pop();
					const template = templates.at(-1);
					if (char === "}" && template && template.depth === open.length)
						inTemplate = true;
				}
			}
			at++;
		}
	}
	return { open, quote: undefined, inComment: false };
}
