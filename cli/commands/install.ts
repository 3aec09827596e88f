import { install, uninstall } from "../../kernel/install/install.ts";
import type { MagicArguments } from "../../magics/definition.ts";
import type { Command } from "../command.ts";

const options = [
	{
		name: "user",
		type: "flag",
		description: "For this user (the default).",
	},
	{
		name: "sys-prefix",
		type: "flag",
		description: "Into the active Python environment.",
	},
	{
		name: "prefix",
		type: "text",
		placeholder: "DIR",
		description: "Under DIR/share/jupyter.",
	},
	{
		name: "name",
		type: "text",
		placeholder: "NAME",
		description: 'The kernel\'s name. Default "deepdiva".',
	},
] as const;

function read({ flags, values }: MagicArguments) {
	const [prefix, name] = [values.get("prefix")?.[0], values.get("name")?.[0]];
	return {
		user: flags.has("user"),
		sysPrefix: flags.has("sys-prefix"),
		...(prefix === undefined ? {} : { prefix }),
		...(name === undefined ? {} : { name }),
	};
}

export const installCommand: Command = {
	name: "install",
	summary: "Makes the kernel known to Jupyter.",
	positionals: [],
	options,
	examples: ["deepdiva install", "deepdiva install --sys-prefix"],
	async run(args) {
		console.log(`installed the kernel in ${await install(read(args))}`);
		return 0;
	},
};

export const uninstallCommand: Command = {
	name: "uninstall",
	summary: "Makes Jupyter forget the kernel.",
	positionals: [],
	options,
	examples: ["deepdiva uninstall"],
	async run(args) {
		console.log(`removed the kernel from ${await uninstall(read(args))}`);
		return 0;
	},
};
