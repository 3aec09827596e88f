import type { ParamValue, Scalar } from "../events.ts";
import { splitList } from "../parameters/parameter-text.ts";
import {
	isNameOfSecret,
	isSecret,
	isSecretAlways,
	isSecretMember,
	isSecretVariable,
} from "./named-secrets.ts";
import { formsOf, type SecretForm, withoutForms } from "./secret-forms.ts";
import {
	isMark,
	REDACTED,
	withoutLooks,
	withoutPairs,
	withoutQuotedPairs,
} from "./secret-looks.ts";
import { hasSecretName } from "./secret-names.ts";

export { REDACTED } from "./secret-looks.ts";

/** A password in a remote's URL has no place in a record; neither has the user's name. */
export function withoutCredentials(url: string): string {
	return url.replace(/^([a-z][\w+.-]*:\/\/)[^/]*@/i, "$1");
}

/** A shorter line of a secret may be one of any text. */
const SHORTEST_LINE = 16;

/** A shorter value is found in many a text where it is no secret. */
const SHORTEST_VALUE = 6;

/** A line of a notebook that is no TypeScript: `%dd run login password=…`, `!TOKEN=… command`. */
const COMMAND_LINE = /^[ \t]*[%!].*$/gm;
/** Where a cell is no code (`%%bash`, `%%writefile .env`), its assignments too. */
const TEXT_CELL = /^\s*%%(?!dd\b)/;
const COMMAND_OR_VARIABLE =
	/^[ \t]*(?:[%!]|(?:export[ \t]+)?[A-Z_][A-Z\d_]*=).*$/gm;
const ANY_ASSIGNMENT =
	/^[ \t]*(?:[%!]|(?:export[ \t]+|set[ \t]+)?[A-Za-z_][\w.-]*=).*$/gm;

/** A quote behind a backslash begins none: else each within an unclosed text would be searched for its end. */
const TEXT_LITERAL =
	/(?<!\\)(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\$]|\$(?!\{))*`)/
		.source;
/** As a whole: what stays of one beside a mark is no code. */
const NUMBER_LITERAL =
	/(?:0[xob][\da-f_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?)n?/.source;
const LITERAL = new RegExp(`${TEXT_LITERAL}|${NUMBER_LITERAL}`, "gi");
/**
 * What code declares as parameters, for runs or for a script as a whole, as far as it says it with literals.
 * Each twice: brackets within texts end nothing, and an apostrophe in a comment begins none.
 */
const PARAMETER_PLACES = [
	/\bparams\s*:\s*\{[^{}]*\}/g,
	new RegExp(`\\bparams\\s*:\\s*\\{(?:${TEXT_LITERAL}|[^{}"'\`])*\\}`, "g"),
	/\bparameter(?:<[^<>()]*>)?\([^()]*\)/g,
	new RegExp(
		`\\bparameter(?:<[^<>()]*>)?\\((?:${TEXT_LITERAL}|[^()"'\`])*\\)`,
		"g",
	),
];
const PARAMETER = new RegExp(
	`[({,\\s](["'\`]?)([\\w$-]+)\\1\\s*[:,]\\s*(\\[[^[\\]]*\\]|${TEXT_LITERAL}|${NUMBER_LITERAL})`,
	"gi",
);
/** The default of a notebook's parameter, or of a function's, is a variable's first value. */
const VARIABLE = new RegExp(
	`(?:\\b(?:const|let|var)\\s+|[({,]\\s*)([\\w$]+)(?:\\s*:[^=;,()\\n]{1,60})?(?<!\\s)\\s*=\\s*(${TEXT_LITERAL})`,
	"g",
);

/** A member of any object, and an assignment. */
const GIVEN = new RegExp(
	`(?<![\\w$-])([\\w$-]{1,60})["'\`]?\\]?[ \\t]{0,4}[:=][ \\t]{0,4}(${TEXT_LITERAL})`,
	"g",
);

interface DeclaredSecret {
	readonly name: string;
	readonly value: Scalar;
	readonly literal: string;
	readonly from: number;
	/** In a list of several. */
	readonly index: number;
}

/** The secret texts and numbers that code gives to names, from first to last. */
function declaredSecrets(source: string): DeclaredSecret[] {
	const found = new Map<number, DeclaredSecret>();
	const add = (name: string, given: string, at: number) => {
		for (const [index, match] of [...given.matchAll(LITERAL)].entries()) {
			const [literal] = match;
			const value = literalValue(literal);
			const from = at + match.index;
			if (isSecret(name, value))
				found.set(from, { name, value, literal, from, index });
		}
	};
	for (const places of PARAMETER_PLACES)
		for (const { 0: place, index } of source.matchAll(places))
			for (const match of place.matchAll(PARAMETER)) {
				const [whole, , name = "", given = ""] = match;
				add(name, given, index + match.index + whole.length - given.length);
			}
	for (const match of source.matchAll(VARIABLE)) {
		const [whole, name = "", given = ""] = match;
		// `token` is many a variable's name, and `apiKey = "api_key"` names a field.
		if (isSecretAlways(name) && !isNameOfSecret(String(literalValue(given))))
			add(name, given, match.index + whole.length - given.length);
	}
	for (const match of source.matchAll(GIVEN)) {
		const [whole, name = "", given = ""] = match;
		const value = String(literalValue(given));
		if (value.length < SHORTEST_VALUE || isNameOfSecret(value)) continue;
		if (isSecretAlways(name) && !isBranch(source, match.index))
			add(name, given, match.index + whole.length - given.length);
	}
	return [...found.values()].sort((a, b) => a.from - b.from);
}

/** In `ready ? password : "none"` the text belongs to no name. */
const isBranch = (source: string, at: number) =>
	source
		.slice(Math.max(0, at - 20), at)
		.trimEnd()
		.endsWith("?");

function withoutDeclaredSecrets(source: string): string {
	let clean = "";
	let end = 0;
	for (const { literal, from, index } of declaredSecrets(source)) {
		const quote = /^["'`]/.exec(literal)?.[0] ?? '"';
		clean += source.slice(end, from) + quote + markAt(index) + quote;
		end = from + literal.length;
	}
	return clean + source.slice(end);
}

function literalValue(literal: string): Scalar {
	if (literal.startsWith('"')) return declaredText(literal);
	return /^['`]/.test(literal)
		? literal.slice(1, -1).replace(/\\(.)/g, "$1")
		: Number(literal.replaceAll("_", "").replace(/n$/, ""));
}

/** The cell that `-p key=value` puts into a notebook, as papermill does. */
const INJECTED_CELL = /^\/\/ Parameters\n/;
const DECLARATION = /^(const ([\w$]+) = )(.*);$/gm;

/** What a declaration with a literal says, as it would be written on a command line. */
function declaredText(literal: string): string {
	try {
		return String(JSON.parse(literal));
	} catch {
		return literal; // Somebody changed the cell.
	}
}

function commandLines(source: string): RegExp {
	if (!TEXT_CELL.test(source)) return COMMAND_LINE;
	const { file } = writtenFile(source);
	return FOREIGN_CELL.test(source) &&
		!SCRIPT.test(file) &&
		!CODE_FILE.test(file)
		? ANY_ASSIGNMENT
		: COMMAND_OR_VARIABLE;
}

/** Quotes keep spaces, also within a word. */
const ASSIGNMENT = /(?<![\w.-])([\w.-]+)=((?:"[^"]*"|'[^']*'|\S)+)/g;

const unquoted = (text: string) => text.replace(/^(["'])(.*)\1$/s, "$2");

/** A written value as parameters read it. */
function typed(text: string): Scalar {
	if (text === "true" || text === "false") return text === "true";
	return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

/** The secrets behind a `name=` as they are written, the whole and each of a list; empty where the name hides none. */
function writtenSecrets(name: string, written: string): readonly string[] {
	const values = [written, ...splitList(written)].map(unquoted);
	return [...new Set(values)].filter((one) => isSecret(name, typed(one)));
}

/** A replay takes no list that has a value twice. */
const markAt = (index: number) =>
	index === 0 ? REDACTED : REDACTED.replace("]", `-${index + 1}]`);

const listedMarks = (count: number) =>
	Array.from({ length: count }, (_, i) => markAt(i)).join(",");

/** A line without the secrets that it gives to names. */
const withoutAssigned = (line: string): string =>
	line.replace(ASSIGNMENT, (whole, name: string, written: string) => {
		if (writtenSecrets(name, written).length === 0) return whole;
		return `${name}=${listedMarks(splitList(written).length)}`;
	});

/** Cells of which nothing is code of ours; user magics may wrap some. */
const FOREIGN_CELL =
	/^\s*%%(?:bash|sh|zsh|cmd|script|system|sx|html|svg|latex|markdown|javascript|js|python[23]?|pypy|perl|ruby|R|file|writefile)\b/;
const WRITTEN_FILE =
	/^\s*%%(?:writefile|file)(?:[ \t]+-{1,2}\w+)*[ \t]+(\S+)[^\n]*/;

/** The first line of a cell that writes a file, and that file; empty where it writes none. */
function writtenFile(source: string): { head: string; file: string } {
	const [head = "", file = ""] = WRITTEN_FILE.exec(source) ?? [];
	return source[head.length] === "\n" ? { head, file } : { head: "", file: "" };
}

/** What is no secret in it stays. */
const isVariablesFile = (path: string) => {
	const name = path.slice(path.lastIndexOf("/") + 1);
	return /^[\w.-]*$/.test(name) && /env/i.test(name);
};
const SCRIPT = /\.[cm]?[jt]sx?$/i;
const CODE_FILE =
	/\.(py|r|jl|rb|pl|lua|c|h|cc|cpp|rs|go|java|kt|swift|cs|php)$/i;

/** Texts of an object in JSON, as cloud services give their keys. */
function membersOf(value: string): [string, string][] {
	if (!value.startsWith("{")) return [];
	try {
		return Object.entries(JSON.parse(value)).filter(
			(entry): entry is [string, string] => typeof entry[1] === "string",
		);
	} catch {
		return []; // Something else.
	}
}

/** Passwords in the addresses that a variable holds. */
function passwordsIn(value: string): string[] {
	const [, password] =
		/^[a-z][a-z\d+.-]{0,30}:\/\/[^\s/:@]{0,200}:([^\s@]{1,500})@/i.exec(
			value,
		) ?? [];
	if (password === undefined) return [];
	try {
		return [...new Set([password, decodeURIComponent(password)])];
	} catch {
		return [password];
	}
}

const pattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** A shell's working directory stands in many a path. */
const WORKING_FOLDERS: ReadonlySet<string> = new Set(["PWD", "OLDPWD"]);

type Values = Readonly<
	Record<string, ParamValue | readonly ParamValue[] | undefined>
>;

/**
 * Takes secrets out of what is recorded: the values of parameters and
 * environment variables whose name says that they are secret, wherever they
 * stand and however they are written, passwords in URLs, and tokens that are
 * known by their look. What it has learnt once it takes out of everything after.
 */
export class Redactor {
	readonly #values = new Set<string>();
	#forms: readonly SecretForm[] = [];
	/** Also short ones: what stands behind `name=`. */
	readonly #declared = new Map<string, Set<string>>();
	/** Values of variables as they were looked at last: an environment is asked about after each cell, and seldom changes. */
	readonly #looked = new Map<string, string>();
	/** Cells and scripts that were looked at: each run asks about all of them. */
	readonly #sources = new Set<string>();
	#learnt = 0;
	readonly #names = new Map<string, string>();
	#namesKnown = 0;

	constructor(params: Values = {}, env: Values = {}) {
		this.learn(params);
		this.learnEnvironment(env);
	}

	/** Grows whenever another secret is learnt. */
	get learnt(): number {
		return this.#learnt;
	}

	/** The secrets among these parameters; of a list, each of its values. */
	learn(params: Values): void {
		for (const [name, value] of Object.entries(params))
			for (const one of [value].flat(2))
				if (one !== undefined && isSecret(name, one) && !isMark(one)) {
					this.#keep(String(one));
					this.#declare(name, String(one));
				}
	}

	/** The secrets among these overrides, which may be lists. */
	learnTexts(overrides: Readonly<Record<string, string>>): void {
		for (const [name, text] of Object.entries(overrides))
			this.learn({ [name]: writtenSecrets(name, text) });
	}

	/** The secrets among the variables of these environments. */
	learnEnvironment(...environments: readonly Values[]): void {
		for (const [name, value] of environments.flatMap(Object.entries<unknown>)) {
			if (typeof value !== "string" || WORKING_FOLDERS.has(name)) continue;
			if (this.#looked.get(name) === value) continue;
			this.#looked.set(name, value);
			if (isSecretVariable(name, value)) this.#keep(value);
			for (const password of passwordsIn(value)) this.#keep(password);
			for (const [member, one] of membersOf(value))
				if (isSecretVariable(member, one)) this.#keep(one);
		}
	}

	/** The secrets that a cell or script names where it declares parameters, whatever became of it. */
	learnSource(source: string): void {
		if (this.#sources.has(source)) return;
		this.#sources.add(source);
		for (const { name, value } of declaredSecrets(source))
			this.learn({ [name]: value });
		if (INJECTED_CELL.test(source))
			for (const [, , name = "", literal = ""] of source.matchAll(DECLARATION))
				this.learn({ [name]: typed(declaredText(literal)) });
		for (const [line] of source.matchAll(commandLines(source)))
			for (const [, name = "", written = ""] of line.matchAll(ASSIGNMENT))
				this.learn({ [name]: writtenSecrets(name, written) });
	}

	#keep(value: string): void {
		if (
			value.length < SHORTEST_VALUE ||
			REDACTED.includes(value) ||
			this.#values.has(value)
		)
			return;
		this.#values.add(value);
		// Of a key in many lines, each may be printed alone.
		for (const line of value.split("\n"))
			if (
				line.length >= SHORTEST_LINE &&
				line !== value &&
				!/^-----/.test(line)
			)
				this.#keep(line.trim());
		this.#forms = [...this.#forms, ...formsOf(value)];
		this.#learnt++;
	}

	#declare(name: string, value: string): void {
		const values = this.#declared.get(name) ?? new Set();
		if (!values.has(value)) this.#learnt++;
		this.#declared.set(name, values.add(value));
	}

	/** Another that knows the same; what it learns, this one does not. */
	copy(): Redactor {
		const copy = new Redactor();
		for (const value of this.#values) copy.#keep(value);
		for (const [name, values] of this.#declared)
			for (const value of values) copy.#declare(name, value);
		return copy;
	}

	/** A text, or bytes read as one, without the secrets that were learnt. */
	known(text: string): string {
		return withoutForms(text, this.#forms, REDACTED);
	}

	/** A text without the secrets in it, and without halves of characters, which no file can hold. */
	text(text: string): string {
		return withoutPairs(this.#code(text));
	}

	/** What is code keeps what it gives to names: a literal may go, an expression must stay. */
	#code(text: string): string {
		const clean = this.#withoutDeclared(
			withoutForms(text, this.#forms, REDACTED),
		);
		return withoutLooks(clean).toWellFormed();
	}

	/** Where a parameter is declared, short values go too, and whatever a longer one has more. */
	#withoutDeclared(text: string): string {
		let clean = text;
		for (const [name, values] of this.#declared) {
			if (!clean.includes(`${name}=`)) continue;
			for (const value of [...values].sort((a, b) => b.length - a.length))
				for (const quote of ["", '"', "'"]) {
					const found = `${name}=${quote}${value}`;
					const more = quote === "" ? "\\w*" : `[^${quote}\n]*${quote}`;
					clean = clean.replace(
						new RegExp(pattern(found) + more, "g"),
						() => `${name}=${REDACTED}`,
					);
				}
		}
		return clean;
	}

	/** A cell or script: as any text, and whatever stands behind a secret's name on lines of magics and shells and where code declares it. */
	source(source: string): string {
		if (FOREIGN_CELL.test(source)) return this.#foreignCell(source);
		const declared = withoutDeclaredSecrets(source);
		const named = declared.replace(commandLines(source), withoutAssigned);
		if (!INJECTED_CELL.test(source)) return this.#code(named);
		return this.#code(
			named.replace(DECLARATION, (whole, start, name, literal) =>
				isSecret(name, typed(declaredText(literal)))
					? `${start}"${REDACTED}";`
					: whole,
			),
		);
	}

	/** A cell of another language, or of a file. */
	#foreignCell(source: string): string {
		const { head, file } = writtenFile(source);
		if (hasSecretName(file) && !isVariablesFile(file))
			return `${this.text(head)}\n${REDACTED}\n`;
		const named = source.replace(commandLines(source), withoutAssigned);
		if (SCRIPT.test(file)) return this.#code(withoutDeclaredSecrets(named));
		return CODE_FILE.test(file)
			? this.#code(withoutQuotedPairs(named))
			: this.text(named);
	}

	/** A parameter's value as it is recorded. */
	param(name: string, value: ParamValue): ParamValue {
		if (isSecret(name, value)) return REDACTED;
		const clean = (one: Scalar): Scalar =>
			typeof one === "boolean" ? one : this.clean(one);
		return typeof value === "object" ? value.map(clean) : clean(value);
	}

	/** A text without secrets; a number that is one is a text. */
	readonly clean = <T extends string | number>(
		one: T,
		member?: string,
	): T | string => {
		if (member !== undefined && !isMark(one) && isSecretMember(member, one))
			return REDACTED;
		// What no file can hold is left for whoever writes it to refuse.
		if (typeof one === "string")
			return one.isWellFormed() ? this.text(one) : one;
		return this.#values.size > 0 && this.#values.has(String(one))
			? REDACTED
			: one;
	};

	/** A name that becomes a file's: of artifacts, pictures and runs. */
	fileName(name: string): string {
		// What is no text is for the check of names to refuse.
		if (typeof name !== "string") return name;
		return this.name(name).replaceAll(/\[(redacted(?:-\d+)?)\]/g, "$1");
	}

	/** The name of a metric; a run logs few, and many times. */
	name(name: string): string {
		if (this.#namesKnown !== this.#learnt) this.#names.clear();
		this.#namesKnown = this.#learnt;
		const known = this.#names.get(name);
		if (known !== undefined) return known;
		const clean = this.text(name);
		this.#names.set(name, clean);
		return clean;
	}

	/** How many letters at a text's end may be the beginning of a secret. */
	unfinished(text: string): number {
		return Math.max(0, ...this.#forms.map((form) => beginningOf(form, text)));
	}

	/** A value with every text in it redacted, names of members too. */
	deep<T>(value: T): T {
		if (typeof value === "string") return this.text(value) as T;
		if (typeof value !== "object" || value === null) return value;
		if (ArrayBuffer.isView(value)) return value;
		if (Array.isArray(value)) return value.map((one) => this.deep(one)) as T;
		return Object.fromEntries(
			Object.entries(value).map(([key, one]) => [
				this.text(key),
				this.deep(one),
			]),
		) as T;
	}
}

/** How much of the form a text ends with, where that is not all of it. */
function beginningOf({ text: form }: SecretForm, text: string): number {
	const last = text.at(-1);
	if (last === undefined) return 0;
	// The longest first; most texts end with a letter that no secret has.
	for (
		let at = form.lastIndexOf(last, form.length - 2);
		at >= 0;
		at = at === 0 ? -1 : form.lastIndexOf(last, at - 1)
	)
		if (text.endsWith(form.slice(0, at + 1))) return at + 1;
	return 0;
}
