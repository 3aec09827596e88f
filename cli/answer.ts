import { inspect } from "node:util";
import { ChangedRecordError, UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";
import { inTwoColumns } from "../base/text-width.ts";
import { description, version } from "../base/version.ts";
import { isRefusal } from "../experiment/record/recording-error.ts";
import { workingFolderProblem } from "../kernel/owner/folder-problem.ts";
import { parseArguments } from "../magics/arguments/arguments.ts";
import { helpPage } from "../magics/arguments/usage.ts";
import {
	actionOf,
	type Command,
	type CommandGroup,
	groupPage,
} from "./command.ts";
import { print, printError } from "./print.ts";

const EXIT_USAGE = 2;

/** In the order of the overview. Each is loaded when it is asked for: together they are most of this program. */
const commands: ReadonlyMap<string, () => Promise<Command | CommandGroup>> =
	new Map(
		Object.entries({
			start: async () => (await import("./commands/start.ts")).startCommand,
			new: async () => (await import("./commands/new.ts")).newCommand,
			execute: async () =>
				(await import("./commands/execute.ts")).executeCommand,
			repl: async () => (await import("./commands/repl.ts")).replCommand,
			run: async () => (await import("./commands/run.ts")).runCommand,
			replay: async () => (await import("./commands/replay.ts")).replayCommand,
			runs: async () => (await import("./commands/runs.ts")).runsCommand,
			multirun: async () =>
				(await import("./commands/multirun.ts")).multirunCommand,
			certify: async () =>
				(await import("./commands/certify.ts")).certifyCommand,
			"verify-certificate": async () =>
				(await import("./commands/verify-certificate.ts"))
					.verifyCertificateCommand,
			checklist: async () =>
				(await import("./commands/checklist.ts")).checklistCommand,
			export: async () => (await import("./commands/export.ts")).exportCommand,
			"verify-data": async () =>
				(await import("./commands/verify-data.ts")).verifyDataCommand,
			data: async () => (await import("./commands/data/index.ts")).dataCommand,
			install: async () =>
				(await import("./commands/install.ts")).installCommand,
			uninstall: async () =>
				(await import("./commands/install.ts")).uninstallCommand,
		}),
	);

async function overview(): Promise<string> {
	const all = await Promise.all([...commands.values()].map((load) => load()));
	return [
		`deepdiva ${version}: ${description}`,
		"",
		...inTwoColumns(all.map(({ name, summary }) => [name, summary])),
		"",
		"deepdiva COMMAND --help shows a command's arguments.",
	].join("\n");
}

async function execute([
	name = "",
	...words
]: readonly string[]): Promise<number> {
	if (["", "help", "--help", "-h"].includes(name) && words.length === 0) {
		print(await overview());
		return name === "" ? EXIT_USAGE : 0;
	}
	if (name === "--version" || name === "-v") {
		print(version);
		return 0;
	}
	const wanted = name === "help" ? (words[0] ?? "") : name;
	const load = commands.get(wanted);
	if (!load)
		throw new UsageError(
			`there is no command "${wanted}"${suggestion(wanted, [...commands.keys()])}`,
		);
	const found = await load();
	const rest = name === "help" ? [...words.slice(1), "--help"] : words;
	if ("actions" in found && /^(-h|--help)$/.test(rest[0] ?? "")) {
		print(groupPage(found));
		return 0;
	}
	const [command, left] =
		"actions" in found
			? [actionOf(found, rest[0]), rest.slice(1)]
			: [found, rest];
	const args = parseArguments(command, left, "deepdiva");
	if (args === "help") {
		const details = await command.details?.(left);
		print(
			[helpPage(command, "deepdiva"), ...(details ? [details] : [])].join(
				"\n\n",
			),
		);
		return 0;
	}
	return command.run(args);
}

/** For an error that the user can mend; undefined for a defect of ours. */
function exitCodeOf(error: unknown): number | undefined {
	if (!(error instanceof Error)) return undefined;
	const { code = "" } = error as NodeJS.ErrnoException;
	if (error instanceof ChangedRecordError || isRefusal(code)) return 1;
	return error instanceof UsageError ||
		/^(Data|Install|Connection)/.test(error.name)
		? EXIT_USAGE
		: undefined;
}

/**
 * Executes the command that the words behind `deepdiva` name, and tells the
 * user what went wrong; resolves to the exit code.
 */
export async function answer(words: readonly string[]): Promise<number> {
	try {
		return await execute(words);
	} catch (error) {
		// The user's errors are shown without a stack. Anything else is a defect of
		// ours.
		const folderProblem = workingFolderProblem(error);
		const message = folderProblem ?? (error as Error).message;
		const code = folderProblem === undefined ? exitCodeOf(error) : EXIT_USAGE;
		printError(
			code === undefined
				? inspect(error)
				: message.replace(/^(?!deepdiva )/, "deepdiva: "),
		);
		return code ?? 1;
	}
}
