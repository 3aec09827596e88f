import { UsageError } from "../base/errors.ts";
import { type ActiveRun, activeRun } from "../experiment/record/active-run.ts";
import { requireAsWritten } from "../experiment/record/store/as-written.ts";
import {
	findRun,
	listRuns,
	readIfThere,
	type StoredRun,
} from "../experiment/record/store/store.ts";
import { session } from "../experiment/session.ts";
import { existsSync } from "../host/files.ts";
import { join } from "../host/paths.ts";
import * as tf from "./backend/tf.ts";

const PREFIX = "artifact/";

/** Of runs that a replay computes and does not record, so that they find again what they kept. */
const unrecorded = new WeakMap<ActiveRun, Map<string, tf.io.ModelArtifacts>>();

/** Remembers a model that a run keeps, where no file will. */
export async function rememberModel(
	run: ActiveRun,
	name: string,
	value: unknown,
): Promise<void> {
	if (run.info.recorded || !(value instanceof tf.LayersModel)) return;
	const models = unrecorded.get(run) ?? new Map<string, tf.io.ModelArtifacts>();
	unrecorded.set(run, models);
	await value.save(
		tf.io.withSaveHandler(async (artifacts) => {
			models.set(name, artifacts);
			return {
				modelArtifactsInfo: {
					dateSaved: new Date(0),
					modelTopologyType: "JSON",
				},
			};
		}),
	);
}

const filesOf = ({ record }: StoredRun, name: string): readonly string[] =>
	record.outputs[PREFIX + name]?.files ?? [];

const hasModel = (run: StoredRun, name: string) =>
	filesOf(run, name).some((file) => file.endsWith("/model.json"));

/** The run of this session, else of the project, that kept such a model last. */
function latestWith(name: string): StoredRun {
	const own = session().recorded.flatMap(
		(directory) => readIfThere(directory) ?? [],
	);
	const found =
		own.findLast((run) => hasModel(run, name)) ??
		listRuns().runs.findLast((run) => hasModel(run, name));
	if (found) return found;
	throw new UsageError(
		`dd.load: no run has kept a model "${name}"; keep one with: await dd.artifact("${name}", model)`,
	);
}

/** @throws UsageError where the run has no such model, or its files are not as they were written */
function folderOf(run: StoredRun, name: string): string {
	const { directory, record } = run;
	const kept = Object.keys(record.outputs).flatMap((output) =>
		output.startsWith(PREFIX) ? [output.slice(PREFIX.length)] : [],
	);
	const files = filesOf(run, name);
	if (files.length === 0)
		throw new UsageError(
			`dd.load: run ${record.id} has kept no "${name}"; it has ${kept.join(", ") || "no artifacts"}`,
		);
	if (!hasModel(run, name))
		throw new UsageError(
			`dd.load: "${name}" of run ${record.id} is no model; read its file ${join(directory, files[0] as string)}`,
		);
	requireAsWritten(run, files, "dd.load: ");
	return join(directory, "artifacts", name);
}

/** What the run itself has kept so far. */
async function ownModel(
	run: ActiveRun,
	name: string,
): Promise<tf.io.IOHandler | string | undefined> {
	await run.settled();
	const remembered = unrecorded.get(run)?.get(name);
	if (remembered) return tf.io.fromMemory(remembered);
	const folder = join(run.info.directory, "artifacts", name);
	return existsSync(join(folder, "model.json")) ? folder : undefined;
}

/**
 * Loads a model that a run has kept under a name: of the run that is running,
 * else of the latest that has one, or of the run that is asked for.
 */
export async function loadKept(
	name: string,
	reference: string | undefined,
): Promise<tf.LayersModel> {
	const run = activeRun();
	if (reference !== undefined)
		return tf.loadLayersModel(folderOf(findRun(reference), name));
	const own = run && (await ownModel(run, name));
	if (own !== undefined) return tf.loadLayersModel(own);
	const latest = latestWith(name);
	if (run)
		throw new UsageError(
			`dd.load: this run has kept no model "${name}"; to go on from another run's, say which, so that a replay takes the same one: dd.load("${name}", { run: "${latest.record.id}" })`,
		);
	return tf.loadLayersModel(folderOf(latest, name));
}
