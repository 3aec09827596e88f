import {
	DATA_SETS,
	describeVerification,
	getData,
} from "../../../experiment/data/index.ts";
import { defineCommand } from "../../command.ts";
import { print } from "../../print.ts";
import { progressOn } from "../../progress.ts";

export const getCommand = defineCommand({
	name: "data get",
	summary: "Gets a data set into DIR/train|val|test/class/file.",
	positionals: [
		{
			name: "set",
			placeholder: "SET",
			required: true,
			description: `One of ${DATA_SETS.join(", ")}.`,
		},
		{
			name: "folder",
			placeholder: "DIR",
			description: "The folder. Default data/SET.",
			path: true,
		},
	],
	options: [
		{
			name: "force",
			type: "flag",
			description: "Replace the folder if there is one.",
		},
		{
			name: "mirror",
			type: "text",
			multiple: true,
			placeholder: "URL",
			description: "Try this address before the published ones.",
		},
		{
			name: "from",
			type: "text",
			placeholder: "FOLDER",
			description: "Use the published files in this folder; no download.",
		},
	],
	examples: [
		"deepdiva data get digits",
		"deepdiva data get mnist data/mnist --mirror https://example.org/mnist",
		"deepdiva data get cifar10 --from ~/Downloads",
	],
	async run({ values: { set, folder, force, mirror, from } }) {
		const progress = progressOn(process.stderr);
		const {
			directory: place,
			status,
			verification,
		} = await getData(set, folder, {
			force,
			mirrors: mirror,
			from,
			onProgress: progress.show,
		}).finally(progress.clear);
		print(
			`${set} ${status === "present" ? "is already in" : "written to"} ${place}`,
		);
		print(describeVerification(verification));
		return verification.status === "changed" ? 1 : 0;
	},
});
