/** One way in which a secret may stand in a text. */
export interface SecretForm {
	readonly text: string;
	/** In base64, a letter beside it may hold some of its bits: before and after. */
	readonly shares?: readonly [before: boolean, after: boolean];
}

/** What is left of a secret in base64 that is shorter says too little, and is found in many a text. */
const SHORTEST_FORM = 6;

/** `value` as the text of a literal, without the quotes around it. */
const inJson = (value: string) => JSON.stringify(value).slice(1, -1);

/** As browsers, forms and libraries write it in an address. */
function inAddresses(value: string): string[] {
	const whole = encodeURIComponent(value.toWellFormed());
	const strict = whole.replace(
		/[!'()*]/g,
		(one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	const lenient = encodeURI(value.toWellFormed());
	return [whole, strict, lenient].flatMap((one) => {
		const form = one.replaceAll("%20", "+");
		return [one, form].flatMap((text) => [
			text,
			text.replace(/%[\dA-F]{2}/g, (hex) => hex.toLowerCase()),
		]);
	});
}

/** Its part of the base64 of a longer text, wherever it begins there. */
function inBase64(value: string): SecretForm[] {
	const bytes = Buffer.from(value);
	return [0, 1, 2].flatMap((skipped) => {
		const bits = 8 * (skipped + bytes.length);
		const text = Buffer.concat([Buffer.alloc(skipped), bytes])
			.toString("base64")
			.slice(Math.ceil((8 * skipped) / 6), Math.floor(bits / 6));
		const shares = [skipped > 0, bits % 6 > 0] as const;
		return [text, text.replaceAll("+", "-").replaceAll("/", "_")]
			.filter(({ length }) => length >= SHORTEST_FORM)
			.map((one) => ({ text: one, shares }));
	});
}

const HTML: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

/** As pages have it, as writers that know no other alphabet do, and as lists of bytes. */
function inOtherWays(value: string, json: string): string[] {
	const bytes = [...Buffer.from(value)];
	const hex = bytes.map((one) => one.toString(16).padStart(2, "0"));
	const html = value.replace(/[&<>"']/g, (one) => HTML[one] ?? one);
	const ascii = json.replace(
		/[^ -~]/g,
		(one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
	return [
		html,
		html.replaceAll("&#39;", "&#x27;"),
		html.replaceAll("&#39;", "'"),
		ascii,
		ascii.replace(
			/\\u[\da-f]{4}/g,
			(code) => `\\u${code.slice(2).toUpperCase()}`,
		),
		json.replaceAll("/", "\\/"),
		[...value]
			.map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
			.join(""),
		hex.join(" "),
		hex.join(":"),
		hex.map((one) => `\\x${one}`).join(""),
		hex.map((one) => `%${one}`).join(""),
		hex.map((one) => `%${one.toUpperCase()}`).join(""),
		bytes.join(","),
		bytes.join(", "),
	];
}

/** A secret as it is, in literals of JSON and JavaScript, in addresses, in base64 and as hexadecimal digits. */
export function formsOf(value: string): SecretForm[] {
	const json = inJson(value);
	const hex = Buffer.from(value).toString("hex");
	const texts = [
		value,
		json,
		inJson(json),
		json.replaceAll('\\"', '"'),
		json.replaceAll('\\"', '"').replaceAll("'", "\\'"),
		value.replace(/[\\`]|\$\{/g, "\\$&"),
		...inAddresses(value),
		...inOtherWays(value, json),
		hex,
		hex.toUpperCase(),
	];
	// What is encoded twice is a longer text in base64, but for its end.
	const once = Buffer.from(value)
		.toString("base64")
		.replace(/.?={0,2}$/, "");
	const forms = [
		...texts.map((text) => ({ text })),
		...inBase64(value),
		...(once.length >= SHORTEST_FORM ? inBase64(once) : []),
	];
	return [...new Map(forms.map((form) => [form.text, form])).values()];
}

interface Stretch {
	readonly from: number;
	to: number;
}

/** Where the forms stand in a text, those that overlap as one. */
function stretches(text: string, forms: readonly SecretForm[]): Stretch[] {
	const found: Stretch[] = [];
	for (const { text: form, shares = [false, false] } of forms)
		for (
			let at = text.indexOf(form);
			at >= 0;
			at = text.indexOf(form, at + 1)
		) {
			const [before, after] = shares;
			const to = at + form.length;
			found.push({
				from: before && /[\w+/-]/.test(text.charAt(at - 1)) ? at - 1 : at,
				to: after && /[\w+/-]/.test(text.charAt(to)) ? to + 1 : to,
			});
		}
	found.sort((a, b) => a.from - b.from);
	const merged: Stretch[] = [];
	for (const one of found) {
		const last = merged.at(-1);
		if (last && one.from < last.to) last.to = Math.max(last.to, one.to);
		else merged.push({ ...one });
	}
	return merged;
}

/**
 * A text with `mark` where any of the forms stood. What overlaps goes as a whole:
 * of a secret that begins with another, or with another's end, nothing is left.
 */
export function withoutForms(
	text: string,
	forms: readonly SecretForm[],
	mark: string,
): string {
	let clean = "";
	let at = 0;
	for (const { from, to } of stretches(text, forms)) {
		clean += text.slice(at, from) + mark;
		at = to;
	}
	return clean + text.slice(at);
}
