import { CROISSANT_KEYS } from "../../experiment/data/exchange/croissant-metadata.ts";
import { literal } from "../arguments/run-arguments.ts";
import {
	readMetadata,
	readOptions,
	VERIFY_ASSIGNMENTS,
	VERIFY_OPTIONS,
	VERIFY_POSITIONALS,
} from "../arguments/verify-options.ts";
import { defineMagic } from "../definition.ts";

export const verifyDataMagic = defineMagic({
	name: "verify-data",
	summary: "Checks a data folder against its manifest; makes one on first use.",
	positionals: VERIFY_POSITIONALS,
	options: VERIFY_OPTIONS,
	assignments: VERIFY_ASSIGNMENTS,
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
		readOptions(args.values);
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
	// A script only checks the data; it does not make bags and descriptions
	// again.
	toCode: (args) => {
		const { mode, sample, manifest } = readOptions(args.values);
		const options = {
			...(mode !== undefined && mode !== "init" && { mode }),
			...(sample !== undefined && { sample }),
			...(manifest !== undefined && { manifest }),
		};
		const words = [
			args.values.folder,
			...(Object.keys(options).length > 0 ? [options] : []),
		];
		return `await dd.requireUnchanged(${words.map(literal).join(", ")});`;
	},
});
