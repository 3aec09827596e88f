import { UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";
import { type GitMode, readGitMode } from "../experiment/code/git-mode.ts";
import { type Conditions, checkConditions } from "../experiment/conditions.ts";
import { described } from "../experiment/described.ts";
import type { Params, ParamTree, ParamValue } from "../experiment/events.ts";
import { mayBeOptions } from "../experiment/given-options.ts";
import type { ParamOrigin } from "../experiment/origins.ts";
import { readValue } from "../experiment/parameters/field.ts";
import { flattened, nested } from "../experiment/parameters/nested.ts";
import { readOverride } from "../experiment/parameters/params.ts";
import {
	defaultsOf,
	fieldOf,
	pathsOf,
} from "../experiment/parameters/schema.ts";
import {
	type ActiveRun,
	outsideOfRuns,
} from "../experiment/record/active-run.ts";
import {
	countElsewhere,
	isOfTarget,
} from "../experiment/record/guard/admit.ts";
import { notify, notifyInTurn } from "../experiment/record/guard/notify.ts";
import type { RunPlan, RunResult } from "../experiment/record/guard/plan.ts";
import { guard } from "../experiment/record/guard.ts";
import { multirunId } from "../experiment/record/identity.ts";
import { checkName } from "../experiment/record/names.ts";
import type { MultirunInfo } from "../experiment/record/observer.ts";
import { isSecret } from "../experiment/secrets/named-secrets.ts";
import { session, typedOverrides, typedVary } from "../experiment/session.ts";
import {
	type CodePolicy,
	readCodePolicy,
	requireResumed,
} from "../experiment/sweep/code-policy.ts";
import { readMultirunConfig } from "../experiment/sweep/config-file.ts";
import {
	type FailPolicy,
	type FormerFailPolicy,
	readFailPolicy,
} from "../experiment/sweep/fail-policy.ts";
import { type GridParams, variedParams } from "../experiment/sweep/grid.ts";
import { readJobs } from "../experiment/sweep/jobs.ts";
import { pointLabel, pointOf } from "../experiment/sweep/point.ts";
import { requireBaseline } from "../experiment/sweep/statistics/report/baseline.ts";
import { readVary, requireRepeats } from "../experiment/sweep/vary.ts";
import type { MultirunTarget } from "../experiment/sweep/workers.ts";
import { checkGrid, checkParams, ownerOf } from "./check-params.ts";
import { EarlierMembers, type MemberPlan } from "./earlier-members.ts";
import { explainError } from "./explain/explain.ts";
import { computeInTurn, Members, MultirunError } from "./members.ts";
import {
	noticeMultirun,
	noticeOneRepeat,
	warnOfUnused,
} from "./notice-multirun.ts";
import { computeInParallel } from "./parallel.ts";
import { serveMembers } from "./serve-members.ts";
import { SharedMembers } from "./shared-members.ts";
import type { TaskSpec } from "./task.ts";
import { definedTask, taskNames } from "./tasks/define.ts";
import { findTask } from "./tasks/find.ts";

interface CommonOptions extends Partial<Conditions> {
	/** Data folders to verify before the run starts. */
	readonly data?: readonly string[];
	/** `-p key=value`: wins over `params`; every key must be declared. */
	readonly overrides?: Readonly<Record<string, string>>;
	/** The experiment the run is filed under. Default: the task's name, else "run". */
	readonly name?: string;
	/** A ready-made task instead of a body. */
	readonly task?: string;
	/** About code that differs from the last commit: refuse to start, keep a snapshot (default), or do not look. */
	readonly git?: GitMode;
	/**
	 * Go on with the latest run of the same name, parameters and root seed that has not finished, from its checkpoint.
	 * Of a multirun, members that finished are taken as they are, whichever multirun they were computed for.
	 */
	readonly resume?: boolean;
}

export interface RunOptions<P extends ParamTree = ParamTree>
	extends CommonOptions {
	/** Declares the parameters with type and default; of a task, sets them. A list is a value; an object has parameters in it. */
	readonly params?: P;
}

export interface MultirunOptions<P extends GridParams = GridParams>
	extends CommonOptions {
	/** A list of values spans a grid; a value that is a list stands in a list, as in `[[32, 64], [16]]`. */
	readonly params?: P;
	/** Repeats of each point of the grid, each under its own seed. Default 5. */
	readonly n?: number;
	/**
	 * The random streams that alone differ between repeats; all others are those of repeat 0. So `["init"]` shows how
	 * much the initial weights alone decide. Default: all differ.
	 */
	readonly vary?: readonly string[];
	/** A YAML file with `name`, `task`, `params`, `n`, `vary` and `fail`. Its parameters win over `params`, which declares them (a task's are declared by the task); anything else that is given here, or on the command line, wins over the file. */
	readonly config?: string;
	/** About a member that fails: go on with the others and throw at the end (default), or throw at once. */
	readonly fail?: FailPolicy | FormerFailPolicy;
	/**
	 * Processes that compute members at the same time, this one included. Default 1.
	 * Each executes the code so far by itself, so nothing that one body changes reaches another.
	 * A program that neither a notebook nor `deepdiva run` has started computes one after the other.
	 */
	readonly jobs?: number;
	/** With `resume`, about members that finished by other code than now: keep them, or compute them again. Without it they are an error. */
	readonly code?: CodePolicy;
	/**
	 * What the table at the end compares groups with: the one with the `best` mean, the `first`, another by its name (`lr=0.1`),
	 * or each with each (`pairs`). Default `best` where the metric's name says which end is better, else `first`.
	 */
	readonly baseline?: string;
}

/** The type of one member's parameters: a list stands for one of its values. */
export type Point<P extends GridParams> = {
	readonly [K in keyof P]: P[K] extends readonly (infer V)[]
		? V
		: P[K] extends GridParams
			? Point<P[K]>
			: P[K];
};

export type Body<P, T> = (params: P, run: ActiveRun) => T | Promise<T>;

/** @throws UsageError for a name or a body in the place of the options */
function checkOptions(callee: string, options: unknown): void {
	if (!mayBeOptions(options))
		throw new UsageError(
			`${callee} takes its options first, for example ${callee}({ name: "moons" }, …), not ${described(options)}`,
		);
}

/** Every parameter with its values: one for a run, more span a grid. */
type Values = Readonly<Record<string, readonly ParamValue[]>>;

/** What code gives, by whole names. In a run a list is a value, in a multirun it has the values. */
function givenValues(
	params: ParamTree | GridParams,
	lists: boolean,
): Record<string, readonly ParamValue[]> {
	const flat = flattened<ParamValue | readonly ParamValue[]>(params);
	return Object.fromEntries(
		Object.entries(flat).map(
			([key, value]): [string, readonly ParamValue[]] => [
				key,
				lists && Array.isArray(value) ? value : [value as ParamValue],
			],
		),
	);
}

/** A task's defaults, replaced by the given values as its schema reads them. */
function taskParams(task: TaskSpec, given: Values): Values {
	const read = (key: string, value: unknown) =>
		readValue(key, fieldOf(task.params, key, ownerOf(task)), value);
	return {
		...mapped(defaultsOf(task.params), (value) => [value]),
		...mapped(given, (values, key) => values.map((one) => read(key, one))),
	};
}

const mapped = <V, W>(
	values: Readonly<Record<string, V>>,
	change: (value: V, key: string) => W,
): Record<string, W> =>
	Object.fromEntries(
		Object.entries(values).map(([key, value]) => [key, change(value, key)]),
	);

/** Each parameter's first value. What code without types gives is refused where parameters are checked. */
const firstValues = (values: Values): Params =>
	mapped(values, ([first]) => first as ParamValue);

interface Plan {
	readonly grid: Values;
	readonly origins: Record<string, ParamOrigin>;
	readonly task: TaskSpec | undefined;
	readonly experiment: string;
	readonly paths: string[];
	readonly conditions: Partial<Conditions>;
}

/** Settles parameters and their origins: declared, then given, then overridden. */
function plan(
	options: CommonOptions & { readonly params?: ParamTree | GridParams },
	lists: boolean,
): Plan {
	const given = givenValues(options.params ?? {}, lists);
	// Before anything can fail: the code that names them is on record with every later run.
	session().redactor.learn(given);
	session().redactor.learnTexts(options.overrides ?? {});
	const task = options.task === undefined ? undefined : findTask(options.task);
	const declared = task ? taskParams(task, given) : given;
	const fromCommandLine = Object.fromEntries(
		Object.entries(typedOverrides()).filter(([key]) =>
			Object.hasOwn(declared, key),
		),
	);
	for (const key of Object.keys(declared)) session().declaredParams.add(key);
	const overrides = { ...options.overrides, ...fromCommandLine };
	const experiment = session().redactor.fileName(
		options.name ?? task?.name ?? "run",
	);
	checkName(experiment, "run");
	const grid: Record<string, readonly ParamValue[]> = { ...declared };
	// What is typed is read against the type of the first declared value.
	const types = firstValues(declared);
	for (const [key, text] of Object.entries(overrides))
		grid[key] = readOverride(
			key,
			text,
			types,
			lists,
			task?.params.fields[key]?.choices?.map(String),
		);
	session().redactor.learn(grid);
	return {
		grid,
		origins: Object.fromEntries(
			Object.keys(grid).map((key): [string, ParamOrigin] => [
				key,
				Object.hasOwn(overrides, key)
					? "override"
					: Object.hasOwn(given, key)
						? "cell"
						: "default",
			]),
		),
		task,
		experiment,
		paths: task ? pathsOf(task.params) : [],
		conditions: checkConditions(options),
	};
}

/** What a run executes. A task is loaded here, so that no run is charged with what its modules read. */
async function bodyOf<T>(
	task: TaskSpec | undefined,
	body: Body<ParamTree, T> | undefined,
): Promise<(run: ActiveRun) => T | Promise<T>> {
	if (task && body)
		throw new UsageError(
			`a run of task ${task.name} takes no body: leave out the code, or the task`,
		);
	if (task) {
		const loaded = await task.load();
		return explained((run) => loaded.run(run) as Promise<T>);
	}
	if (!body)
		throw new UsageError(
			`a run needs a body, or a task=NAME${suggestion("", taskNames())}`,
		);
	return explained((run) => body(nested(run.params), run));
}

/** What tfjs throws in it is recorded with a sentence in front. */
const explained =
	<T>(work: (run: ActiveRun) => T | Promise<T>) =>
	async (run: ActiveRun): Promise<T> => {
		try {
			return await work(run);
		} catch (error) {
			throw explainError(error);
		}
	};

/**
 * Runs `body` (or a ready-made task) in the guard: data verified, randomness
 * from the run's own streams, everything logged recorded under `runs/`.
 * Resolves to the run, its outcome and the body's value, or to undefined when
 * a replay leaves this run out. An error of the body is recorded and rethrown.
 * @example
 * const result = await dd.run({ name: "moons", params: { lr: 0.1 } }, async ({ lr }) => {
 *   dd.log({ loss: 1 / lr });
 * });
 * result?.outcome.metrics; // → { loss: 10 }
 */
export async function run<P extends ParamTree, T>(
	options: RunOptions<P>,
	body?: Body<P, T>,
): Promise<RunResult<T> | undefined> {
	checkOptions("dd.run", options);
	const { grid, task, ...rest } = plan(options, false);
	const params = firstValues(grid);
	checkParams(task, params);
	return guard(
		toRunPlan(rest, task, params, options, 0),
		await bodyOf(task, body as Body<ParamTree, T> | undefined),
	);
}

/**
 * Runs the same body or task `n` times for every point of the grid. Each
 * member's seed comes from the root seed, the name and its repeat index, so it
 * is the same in any order and can be replayed alone, and every point of the
 * grid draws the same numbers in its k-th repeat: points can be compared in pairs.
 * @example
 * const results = await dd.multirun({ name: "grid", params: { lr: [0.1, 0.01] }, n: 2 }, ({ lr }) => {
 *   dd.log({ score: lr * Math.random() });
 * });
 * results.length; // → 4
 * @throws MultirunError at the end, when members failed: what they threw, and the results of the others
 */
export async function multirun<P extends GridParams, T>(
	options: MultirunOptions<P>,
	body?: Body<Point<P>, T>,
): Promise<RunResult<T>[]> {
	checkOptions("dd.multirun", options);
	return multirunOf(withConfig(options), body);
}

/** The options with what their file says and they do not. */
function withConfig<P extends GridParams>({
	config,
	...options
}: MultirunOptions<P>): MultirunOptions<P> {
	if (config === undefined) return options;
	const { params, digest: _, ...said } = readMultirunConfig(config);
	return {
		...said,
		...options,
		overrides: { ...params, ...options.overrides },
	};
}

async function multirunOf<P extends GridParams, T>(
	options: MultirunOptions<P>,
	body?: Body<Point<P>, T>,
): Promise<RunResult<T>[]> {
	const repeats = options.n ?? 5;
	if (!Number.isInteger(repeats) || repeats < 1)
		throw new UsageError(
			`a multirun repeats a whole number of times, at least 1, not ${repeats}`,
		);
	const vary = varyOf(options, repeats);
	const fail = readFailPolicy(session().fail ?? options.fail ?? "continue");
	const code = codePolicyOf(options);
	if (!session().resume && !session().replay)
		requireResumed(options.resume, options.code);
	const { grid, task, ...rest } = plan(options, true);
	const points = checkGrid(task, grid);
	const runBody = await bodyOf(task, body as Body<ParamTree, T> | undefined);
	const varied = variedParams(grid);
	const variedGrid = Object.fromEntries(
		varied.map((name) => [name, grid[name] ?? []]),
	);
	const { baseline } = options;
	// Hours later, it would be too late to say so.
	if (baseline !== undefined)
		requireBaseline(
			points.map((params) =>
				session().redactor.text(pointLabel(pointOf({ varied }, { params }))),
			),
			baseline,
		);
	const info: MultirunInfo = {
		id: multirunId({
			experiment: rest.experiment,
			grid: telling(grid, rest.paths),
			varied,
			repeats,
			...vary,
			rootSeed: session().rootSeed,
		}),
		experiment: rest.experiment,
		total: points.length * repeats,
		repeats,
		varied,
		...vary,
		...(baseline === undefined ? {} : { baseline }),
	};
	const { observers, member } = session();
	const target = targetOf(info);
	const isAsked = isWorkersTarget(target);
	if (member !== undefined && member >= info.total)
		throw new UsageError(
			`--member counts from 0, and this multirun has ${info.total} members, so the last one is ${info.total - 1}, not ${member}`,
		);
	const plans = points.flatMap((params, point) =>
		Array.from({ length: repeats }, (_, repeat) => ({
			...toRunPlan(rest, task, params, options, repeat),
			isAsked,
			grid: variedGrid,
			multirun: { ...info, index: point * repeats + repeat },
		})),
	);
	const jobs = readJobs(
		session().jobs ?? session().repeated.jobs ?? options.jobs ?? 1,
	);
	const wanted = isAsked ? plans : membersHere(info, jobs, plans);
	const { replay, worker, members: source } = session();
	const resumes =
		(options.resume || session().resume) && !replay && (!worker || isAsked);
	const earlier = resumes
		? await EarlierMembers.find(info, wanted, code)
		: undefined;
	const execute = (plan: MemberPlan) => guard(plan, runBody);
	if (source && isAsked)
		return serveMembers<T>(source, plans, async (plan, members) => {
			if (earlier)
				return new SharedMembers(
					info,
					members,
					earlier,
					execute,
				).isComputedElsewhere(plan);
			await computeInTurn(members, [plan], execute);
			return false;
		});
	outsideOfRuns(() =>
		notify(observers, (observer) => observer.multirunStarted?.(info)),
	);
	noticeOneRepeat(info);
	const members = new Members<T>(fail);
	try {
		const shared =
			earlier && new SharedMembers(info, members, earlier, execute);
		shared?.tellBeginning();
		const workers = jobs > 1 ? workersHere() : undefined;
		const missing = shared ? await shared.takeSettled(wanted) : wanted;
		const compute = (some: readonly MemberPlan[]) =>
			shared ? shared.compute(some) : computeInTurn(members, some, execute);
		if (workers && missing.length > 1)
			await computeInParallel({
				...{ target, jobs, members, workers },
				warn: (text) => noticeMultirun(info, "warning", text),
				plans: missing,
				compute: (plan) => compute([plan]),
			});
		else await compute(missing);
		warnOfUnused(info, members.ended);
	} finally {
		await outsideOfRuns(() =>
			notifyInTurn(observers, (observer) =>
				observer.multirunEnded?.(info, members.ended),
			),
		);
	}
	const { results, failed } = members;
	if (failed.length > 0) throw new MultirunError(info, failed, results);
	return results;
}

/**
 * Which streams alone differ between repeats. The command line wins, and speaks of all multiruns: in one of a single repeat it varies nothing.
 * @throws UsageError for what is no list of streams, or where the code's own has one repeat
 */
function varyOf(
	options: MultirunOptions,
	repeats: number,
): Pick<MultirunInfo, "vary"> {
	const typed = typedVary();
	if (typed !== undefined) {
		if (repeats === 1) return {};
		session().hasVaried = true;
		return { vary: readVary(typed) };
	}
	if (options.vary === undefined) return {};
	const vary = readVary(options.vary);
	requireRepeats(vary, repeats);
	return { vary };
}

/** The command line wins over what the code asks for. */
function codePolicyOf({ code }: MultirunOptions): CodePolicy | undefined {
	const policy = session().code ?? code;
	return policy === undefined ? undefined : readCodePolicy(policy);
}

/** Counts a multirun in the session, and says by what another process that executes the same finds it. */
function targetOf({ id }: MultirunInfo): MultirunTarget {
	const { multiruns, cells } = session();
	const key = `${cells.length} ${id}`;
	const occurrence = multiruns.get(key) ?? 0;
	multiruns.set(key, occurrence + 1);
	return { multirun: id, earlierCells: cells.length, occurrence };
}

/** Which members this process is to account for. Those that others had computed count as runs of the session. */
function membersHere(
	multirun: MultirunInfo,
	jobs: number,
	plans: readonly MemberPlan[],
): readonly MemberPlan[] {
	const { member, replay, worker } = session();
	if (member !== undefined) return plans.slice(member, member + 1);
	const isOnTheWay = worker || (replay && !isOfTarget(multirun));
	if (jobs === 1 || !isOnTheWay) return plans;
	// What was left in the process that began it is what the last one had left.
	for (const plan of plans.slice(0, -1)) countElsewhere(plan);
	return plans.slice(-1);
}

/** What starts processes; a replay, and a process that was started so, start none. */
const workersHere = () => {
	const { replay, worker, workers } = session();
	return replay || worker ? undefined : workers;
};

/** Is this the multirun whose members this process was started for? */
function isWorkersTarget(target: MultirunTarget): boolean {
	const { worker } = session();
	return (
		worker?.multirun === target.multirun &&
		worker.earlierCells === target.earlierCells &&
		worker.occurrence === target.occurrence
	);
}

/** The grid as its members have it in their identities. */
const telling = (grid: Values, paths: readonly string[]) =>
	Object.fromEntries(
		Object.entries(grid).filter(
			([key, values]) =>
				!paths.includes(key) && !values.some((value) => isSecret(key, value)),
		),
	);

/** What the code asks to be resumed must be there; what the command line asks for, may. */
function resumption(resume: boolean | undefined): Pick<RunPlan, "resume"> {
	if (resume) return { resume: "required" };
	return session().resume ? { resume: "where unfinished" } : {};
}

function toRunPlan(
	{ experiment, origins, paths, conditions }: Omit<Plan, "grid" | "task">,
	task: TaskSpec | undefined,
	params: Params,
	{ data = [], git, resume }: CommonOptions,
	repeat: number,
): RunPlan {
	return {
		experiment,
		...(task ? { task: task.name } : {}),
		...(task && definedTask(task.name) ? { isDefinedTask: true } : {}),
		params,
		origins,
		paths,
		data,
		repeat,
		conditions,
		...resumption(resume),
		...(git === undefined ? {} : { git: readGitMode(git) }),
	};
}
