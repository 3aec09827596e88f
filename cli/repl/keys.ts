/** What arrives from a terminal: a key, text typed or pasted, or the terminal's answer to a question. */
export type Input =
	| { readonly type: "key"; readonly key: string }
	| { readonly type: "text" | "paste" | "report"; readonly text: string };

const LETTERS: Readonly<Record<string, string>> = {
	A: "up",
	B: "down",
	C: "right",
	D: "left",
	F: "end",
	H: "home",
};

const NUMBERS: Readonly<Record<string, string>> = {
	1: "home",
	3: "delete",
	4: "end",
	7: "home",
	8: "end",
};

const CONTROLS: Readonly<Record<string, string>> = {
	"\r": "enter",
	"\n": "enter",
	"\t": "tab",
	"\b": "backspace",
	"\u007f": "backspace",
};

/** xterm's numbers for modifiers: 1 + shift 1 + alt 2 + ctrl 4. */
function withModifiers(key: string, parameter: string | undefined): string {
	const bits = Math.max(0, Number(parameter ?? 1) - 1);
	return `${bits & 4 ? "ctrl-" : ""}${bits & 2 ? "alt-" : ""}${bits & 1 ? "shift-" : ""}${key}`;
}

// CSI sequences (ECMA-48 §5.4), SS3 keys, and strings that a terminal reports
// (DCS, OSC, APC); `partial` is the beginning of one.
/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is looked for */
const SEQUENCE =
	/^\u001b(?:\[(?<csi>[0-?]*)[ -/]*(?<final>[@-~])|O(?<ss3>[A-Za-z])|[P\]_^][^\u0007\u001b]*(?:\u0007|\u001b\\))/;
const PARTIAL = /^\u001b(?:\[[0-?]*[ -/]*|O|[P\]_^][^\u0007\u001b]*\u001b?)?$/;
const TEXT = /^[^\u0000-\u001f\u007f]+/;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above */

const PASTE_START = "\u001b[200~";
const PASTE_END = "\u001b[201~";

function sequence(match: RegExpExecArray): Input | undefined {
	const { csi, final = "", ss3 } = match.groups ?? {};
	const key = (name: string | undefined): Input | undefined =>
		name === undefined ? undefined : { type: "key", key: name };
	if (ss3 !== undefined) return key(LETTERS[ss3]);
	if (csi === undefined) return undefined;
	// DA1 and the size of a cell, as asked for in capability.ts.
	if (/^\?.*c$|^6;.*t$/.test(csi + final))
		return { type: "report", text: csi + final };
	const [first = "", modifiers] = csi.split(";");
	if (final === "Z") return key("shift-tab");
	if (final === "u" && first === "13")
		return key(withModifiers("enter", modifiers));
	const name = final === "~" ? NUMBERS[first] : LETTERS[final];
	return key(name && withModifiers(name, modifiers));
}

/**
 * Reads what a terminal in raw mode sends. A key may arrive in pieces: what is
 * unfinished waits for the next call. Keys are named `enter`, `up`, `ctrl-a`,
 * `alt-enter`, `shift-tab`, …; sequences that mean nothing here are dropped.
 */
export function createDecoder(): (chunk: string) => Input[] {
	let pending = "";
	let pasting = false;

	function paste(): Input | undefined {
		const end = pending.indexOf(PASTE_END);
		if (end < 0) return undefined;
		const text = pending.slice(0, end).replace(/\r\n?/g, "\n");
		pending = pending.slice(end + PASTE_END.length);
		pasting = false;
		return { type: "paste", text };
	}

	/** The length of the next piece and what it means; undefined when more must come. */
	function next(): [number, Input | undefined] | undefined {
		const text = TEXT.exec(pending)?.[0];
		if (text !== undefined) return [text.length, { type: "text", text }];
		const first = pending[0] as string;
		if (first !== "\u001b") {
			const letter = String.fromCharCode(first.charCodeAt(0) + 96);
			return [1, { type: "key", key: CONTROLS[first] ?? `ctrl-${letter}` }];
		}
		const match = SEQUENCE.exec(pending);
		if (match) return [match[0].length, sequence(match)];
		if (PARTIAL.test(pending)) return undefined;
		const second = pending[1] as string;
		// Escape twice, or before another sequence: only the first is dropped.
		if (second === "\u001b") return [1, undefined];
		const name = CONTROLS[second] ?? second;
		return [2, { type: "key", key: `alt-${name}` }];
	}

	return (chunk) => {
		const inputs: Input[] = [];
		pending += chunk;
		while (pending !== "") {
			if (pasting) {
				const pasted = paste();
				if (!pasted) break;
				inputs.push(pasted);
				continue;
			}
			if (pending.startsWith(PASTE_START)) {
				pending = pending.slice(PASTE_START.length);
				pasting = true;
				continue;
			}
			const piece = next();
			if (!piece) break;
			pending = pending.slice(piece[0]);
			if (piece[1]) inputs.push(piece[1]);
		}
		return inputs;
	};
}
