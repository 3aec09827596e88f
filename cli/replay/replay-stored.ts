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
import { printError } from "../print.ts";
import { type Fence, launcherIn } from "../sandbox/launcher.ts";
import { executeRecipe } from "./execute-recipe.ts";

export interface StoredReplayOptions {
	/** Largest relative difference that is let pass. */
	readonly tolerance?: number | undefined;
	/** In the present work tree, whatever became of the code. */
	readonly here?: boolean | undefined;
	/** Where data lie that are not where the record has them. */
	readonly data?: DataPlaces | undefined;
	/** What was found of the record before the reader was asked. */
	readonly checked?: RecordCheck;
	/** Did it come from somebody else? */
	readonly foreign?: boolean;
	/** May npm run install scripts of somebody else's packages? */
	readonly installScripts?: boolean;
	/** How its code is held. */
	readonly fence?: Fence;
	readonly signal: AbortSignal;
	/** Told what takes long. */
	readonly say: (text: string) => void;
}

/**
 * Executes a run again where its code is as it was recorded, rebuilt where need
 * be. Nothing is rebuilt, installed or executed of a record that does not hold.
 */
export async function replayStored(
	{ stored, carried }: Pick<OpenRun, "stored" | "carried">,
	options: StoredReplayOptions,
): Promise<
	ReplayResult & {
		readonly rebuilt: string | undefined;
		/** What of the recorded work tree was not there, as lines to read. */
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

/** With a handler of our own, a replay takes away what it made before it ends. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const INTERRUPTED = 130;

/** Does work that Ctrl-C ends, with what it made taken away; resolves to its exit code. */
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
		return INTERRUPTED;
	} finally {
		for (const signal of SIGNALS) process.off(signal, stop);
	}
}
