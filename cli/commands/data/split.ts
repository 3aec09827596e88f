import { UsageError } from "../../../base/errors.ts";
import { firstOf, shownValue } from "../../../base/shown-text.ts";
import {
	describeVerification,
	SPLITS,
	type SplitData,
	splitData,
} from "../../../experiment/data/index.ts";
import { readShare } from "../../../magics/arguments/share.ts";
import { right, table } from "../../../widgets/text/text.ts";
import { defineCommand } from "../../command.ts";
import { print } from "../../print.ts";
import { progressOn } from "../../progress.ts";

const LISTED = 5;

/** The first names of a list, and how many more there are. */
const some = (paths: readonly string[]): string =>
	firstOf(paths, LISTED, shownValue).join(", ");

function report({ counts, leftOut, notPictures, seed }: SplitData): string {
	const rows = [...counts].map(([name, of]) => [
		name,
		...SPLITS.map((split) => String(of[split])),
	]);
	const sums = SPLITS.map((split) =>
		String([...counts.values()].reduce((sum, of) => sum + of[split], 0)),
	);
	const lines = [
		table(
			[{ header: "class" }, ...SPLITS.map(right)],
			[...rows, ["all", ...sums]],
		),
		`seed ${seed}`,
	];
	if (leftOut.length > 0)
		lines.push(`left out, because they are in no class: ${some(leftOut)}`);
	if (notPictures.length > 0)
		lines.push(
			`neither PNG nor JPEG, so no task here reads them: ${some(notPictures)}`,
		);
	return lines.join("\n");
}

export const splitCommand = defineCommand({
	name: "data split",
	summary: "Divides class/file into OUT/train|val|test/class/file.",
	positionals: [
		{
			name: "folder",
			placeholder: "DIR",
			required: true,
			description:
				"A folder of classes, or of train and maybe test with classes in them.",
			path: true,
		},
	],
	options: [
		{
			name: "output",
			short: "o",
			type: "text",
			placeholder: "OUT",
			description: "The new folder. Required; never overwritten.",
		},
		{
			name: "val",
			type: "text",
			placeholder: "P%",
			description: "Share of each class that becomes val. Default 20%.",
		},
		{
			name: "test",
			type: "text",
			placeholder: "P%",
			description: "Share that becomes test. Default 20%, or DIR's own test.",
		},
		{
			name: "seed",
			type: "text",
			placeholder: "S",
			description: "Another seed gives another split. Default 42.",
		},
		{
			name: "link",
			type: "flag",
			description: "Make symbolic links instead of copies.",
		},
	],
	examples: [
		"deepdiva data split scans -o data/scans",
		"deepdiva data split scans -o data/scans --val 10% --test 0 --link",
	],
	async run({ values }) {
		const { folder, output, val, test, seed, link } = values;
		if (output === undefined)
			throw new UsageError(
				`deepdiva data split needs the folder to make, for example: -o ${folder.replace(/(?<!\/)\/+$/, "")}-split`,
			);
		const share = (name: string, text: string | undefined) =>
			text === undefined ? undefined : readShare(`--${name}`, text, 0);
		const progress = progressOn(process.stderr);
		const result = await splitData(folder, output, {
			val: share("val", val),
			test: share("test", test),
			seed,
			link,
			onProgress: progress.show,
		}).finally(progress.clear);
		print(report(result));
		print(describeVerification(result.verification));
		return result.verification.status === "changed" ? 1 : 0;
	},
});
