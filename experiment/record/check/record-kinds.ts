import { isElsewhere, isInside } from "../../../base/files.ts";
import { isObject } from "../../../base/json-object.ts";
import { isObjectName } from "../../code/repositories.ts";
import { RECORD_FORMATS } from "../../record-format.ts";
import type { RunRecord } from "../record.ts";

/*
 * What each field of run.json must be. A record may be anybody's, and whoever
 * reads one relies on its type: texts that become paths or names of commits are
 * looked at here, once.
 */

/** Tells where a value is not such a one: "" for the value itself, else a path in it; undefined where it is. */
type Kind = (value: unknown) => string | undefined;

const is =
	(test: (value: unknown) => boolean): Kind =>
	(value) =>
		test(value) ? undefined : "";

/** A name as one may show it: whoever made the record chose it. */
const shown = (name: string) =>
	/^[\w.@/-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, 100));

const within = (name: string | number, inner: string) =>
	[shown(String(name)), ...(inner === "" ? [] : [inner])].join(".");

function firstWrong(
	entries: Iterable<readonly [string | number, unknown]>,
	kindOf: (name: string) => Kind | undefined,
): string | undefined {
	for (const [name, value] of entries) {
		const inner = kindOf(String(name))?.(value);
		if (inner !== undefined) return within(name, inner);
	}
	return undefined;
}

const each =
	(kind: Kind): Kind =>
	(value) =>
		Array.isArray(value) ? firstWrong(value.entries(), () => kind) : "";

/** An object with any names. */
const entries =
	(kind: Kind, isName: (name: string) => boolean = () => true): Kind =>
	(value) =>
		isObject(value)
			? firstWrong(Object.entries(value), (name) =>
					isName(name) ? kind : () => "",
				)
			: "";

/** An object in which these names, where they are there, have such values. */
const fields =
	(kinds: Readonly<Record<string, Kind>>): Kind =>
	(value) =>
		isObject(value)
			? firstWrong(Object.entries(value), (name) =>
					Object.hasOwn(kinds, name) ? kinds[name] : undefined,
				)
			: "";

/** The same, and these names are there. */
const having =
	(names: readonly string[], kinds: Readonly<Record<string, Kind>>): Kind =>
	(value) =>
		isObject(value)
			? (names.find((name) => value[name] === undefined) ??
				fields(kinds)(value))
			: "";

const anything: Kind = () => undefined;
const object = entries(anything);
const text = is((value) => typeof value === "string");
const truth = is((value) => typeof value === "boolean");
const whole = is((value) => Number.isInteger(value));
const count = is((value) => Number.isSafeInteger(value) && Number(value) >= 0);
const oneOf = (...values: readonly unknown[]) =>
	is((value) => values.includes(value));
const scalar = is((value) =>
	["string", "number", "boolean"].includes(typeof value),
);
const matching = (pattern: RegExp) =>
	is((value) => typeof value === "string" && pattern.test(value));

const LONGEST_PATH = 4096;
/** A path as somebody wrote it, or as it led to a folder: it may lead up. */
const path = is(
	(value) =>
		typeof value === "string" &&
		value.length <= LONGEST_PATH &&
		// biome-ignore lint/suspicious/noControlCharactersInRegex: no system has paths with NUL, and people are shown them
		!/[\x00-\x1f\x7f-\x9f]/.test(value),
);
/** A path that leads nowhere but down. */
const inner = is((value) => typeof value === "string" && isInside(value));
const isFileName = (name: string) =>
	name.length <= LONGEST_PATH && isInside(name);
/** One part of a path: it names notes and folders of ours. */
const id = matching(/^\w[\w.-]{0,99}$/);
const objectName = is(isObjectName);

const snapshot = having(["commit", "ref"], {
	// Of the second form in records of earlier versions.
	ref: matching(
		/^refs\/deepdiva\/(code\/([\da-f]{40}|[\da-f]{64})|[\da-f]{8})$/,
	),
	commit: objectName,
	submodules: each(inner),
});

const git = fields({
	mode: oneOf("ignore", "require", "snapshot"),
	commit: objectName,
	branch: text,
	remote: text,
	project: inner,
	top: is((value) => typeof value === "string" && isElsewhere(value)),
	dirty: truth,
	tree: objectName,
	snapshot,
	skipped: each(text),
	leftOut: each(
		having(["path", "why"], { path: text, why: text, read: oneOf(true) }),
	),
});

const leak = having(["kind", "what", "count", "place", "line"], {
	kind: text,
	what: text,
	count,
	place: text,
	line: whole,
	code: text,
});

/** What every record has, whatever became of its run. */
const ALWAYS: Partial<Record<keyof RunRecord, Kind>> = {
	format: oneOf(...RECORD_FORMATS),
	id,
	experiment: text,
	status: oneOf("running", "finished", "failed", "interrupted", "diverged"),
	params: entries(having(["value"], { value: scalar, origin: text })),
	identity: text,
	occurrence: count,
	repeat: count,
	seed: (value) =>
		isObject(value) &&
		[value.root, value.boot, value.run].every((one) => typeof one === "string")
			? fields({ origin: text, streams: entries(count) })(value)
			: "",
	source: having(["kind"], {
		kind: oneOf("cell", "script", "none"),
		file: inner,
		path,
	}),
	cwd: path,
	overrides: entries(text),
	environment: fields({ variables: object }),
	data: each(
		having(["path", "root"], { path, root: text, files: count, bytes: count }),
	),
	metrics: entries(
		is((value) => typeof value === "number" || typeof value === "string"),
	),
	outputs: entries(
		having(["digest", "files"], { digest: text, files: each(inner) }),
	),
	files: entries(
		having(["sha256"], { sha256: text, bytes: count }),
		isFileName,
	),
	digest: text,
	started: text,
};

const SOMETIMES: Partial<Record<keyof RunRecord, Kind>> = {
	task: text,
	error: having(["name", "message"], {
		name: text,
		message: text,
		place: fields({ name: text, line: whole, code: text }),
	}),
	paths: each(text),
	definitions: each(
		having(["kind", "name", "by"], {
			kind: oneOf("task", "model", "data set", "picture"),
			name: text,
			by: having(["kind"], {
				kind: oneOf("cell", "file", "package"),
				digest: text,
				path,
				name: text,
				version: text,
			}),
		}),
	),
	multirun: fields({
		id: text,
		total: count,
		index: whole,
		repeats: whole,
		varied: each(text),
	}),
	resumed: text,
	folder: path,
	// What was not looked at has left nothing out.
	git: (value) =>
		isObject(value) && value.mode !== "ignore" && value.skipped === undefined
			? "skipped"
			: git(value),
	conditions: fields({ commandLine: object }),
	leaks: having(["leaks", "packages"], {
		leaks: each(leak),
		packages: each(
			having(["package", "what", "count"], {
				package: text,
				kind: text,
				what: text,
				count,
			}),
		),
		untraced: entries(count),
	}),
	hiddenState: fields({
		reads: each(text),
		writes: each(text),
		bindings: entries(object),
		notChecked: each(text),
		findings: each(fields({ kind: text, name: text, text })),
	}),
	process: fields({ pid: count, host: text, started: text }),
	ended: text,
	milliseconds: count,
	seal: text,
};

/** Fields of the content of a `run.json` that are missing, or not what they must be, with "." between names. */
export function wrongFields(
	record: Readonly<Record<string, unknown>>,
): string[] {
	const missing = Object.keys(ALWAYS).filter(
		(name) => !Object.hasOwn(record, name),
	);
	const kinds: Readonly<Record<string, Kind>> = { ...ALWAYS, ...SOMETIMES };
	const wrong = Object.entries(record).flatMap(([name, value]) => {
		const inner = Object.hasOwn(kinds, name) ? kinds[name]?.(value) : undefined;
		return inner === undefined ? [] : [within(name, inner)];
	});
	return [...missing, ...wrong];
}
