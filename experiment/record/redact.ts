import type { ParamValue } from "../events.ts";

/** What stands in a record where a secret was. */
export const REDACTED = "[redacted]";

/** A password in a remote's URL has no place in a record; neither has the user's name. */
export function withoutCredentials(url: string): string {
	return url.replace(/^([a-z][\w+.-]*:\/\/)[^/]*@/i, "$1");
}

const ALWAYS_SECRET =
	/(^|_)(passwords?|passwd|pwd|passphrase|secrets?|credentials?|apikey)(_|$)|(^|_)(api|access|private|secret|auth|encryption|signing)_keys?(_|$)/;
/** Of a number it counts what language models read. */
const SECRET_TEXT = /(^|_)(token|pat|bearer|cookie)$/;

/** `apiKey`, `API-KEY` and `api.key` are one name. */
const snakeCase = (name: string) =>
	name
		.replace(/([a-z\d])([A-Z])/g, "$1_$2")
		.replace(/[^A-Za-z\d]+/g, "_")
		.toLowerCase();

/** Does a parameter or variable of this name hold a secret? */
export function isSecret(name: string, value: ParamValue): boolean {
	if (typeof value === "boolean" || value === "") return false;
	const plain = snakeCase(name);
	return (
		ALWAYS_SECRET.test(plain) ||
		(typeof value === "string" && SECRET_TEXT.test(plain))
	);
}

/** Secrets that say by their look what they are. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
	// scheme://user:password@host
	[/\b([a-z][\w+.-]*:\/\/[^\s/:@"'`]+:)[^\s/@"'`]+@/gi, `$1${REDACTED}@`],
	// …?token=…&signature=…
	[
		/([?&][\w.-]*(?:token|secret|password|signature|api_?key|access_?key)=)[^&\s"'`#]+/gi,
		`$1${REDACTED}`,
	],
	[
		/\b(?:gh[opsur]_[A-Za-z\d]{36,}|github_pat_\w{60,}|glpat-[\w-]{20,}|hf_[A-Za-z\d]{30,}|npm_[A-Za-z\d]{36}|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z\d]{16})\b/g,
		REDACTED,
	],
	// A signed web token.
	[/\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g, REDACTED],
	[
		/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
		REDACTED,
	],
];

/** A shorter value is found in many a text where it is no secret. */
const SHORTEST_VALUE = 6;

/**
 * Takes secrets out of what is recorded: the values of parameters and
 * environment variables whose name says that they are secret, wherever they
 * stand, passwords in URLs, and tokens that are known by their look.
 */
export class Redactor {
	/** Longest first: one may be part of another. */
	readonly #values: readonly string[];
	readonly #params: readonly (readonly [name: string, value: string])[];

	constructor(
		params: Readonly<Record<string, ParamValue>>,
		env: Readonly<Record<string, string | undefined>>,
	) {
		const secretOnes = (
			entries: Readonly<Record<string, ParamValue | undefined>>,
		) =>
			Object.entries(entries).flatMap(([name, value]) =>
				value !== undefined && isSecret(name, value)
					? [[name, String(value)] as const]
					: [],
			);
		this.#params = secretOnes(params);
		// A shell's working directory, which stands in many a path.
		const { PWD: _, OLDPWD: __, ...variables } = env;
		this.#values = [...this.#params, ...secretOnes(variables)]
			.map(([, value]) => value)
			.filter(({ length }) => length >= SHORTEST_VALUE)
			.sort((a, b) => b.length - a.length);
	}

	/** A text without the secrets in it, and without halves of characters, which no file can hold. */
	text(text: string): string {
		let clean = text;
		for (const value of this.#values)
			clean = clean.replaceAll(value, () => REDACTED);
		// Where the parameter is declared, also a short one.
		for (const [name, value] of this.#params)
			for (const quote of ["", '"', "'"])
				clean = clean.replaceAll(
					`${name}=${quote}${value}${quote}`,
					() => `${name}=${REDACTED}`,
				);
		for (const [look, instead] of LOOKS) clean = clean.replace(look, instead);
		return clean.toWellFormed();
	}

	/** A parameter's value as it is recorded. */
	param(name: string, value: ParamValue): ParamValue {
		if (isSecret(name, value)) return REDACTED;
		return typeof value === "string" ? this.text(value) : value;
	}

	/** A value with every text in it redacted. */
	deep<T>(value: T): T {
		if (typeof value === "string") return this.text(value) as T;
		if (typeof value !== "object" || value === null) return value;
		if (Array.isArray(value)) return value.map((one) => this.deep(one)) as T;
		return Object.fromEntries(
			Object.entries(value).map(([key, one]) => [key, this.deep(one)]),
		) as T;
	}
}
