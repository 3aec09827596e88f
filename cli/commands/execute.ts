import { basename, dirname, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { shown } from "../../base/shown-text.ts";
import { version } from "../../base/version.ts";
import { executedMark } from "../../experiment/code/own-files.ts";
import { collectAssignments } from "../../experiment/parameters/params.ts";
import { withMark } from "../../experiment/record/check/written-mark.ts";
import type { SessionOptions } from "../../experiment/session.ts";
import {
	FAIL_OPTION,
	JOBS_OPTION,
	RESUME_OPTIONS,
	readResumption,
	readVaryOption,
	VARY_OPTION,
} from "../../magics/arguments/run-arguments.ts";
import { defineCommand } from "../command.ts";
import { divideOverrides } from "../declared.ts";
import { EXIT_INTERRUPTED, EXIT_STOPPED } from "../exit-codes.ts";
import { executeNotebook } from "../notebook/execute.ts";
import {
	formatNotebook,
	type Notebook,
	writeNotebook,
} from "../notebook/format.ts";
import { notebookToHtml } from "../notebook/html.ts";
import { readOwnNotebook } from "../notebook/language.ts";
import { TerminalView } from "../notebook/terminal.ts";
import { print } from "../print.ts";
import { onStopSignal } from "../stop-signals.ts";

export interface Execution
	extends Pick<
		SessionOptions,
		"rootSeed" | "fail" | "jobs" | "vary" | "resume" | "code"
	> {
	readonly notebook: string;
	readonly output?: string;
	readonly html?: string;
	readonly overrides: Readonly<Record<string, string>>;
	readonly allowErrors?: boolean;
}

/** Executes a notebook with a live view in the terminal and writes what was asked for; the exit code. */
export async function execute({
	notebook: path,
	output,
	html,
	overrides,
	allowErrors,
	...session
}: Execution): Promise<number> {
	const { parameters, ofRuns } = divideOverrides(
		overrides,
		readOwnNotebook(path),
	);
	const view = new TerminalView(process.stdout);
	const abort = new AbortController();
	const stop = () => abort.abort();
	process.on("SIGINT", stop);
	let isStopped = false;
	const forget = onStopSignal(() => {
		isStopped = true;
		stop();
	});
	try {
		const { notebook, outcome, unusedOverrides } = await executeNotebook(path, {
			parameters,
			overrides: ofRuns,
			...session,
			allowErrors,
			types: { policy: "report", patient: true },
			// A terminal shows texts alone, and a picture takes longer than most cells of a short notebook.
			charts: output !== undefined || html !== undefined,
			signal: abort.signal,
			onCellStart: (cell) => view.cellStart(cell),
			onOutput: (_cell, shown) => view.output(shown),
			onCellEnd: () => view.cellEnd(),
		});
		if (output) {
			if (resolve(output) !== resolve(path)) noteExecution(notebook);
			writeNotebook(output, notebook);
			print(shown`wrote ${output}`);
		}
		if (html) {
			writeFileAtomic(
				html,
				withMark(
					notebookToHtml(notebook, {
						fallbackTitle: basename(path, ".ipynb"),
						folder: dirname(resolve(path)),
						generator: `DeepDIVA ${version}`,
					}),
				),
			);
			print(shown`wrote ${html}`);
		}
		// Runs that code declares are known only at the end. The outputs have been
		// written in any case.
		if (unusedOverrides !== undefined) throw new UsageError(unusedOverrides);
		const interrupted = isStopped ? EXIT_STOPPED : EXIT_INTERRUPTED;
		return { ok: 0, error: 1, interrupted }[outcome];
	} finally {
		forget();
		process.off("SIGINT", stop);
	}
}

/**
 * Marks an executed copy of a notebook, so that it does not count as a change
 * of the user's code in later runs.
 */
function noteExecution(notebook: Notebook): void {
	const executed = executedMark(formatNotebook(notebook));
	if (executed !== undefined)
		notebook.metadata = { ...notebook.metadata, deepdiva: { executed } };
}

export const executeCommand = defineCommand({
	name: "execute",
	summary: "Executes a notebook without Jupyter.",
	positionals: [
		{
			name: "notebook",
			placeholder: "NB.ipynb",
			required: true,
			description: "The notebook.",
			path: true,
		},
	],
	options: [
		{
			name: "output",
			short: "o",
			type: "text",
			placeholder: "OUT.ipynb",
			description: "Write the executed notebook here.",
		},
		{
			name: "html",
			type: "text",
			placeholder: "OUT.html",
			description: "Write a page with everything in it here.",
		},
		{
			name: "param",
			short: "p",
			type: "assignment",
			multiple: true,
			description:
				"Override a parameter that a run declares, or the cell tagged parameters.",
		},
		{
			name: "seed",
			type: "text",
			placeholder: "SEED",
			description: "Root seed until the notebook sets its own.",
		},
		{
			name: "allow-errors",
			type: "flag",
			description: "Go on after a cell that fails.",
		},
		VARY_OPTION,
		FAIL_OPTION,
		JOBS_OPTION,
		...RESUME_OPTIONS,
	],
	examples: [
		"deepdiva execute experiment.ipynb -o executed.ipynb",
		"deepdiva execute experiment.ipynb -p lr=0.3 --html page.html",
	],
	run({ values }) {
		const { notebook, output, html, seed: rootSeed, fail, jobs } = values;
		return execute({
			notebook,
			overrides: collectAssignments(values.param),
			allowErrors: values["allow-errors"],
			...readResumption(values),
			...readVaryOption(values),
			...(fail === undefined ? {} : { fail }),
			...(jobs === undefined ? {} : { jobs }),
			...(output === undefined ? {} : { output }),
			...(html === undefined ? {} : { html }),
			...(rootSeed === undefined ? {} : { rootSeed }),
		});
	},
});
