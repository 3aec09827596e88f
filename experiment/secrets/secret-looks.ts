import {
	changesOf,
	isNameOfSecret,
	isSecretMember,
	mayNameSecret,
} from "./named-secrets.ts";
import { withoutKnownTokens } from "./secret-rules.ts";

/*
 * Secrets that say by their look what they are. Whatever is here reads a text of
 * any length in time that grows with its length: quantifiers are bounded, or what
 * follows them cannot fail.
 */

/** What stands in a record where a secret was. */
export const REDACTED = "[redacted]";

/** Has a text a secret's mark in it? */
export const hasMark = (text: string): boolean =>
	/\[redacted(-\d{1,9})?\]/.test(text);

/** Does it stand for one, or a list of them? */
export const isMark = (value: unknown): boolean =>
	typeof value === "string" &&
	/^\[redacted(-\d{1,9})?\](,\[redacted-\d{1,9}\])*$/.test(value);

/** `?token=x`; artifacts may hold a million words that are shorter. */
const SHORTEST_LOOK = 8;

/** By what issuers put in front. Sorted by issuer; from their documentation and the rules of gitleaks (MIT). */
const TOKENS: readonly string[] = [
	String.raw`AGE-SECRET-KEY-1[A-Z\d]{50,}`,
	String.raw`pat[A-Za-z\d]{14}\.[a-f\d]{64}`, // Airtable
	String.raw`sk-ant-[\w-]{20,}`,
	String.raw`ATATT3[\w=-]{20,}|ATBB[\w=-]{20,}`, // Atlassian
	String.raw`(?:AKIA|ASIA|ABIA|ACCA)[A-Z\d]{16}`, // AWS
	String.raw`CFPAT-[\w-]{43}`, // Contentful
	String.raw`dapi[a-f\d]{32}(?:-\d)?`, // Databricks
	String.raw`do[opr]_v1_[a-f\d]{64}`, // DigitalOcean
	String.raw`[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,}`, // Discord
	String.raw`dckr_(?:pat|oat)_[\w-]{20,}`,
	String.raw`dp\.(?:ct|pt|st|scim|audit)\.[A-Za-z\d._-]{20,}`, // Doppler
	String.raw`sl\.[A-Z][\w-]{60,}`, // Dropbox
	String.raw`figd_[\w-]{20,}`,
	String.raw`fm[12]r?_[\w+/=]{40,}`, // Fly.io
	String.raw`gh[opsur]_[A-Za-z\d]{36,}|github_pat_\w{22,}`,
	String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|oas|ffct)-[\w-]{20,}`, // GitLab
	String.raw`AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|1//0[\w-]{40,}`, // Google
	String.raw`gl(?:c|sa)_[\w+/=]{32,}|eyJrIjoi[\w+/=]{60,}`, // Grafana
	String.raw`gsk_[A-Za-z\d]{40,}`, // Groq
	String.raw`hv[sbr]\.[\w-]{24,}`, // HashiCorp
	String.raw`[A-Za-z\d]{14}\.atlasv1\.[\w-]{60,}`, // HCP Terraform
	String.raw`HRKU-[\w-]{30,}`, // Heroku
	String.raw`pat-(?:na|eu)\d-[a-f\d-]{36}`, // HubSpot
	String.raw`hf_[A-Za-z\d]{30,}|api_org_[A-Za-z]{34}`, // Hugging Face
	String.raw`lin_api_\w{32,}`, // Linear
	String.raw`key-[a-f\d]{32}`, // Mailgun
	String.raw`[ps]k\.eyJ[\w-]{30,}\.[\w-]{20,}`, // Mapbox
	String.raw`nfp_[A-Za-z\d]{36,}`, // Netlify
	String.raw`(?:NRAK|NRJS|NRII)-[\w-]{19,}`, // New Relic
	String.raw`ntn_[A-Za-z\d]{40,}|secret_[A-Za-z\d]{43}`, // Notion
	String.raw`npm_[A-Za-z\d]{36}`,
	String.raw`nvapi-[\w-]{30,}`, // NVIDIA
	String.raw`ops_eyJ[\w+/=-]{100,}`, // 1Password
	String.raw`pplx-[A-Za-z\d]{40,}`, // Perplexity
	String.raw`pscale_(?:tkn|pw|oauth)_[\w.=-]{32,}`, // PlanetScale
	String.raw`ph[xs]_[A-Za-z\d]{40,}`, // PostHog
	String.raw`PMAK-[a-f\d]{24}-[a-f\d]{34}`, // Postman
	String.raw`pnu_[A-Za-z\d]{36}`, // Prefect
	String.raw`pul-[a-f\d]{40}`, // Pulumi
	String.raw`pypi-AgE[\w-]{40,}`,
	String.raw`r8_[A-Za-z\d]{37}`, // Replicate
	String.raw`rubygems_[a-f\d]{48}`,
	String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`, // SendGrid
	String.raw`sntry[su]_[\w+/=]{30,}`, // Sentry
	String.raw`shp(?:at|ca|pa|ss)_[A-Za-z\d]{32,}`, // Shopify
	String.raw`xox[abceoprs](?:\.\w{4})?-[\w-]{10,}|xapp-\d-[\w-]{20,}`, // Slack
	String.raw`sq0(?:atp|csp|idp)-[\w-]{22,}|EAAA[\w-]{60}`, // Square
	String.raw`(?:sk|rk)_(?:live|test|prod)_[A-Za-z\d]{10,}|whsec_[A-Za-z\d+/=]{20,}`, // Stripe
	String.raw`sbp_[a-f\d]{40}`, // Supabase
	String.raw`tskey-[a-z]{1,12}-[\w-]{20,}`, // Tailscale
	String.raw`\d{8,10}:AA[\w-]{32,34}`, // Telegram
	String.raw`tvly-[\w-]{20,}`, // Tavily
	String.raw`SK[a-f\d]{32}`, // Twilio
	String.raw`tfp_[\w.=-]{59}`, // Typeform
	String.raw`vc[pikar]_[A-Za-z\d]{24,}`, // Vercel
	String.raw`xai-[A-Za-z\d]{60,}`,
	String.raw`wandb_v1_[\w-]{20,}`,
];

/** Where one may begin: not within a word. */
const TOKEN = new RegExp(`(?<![A-Za-z\\d_])(?:${TOKENS.join("|")})`, "g");

/** `sk-…` of OpenAI and others, which is also how words begin. */
const SK_TOKEN = /(?<![\w-])sk-[\w-]{20,}/g;

/** Three parts that begin as JSON does: a signed web token. */
const WEB_TOKEN =
	/(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{8,4096}|(?<![\w-])eyJ[\w-]{8,4096}\.[\w-]{0,1024}\.[\w-]{8,1024}\.[\w-]{8,16384}\.[\w-]{8,256}/g;

/** Addresses that anybody may post to, or read from, who has them. */
const HOOKS =
	/(https?:\\?\/\\?\/(?:hooks\.slack(?:-gov)?\.com\\?\/(?:services|workflows|triggers)|(?:\w{1,10}\.)?discord(?:app)?\.com\\?\/api\\?\/(?:v\d{1,3}\\?\/)?webhooks|hooks\.zapier\.com\\?\/hooks|maker\.ifttt\.com\\?\/[\w\\/]{0,60}key|api\.telegram\.org\\?\/bot|[\w-]{1,60}\.webhook\.office\.com\\?\/webhookb2)\\?\/?)[\w\\/@:-]{8,}/gi;

/** What a query says of who asks. */
const QUERY =
	/([?&][\w.-]{0,60}?(?:token|secret|password|passwd|pwd|passphrase|signature|credential|api_?key|access_?key|apikey|auth|sig|sas|pass)=)[^&\s"'`#<>]+/gi;
const QUERY_KEY = /([?&](?:key|code|k)=)([\w-]{20,})/gi;

/** Of Azure and ODBC: `AccountKey=…;`, `Pwd=…;`. */
const CONNECTION =
	/((?:(?:^|[;"'\s])(?:AccountKey|SharedAccessKey|SharedAccessSignature|AccessKey|SharedSecretValue)|;(?:Pwd|Password|PWD|PASSWORD|pwd|password))=)[^;"'`\s()]{1,4096}(?!\()/g;

/** Who asks, in a header. */
const HEADER =
	/((?<![\w-])(?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["'`]?(?:(?:bearer|basic|token|digest|apikey|api-key|negotiate|bot|sso-key|aws4-hmac-sha256)\s{1,4})?)([^\s"'`,;[\]{}()][^\s"'`,;{}()]*)/gi;
const HEADER_KEY =
	/((?<![\w-])(?:x-)?(?:api-key|auth-token|auth-key|access-token|vault-token|goog-api-key|amz-security-token|private-token|gitlab-token|csrf-token|functions-key|subscription-key)["']?\s{0,4}:\s{0,4}["'`]?)([^\s"'`]+)/gi;
const COOKIE =
	/((?<![\w-])(?:set-)?cookie["']?\s{0,4}:\s{0,4}["'`]?)([^\s"'`=]{1,100}=[^"'`\r\n]*)/gi;
const BEARER = /((?<![\w-])(?:bearer|basic)\s{1,4})([\w.~+/-]{12,}={0,2})/gi;

/** What commands are given: `--password x`, `-u ann:x`, `sshpass -p x`. */
const FLAG =
	/((?<![\w-])--?(?:[\w-]{0,30}?(?:password|passwd|passphrase|passwort|secret|token|api-?key|access-?key|private-?key|auth))(?:\s{1,4}|=)["']?)([^\s"'`-][^\s"'`]*)/gi;
const USER_FLAG =
	/((?<![\w-])(?:curl|wget|http|https)(?=\s)[^\n|;&]{0,300}?\s(?:-u|--user|-U|--proxy-user)[\s=]?["']?[^\s:"'`]{1,100}:)([^\s"'`]+)/gi;
const PASS_FLAG =
	/((?<![\w-])(?:sshpass\s{1,4}-p|mysql(?:dump|admin)?(?=\s)[^\n|;&]{0,200}?\s-p)\s{0,4}["']?)([^\s"'`]+)/gi;

/** Of a file that tools log in with. */
const NETRC =
	/((?<!\w)(?:login|account)\s{1,8}\S{1,200}\s{1,8}password\s{1,8})(\S+)/gi;

/** Forty characters of base64 at random, as AWS makes its secret keys. */
const FORTY = /(?<![\w+/=-])[A-Za-z\d+/]{40}(?![\w+/=-])/g;
const isAwsSecret = (text: string) =>
	/[a-z]/.test(text) &&
	/[A-Z]/.test(text) &&
	/\d/.test(text) &&
	changesOf(text) >= 15;

const hasDigitAndLetter = (text: string) =>
	/\d/.test(text) && /[A-Za-z]/.test(text);

type Replace = (text: string) => string;

const all =
	(look: RegExp, instead = `$1${REDACTED}`): Replace =>
	(text) =>
		text.replace(look, instead);

/** Where the second part is one indeed. */
const where =
	(look: RegExp, isOne: (secret: string, before: string) => boolean): Replace =>
	(text) =>
		text.replace(look, (whole: string, before: string, secret: string) =>
			secret !== REDACTED && isOne(secret, before)
				? `${before}${REDACTED}`
				: whole,
		);

/** What a look needs to be there at all, in small letters, so that most texts are not searched. */
const LOOKS: readonly (readonly [needs: readonly string[], Replace])[] = [
	[["-----begin", "putty-user-key"], withoutPrivateKeys],
	[["://", ":\\/\\/"], withoutUsers],
	[["://", ":\\/\\/"], all(HOOKS)],
	[["?", "&"], all(QUERY)],
	[["?", "&"], where(QUERY_KEY, (secret) => hasDigitAndLetter(secret))],
	[["key=", "pwd=", "password=", "signature=", "value="], all(CONNECTION)],
	[
		["authorization"],
		where(
			HEADER,
			(secret, before) =>
				/[a-z\d]\s+$/i.test(before) ||
				secret.length >= 16 ||
				(secret.length >= 6 && /\d/.test(secret)),
		),
	],
	[["key", "token"], where(HEADER_KEY, (secret) => secret.length >= 6)],
	[["cookie"], where(COOKIE, () => true)],
	[
		["bearer", "basic"],
		where(BEARER, (secret) => hasDigitAndLetter(secret) || secret.length >= 24),
	],
	[
		["--", " -p"],
		where(FLAG, (secret) => secret.length >= 3 && !/^[<$[({]/.test(secret)),
	],
	[[" -u", "--user", "--proxy-user"], where(USER_FLAG, () => true)],
	[["sshpass", "mysql"], where(PASS_FLAG, () => true)],
	[["login", "account"], where(NETRC, () => true)],
	[["eyj"], all(WEB_TOKEN, REDACTED)],
	[
		["sk-"],
		(text) =>
			text.replace(SK_TOKEN, (one) =>
				hasDigitAndLetter(one) ? REDACTED : one,
			),
	],
];

/** The shortest of all tokens is as long. */
const LONG_WORD = /[\w.+/:-]{15}/;

/** A text without what says by its look that it is a secret. */
export function withoutLooks(text: string): string {
	if (text.length < SHORTEST_LOOK) return text;
	const lower = text.toLowerCase();
	let clean = text;
	for (const [needs, replace] of LOOKS)
		if (needs.some((one) => lower.includes(one))) clean = replace(clean);
	if (!LONG_WORD.test(text)) return clean;
	clean = clean
		.replace(TOKEN, REDACTED)
		.replace(FORTY, (one) => (isAwsSecret(one) ? REDACTED : one));
	return withoutKnownTokens(clean, REDACTED);
}

const LONGEST_ADDRESS = 2048;

/** scheme://user:password@host, //:password@host, and https://TOKEN@host. */
function withoutUsers(text: string): string {
	let clean = "";
	let end = 0;
	for (const { 0: slashes, index } of text.matchAll(/:(?:\/\/|\\\/\\\/)/g)) {
		const from = index + slashes.length;
		if (from < end) continue;
		const [scheme = ""] =
			/[a-z][a-z\d+.-]{0,30}$/i.exec(
				text.slice(Math.max(0, index - 31), index),
			) ?? [];
		if (scheme === "") continue;
		const [rest = ""] =
			/^[^\s"'`<>]*/.exec(text.slice(from, from + LONGEST_ADDRESS)) ?? [];
		const user = userOf(rest);
		if (user === undefined) continue;
		const [name, ...password] = user.split(":");
		const isToken = /^(?:[\w+.-]*\+)?https?$|^wss?$/i.test(scheme);
		if (password.join(":") === REDACTED) continue;
		if (password.length > 0 && password.join(":") !== "")
			clean += `${text.slice(end, from)}${name}:${REDACTED}`;
		else if (isToken && user.length >= 8 && user !== REDACTED)
			clean += `${text.slice(end, from)}${REDACTED}`;
		else continue;
		end = from + user.length;
	}
	return clean + text.slice(end);
}

/** What stands before the `@` of an address; a password may hold what ends a host, unless that is a port. */
function userOf(rest: string): string | undefined {
	const authority = rest.split(/[/?#\\,;]/, 1)[0] as string;
	const at = authority.lastIndexOf("@");
	if (at > 0) return authority.slice(0, at);
	const later = rest.indexOf("@");
	const colon = authority.indexOf(":");
	if (later < 0 || colon < 0) return undefined;
	const port = authority.slice(colon + 1);
	if (/^\d{0,5}$/.test(port) || /[[\]{}$]/.test(authority)) return undefined;
	return rest.slice(0, later);
}

const BEGIN = /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Lines of base64 and headers of a key that was cut off; as JSON has them, too. */
const BODY =
	/(?:(?:(?:\r?\n|\\r|\\n)[ \t]*)+(?:[A-Z][\w-]{1,30}: [^\r\n\\]{0,100}|[A-Za-z\d+/=]+)?)*/y;

/** Private keys whole, and what there is of one that does not end. */
function withoutPrivateKeys(text: string): string {
	const ends = [...text.matchAll(END)].map(({ 0: label, index }) => ({
		from: index,
		to: index + label.length,
	}));
	let clean = "";
	let at = 0;
	let next = 0;
	for (const { 0: label, index } of text.matchAll(BEGIN)) {
		if (index < at) continue;
		while ((ends[next]?.from ?? Number.POSITIVE_INFINITY) < index) next++;
		clean += `${text.slice(at, index)}${REDACTED}`;
		const end = ends[next]?.to;
		if (end !== undefined) at = end;
		else {
			BODY.lastIndex = index + label.length;
			at = index + label.length + (BODY.exec(text)?.[0].length ?? 0);
		}
	}
	return withoutPutty(clean + text.slice(at));
}

/** A line is read as a whole, as far as it is one that people read. */
const LONGEST_LINE = 4096;
/** A longer one is no key. */
const LONGEST_KEY = 1 << 16;

/** How much of a text's end may be a part of what the next text goes on with: a line, or a private key. */
export function unfinishedLook(text: string): number {
	const line = text.length - 1 - text.lastIndexOf("\n");
	// Of an endless line, its last word.
	const held =
		line <= LONGEST_LINE
			? line
			: (/\S{0,1500}$/.exec(text.slice(-1500))?.[0].length ?? 0);
	const recent = Math.max(0, text.length - LONGEST_KEY);
	const begin = text.lastIndexOf("-----BEGIN ");
	if (begin < recent) return held;
	const key = text.slice(begin);
	const isWhole = key.search(END) >= 0 || !isKeyAtLeast(key);
	return isWhole ? held : Math.max(held, key.length);
}

/** May this become a private key, of which there is the beginning? */
function isKeyAtLeast(text: string): boolean {
	const [, label] = /^-----BEGIN ([A-Z\d ]{0,60})(?:-----|$)/.exec(text) ?? [];
	if (label === undefined) return false;
	return /PRIVATE KEY/.test(label) || !text.includes("-----", 11);
}

const PUTTY = /(Private-Lines: \d{1,4}\r?\n)[A-Za-z\d+/=\r\n]+/g;
const withoutPutty = (text: string) => text.replace(PUTTY, `$1${REDACTED}\n`);

/** `"password": "x"`, `password='x'`: what a text gives to a name of a secret, also as JSON has such a text. */
const QUOTED =
	/(?<![\w$.-])(?:\\{0,7}["'`])?([A-Za-z_][\w.-]{1,60})(?:\\{0,7}["'`])?\s{0,4}(?:[:=]|=>)\s{0,4}(\\{0,7}["'`])/g;
/** `PGPASSWORD=x`, and `password: x` on a line of its own. */
const BARE = /(?<![\w$.-])([A-Za-z_][\w.-]{1,60})=(?=[^\s"'`,;&()[\]{}<>=$])/g;
const BARE_VALUE = /[^\s"'`,;&()[\]{}<>]{1,4096}/y;
const LINE =
	/^([ \t>-]{0,40}([A-Za-z_][\w.-]{1,60})[ \t]{0,8}(?::|=)[ \t]{1,8})([^\s"'`[\]{}()<>$|&*#!%][^\s"'`[\]{}()<>]{2,4095})[ \t]*$/gm;

/** A text that is no code without what it gives to names of secrets. */
export const withoutPairs = (text: string): string =>
	withoutBarePairs(withoutQuotedPairs(text));

const isSecretPair = (name: string, value: string) =>
	value !== "" &&
	isSecretMember(name, value) &&
	!value.startsWith("[redacted") &&
	!isNameOfSecret(value);

/**
 * A text with a mark in place of values that names give away. What a name that
 * hides nothing is given may itself hold names, so it is searched as well.
 * @param names with the name as their first group; what comes after them is the value
 * @param valueAt what a match gives
 */
function withoutValues(
	text: string,
	names: RegExp,
	valueAt: (match: RegExpExecArray, from: number) => string,
): string {
	let clean = "";
	let end = 0;
	for (const match of text.matchAll(names)) {
		const from = match.index + match[0].length;
		const name = match[1] ?? "";
		if (match.index < end || !mayNameSecret(name)) continue;
		const value = valueAt(match, from);
		if (!isSecretPair(name, value)) continue;
		clean += text.slice(end, from) + REDACTED;
		end = from + value.length;
	}
	return clean + text.slice(end);
}

const LONGEST_VALUE = 4096;

/** Also of code in whatever language: what stands in quotes is a text. */
export const withoutQuotedPairs = (text: string): string =>
	withoutValues(text, QUOTED, ([, , quote = ""], from) => {
		const given = text.slice(from, from + LONGEST_VALUE);
		return given.slice(0, endOfLiteral(given, quote));
	});

/** Where a literal that such a quote began is closed; 0 where it is not. */
function endOfLiteral(text: string, quote: string): number {
	for (
		let at = text.indexOf(quote);
		at >= 0;
		at = text.indexOf(quote, at + 1)
	) {
		const [escapes = ""] =
			/(?<!\\)\\*$/.exec(text.slice(Math.max(0, at - 64), at)) ?? [];
		// Of a quote in such a text, each pair stands for one in its value.
		if (quote.length === 1 ? escapes.length % 2 === 0 : escapes === "")
			return at;
	}
	return 0;
}

function withoutBarePairs(text: string): string {
	if (!/[:=]/.test(text)) return text;
	return withoutValues(text, BARE, (_, from) => {
		BARE_VALUE.lastIndex = from;
		return BARE_VALUE.exec(text)?.[0] ?? "";
	}).replace(
		LINE,
		(whole: string, before: string, name: string, value: string) =>
			isSecretPair(name, value) && !NO_VALUE.test(value)
				? `${before}${REDACTED}`
				: whole,
	);
}

/** What is said of a password, where no quotes show that it is one. */
const NO_VALUE =
	/^(required|optional|none|null|undefined|true|false|missing|invalid|wrong|incorrect|unset|empty|hidden|expired|denied|yes|no|ok|string|number|string;|text|\*+|x+|\.+)[.,;]?$/i;
