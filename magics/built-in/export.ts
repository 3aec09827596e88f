import type { MagicOption } from "../arguments/argument.ts";
import { defineMagic } from "../definition.ts";
import type { ExportedCell } from "../exporter.ts";

/** Also that of `deepdiva export`. */
export const BATCH_OPTION = {
	name: "batch",
	type: "flag",
	description:
		"Also write FILE.sbatch (SLURM), FILE.Dockerfile and, outside of a project with a lock file, a copy of package.json and package-lock.json.",
} as const satisfies MagicOption;

export const exportMagic = defineMagic({
	name: "export",
	summary:
		"Writes the cells executed so far, or what one run needs of them, as a script that repeats their runs.",
	positionals: [
		{
			name: "file",
			placeholder: "FILE.ts",
			required: true,
			description: "The script; FILE.sh beside it runs it from a clone.",
			path: true,
		},
	],
	options: [
		{
			name: "run",
			type: "text",
			placeholder: "NAME|ID",
			description:
				"Only what this run needs: the last executed cell that starts a run of this name, or a recorded run.",
		},
		BATCH_OPTION,
	],
	wraps: false,
	ofRecords: true,
	examples: [
		"%dd export replay.ts",
		"%dd export replay.ts --run moons",
		"%dd export cluster/replay.ts --run moons --batch",
	],
	async run({ values: { file, run, batch } }, { cells, print, exporter }) {
		const [
			{ findRun },
			{ session },
			{ zoneAtStart },
			{ requestFor, startsRun, writeExport },
		] = await Promise.all([
			import("../../experiment/record/store/store.ts"),
			import("../../experiment/session.ts"),
			import("../../experiment/record/surroundings/time-zone.ts"),
			exporter(),
		]);
		const executed = cells().map(
			({ source, status }): ExportedCell => ({
				kind: "code",
				source,
				failed: status === "error",
			}),
		);
		print(
			writeExport(
				run !== undefined && !startsRun(executed, run)
					? requestFor(findRun(run), file, batch)
					: {
							file,
							cells: executed,
							folder: session().folder,
							batch,
							...(run === undefined ? {} : { run }),
							// A seed that was drawn is one of many that all cells could have; of a run it is the one.
							...(run === undefined && session().bootOrigin === "drawn"
								? {}
								: {
										seed: session().bootSeed,
										timeZone: zoneAtStart(session().zone),
									}),
							overrides: session().overrides,
							vary: session().vary,
							jobs: session().jobs,
						},
			),
		);
	},
	toCode: () => undefined,
});
