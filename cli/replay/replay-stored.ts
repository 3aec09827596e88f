import { shown } from "../../base/shown-text.ts";
import type { OpenRun } from "../../experiment/replay/reference.ts";
import {
	checkRecord,
	type ExecuteRecipe,
	type RecordCheck,
	type ReplayResult,
	replayRun,
} from "../../experiment/replay/replay.ts";
import { openWorkplace } from "../../experiment/replay/work-tree.ts";
import type { DataPlaces } from "../../experiment/replay/workplace.ts";
import { EXIT_INTERRUPTED } from "../exit-codes.ts";
import { printError } from "../print.ts";
import { type Fence, launcherIn } from "../sandbox/launcher.ts";
import { executeRecipe } from "./execute-recipe.ts";

export interface StoredReplayOptions {
	/** Largest relative difference that counts as equal. */
	readonly tolerance?: number | undefined;
	/** Execute in the present work tree, even if the code has changed. */
	readonly here?: boolean | undefined;
	/** Where data folders lie that are not at their recorded places. */
	readonly data?: DataPlaces | undefined;
	/** The check of the record that was made before the reader was asked. */
	readonly checked?: RecordCheck;
	/** Did it come from somebody else? */
	readonly foreign?: boolean;
	/** May npm run install scripts of somebody else's packages? */
	readonly installScripts?: boolean;
	/** How its code is confined. */
	readonly fence?: Fence;
	readonly signal: AbortSignal;
	/** Called with what is being done, if it takes long. */
	readonly say: (text: string) => void;
}

/**
 * Executes a run again, with its recorded code; the code is rebuilt if it has
 * changed since. If the record is damaged, nothing is rebuilt, installed or
 * executed.
 */
export async function replayStored(
	{ stored, carried }: Pick<OpenRun, "stored" | "carried">,
	options: StoredReplayOptions,
): Promise<
	ReplayResult & {
		readonly rebuilt: string | undefined;
		/**
		 * The files of the recorded work tree that are missing here, as lines to
		 * read.
		 */
		readonly lacks: readonly string[];
	}
> {
	const { tolerance, here, data, signal, say } = options;
	const { foreign = false, installScripts = false } = options;
	const { record } = stored;
	const { checked = checkRecord(stored) } = options;
	if (checked.refusal)
		return { ...checked.refusal, rebuilt: undefined, lacks: [] };
	say(
		shown`replaying run ${record.id} (${record.experiment}, root seed ${record.seed.root}) …`,
	);
	const workplace = await openWorkplace(stored, {
		...(here === undefined ? {} : { here }),
		...(data === undefined ? {} : { data }),
		carried,
		foreign,
		installScripts,
		signal,
		onProgress: say,
	});
	let launcher: ReturnType<typeof launcherIn> | undefined;
	try {
		launcher = launcherIn(options.fence ?? {}, workplace, record);
		const execute: ExecuteRecipe = (recipe, stopped) =>
			executeRecipe(recipe, stopped, launcher);
		const result = await replayRun(stored, execute, {
			...(tolerance === undefined ? {} : { tolerance }),
			workplace,
			checked,
			signal,
		});
		const { rebuilt, lacks = [] } = workplace;
		return { ...result, rebuilt, lacks };
	} finally {
		launcher?.close();
		await workplace.close();
	}
}

/** Our own handler lets a replay remove its temporary files before it ends. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does work that Ctrl-C ends and whose temporary files are then removed;
 * resolves to its exit code.
 */
export async function interruptible(
	work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
	const abort = new AbortController();
	const stop = () => abort.abort();
	for (const signal of SIGNALS) process.on(signal, stop);
	try {
		return await work(abort.signal);
	} catch (error) {
		if (!abort.signal.aborted) throw error;
		printError("interrupted; nothing was changed");
		return EXIT_INTERRUPTED;
	} finally {
		for (const signal of SIGNALS) process.off(signal, stop);
	}
}
