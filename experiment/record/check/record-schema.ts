import { isElsewhere, isInside } from "../../../base/files.ts";
import { isObject } from "../../../base/json-object.ts";
import { GIT_MODES } from "../../code/git-mode.ts";
import { isObjectName } from "../../code/repositories.ts";
import { RECORD_FORMATS } from "../../record-format.ts";
import type { RunRecord } from "../record.ts";
import {
	allWrong,
	always,
	anything,
	count,
	each,
	entries,
	type Field,
	type Fields,
	is,
	type Kind,
	matching,
	type OddField,
	onceEnded,
	oneOf,
	open,
	scalarOrList,
	shape,
	sometimes,
	text,
	truth,
	whole,
} from "./schema.ts";

/*
 * What run.json is. Whoever reads a record relies on it: texts that become paths
 * or names of commits are looked at here, once.
 */

const object = entries(anything);

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

const snapshot = open({
	commit: always(objectName),
	// Of the second form in records of earlier versions.
	ref: always(
		matching(/^refs\/deepdiva\/(code\/([\da-f]{40}|[\da-f]{64})|[\da-f]{8})$/),
	),
	submodules: sometimes(each(inner)),
});

const codeState = open({
	mode: sometimes(oneOf("ignore", "require", "snapshot")),
	commit: sometimes(objectName),
	branch: sometimes(text),
	remote: sometimes(text),
	project: sometimes(inner),
	top: sometimes(
		is((value) => typeof value === "string" && isElsewhere(value)),
	),
	dirty: sometimes(truth),
	tree: sometimes(objectName),
	snapshot: sometimes(snapshot),
	skipped: sometimes(each(text)),
	leftOut: sometimes(
		each(
			open({
				path: always(text),
				why: always(text),
				read: sometimes(oneOf(true)),
			}),
		),
	),
});

const git: Kind = {
	...codeState,
	// What was not looked at has left nothing out.
	wrong: (value) =>
		isObject(value) && value.mode !== "ignore" && value.skipped === undefined
			? "skipped"
			: codeState.wrong(value),
};

const leak = shape({
	kind: always(text),
	what: always(text),
	count: always(count),
	place: always(text),
	line: always(whole),
	code: sometimes(text),
});

const definition = open({
	kind: always(oneOf("task", "model", "data set", "picture")),
	name: always(text),
	by: always(
		open({
			kind: always(oneOf("cell", "file", "package")),
			digest: sometimes(text),
			path: sometimes(path),
			name: sometimes(text),
			version: sometimes(text),
		}),
	),
});

/** Of each field of a record: what it is, and which records have it. */
const RECORD: Readonly<Record<keyof RunRecord, Field>> = {
	format: always(oneOf(...RECORD_FORMATS)),
	id: always(id),
	experiment: always(text),
	task: sometimes(text),
	status: always(
		oneOf("running", "finished", "failed", "interrupted", "diverged"),
	),
	error: sometimes(
		shape({
			name: always(text),
			message: always(text),
			place: sometimes(
				open({
					name: sometimes(text),
					line: sometimes(whole),
					code: sometimes(text),
				}),
			),
		}),
	),
	params: always(
		entries(shape({ value: always(scalarOrList), origin: onceEnded(text) })),
	),
	paths: sometimes(each(text)),
	definitions: sometimes(each(definition)),
	identity: always(text),
	occurrence: always(count),
	repeat: always(count),
	multirun: sometimes(
		shape({
			id: onceEnded(text),
			total: onceEnded(count),
			index: onceEnded(whole, 2),
			repeats: onceEnded(whole, 2),
			varied: onceEnded(each(text), 2),
			vary: sometimes(each(text)),
			grid: sometimes(entries(each(scalarOrList))),
		}),
	),
	resumed: sometimes(text),
	seed: always(
		shape({
			root: always(text),
			origin: onceEnded(text),
			boot: always(text),
			run: always(text),
			fixed: sometimes(text),
			streams: onceEnded(entries(count)),
		}),
	),
	source: always(
		shape({
			kind: always(oneOf("cell", "script", "none")),
			file: sometimes(inner),
			path: sometimes(path),
		}),
	),
	cwd: always(path),
	folder: sometimes(path),
	overrides: always(entries(text)),
	vary: sometimes(each(text)),
	jobs: sometimes(whole),
	gitMode: sometimes(oneOf(...GIT_MODES)),
	git: sometimes(git),
	environment: always(open({ variables: sometimes(object) })),
	data: always(
		each(
			shape({
				path: always(path),
				root: always(text),
				files: onceEnded(count),
				bytes: onceEnded(count),
			}),
		),
	),
	conditions: onceEnded(
		shape({
			onLeak: onceEnded(text),
			freezeTime: sometimes(text),
			strictMath: sometimes(truth),
			images: sometimes(truth),
			commandLine: onceEnded(object),
		}),
	),
	leaks: onceEnded(
		shape({
			leaks: always(each(leak)),
			packages: always(
				each(
					open({
						package: always(text),
						kind: sometimes(text),
						what: always(text),
						count: always(count),
					}),
				),
			),
			untraced: onceEnded(entries(count)),
		}),
	),
	hiddenState: sometimes(
		open({
			reads: sometimes(each(text)),
			writes: sometimes(each(text)),
			bindings: sometimes(entries(object)),
			notChecked: sometimes(each(text)),
			findings: sometimes(
				each(
					open({
						kind: sometimes(text),
						name: sometimes(text),
						text: sometimes(text),
					}),
				),
			),
		}),
	),
	metrics: always(
		entries(
			is((value) => typeof value === "number" || typeof value === "string"),
		),
	),
	outputs: always(
		entries(shape({ digest: always(text), files: always(each(inner)) })),
	),
	files: always(
		entries(
			shape({ sha256: always(text), bytes: onceEnded(count) }),
			isFileName,
		),
	),
	digest: always(text),
	process: onceEnded(
		open({
			pid: sometimes(count),
			host: sometimes(text),
			started: sometimes(text),
		}),
	),
	started: always(text),
	ended: onceEnded(text),
	milliseconds: onceEnded(count),
	seal: onceEnded(text),
};

const FIELDS: Fields = RECORD;
const WHOLE = shape(FIELDS);

/** Fields of the content of a `run.json` that are missing, or not what they must be, with "." between names. */
export const wrongFields = (
	record: Readonly<Record<string, unknown>>,
): string[] => allWrong(FIELDS, record);

/** Fields that are missing from the record of a run that has ended, or that no run writes. */
export const oddFields = (record: RunRecord): OddField[] =>
	WHOLE.odd(record, "", record.format);
