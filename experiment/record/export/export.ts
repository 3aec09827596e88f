import { sha256 } from "../../../base/canonical.ts";
import { ChangedRecordError, UsageError } from "../../../base/errors.ts";
import {
	makeFolder,
	temporaryName,
	writeFileAtomic,
} from "../../../base/files.ts";
import { zipOf } from "../../../formats/zip/zip.ts";
import {
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "../../../host/files.ts";
import { tmpdir } from "../../../host/machine.ts";
import {
	basename,
	dirname,
	join,
	relative,
	resolve,
} from "../../../host/paths.ts";
import { describeLeftOut } from "../../code/left-out.ts";
import { recordedCode, repositoryWith } from "../../code/recorded-code.ts";
import { withObjectsOf } from "../../code/repositories.ts";
import { Redactor } from "../../secrets/redact.ts";
import { hasSecretName } from "../../secrets/secret-names.ts";
import { listOf, secretFilesIn } from "../../secrets/tracked-secrets.ts";
import { projectRoot } from "../../session.ts";
import { describeContradiction } from "../check/contradiction.ts";
import { contradictions } from "../check/contradictions.ts";
import { copyFileOf, readFileOf } from "../store/folder-files.ts";
import { requireEnded } from "../store/remove.ts";
import {
	projectAround,
	requireSealed,
	type StoredRun,
	verifyFiles,
} from "../store/store.ts";
import { type RunCode, repositoryOf } from "./code.ts";
import { EXPORT_FORMAT, type ExportedRun, type ExportIndex } from "./layout.ts";
import {
	CODE_FOLDER,
	INDEX_FILE,
	isExport,
	PACKAGES_FOLDER,
	RUNS_FOLDER,
} from "./names.ts";
import { exportReadme } from "./readme.ts";

export interface ExportOptions {
	/** Replace an earlier export. */
	readonly force?: boolean;
	/** Told what a replay elsewhere will lack. */
	readonly onWarning?: (text: string) => void;
}

/** Path in the export → content, or the file that has it. */
type Files = Map<string, Uint8Array | string>;

/**
 * Writes runs, and what a replay elsewhere needs beside them, to a folder or,
 * where its name ends in `.zip`, an archive. The same runs give the same bytes.
 * @throws UsageError for a run that is running or not as it was recorded, and
 *   where there is something at `out` that may not be replaced
 */
export async function exportRuns(
	runs: readonly StoredRun[],
	out: string,
	{ force = false, onWarning = () => undefined }: ExportOptions = {},
): Promise<void> {
	for (const run of runs) requireWhole(run);
	requireFree(out, force);
	const scratch = mkdtempSync(join(tmpdir(), "deepdiva-export-"));
	try {
		const files = await filesOf(runs, scratch, onWarning);
		if (out.endsWith(".zip"))
			writeFileAtomic(
				resolve(out),
				zipOf(new Map([...files].map(([path, one]) => [path, bytesOf(one)]))),
			);
		else writeFolder(resolve(out), files);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

const bytesOf = (content: Uint8Array | string) =>
	typeof content === "string"
		? (readFileOf(dirname(content), basename(content)) ?? refuse(content))
		: content;

function copyWhole(from: string, to: string): void {
	if (!copyFileOf(dirname(from), basename(from), to)) refuse(from);
}

function refuse(path: string): never {
	throw new UsageError(
		`${path} is a link, no file at all, or too large, and cannot be exported; put the file itself there`,
	);
}

/** Whoever gets an export must be able to trust that it is what was recorded. */
function requireWhole(run: StoredRun): void {
	requireEnded(run);
	requireSealed(run);
	const problems = verifyFiles(run);
	if (problems.length > 0)
		throw new ChangedRecordError(
			`run ${run.record.id} is not as it was recorded, and is not exported: ${problems
				.map(({ file, problem }) => `${file} is ${problem}`)
				.join(", ")}; restore the run folder from a copy`,
		);
	const against = contradictions(run);
	if (against.length > 0)
		throw new ChangedRecordError(
			`the record of run ${run.record.id} contradicts itself or the run's files, and is not exported: ${against
				.map(describeContradiction)
				.join("; ")}; restore the run folder from a copy`,
		);
}

function requireFree(out: string, force: boolean): void {
	const there = statSync(out, { throwIfNoEntry: false });
	if (!there) return;
	if (!force)
		throw new UsageError(
			`${out} exists; choose another name, or replace it with --force`,
		);
	const mayGo = out.endsWith(".zip")
		? there.isFile()
		: there.isDirectory() && (isExport(out) || readdirSync(out).length === 0);
	if (!mayGo)
		throw new UsageError(
			`${out} is no earlier export, and is not replaced; remove it yourself, or choose another name`,
		);
}

async function filesOf(
	runs: readonly StoredRun[],
	scratch: string,
	warn: (text: string) => void,
): Promise<Files> {
	const files: Files = new Map();
	const codes: RunCode[] = [];
	const exported: { run: ExportedRun; record: StoredRun["record"] }[] = [];
	const sorted = runs.toSorted(({ record: a }, { record: b }) =>
		`${a.started} ${a.id}` < `${b.started} ${b.id}` ? -1 : 1,
	);
	for (const stored of sorted) {
		const { record } = stored;
		const folder = takeFolder(stored, files, warn);
		const code = await codeOf(stored, warn);
		if (code) codes.push(code);
		const packages = recordedCode(record.git)
			? undefined
			: takePackages(stored, files, warn);
		exported.push({
			record,
			run: {
				id: record.id,
				experiment: record.experiment,
				folder,
				digest: record.digest,
				...(code ? { code: { commit: code.commit } } : {}),
				...(packages === undefined ? {} : { packages }),
			},
		});
	}
	await takeCode(codes, scratch, files, warn);
	const index: ExportIndex = {
		format: EXPORT_FORMAT,
		runs: exported.map(({ run }) => run),
	};
	files.set(
		INDEX_FILE,
		Buffer.from(`${JSON.stringify(index, undefined, "\t")}\n`),
	);
	files.set("README.md", Buffer.from(exportReadme(exported)));
	return files;
}

/**
 * Takes all of a run's folder.
 * @returns where it lies in the export
 * @throws UsageError where another run lies there
 */
function takeFolder(
	stored: StoredRun,
	files: Files,
	warn: (text: string) => void,
): string {
	const { directory, record } = stored;
	const isAmongRuns =
		basename(dirname(resolve(directory))) === record.experiment;
	const folder = [
		RUNS_FOLDER,
		isAmongRuns ? record.experiment : "run",
		basename(resolve(directory)),
	].join("/");
	if (files.has(`${folder}/run.json`))
		throw new UsageError(
			`two of these runs lie in folders of one name, ${folder}; export them one by one`,
		);
	const inFolder = filesIn(stored);
	for (const file of inFolder)
		files.set(`${folder}/${file}`, join(directory, file));
	warnOfSecrets(`the folder of run ${record.id}`, inFolder, warn);
	return folder;
}

/** Takes a repository with the code of the runs. */
async function takeCode(
	codes: readonly RunCode[],
	scratch: string,
	files: Files,
	warn: (text: string) => void,
): Promise<void> {
	// Many runs have the code of one commit, which is looked through once.
	for (const code of new Map(
		codes.toReversed().map((one) => [one.commit, one]),
	).values())
		await warnOfSecretCode(code, warn);
	if (codes.length === 0) return;
	for (const [path, content] of await repositoryOf(codes, scratch))
		files.set(`${CODE_FOLDER}/${path}`, content);
}

/** Every file of a run's folder but hidden ones, which no record has: what a killed run set aside, what systems leave. */
function filesIn({ directory }: StoredRun): string[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.flatMap((entry) => {
			const path = relative(directory, join(entry.parentPath, entry.name));
			const parts = path.split(/[\\/]/);
			if (entry.isDirectory() || parts.some((part) => part.startsWith(".")))
				return [];
			if (!entry.isFile()) refuse(join(directory, path));
			return [parts.join("/")];
		})
		.sort();
}

/** Where the code of a run is, and what of it git does not have. */
async function codeOf(
	stored: StoredRun,
	warn: (text: string) => void,
): Promise<RunCode | undefined> {
	const { record, directory } = stored;
	const recorded = recordedCode(record.git);
	if (!recorded) {
		if (record.git?.mode === "ignore")
			warn(
				`run ${record.id} did not look at its code (--git ignore), so only its own source is exported`,
			);
		return undefined;
	}
	const repository = await repositoryWith(
		recorded.commit,
		projectAround({ directory }),
	);
	if (!repository) {
		warn(
			`no repository here has commit ${recorded.commit.slice(0, 12)}, the code of run ${record.id}; the export does without, and a replay needs a clone that has it`,
		);
		return undefined;
	}
	if (record.git && record.git.mode !== "ignore") {
		const { skipped, snapshot, leftOut = [] } = record.git;
		if (skipped.length > 0)
			warn(
				`untracked files of run ${record.id} that were not kept are not exported: ${skipped.join(", ")}`,
			);
		const others = leftOut.filter(({ path }) => !skipped.includes(path));
		for (const line of describeLeftOut(others))
			warn(`not in the code of run ${record.id}: ${line}`);
		if (snapshot?.submodules)
			warn(
				`submodules of run ${record.id} are not exported: ${snapshot.submodules.join(", ")}`,
			);
	}
	return { ...recorded, runId: record.id, repository };
}

/** Files of a commit go along whole, and so do those of the one that a snapshot followed. */
async function warnOfSecretCode(
	{ runId, repository, commit, parent }: RunCode,
	warn: (text: string) => void,
): Promise<void> {
	const found = await withObjectsOf(repository, commit, (folder) =>
		Promise.all(
			[commit, ...(parent === undefined ? [] : [parent])].map((one) =>
				secretFilesIn(folder, one),
			),
		),
	);
	warnOfSecrets(`the code of run ${runId}`, [...new Set(found.flat())], warn);
}

function warnOfSecrets(
	where: string,
	files: readonly string[],
	warn: (text: string) => void,
): void {
	const secret = files.filter(hasSecretName);
	if (secret.length > 0)
		warn(
			`${where} has files that are secret by name, and they are exported: ${listOf(secret)}; look at them before you hand the export on, and change what they give access to`,
		);
}

/** Takes the lock file by which the run's packages were installed, as long as it is the recorded one. */
function takePackages(
	stored: StoredRun,
	files: Files,
	warn: (text: string) => void,
): string | undefined {
	const { record } = stored;
	const { lockFile } = record.environment;
	if (typeof lockFile !== "string") return undefined;
	const root = projectRoot(resolve(projectAround(stored), record.cwd));
	const lock = readFileOf(root, "package-lock.json");
	if (!lock || sha256(lock) !== lockFile) {
		warn(
			`the lock file of run ${record.id} changed since or is not here, and is not exported`,
		);
		return undefined;
	}
	const text = Buffer.from(lock).toString();
	if (new Redactor().text(text) !== text)
		warn(
			`the lock file of run ${record.id} looks as if it had a token or password, and is exported as it is; look at the addresses in it`,
		);
	const folder = `${PACKAGES_FOLDER}/${lockFile.replace("sha256:", "").slice(0, 16)}`;
	files.set(`${folder}/package-lock.json`, lock);
	const description = readFileOf(root, "package.json");
	if (description) files.set(`${folder}/package.json`, description);
	return folder;
}

/** A folder is there whole, or not at all. */
function writeFolder(out: string, files: Files): void {
	makeFolder(dirname(out));
	const temporary = temporaryName(join(dirname(out), `.${basename(out)}`));
	try {
		for (const [path, content] of files) {
			const file = join(temporary, path);
			makeFolder(dirname(file));
			if (typeof content === "string") copyWhole(content, file);
			else writeFileSync(file, content);
		}
		rmSync(out, { recursive: true, force: true });
		renameSync(temporary, out);
	} catch (error) {
		rmSync(temporary, { recursive: true, force: true });
		throw error;
	}
}
