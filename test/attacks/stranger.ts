import assert from "node:assert/strict";
import { cpSync, lstatSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { fillIn, findForm } from "../../experiment/checklist/checklist.ts";
import { whereCodeIs } from "../../experiment/code/recorded-code.ts";
import { git } from "../../experiment/code/test-repository.ts";
import {
	isOfSource,
	readCheckpoint,
	resumePoint,
} from "../../experiment/record/checkpoint.ts";
import { exportRuns } from "../../experiment/record/export/export.ts";
import {
	type CarriedCode,
	findExported,
} from "../../experiment/record/export/layout.ts";
import { ExperimentRuns } from "../../experiment/record/store/experiment-runs.ts";
import { removeRun } from "../../experiment/record/store/remove.ts";
import {
	readRun,
	type StoredRun,
} from "../../experiment/record/store/store.ts";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { requireCertifiable } from "../../experiment/replay/certificate/certify.ts";
import { checkCode } from "../../experiment/replay/certificate/checks/check-code.ts";
import { replayRun } from "../../experiment/replay/replay.ts";
import { topologiesOf } from "../../experiment/replay/topology.ts";
import { openWorkplace } from "../../experiment/replay/work-tree.ts";
import { session } from "../../experiment/session.ts";

/** A run that somebody sent, as an export of one, and what a reader does with it. */

// Other programs make temporary folders, too.
process.env.TMPDIR = temporaryFolder();
openTestSession();
export const author = process.cwd();
git(author, "init", "-q", "-b", "main");
writeFiles(author, {
	"code.ts": "1\n",
	".gitattributes": "* filter=evil\n",
	".gitignore": "/runs\n",
});
git(author, "add", "-A");
git(author, "commit", "-q", "-m", "first");
session().source = {
	kind: "script",
	text: "1\n",
	path: join(author, "code.ts"),
};
const made = await recordRun(
	async (run) => {
		run.log({ loss: 1 });
		await run.artifact("a", "text");
	},
	{
		experiment: "toy",
	},
);
export const sent = join(temporaryFolder(), "sent");
await exportRuns([made], sent);
export const FOLDER = `runs/toy/${basename(made.directory)}`;
export const commit = git(author, "rev-parse", "HEAD").trim();
/** Where the reader stands: no repository, and nothing of the author's. */
export const reader = temporaryFolder();

const runsAround = (run: string) => {
	const experiment = dirname(run);
	return new ExperimentRuns(dirname(experiment), basename(experiment));
};

/** Does with a run all that people do with one that came from elsewhere; the messages of what was refused. */
export async function lookAt(
	run: string,
	code: "with its code" | "alone" = "with its code",
): Promise<string[]> {
	const refused: string[] = [];
	const out = join(temporaryFolder(), "out.zip");
	const works: (() => unknown)[] = [
		() => fillIn(findForm("mlrc"), readRun(run)),
		() => requireCertifiable(readRun(run)),
		() => topologiesOf(readRun(run)),
		() => isOfSource(readRun(run), ""),
		() => resumePoint(readRun(run), runsAround(run)) && readCheckpoint(run),
		() => replayRun(readRun(run), async () => NOT_EXECUTED),
	];
	const withCode = [
		() => whereCodeIs(readRun(run)),
		() => checkCode(readRun(run)),
		() => exportRuns([readRun(run)], out),
		() => replay(readRun(run)),
		() => {
			const { stored, carried } = findExported(join(run, "../../.."));
			return replay(stored, carried);
		},
		() => removeRun(copied(run), readRun(run).record),
	];
	for (const work of code === "alone" ? works : [...works, ...withCode])
		try {
			await work();
		} catch (error) {
			assert.ok(
				["UsageError", "ChangedRecordError"].includes((error as Error).name),
				(error as Error).stack,
			);
			refused.push((error as Error).message);
		}
	return refused;
}

/** As a replay does it, but that nothing is executed. */
async function replay(stored: StoredRun, carried?: CarriedCode): Promise<void> {
	const workplace = await openWorkplace(stored, { carried });
	try {
		const { failure } = await replayRun(stored, async () => NOT_EXECUTED, {
			workplace,
		});
		if (failure !== undefined && failure !== NOT_EXECUTED)
			throw new UsageError(failure);
	} finally {
		await workplace.close();
	}
}

const NOT_EXECUTED = "not executed";

function copied(run: string): string {
	const copy = `${run}-copy`;
	cpSync(run, copy, {
		recursive: true,
		filter: (path) => {
			const found = lstatSync(path);
			return found.isDirectory() || (found.isFile() && found.size < 2 ** 20);
		},
	});
	return copy;
}

/** What replays and exports make meanwhile, and take away. */
export const temporary = () =>
	readdirSync(tmpdir()).filter((name) =>
		/^deepdiva-(tree|objects|code|export|replay)-/.test(name),
	);
