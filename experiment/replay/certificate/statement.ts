import { foldedPath, isInside } from "../../../base/files.ts";
import { isObject } from "../../../base/json-object.ts";

/** @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT = "https://in-toto.io/Statement/v1";

/** Names an artifact or resource; every field is optional, but one of `uri`, `digest` and `content` is there. */
export interface ResourceDescriptor {
	readonly name?: string;
	readonly uri?: string;
	/** Name of an algorithm → value, hexadecimal for those that we know. */
	readonly digest?: Readonly<Record<string, string>>;
	/** Base64. */
	readonly content?: string;
	readonly downloadLocation?: string;
	readonly mediaType?: string;
	readonly annotations?: Readonly<Record<string, unknown>>;
}

/** Says something (`predicate`) about artifacts (`subject`), known by their digests. */
export interface Statement<Predicate = unknown> {
	readonly _type: typeof STATEMENT;
	readonly subject: readonly Subject[];
	readonly predicateType: string;
	readonly predicate: Predicate;
}

export interface Subject extends ResourceDescriptor {
	readonly name: string;
	readonly digest: Readonly<Record<string, string>>;
}

/** Raised for a statement or predicate that its specification does not allow; the message begins with the place. */
export class StatementError extends Error {
	override readonly name = "StatementError";
}

export function refuse(place: string, problem: string): never {
	throw new StatementError(`${place} ${problem}`);
}

/** By which artifacts are matched; digests of other algorithms, broken ones too, are passed over. */
const ACCEPTED = "sha256";

/** Hexadecimal digits of the digests that we know. */
const DIGITS: ReadonlyMap<string, readonly number[]> = new Map([
	["sha256", [64]],
	["sha384", [96]],
	["sha512", [128]],
	["gitCommit", [40, 64]],
	["gitTree", [40, 64]],
]);

/**
 * Checks what every in-toto statement must have.
 * @throws StatementError that names the place
 */
export function readStatement(value: unknown): Statement {
	if (!isObject(value)) refuse("the statement", "is not an object");
	if (value._type !== STATEMENT) refuse("_type", `is not ${STATEMENT}`);
	requireTypeUri(value.predicateType, "predicateType");
	const { subject, predicate } = value;
	if (!Array.isArray(subject) || subject.length === 0)
		refuse("subject", "is not a list of artifacts");
	for (const [i, one] of subject.entries()) {
		const place = `subject[${i}]`;
		checkDescriptor(one, place);
		const { name, digest } = one as ResourceDescriptor;
		if (!Object.hasOwn(digest ?? {}, ACCEPTED))
			refuse(`${place}.digest`, `has no ${ACCEPTED}`);
		requireName(name, place);
	}
	requireUnique(subject as Subject[]);
	if (isSet(predicate) && !isObject(predicate))
		refuse("predicate", "is not an object");
	return {
		// What it says besides is compared, too.
		...value,
		_type: STATEMENT,
		subject: subject as Subject[],
		predicateType: value.predicateType as string,
		predicate: predicate ?? {},
	};
}

/** Unset, null and empty mean the same. */
export const isSet = (value: unknown): boolean =>
	value !== undefined &&
	value !== null &&
	value !== "" &&
	!(Array.isArray(value) && value.length === 0) &&
	!(isObject(value) && Object.keys(value).length === 0);

/** A list of resource descriptors, or nothing. @throws StatementError */
export function checkDescriptors(value: unknown, place: string): void {
	if (!isSet(value)) return;
	if (!Array.isArray(value)) refuse(place, "is not a list");
	for (const [i, one] of value.entries())
		checkDescriptor(one, `${place}[${i}]`);
}

export function checkDescriptor(value: unknown, place: string): void {
	if (!isObject(value)) refuse(place, "is not an object");
	const { name, uri, digest, content, downloadLocation, mediaType } = value;
	if (!isSet(uri) && !isSet(digest) && !isSet(content))
		refuse(place, "has none of uri, digest and content");
	for (const [field, text] of Object.entries({ name, content, mediaType }))
		if (isSet(text) && typeof text !== "string")
			refuse(`${place}.${field}`, "is not a text");
	for (const [field, text] of Object.entries({ uri, downloadLocation }))
		if (isSet(text)) requireUri(text, `${place}.${field}`);
	if (isSet(digest)) checkDigests(digest, `${place}.digest`);
	if (isSet(content) && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(content as string))
		refuse(`${place}.content`, "is not base64");
	if (isSet(value.annotations) && !isObject(value.annotations))
		refuse(`${place}.annotations`, "is not an object");
}

function checkDigests(value: unknown, place: string): void {
	if (!isObject(value)) refuse(place, "is not an object");
	for (const [algorithm, digest] of Object.entries(value)) {
		if (typeof digest !== "string")
			refuse(`${place}.${algorithm}`, "is not a text");
		const digits = DIGITS.get(algorithm);
		if (
			digits &&
			!(/^[0-9a-f]+$/.test(digest) && digits.includes(digest.length))
		)
			refuse(
				`${place}.${algorithm}`,
				`is not ${digits.join(" or ")} lower-case hexadecimal digits`,
			);
	}
}

/**
 * Subjects are files of the run folder: a name leads nowhere else, on any
 * system. The specification leaves names to producer and consumer.
 */
function requireName(name: unknown, place: string): void {
	if (typeof name !== "string" || name === "")
		refuse(`${place}.name`, "is missing");
	if (!isInside(name))
		refuse(
			`${place}.name`,
			`(${JSON.stringify(name)}) leads out of the run folder`,
		);
}

function requireUnique(subject: readonly Subject[]): void {
	const names = new Set<string>();
	for (const { name } of subject) {
		const folded = foldedPath(name);
		if (names.has(folded))
			refuse("subject", `has ${JSON.stringify(name)} twice`);
		names.add(folded);
	}
}

/** A URI whose scheme and authority are in lower case. */
export function requireUri(value: unknown, place: string): void {
	const match =
		typeof value === "string"
			? /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#\s"<>\\^`{|}]*)(?=[/?#]|$))?[^\s"<>\\^`{|}]*$/.exec(
					value,
				)
			: null;
	if (!match) refuse(place, "is not a URI");
	const [, scheme = "", authority = ""] = match;
	if (scheme !== scheme.toLowerCase() || authority !== authority.toLowerCase())
		refuse(place, "has a scheme or an authority that is not in lower case");
}

export function requireTypeUri(value: unknown, place: string): void {
	if (!isSet(value)) refuse(place, "is missing");
	requireUri(value, place);
}

/** `Date` takes the 30th of February for the 2nd of March. */
function isOnCalendar(time: string): boolean {
	const date = new Date(time);
	return (
		!Number.isNaN(date.getTime()) &&
		date.toISOString().slice(0, 19) === time.slice(0, 19)
	);
}

/** RFC 3339, in UTC. */
export function requireTimestamp(value: unknown, place: string): void {
	if (
		typeof value !== "string" ||
		!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value) ||
		!isOnCalendar(value)
	)
		refuse(place, 'is not a time in UTC such as "2026-01-31T12:00:00Z"');
}
