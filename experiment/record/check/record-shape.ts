import type { RecordFormat } from "../../record-format.ts";
import type { RunRecord } from "../record.ts";

/** Of each field: is it part of every record, of some, or of none that this format knows? */
type Presence = "always" | "sometimes";

type Shape<Names extends string> = Readonly<Record<Names, Presence>>;

/** A run's record once the run has ended. What a writer may leave out, a forger may too, and it is not compared. */
const RECORD: Shape<keyof RunRecord> = {
	format: "always",
	id: "always",
	experiment: "always",
	task: "sometimes",
	status: "always",
	error: "sometimes",
	params: "always",
	paths: "sometimes",
	definitions: "sometimes",
	identity: "always",
	occurrence: "always",
	repeat: "always",
	multirun: "sometimes",
	resumed: "sometimes",
	seed: "always",
	source: "always",
	cwd: "always",
	folder: "sometimes",
	overrides: "always",
	git: "sometimes",
	environment: "always",
	data: "always",
	conditions: "always",
	leaks: "always",
	hiddenState: "sometimes",
	metrics: "always",
	outputs: "always",
	files: "always",
	digest: "always",
	process: "always",
	started: "always",
	ended: "always",
	milliseconds: "always",
	seal: "always",
};

type Names<Field> = keyof Required<NonNullable<Field>> & string;

const SEED: Shape<Names<RunRecord["seed"]>> = {
	root: "always",
	origin: "always",
	boot: "always",
	run: "always",
	streams: "always",
};
const SOURCE: Shape<Names<RunRecord["source"]>> = {
	kind: "always",
	file: "sometimes",
	path: "sometimes",
};
const MULTIRUN: Shape<Names<RunRecord["multirun"]>> = {
	id: "always",
	total: "always",
	index: "always",
	repeats: "always",
	varied: "always",
};
/** Of format 1, which did not say which member. */
const FORMER_MULTIRUN: typeof MULTIRUN = {
	...MULTIRUN,
	index: "sometimes",
	repeats: "sometimes",
	varied: "sometimes",
};
const CONDITIONS: Shape<Names<RunRecord["conditions"]>> = {
	onLeak: "always",
	freezeTime: "sometimes",
	strictMath: "sometimes",
	images: "sometimes",
	commandLine: "always",
};
const LEAKS: Shape<Names<RunRecord["leaks"]>> = {
	leaks: "always",
	packages: "always",
	untraced: "always",
};
const LEAK: Shape<Names<NonNullable<RunRecord["leaks"]>["leaks"][number]>> = {
	kind: "always",
	what: "always",
	count: "always",
	place: "always",
	line: "always",
	code: "sometimes",
};
const ERROR: Shape<Names<RunRecord["error"]>> = {
	name: "always",
	message: "always",
	place: "sometimes",
};
const PARAM: Shape<Names<RunRecord["params"][string]>> = {
	value: "always",
	origin: "always",
};
const DATA: Shape<Names<RunRecord["data"][number]>> = {
	path: "always",
	root: "always",
	files: "always",
	bytes: "always",
};
const OUTPUT: Shape<Names<RunRecord["outputs"][string]>> = {
	digest: "always",
	files: "always",
};
const FILE: Shape<Names<RunRecord["files"][string]>> = {
	sha256: "always",
	bytes: "always",
};

/** A field that every record has and this one lacks, or that none has. */
export interface OddField {
	/** With "." between names. */
	readonly field: string;
	/** What it is; absent where it is missing. */
	readonly value?: unknown;
}

/** Fields that are missing from the record of a run that has ended, or that no run writes. */
export function oddFields(record: RunRecord): OddField[] {
	const { format, seed, source, multirun, conditions, leaks, error } = record;
	const each = <T>(
		name: string,
		shape: Shape<string>,
		entries: Readonly<Record<string, T>> | readonly T[],
	) =>
		Object.entries(entries).flatMap(([key, entry]) =>
			oddIn(`${name}.${key}`, shape, entry),
		);
	return [
		...oddIn("", RECORD, record),
		...oddIn("seed", SEED, seed),
		...oddIn("source", SOURCE, source),
		...(multirun ? oddIn("multirun", multirunShape(format), multirun) : []),
		...(conditions ? oddIn("conditions", CONDITIONS, conditions) : []),
		...(leaks ? oddIn("leaks", LEAKS, leaks) : []),
		...(leaks ? each("leaks.leaks", LEAK, leaks.leaks ?? []) : []),
		...(error ? oddIn("error", ERROR, error) : []),
		...each("params", PARAM, record.params),
		...each("data", DATA, record.data),
		...each("outputs", OUTPUT, record.outputs),
		...each("files", FILE, record.files),
	];
}

const multirunShape = (format: RecordFormat): Shape<string> =>
	format === 1 ? FORMER_MULTIRUN : MULTIRUN;

function oddIn(
	place: string,
	shape: Shape<string>,
	value: unknown,
): OddField[] {
	const fields: Readonly<Record<string, unknown>> =
		typeof value === "object" && value !== null ? { ...value } : {};
	const named = (name: string) => (place === "" ? name : `${place}.${name}`);
	return [
		...Object.keys(shape)
			.filter(
				(name) => shape[name] === "always" && !Object.hasOwn(fields, name),
			)
			.map((name) => ({ field: named(name) })),
		...Object.keys(fields)
			.filter((name) => !Object.hasOwn(shape, name))
			.map((name) => ({ field: named(name), value: fields[name] })),
	];
}
