/*
 * Names of parameters, variables and members that say that their value is a
 * secret, as far as a name can: some always do, some of a text only, some only
 * of a text that looks random.
 */

type Value = string | number | boolean;
/** A list is a secret when one of its values is. */
type ValueOrList = Value | readonly Value[];

/** Code that is not typed gives anything. */
const isList = (value: ValueOrList): value is readonly Value[] =>
	Array.isArray(value);

/** `apiKey`, `API-KEY` and `api.key` are one name. */
export const snakeCase = (name: string): string =>
	name
		.slice(0, LONGEST_NAME)
		.replace(/([a-z\d])([A-Z])/g, "$1_$2")
		.replace(/[^A-Za-z\d]+/g, "_")
		.toLowerCase();

/** A longer one is a text, and no name. */
const LONGEST_NAME = 200;

/**
 * What was secret always in records of earlier versions. An identity is computed
 * without these, so the rule stays as it is.
 */
const FORMERLY_ALWAYS =
	/(^|_)(passwords?|passwd|pwd|passphrase|secrets?|credentials?|apikey)(_|$)|(^|_)(api|access|private|secret|auth|encryption|signing)_keys?(_|$)/;
const FORMERLY_TEXT = /(^|_)(token|pat|bearer|cookie)$/;

/** Did a parameter of this name hold a secret in records of earlier versions? */
export function wasSecret(name: string, value: ValueOrList): boolean {
	if (isList(value)) return value.some((one) => wasSecret(name, one));
	if (typeof value === "boolean" || value === "") return false;
	const plain = snakeCase(name);
	return (
		FORMERLY_ALWAYS.test(plain) ||
		(typeof value === "string" && FORMERLY_TEXT.test(plain))
	);
}

/** Also where the words are not told apart: `PGPASSWORD`, `dbpasswd2`. */
const ALWAYS =
	/(password|passwd|passphrase|passcode|secret|apikey|accesskey|privatekey|secretkey|authkey|(api|access|auth|secret|bearer|refresh)_?token)s?_?\d*$|^(pgpass|mysql_pwd|rediscli_auth|seed_phrase|mnemonic)$/;

const OWNERS =
	"account|admin|airtable|anthropic|app|aws|azure|cipher|cohere|comet|consumer|datadog|decryption|deploy|deepseek|fal|function|gcp|gemini|github|gitlab|google|gpg|groq|hf|hmac|huggingface|instrumentation|kaggle|license|master|mistral|neptune|openai|pgp|pinecone|replicate|rsa|sendgrid|sentry|server|shared|shared_access|slack|ssh|storage|stripe|subscription|tls|together|twilio|wandb|weaviate|xai";

/** Of a number it counts something, or is none of these. */
const TEXT = new RegExp(
	[
		String.raw`(^|_)(token|pat|bearer|cookie|jwt|otp|totp|psk|dsn|creds?|auth|authorization|sas|webhook(_url)?)_?\d*$`,
		"(^|_)(conn(ection)?_?str(ing)?|phpsessid|jsessionid|connect_sid|auth_config|recovery_(codes?|phrase))$",
		String.raw`(^|_)(${OWNERS})_keys?_?\d*$`,
		String.raw`(^|_)pass_?\d*$|(^|_)(db|user|smtp|mail|ssh|ftp|root|admin|login|http|proxy|mysql|redis|mongo|ldap|sudo)pass$`,
		"^tf_(token|var)_",
		"(^|_)(api|access|auth|service|bot)_tokens$",
	].join("|"),
);

/** A pass through data or layers, and other passes that nobody types in. */
const OTHER_PASS =
	/(^|_)(forward|backward|low|high|band|all|first|second|third|last|next|single|two|multi|one|num?|per|each|by|re|sub|train|test|eval|warmup)_pass$/;

/** What stands for a kind of log-in, and for one of several passes. */
const NO_SECRET =
	/^(basic|bearer|digest|none|no|yes|oauth|oauth2|ntlm|kerberos|negotiate|token|jwt|saml|ldap|anonymous|required|optional|auto|default|on|off|mtls|tls|ssl|apikey|api[_-]key|key|password|cookie|session|env|prompt|ask|first|second|last|forward|backward|low|high|train|test|eval|fail|null|undefined|true|false)$/i;

/** Were parameters of these names secret with a text before, they are with any. */
const LENIENT =
	/(^|_)(auth|pass|sas|creds?|dsn|cookie|webhook|otp|jwt|authorization)_?\d*$/;

/** Names that a word gives no secret away of, but letters and digits at random. */
const PERHAPS = /(^|_)(keys?|sid|signature|sig|salt|hash_key|session_id|pin)$/;
const OPEN_KEY =
	/(^|_)(public|pub|primary|foreign|sort|partition|cache|group|index|row|column|hot|lookup|host|known)_keys?$/;

/** How often the kind of character changes: letters and digits at random do it often. */
export function changesOf(text: string): number {
	let changes = 0;
	let last = "";
	for (const one of text) {
		const kind = /[a-z]/.test(one)
			? "a"
			: /[A-Z]/.test(one)
				? "A"
				: /\d/.test(one)
					? "0"
					: "-";
		if (last !== "" && kind !== last) changes++;
		last = kind;
	}
	return changes;
}

/** Letters and digits that nobody would choose as a name: long and mixed, no path and no address. */
export function looksRandom(text: string): boolean {
	if (text.length < 16 || text.length > 4096) return false;
	if (!/^[\w+/=.~:-]+$/.test(text) || !/[A-Za-z]/.test(text)) return false;
	if (/^(\.{0,2}|~|[A-Za-z]:)\/|^[a-z][a-z\d+.-]{0,30}:\/\//i.test(text))
		return false;
	const together = text.replace(/[\W_]/g, "");
	return /\d/.test(together) && changesOf(together) >= 0.3 * together.length;
}

/** Does a parameter or variable of this name hold a secret? */
export function isSecret(name: string, value: ValueOrList): boolean {
	if (isList(value)) return value.some((one) => isSecret(name, one));
	if (typeof value === "boolean" || value === "") return false;
	const plain = snakeCase(name);
	if (wasSecret(name, value) || ALWAYS.test(plain)) return true;
	if (typeof value !== "string") return false;
	if (TEXT.test(plain) && !OTHER_PASS.test(plain))
		return !(LENIENT.test(plain) && NO_SECRET.test(value));
	return PERHAPS.test(plain) && !OPEN_KEY.test(plain) && looksRandom(value);
}

/** A record has a mark in place of a value; which names it may stand behind. */
export const isSecretName = (name: string): boolean =>
	isSecret(name, "m4rk-0f-a-s3cr3t");

/** Is it a secret always, whatever its value? */
export function isSecretAlways(name: string): boolean {
	const plain = snakeCase(name);
	return FORMERLY_ALWAYS.test(plain) || ALWAYS.test(plain);
}

/** An environment is set by tools: what they call a key is one. */
export function isSecretVariable(name: string, value: string): boolean {
	if (isSecret(name, value)) return true;
	const plain = snakeCase(name);
	return (
		/(^|_)(keys?|auth)_?\d*$/.test(plain) &&
		!OPEN_KEY.test(plain) &&
		value.length >= 8 &&
		/\d/.test(value) &&
		/^[^\s/][^\s]*$/.test(value)
	);
}

/**
 * Is it what a member of some data, or a `name=` in some text, holds? `token` and
 * its like name words of a language there, unless it looks random, and a number
 * is often one about secrets (`password_length`).
 */
export function isSecretMember(name: string, value: Value): boolean {
	if (typeof value === "boolean" || value === "" || !mayNameSecret(name))
		return false;
	if (typeof value === "number") return ALWAYS.test(snakeCase(name));
	return isSecretAlways(name) || (isSecret(name, value) && looksMixed(value));
}

/** More than data and texts have. */
const MOST_NAMES = 10_000;
const names = new Map<string, boolean>();

/** Can a member of this name be one at all? There are few names, many times. */
export function mayNameSecret(name: string): boolean {
	let may = names.get(name);
	if (may === undefined) {
		may = isSecretAlways(name) || isSecretName(name);
		if (names.size >= MOST_NAMES) names.clear();
		names.set(name, may);
	}
	return may;
}

/** Eight letters and digits or more, and no words. */
const looksMixed = (value: string) =>
	value.length >= 8 &&
	value.length <= 4096 &&
	/[A-Za-z]/.test(value) &&
	/\d/.test(value) &&
	!/\s/.test(value);

/** Is the text itself the name of a secret, as in `apiKey = "api_key"`? */
export const isNameOfSecret = (text: string): boolean => {
	const plain = snakeCase(text);
	return (
		FORMERLY_ALWAYS.exec(plain)?.[0] === plain ||
		ALWAYS.exec(plain)?.[0] === plain
	);
};
