import { requirePackage } from "../../host/modules.ts";

/*
 * The maintained rules of secretlint, beside our own looks: when an issuer
 * changes its tokens, an update of the package brings the pattern. Loaded when a
 * run begins, or a text first has a word that may be a token.
 */

interface Report {
	readonly range?: readonly [from: number, to: number];
}

interface Source {
	readonly content: string;
	readonly filePath: string;
	readonly ext: string;
	readonly contentType: "text";
}

interface Rule {
	readonly meta: { readonly id: string };
	create(
		context: {
			createTranslator(): (key: string) => {
				readonly messageId: string;
				readonly message: string;
			};
			report(found: Report): void;
			ignore(): void;
			readonly sharedOptions: object;
		},
		options: object,
	): { file?(source: Source): unknown };
}

interface Preset {
	readonly rules: readonly Rule[];
}

/** What our own looks do better: addresses keep user and host, keys may be cut off, comments allow nothing. */
const OURS =
	/-(basicauth|database-connection-string|privatekey|npm|filter-comments)$/;

type Find = (content: string) => readonly (readonly [number, number])[];

function load(): Find {
	const preset = requirePackage(
		"@secretlint/secretlint-rule-preset-recommend",
	) as Preset;
	const found: (readonly [number, number])[] = [];
	const context = {
		createTranslator: () => (key: string) => ({ messageId: key, message: key }),
		report: ({ range }: Report) => {
			if (range) found.push(range);
		},
		ignore: () => undefined,
		sharedOptions: {},
	};
	const checks = preset.rules
		.filter(({ meta }) => !OURS.test(meta.id))
		.map((rule) => rule.create(context, {}));
	return (content) => {
		found.length = 0;
		for (const check of checks)
			check.file?.({
				content,
				filePath: "text.txt",
				ext: ".txt",
				contentType: "text",
			});
		return [...found].sort(([a], [b]) => a - b);
	};
}

let find: Find | undefined;

/** Loads the rules now: a run may leave no file to open, and its error is searched for secrets all the same. */
export function loadRules(): void {
	find ??= load();
}

const SHORTEST_TOKEN = 20;
const LONGEST_TOKEN = 1500;

const isIn = (characters: RegExp): readonly boolean[] =>
	Array.from({ length: 128 }, (_, code) =>
		characters.test(String.fromCharCode(code)),
	);
const OF_WORD = isIn(/[\w.+/=-]/);
const BEGINNING = isIn(/[A-Za-z\d]/);

/**
 * The words of a text that are as long as tokens, each from its first letter or
 * digit on. By a loop: packed data are one word of millions of characters, for
 * which an expression runs out of stack.
 */
function* wordsIn(text: string): Generator<{ word: string; index: number }> {
	for (let at = 0; at < text.length; at++) {
		if (!BEGINNING[text.charCodeAt(at)]) continue;
		const index = at;
		while (OF_WORD[text.charCodeAt(at)]) at++;
		const length = at - index;
		if (length >= SHORTEST_TOKEN && length <= LONGEST_TOKEN)
			yield { word: text.slice(index, at), index };
	}
}

/** Hashes, ids and packed numbers are no tokens. */
const HASH =
	/^(?:[\w-]{0,20}[-=:])?(?:[a-f\d]{20,}|[a-f\d]{8}(?:-[a-f\d]{4}){3}-[a-f\d]{12})$/i;

const mayBeToken = (word: string) =>
	/\d/.test(word) && /[A-Za-z]/.test(word) && !HASH.test(word);

/** A text with `mark` in place of the tokens that the rules find. */
export function withoutKnownTokens(text: string, mark: string): string {
	let clean = "";
	let end = 0;
	for (const { word, index } of wordsIn(text)) {
		if (!mayBeToken(word)) continue;
		find ??= load();
		for (const [from, to] of find(word)) {
			if (index + from < end) continue;
			clean += text.slice(end, index + from) + mark;
			end = index + to;
		}
	}
	return clean + text.slice(end);
}
