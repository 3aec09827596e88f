import { describeVerification } from "../../../experiment/data/index.ts";
import type { DataAnalysis } from "../../../training/data/images/analyze.ts";
import type { SplitName } from "../../../training/data/images/folder.ts";
import { formatNumber, right, table } from "../../../widgets/text/text.ts";
import { defineCommand } from "../../command.ts";
import { print, printJson } from "../../print.ts";
import { progressOn } from "../../progress.ts";

function report({ statistics, split, file, reused }: DataAnalysis): string {
	const { images, mean, std, classes, sizes, distinctSizes } = statistics;
	const channels = mean.length === 1 ? ["gray"] : ["red", "green", "blue"];
	const listed = sizes.map(
		({ width, height, images }) => `${width}×${height} (${images})`,
	);
	if (distinctSizes > sizes.length)
		listed.push(`${distinctSizes - sizes.length} more sizes`);
	return [
		`${images} images of ${split}, values from 0 to 1`,
		"",
		table(
			[{ header: "channel" }, right("mean"), right("std")],
			channels.map((name, c) => [
				name,
				formatNumber(mean[c] as number, 6),
				formatNumber(std[c] as number, 6),
			]),
		),
		"",
		table(
			[{ header: "class" }, right("images"), right("weight")],
			classes.map(({ name, images, weight }) => [
				name,
				String(images),
				formatNumber(weight, 4),
			]),
		),
		"weight = images / (classes × images of the class)",
		"",
		`width×height: ${listed.join(", ")}`,
		"",
		reused
			? `unchanged since it was computed, so taken from ${file}`
			: `written to ${file}`,
	].join("\n");
}

export const analyzeCommand = defineCommand({
	name: "data analyze",
	summary: "Mean, deviation, class counts and weights, sizes of the images.",
	positionals: [
		{
			name: "folder",
			placeholder: "DIR",
			required: true,
			description: "A folder train|val|test/class/file.",
			path: true,
		},
	],
	options: [
		{
			name: "split",
			type: "text",
			placeholder: "NAME",
			description: "train, val or test. Default train.",
		},
		{
			name: "jobs",
			type: "integer",
			placeholder: "N",
			description: "Threads that decode. Default: one per core, at most 4.",
		},
		{
			name: "json",
			type: "flag",
			description: "Print the statistics as JSON.",
		},
	],
	examples: ["deepdiva data analyze data/digits"],
	async run({ values }) {
		const { folder, split, jobs, json } = values;
		// Loads the decoders of images, which no other command needs.
		const { analyzeData } = await import(
			"../../../training/data/images/analyze.ts"
		);
		const progress = progressOn(process.stderr);
		const analysis = await analyzeData(folder, {
			// An unknown name is refused there.
			...(split === undefined ? {} : { split: split as SplitName }),
			...(jobs === undefined ? {} : { jobs }),
			onProgress: progress.show,
		}).finally(progress.clear);
		const { root, statistics, verification } = analysis;
		if (json) printJson({ root, split: analysis.split, ...statistics });
		else {
			print(describeVerification(verification));
			print(report(analysis));
		}
		return verification.status === "changed" ? 1 : 0;
	},
});
