import { verifyData } from "../../experiment/data/index.ts";
import {
	VERIFY_ASSIGNMENTS,
	VERIFY_OPTIONS,
	VERIFY_POSITIONALS,
} from "../../magics/arguments/verify-options.ts";
import { verifyDataMagic } from "../../magics/built-in/verify-data.ts";
import { checkData, describeCheck } from "../../magics/data-check.ts";
import { defineCommand } from "../command.ts";
import { print, printJson } from "../print.ts";
import { progressOn } from "../progress.ts";

export const verifyDataCommand = defineCommand({
	name: verifyDataMagic.name,
	summary: verifyDataMagic.summary,
	positionals: VERIFY_POSITIONALS,
	assignments: VERIFY_ASSIGNMENTS,
	options: [
		...VERIFY_OPTIONS,
		{ name: "json", type: "flag", description: "Print the result as JSON." },
	],
	examples: [
		"deepdiva verify-data data/digits",
		"deepdiva verify-data data/digits --deep",
		'deepdiva verify-data data/digits --accept "200 new scans"',
	],
	/**
	 * 0: unchanged or created. 1: changed. 2: could not be checked (main's exit
	 * code for errors).
	 */
	async run(args) {
		const progress = progressOn(process.stderr);
		const check = await checkData(args, verifyData, {
			onProgress: progress.show,
		}).finally(progress.clear);
		const { verification, ...made } = check;
		if (args.values.json) printJson({ ...verification, ...made });
		else print(describeCheck(check));
		return verification.status === "changed" ? 1 : 0;
	},
});
