import { CROISSANT_KEYS } from "../../experiment/data/exchange/croissant-metadata.ts";
import type { Magic, MagicOption } from "../definition.ts";
import { literal } from "../run-arguments.ts";
import { readMetadata, readOptions } from "../verify-options.ts";

const options: readonly MagicOption[] = [
	{
		name: "init",
		type: "flag",
		description: "Make the manifest; refused where there is one.",
	},
	{
		name: "quick",
		type: "flag",
		description: "Compare names, sizes and times; read what differs.",
	},
	{ name: "deep", type: "flag", description: "Read every byte." },
	{
		name: "sample",
		type: "text",
		placeholder: "P%",
		description: "Quick, and read a random share of the other files.",
	},
	{
		name: "accept",
		type: "text",
		placeholder: "WHY",
		description: "Make the present state the manifest, for this reason.",
	},
	{
		name: "manifest",
		type: "text",
		placeholder: "PATH",
		description: "Where the manifest is, when not beside the folder.",
	},
	{
		name: "swhid",
		type: "flag",
		description:
			"Also the folder's SWHID, as git and Software Heritage have it.",
	},
	{
		name: "bag",
		type: "text",
		placeholder: "OUT",
		description: "Also copy the folder into a BagIt bag.",
	},
	{
		name: "croissant",
		type: "flag",
		description: "Also describe the data in DIR.croissant.json.",
	},
	{
		name: "jobs",
		type: "integer",
		placeholder: "N",
		description: "Threads that read. Default: one per core, at most 4.",
	},
];

export const verifyDataMagic: Magic = {
	name: "verify-data",
	summary: "Checks a data folder against its manifest; makes one on first use.",
	positionals: [
		{
			name: "DIR",
			required: true,
			description: "The folder; its manifest lies beside it.",
			path: true,
		},
	],
	options,
	assignments: `For --croissant: ${CROISSANT_KEYS.join(", ")}.`,
	wraps: false,
	examples: [
		"%dd verify-data data/digits",
		"%dd verify-data data/digits --deep",
	],
	complete: (words) =>
		words.includes("--croissant")
			? CROISSANT_KEYS.map((key) => `${key}=`)
			: undefined,
	check: (args) => {
		readOptions(args);
		readMetadata(args);
	},
	async run(args, { work, signal }) {
		const [{ requireUnchanged }, { checkData, describeCheck }] =
			await Promise.all([
				import("../../experiment/record/verified-data.ts"),
				import("../data-check.ts"),
			]);
		const { show, done } = work();
		await done(
			describeCheck(
				await checkData(args, requireUnchanged, { onProgress: show, signal }),
			),
		);
	},
	// A script checks; what a person made once beside the data is not made again.
	toCode: (args) => {
		const { mode, sample, manifest } = readOptions(args);
		const options = {
			...(mode !== undefined && mode !== "init" && { mode }),
			...(sample !== undefined && { sample }),
			...(manifest !== undefined && { manifest }),
		};
		const words = [
			args.positionals[0],
			...(Object.keys(options).length > 0 ? [options] : []),
		];
		return `await dd.requireUnchanged(${words.map(literal).join(", ")});`;
	},
};
