import { dirname, relative } from "../../../host/paths.ts";
import type { ParamOrigin } from "../../origins.ts";
import type { Redactor } from "../../secrets/redact.ts";
import { runsDirectory, session } from "../../session.ts";
import type { VariedGrid } from "../../sweep/grid.ts";
import type { MultirunMembership, RunInfo } from "../observer.ts";
import type { RecordedMembership, RunRecord } from "../record.ts";
import { describeEnvironment } from "../surroundings/environment.ts";
import { thisProcess } from "../surroundings/liveness.ts";
import type { AdmittedRun } from "./admit.ts";
import { recordedDefinitions } from "./definitions.ts";
import { recordedParams, sourceFile } from "./without-secrets.ts";

/** The record of a run that has not computed anything yet. */
export function firstRecord(
	admitted: AdmittedRun,
	info: RunInfo,
	started: Date,
): RunRecord {
	const { plan, digest, occurrence, conditions, resumed } = admitted;
	const { redactor, jobs, vary, git } = admitted.session;
	const project = dirname(runsDirectory());
	const definitions = recordedDefinitions();
	return {
		format: session().recordFormat,
		id: info.id,
		experiment: plan.experiment,
		...(plan.task ? { task: plan.task } : {}),
		status: "running",
		params: paramsWithOrigins(admitted),
		...(plan.paths.length > 0 ? { paths: plan.paths } : {}),
		...(definitions.length > 0 ? { definitions } : {}),
		identity: digest,
		occurrence,
		repeat: plan.repeat,
		...(plan.multirun
			? {
					multirun: {
						...recordedMembership(plan.multirun),
						...recordedGrid(plan.grid, plan.multirun, redactor),
					},
				}
			: {}),
		seed: recordedSeed(info),
		source: recordedSource(project),
		...foldersIn(project),
		overrides: recordedOverrides(),
		...(vary ? { vary } : {}),
		...(jobs === undefined ? {} : { jobs }),
		...(git === undefined ? {} : { gitMode: git }),
		environment: redactor.deep(describeEnvironment()),
		data: [],
		metrics: {},
		outputs: {},
		files: {},
		digest: "",
		process: thisProcess(),
		started: started.toISOString(),
		conditions: { ...conditions, commandLine: admitted.session.conditions },
		...(resumed ? { resumed: resumed.record.id } : {}),
	};
}

function paramsWithOrigins({
	plan,
	session: { redactor },
}: AdmittedRun): RunRecord["params"] {
	const origin = (key: string): ParamOrigin => plan.origins[key] ?? "default";
	return Object.fromEntries(
		Object.entries(recordedParams(plan.params, redactor)).map(
			([key, value]) => [key, { value, origin: origin(key) }],
		),
	);
}

const recordedMembership = ({
	id,
	total,
	index,
	repeats,
	varied,
	vary,
}: MultirunMembership): RecordedMembership => ({
	id,
	total,
	index,
	repeats,
	varied,
	...(vary ? { vary } : {}),
});

/** With more values a grid in every member would make records large: each has all points of all others. */
const MOST_VALUES = 1000;

/** Members that have a larger grid, too: 0, 1, 2, 4, 8, … Some may be another multirun's, and others removed. */
const isKeeper = (index: number) => (index & (index - 1)) === 0;

interface KnownGrid {
	readonly recorded: VariedGrid;
	readonly redactor: Redactor;
	/** What that knew when it looked. */
	readonly learnt: number;
}

/** Members of a multirun share their grid. */
const known = new WeakMap<VariedGrid, KnownGrid>();

function recordedGrid(
	grid: VariedGrid | undefined,
	{ index }: MultirunMembership,
	redactor: Redactor,
): Pick<RecordedMembership, "grid"> {
	if (!grid) return {};
	if (Object.values(grid).flat().length > MOST_VALUES && !isKeeper(index))
		return {};
	const { learnt } = redactor;
	const before = known.get(grid);
	if (before?.redactor === redactor && before.learnt === learnt)
		return { grid: before.recorded };
	const recorded = Object.fromEntries(
		Object.entries(grid).map(([name, values]) => [
			name,
			values.map(
				(value) => recordedParams({ [name]: value }, redactor)[name] ?? "",
			),
		]),
	);
	known.set(grid, { recorded, redactor, learnt });
	return { grid: recorded };
}

function recordedSeed({ seed, fixedSeed }: RunInfo): RunRecord["seed"] {
	const { rootSeed, seedOrigin, bootSeed } = session();
	return {
		root: rootSeed,
		origin: seedOrigin,
		boot: bootSeed,
		run: seed,
		...(fixedSeed === undefined ? {} : { fixed: fixedSeed }),
		streams: {},
	};
}

function recordedSource(project: string): RunRecord["source"] {
	const { source } = session();
	if (!source) return { kind: "none" };
	return {
		kind: source.kind,
		file: sourceFile(source.kind),
		...(source.path ? { path: relative(project, source.path) } : {}),
	};
}

function foldersIn(project: string): Pick<RunRecord, "cwd" | "folder"> {
	const within = (folder: string) => relative(project, folder) || ".";
	const cwd = within(process.cwd());
	const folder = within(session().folder);
	return { cwd, ...(folder === cwd ? {} : { folder }) };
}

function recordedOverrides(): RunRecord["overrides"] {
	const { overrides, redactor } = session();
	return Object.fromEntries(
		Object.entries(overrides).map(([key, text]) => [
			key,
			String(redactor.param(key, text)),
		]),
	);
}
