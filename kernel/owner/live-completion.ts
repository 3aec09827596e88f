import { nesting } from "../../cell/text/brackets.ts";
import type { LiveKeys } from "../protocol/live-keys.ts";
import type { CompleteReply } from "../protocol/requests.ts";

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const STEP = String.raw`(?:\s*(?:\?\.|\.)\s*${NAME}|\s*(?:\?\.)?\[\s*(?:\d+|"[^"\\\n]*"|'[^'\\\n]*')\s*\]|!)`;
const MEMBER = new RegExp(
	String.raw`(?<![\p{ID_Continue}$.)\]"'\x60])(${NAME})(${STEP}*)\s*(?:(\?\.|\.)\s*([\p{ID_Continue}$]*)|\[\s*(["'])([^"'\\\n]*))$`,
	"u",
);
const STEPS =
	/([\p{ID_Start}$_][\p{ID_Continue}$]*)|\[\s*(?:(\d+)|"([^"\\\n]*)"|'([^'\\\n]*)')\s*\]/gu;

/** A member of a variable that is being written. */
export interface LivePlace {
	/** Names from the variable on. */
	readonly path: readonly string[];
	readonly start: number;
	readonly prefix: string;
	/** The text of a key in brackets, which may be any; else it is a name. */
	readonly isText: boolean;
}

/** `conf.beta.` and `conf["be`: what live values can be asked for. */
export function livePlace(code: string, cursor: number): LivePlace | undefined {
	const before = code.slice(0, cursor);
	const found = MEMBER.exec(before.slice(-LONGEST));
	if (!found) return undefined;
	const [, root = "", steps = "", , name, , text] = found;
	// Of a text that only looks like code, nothing is asked.
	if ((nesting(before).quote === undefined) !== (text === undefined))
		return undefined;
	const prefix = name ?? text ?? "";
	const path = Array.from(
		steps.matchAll(STEPS),
		([, named, index, double, single]) =>
			named ?? index ?? double ?? single ?? "",
	);
	return {
		path: [root, ...path],
		start: cursor - prefix.length,
		prefix,
		isText: text !== undefined,
	};
}

/** A longer path is not looked for. */
const LONGEST = 500;

const IS_NAME = new RegExp(`^${NAME}$`, "u");

/** What types offer, and the keys of the live value beside it. */
export function withLiveKeys(
	typed: CompleteReply,
	{ start, prefix, isText }: LivePlace,
	{ keys, isPlain }: LiveKeys,
): CompleteReply {
	// What types know of an instance leaves out its private parts.
	if (typed.matches.length > 0 && (!isPlain || typed.start !== start))
		return typed;
	const known = new Set(typed.matches);
	const more = keys.filter(
		(key) =>
			key.startsWith(prefix) &&
			!known.has(key) &&
			(isText ? !/["'\\\n]/.test(key) : IS_NAME.test(key)),
	);
	if (more.length === 0) return typed;
	return {
		...typed,
		matches: [...typed.matches, ...more],
		types: [...typed.types, ...more.map(() => "property")],
		start,
		end: start + prefix.length,
	};
}
