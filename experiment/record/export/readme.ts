import { recordedCode } from "../../code/recorded-code.ts";
import type { RunRecord } from "../record.ts";
import { statusOf } from "../store/store.ts";
import type { ExportedRun } from "./layout.ts";
import {
	CODE_FOLDER,
	INDEX_FILE,
	PACKAGES_FOLDER,
	RUNS_FOLDER,
} from "./names.ts";

/** A page for whoever gets an export and has never heard of it. */
export function exportReadme(
	runs: readonly { readonly run: ExportedRun; readonly record: RunRecord }[],
): string {
	const hasCode = runs.some(({ run }) => run.code);
	const hasPackages = runs.some(({ run }) => run.packages);
	return [
		"# Recorded runs",
		"",
		"Made by `deepdiva runs export`.",
		"",
		"| run | experiment | started | status | code | data |",
		"| --- | --- | --- | --- | --- | --- |",
		...runs.map(({ run, record }) =>
			[
				"",
				`[${record.id}](${encodeURI(run.folder)})`,
				cell(record.experiment),
				record.started,
				statusOf({ record }),
				codeCell(run, record),
				cell(
					record.data.map(({ path, root }) => `${path} (${root})`).join(", ") ||
						"none",
				),
				"",
			]
				.join(" | ")
				.trim(),
		),
		"",
		`- \`${RUNS_FOLDER}/\` has the run folders as they were recorded. Each is an RO-Crate: \`ro-crate-metadata.json\` names every file and its SHA-256; \`run.json\` has parameters, seeds, environment and digests.`,
		...(hasCode
			? [
					`- \`${CODE_FOLDER}/\` is a Git repository with the code of the runs, without its history: \`git clone ${CODE_FOLDER} code\`.`,
				]
			: []),
		...(hasPackages
			? [
					`- \`${PACKAGES_FOLDER}/\` has the lock files of runs outside of any repository.`,
				]
			: []),
		`- \`${INDEX_FILE}\` says the same for programs.`,
		"",
		"Here, with Node, Git and DeepDIVA for notebooks installed (`node bin/deepdiva.js install` in its clone leaves the command `deepdiva`):",
		"",
		"```sh",
		"deepdiva runs show ID       # one run; without show ID, all of them",
		`deepdiva replay ${RUNS_FOLDER}/EXPERIMENT/FOLDER   # again, compared part by part; --data NAME=DIR for data`,
		"```",
		"",
		"Data are not in here. A replay checks that a folder has the root above.",
		"",
	].join("\n");
}

function codeCell({ code }: ExportedRun, { git }: RunRecord): string {
	const commit = code?.commit ?? recordedCode(git)?.commit;
	if (commit === undefined) return "in the run's folder";
	return `\`${commit.slice(0, 12)}\`${code ? "" : " (not in here)"}`;
}

const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");
