import { basename } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { shown } from "../../base/shown-text.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import {
	removeRun,
	requireEnded,
} from "../../experiment/record/store/remove.ts";
import {
	findRun,
	listRuns,
	type StoredRun,
} from "../../experiment/record/store/store.ts";
import { plural } from "../../widgets/text/text.ts";
import { print } from "../print.ts";
import { canAsk, isAnsweredYes } from "../question.ts";
import type { RunsValues } from "./options.ts";

interface Removal {
	readonly directory: string;
	/** Absent of a damaged run. */
	readonly record?: RunRecord;
}

/** A run as `findRun` finds it, or the folder of one that cannot be read. */
function removalOf(reference: string): Removal {
	const damaged = listRuns().damaged.filter(({ directory }) => {
		const name = basename(directory);
		return name === reference || name.endsWith(`-${reference}`);
	});
	return damaged.length === 1 && damaged[0] ? damaged[0] : findRun(reference);
}

const label = ({ directory, record }: Removal) =>
	record
		? shown`${record.id} ${record.experiment}`
		: shown`${basename(directory)} (damaged)`;

async function isConfirmed(removals: readonly Removal[]): Promise<boolean> {
	if (!canAsk())
		throw new UsageError(
			"deepdiva runs rm asks before it removes anything; where nobody can answer, give --yes",
		);
	return isAnsweredYes(
		`remove ${plural(removals.length, "run")} (${removals.map(label).join(", ")}) with all their files?`,
	);
}

/** `deepdiva runs rm RUN …`: all of them, or none when one is running or unknown. */
export async function removeCommand(
	references: readonly string[],
	{ yes }: RunsValues,
): Promise<number> {
	if (references.length === 0)
		throw new UsageError("deepdiva runs rm needs the runs to remove");
	const removals = [
		...new Map(
			references
				.map(removalOf)
				.map((removal) => [removal.directory, removal] as const),
		).values(),
	];
	for (const { directory, record } of removals)
		if (record) requireEnded({ directory, record });
	if (!yes && !(await isConfirmed(removals))) {
		print("nothing removed");
		return 1;
	}
	let remaining: readonly StoredRun[] | undefined;
	const staying = () => {
		remaining ??= listRuns().runs.filter(
			(run) => !removals.some(({ directory }) => directory === run.directory),
		);
		return remaining;
	};
	for (const removal of removals) {
		const { directory, record } = removal;
		const wasThere = await removeRun(directory, record, staying);
		print(
			wasThere
				? `removed ${label(removal)}`
				: `${label(removal)} was removed meanwhile`,
		);
	}
	return 0;
}
