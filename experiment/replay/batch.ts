import { UsageError } from "../../base/errors.ts";
import { shellQuoted } from "../../base/shell.ts";
import { addToProject } from "../../base/version.ts";
import { existsSync, readFileSync } from "../../host/files.ts";
import {
	basename,
	dirname,
	isAbsolute,
	join,
	relative,
	resolve,
} from "../../host/paths.ts";
import { dockerIgnored } from "../secrets/secret-names.ts";
import { projectRoot } from "../session.ts";
import { commandOf, isDeepdiva } from "./project-command.ts";

export interface BatchOptions {
	/** The folder of the cells: its project's lock file is copied where the script's folder has none. */
	readonly source: string;
	/** Of the script's one multirun; undefined where there is none, or more than one. */
	readonly members: number | undefined;
	/** Data folders, as the cells name them. */
	readonly data: readonly string[];
}

export interface BatchFile {
	/** Beside the script. */
	readonly name: string;
	readonly content: string | Uint8Array;
}

/**
 * What clusters and containers need beside a script: a SLURM job, a Dockerfile
 * and, where its folder belongs to no project with a lock file, that of the
 * cells' project with the archives in that project that it takes packages from.
 * @throws UsageError when there is no lock file that would install this package elsewhere
 */
export function planBatch(path: string, options: BatchOptions): BatchFile[] {
	const folder = dirname(path);
	const name = basename(path, ".ts");
	const own = projectRoot(folder);
	if (hasLock(own)) localPackages(own);
	const copies = hasLock(own) ? [] : lockFiles(options.source, folder);
	const project = copies.length > 0 ? folder : own;
	return [
		{ name: `${name}.sbatch`, content: slurmJob(path, project, options) },
		...dockerFiles(path, project, options),
		...copies,
	];
}

const LOCK = ["package.json", "package-lock.json"] as const;

const hasLock = (folder: string) =>
	LOCK.every((name) => existsSync(join(folder, name)));

function lockFiles(source: string, folder: string): BatchFile[] {
	const project = projectRoot(source);
	if (isDeepdiva(project))
		throw new UsageError(
			`${project} is DeepDIVA itself, and its lock file would not install it in ${folder}; export into a folder of ${project}, or run the cells in a project of your own: deepdiva new NAME`,
		);
	if (!hasLock(project)) {
		const places = [...new Set([folder, project])].join(" or ");
		const init = existsSync(join(project, "package.json"))
			? []
			: ["npm init -y"];
		throw new UsageError(
			`there is no package.json with a package-lock.json in ${places}, by which others could install the same packages; make them: ${mendIn(project, ...init)}`,
		);
	}
	for (const name of LOCK)
		if (existsSync(join(folder, name)))
			throw new UsageError(
				`${join(folder, name)} exists, without the other of package.json and package-lock.json; complete them with npm install, or export to another folder`,
			);
	const { archives, linked } = localPackages(project);
	if (linked !== undefined)
		throw new UsageError(
			`the lock file of ${project} takes ${linked} from a folder of that project, so it would not install it in ${folder}; export into a folder of ${project}`,
		);
	return [...LOCK, ...archives].map((name) => ({
		name,
		content: readFileSync(join(project, name)),
	}));
}

/** Commands that add this package to a project. */
const mendIn = (project: string, ...first: readonly string[]) =>
	[`cd ${shellQuoted(project)}`, ...first, addToProject].join(" && ");

interface LocalPackages {
	/** Archives in the project, relative to its folder. */
	readonly archives: readonly string[];
	/** A package that is a folder of the project, as in workspaces. */
	readonly linked: string | undefined;
}

/**
 * What a project's lock file takes from the project's own folder.
 * @throws UsageError when that folder alone would not suffice to install this package and the others
 */
function localPackages(project: string): LocalPackages {
	const { packages = {} } = JSON.parse(
		readFileSync(join(project, "package-lock.json"), "utf8"),
	) as {
		packages?: Record<string, { resolved?: string; link?: boolean }>;
	};
	if (!isDeepdiva(project) && !packages["node_modules/deepdiva"])
		throw new UsageError(
			`the lock file of ${project} does not name deepdiva, so neither a container nor somebody else would get it; add it: ${mendIn(project)}`,
		);
	const archives: string[] = [];
	let linked: string | undefined;
	for (const [place, { resolved = "", link }] of Object.entries(packages)) {
		if (place === "" || !(link || resolved.startsWith("file:"))) continue;
		const path = resolved.replace(/^file:/, "");
		const where = relative(project, resolve(project, path));
		const outside = where.startsWith("..") || isAbsolute(where);
		if (outside || !existsSync(join(project, where)))
			throw new UsageError(
				`the lock file of ${project} takes ${place} from ${path}, which is ${outside ? "outside of that folder" : "not there"}, so neither a container nor somebody else would get it; ${
					place === "node_modules/deepdiva"
						? `install it from an archive there: ${mendIn(project)}`
						: "install it from an archive there, which npm pack makes"
				}`,
			);
		if (link) linked ??= place;
		else archives.push(path);
	}
	return { archives, linked };
}

function slurmJob(
	path: string,
	project: string,
	{ members }: BatchOptions,
): string {
	const name = basename(path, ".ts");
	const up = relative(dirname(path), project) || ".";
	const array =
		members === undefined ? "" : `#SBATCH --array=0-${members - 1}\n`;
	const head =
		members === undefined
			? "# One job."
			: `# Each task of the array computes one member of the multirun, the same one as in the notebook:
# points of the grid in their order, the repeats of each. Change the range when you change the grid.`;
	const member =
		members === undefined
			? ""
			: ` --member "\${SLURM_ARRAY_TASK_ID:?submit this as an array}"`;
	return `#!/bin/sh
#SBATCH --job-name=${name.replace(/[^\w.-]/g, "-")}
${array}#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=04:00:00
# SLURM makes no folders for logs: this script writes its own, to runs/slurm.
#SBATCH --output=/dev/null
# What clusters differ in:
##SBATCH --partition=PARTITION
##SBATCH --account=ACCOUNT
##SBATCH --gres=gpu:1
#
${head}
# Submit it from its own folder: sbatch ${shellQuoted(`${name}.sbatch`)} [key=value …]
# With --resume at the end, tasks whose results are there end at once, so the same line may be submitted again.
set -eu
cd "\${SLURM_SUBMIT_DIR:-$(dirname "$0")}"
if [ ! -f ${shellQuoted(`./${name}.sh`)} ]; then
	echo "submit this job from the folder of "${shellQuoted(`${name}.sh`)} >&2
	exit 2
fi
logs=${shellQuoted(up)}/runs/slurm
mkdir -p "$logs"
exec >"$logs"/${shellQuoted(name)}-"\${SLURM_ARRAY_JOB_ID:-\${SLURM_JOB_ID:-0}}_\${SLURM_ARRAY_TASK_ID:-0}".log 2>&1
# The first task installs what the lock file says; the others wait for it.
(
	flock 9
	[ -d ${shellQuoted(`${up}/node_modules`)} ] || (cd ${shellQuoted(up)} && npm ci)
) 9>"$logs/install.lock"
# One that SLURM has put back into the queue goes on where it stood.
if [ "\${SLURM_RESTART_COUNT:-0}" -gt 0 ]; then
	case " $* " in
	*" --resume "*) ;;
	*) set -- "$@" --resume --code redo ;;
	esac
fi
# Without SLURM (SLURM_ARRAY_TASK_ID=0 sh ${name}.sbatch) the task runs here.
if [ -n "\${SLURM_JOB_ID:-}" ]; then set -- srun ${shellQuoted(`./${name}.sh`)}${member} "$@"
else set -- ${shellQuoted(`./${name}.sh`)}${member} "$@"; fi
exec "$@"
`;
}

function dockerFiles(
	path: string,
	project: string,
	{ source, data }: BatchOptions,
): BatchFile[] {
	const name = basename(path, ".ts");
	const file = basename(path);
	const inside = relative(project, dirname(path)).replaceAll("\\", "/");
	const from = inside === "" ? "." : relative(dirname(path), project);
	const node = process.versions.node;
	const folders = data
		.map((one) => relative(project, resolve(source, one)).replaceAll("\\", "/"))
		.filter((one) => !one.startsWith(".."));
	const mounts = folders
		.map((one) => ` -v "$PWD/${one}:/experiment/${one}:ro"`)
		.join("");
	const up = from === "." ? "" : ` (in ${from})`;
	const dockerfile = [inside, `${name}.Dockerfile`].filter(Boolean).join("/");
	return [
		{
			name: `${name}.Dockerfile`,
			content: `# The script with what it imports and the manifests of its data, on the Node that it was exported with.
# In the project's folder${up}:
#   docker build -f ${shellQuoted(dockerfile)} -t ${name.toLowerCase().replace(/[^a-z0-9_.-]/g, "-")} .
#   docker run --rm${mounts} -v "$PWD/runs:/experiment/runs" IMAGE [key=value …]
FROM node:${node}-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /experiment
COPY . .
RUN npm ci
WORKDIR /experiment/${inside}
ENTRYPOINT ${JSON.stringify([`/experiment/${commandOf(project)}`, "run", `./${file}`])}
`,
		},
		{
			name: `${name}.Dockerfile.dockerignore`,
			content: [
				"# Files that are secret by their name; !NAME after them lets one in that is none.",
				...dockerIgnored(),
				"**/node_modules",
				"runs",
				".git",
				"out",
				...folders,
			]
				.map((line) => `${line}\n`)
				.join(""),
		},
	];
}
