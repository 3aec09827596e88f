import { UsageError } from "../../base/errors.ts";
import { makeFolder } from "../../base/files.ts";
import { existsSync, realpathSync, rmSync } from "../../host/files.ts";
import {
	basename,
	dirname,
	join,
	relative,
	resolve,
} from "../../host/paths.ts";
import { inRepository } from "../code/git-command.ts";
import {
	type CodeRepository,
	howToGet,
	type RecordedCode,
	recordedCode,
	repositoryWith,
} from "../code/recorded-code.ts";
import { adoptCommit, adoptRepository } from "../record/export/code.ts";
import { copyFileOf } from "../record/store/folder-files.ts";
import { projectAround, type StoredRun } from "../record/store/store.ts";
import { projectRoot } from "../session.ts";
import { asRecorded } from "./as-recorded.ts";
import { missingReads } from "./lacking.ts";
import { installPackages } from "./packages.ts";
import { type Rebuilding, rebuild } from "./rebuild.ts";
import { makeFolders, stepsUp, temporaryFolder } from "./temporary-tree.ts";
import type { Workplace, WorkplaceOptions } from "./workplace.ts";

/** Is this folder where runs are recorded: `RUNS/<experiment>/<folder>`? */
function projectOf(stored: StoredRun): string | undefined {
	const { directory, record } = stored;
	const project = projectAround(stored);
	return basename(dirname(resolve(directory))) === record.experiment &&
		existsSync(resolve(project, record.cwd))
		? project
		: undefined;
}

/**
 * Finds or makes a work tree as the record has it. The project itself where
 * nothing differs from what was recorded, else a temporary work tree of the
 * recorded commit, with the packages of its lock file. The user's index, work
 * tree and branches are not touched.
 * @throws UsageError when the recorded code cannot be found
 */
export async function openWorkplace(
	stored: StoredRun,
	options: WorkplaceOptions = {},
): Promise<Workplace> {
	const { record } = stored;
	const { carried } = options;
	const project = carried ? undefined : projectOf(stored);
	const recorded = recordedCode(record.git);
	if (options.here)
		return { ...inPlace(project ?? refuseMissing(stored), options), code: [] };
	if (!recorded && project !== undefined) return inPlace(project, options);
	if (!recorded) return withoutRepository(stored, options);
	const code = await repositoryWith(
		recorded.commit,
		...(carried?.repository === undefined
			? [
					project ?? projectAround(stored),
					resolve(projectAround(stored), recorded.top ?? "."),
				]
			: []),
	);
	if (!code?.isOwn && carried?.repository !== undefined)
		return rebuildFromExport(stored, recorded, carried.repository, options);
	if (!code)
		throw new UsageError(
			`run ${record.id} was made with the code of commit ${recorded.commit.slice(0, 12)}, and no repository here has it; run this in a clone of ${recorded.remote ?? "its project"} that has it, or with --here in whatever code there is; ${howToGet(recorded)}`,
		);
	const { top } = code;
	const outside = {
		...recorded,
		present: top,
		project: resolve(top, recorded.inside),
		reason: "the run folder lies outside of its project",
	};
	const rebuildAs = (rebuilding: Omit<Rebuilding, "repository">) =>
		code.isOwn
			? rebuild(stored, { ...rebuilding, repository: top }, options)
			: rebuildFromElsewhere(stored, code, rebuilding, options);
	if (project === undefined) return rebuildAs(outside);
	const { reason, parts } = await asRecorded(code, recorded, project, stored);
	return reason === undefined
		? {
				...inPlace(project, options),
				lacks: missingReads(record, top),
				code: parts,
			}
		: rebuildAs({
				...outside,
				project,
				inside: relative(realpathSync(top), realpathSync(project)),
				top: relative(realpathSync(project), realpathSync(top)),
				reason,
			});
}

function refuseMissing({ directory, record }: StoredRun): never {
	throw new UsageError(
		`run ${record.id} was executed in the folder ${record.cwd} of its project, and there is none around ${directory}; put the run folder where it was, under RUNS/${record.experiment} of its project`,
	);
}

const inPlace = (project: string, { data }: WorkplaceOptions): Workplace => ({
	project,
	data: data ?? new Map(),
	rebuilt: undefined,
	close: async () => undefined,
});

/** A run that needs no repository, and whose project is not here: cells are in the record, packages with us or in its lock file. */
async function withoutRepository(
	{ record }: StoredRun,
	{ data, carried, ...rules }: WorkplaceOptions,
): Promise<Workplace> {
	const linked: string[] = [];
	const base = temporaryFolder();
	const close = async () => rmSync(base, { recursive: true, force: true });
	try {
		// Runs may have been recorded beside their project, or further away.
		const project = join(
			base,
			...Array.from({ length: stepsUp(record) + 1 }, () => "project"),
		);
		makeFolder(project);
		makeFolders(record, project, base);
		if (carried?.packages !== undefined) {
			const from = dirname(carried.packages);
			for (const name of ["package.json", "package-lock.json"])
				copyFileOf(
					from,
					`${basename(carried.packages)}/${name}`,
					join(project, name),
				);
			const link = await installPackages(
				{ folder: project },
				{ folder: projectRoot() },
				rules,
			);
			if (link !== undefined) linked.push(link);
		}
		return {
			project,
			data: data ?? new Map(),
			rebuilt: "its project is not here, and it has no repository",
			temporary: base,
			linked,
			kept: [join(project, "node_modules")],
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** With the code that came along: no repository here has the commit. */
async function rebuildFromExport(
	stored: StoredRun,
	recorded: RecordedCode,
	sent: string,
	options: WorkplaceOptions,
): Promise<Workplace> {
	return rebuildFrom(
		(repository) => adoptRepository(sent, recorded.commit, repository),
		stored,
		(repository) => ({
			...recorded,
			repository,
			present: repository,
			project: resolve(repository, recorded.inside),
			reason: "no repository here has its commit, and the export does",
			apart: "sent",
		}),
		options,
	);
}

/** With the code of a repository that is not the reader's own, or is not known to be. */
const rebuildFromElsewhere = (
	stored: StoredRun,
	code: CodeRepository,
	rebuilding: Omit<Rebuilding, "repository">,
	options: WorkplaceOptions,
): Promise<Workplace> =>
	rebuildFrom(
		(repository) => adoptCommit(code, rebuilding, repository),
		stored,
		(repository) => ({ ...rebuilding, repository, apart: "elsewhere" }),
		options,
	);

/** With code that is taken over into a repository of ours for that. */
async function rebuildFrom(
	adopt: (repository: string) => Promise<unknown>,
	stored: StoredRun,
	rebuilding: (repository: string) => Rebuilding,
	options: WorkplaceOptions,
): Promise<Workplace> {
	const base = temporaryFolder();
	const repository = join(base, "code");
	const remove = () => rmSync(base, { recursive: true, force: true });
	try {
		await adopt(repository);
		const workplace = await inRepository(
			{ directory: join(repository, ".git") },
			() => rebuild(stored, rebuilding(repository), options),
		);
		return {
			...workplace,
			close: async () => {
				await workplace.close();
				remove();
			},
		};
	} catch (error) {
		remove();
		throw error;
	}
}
