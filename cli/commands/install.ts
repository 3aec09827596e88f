import { UsageError } from "../../base/errors.ts";
import { hasKernel, install, uninstall } from "../../kernel/install/install.ts";
import {
	installLauncher,
	launcherAdvice,
	uninstallLauncher,
} from "../../kernel/install/launcher.ts";
import type { Target } from "../../kernel/install/location.ts";
import type { MagicOption, ValuesOf } from "../../magics/arguments/argument.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";

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
		description: "Under DIR/share/jupyter and DIR/bin.",
	},
	{
		name: "name",
		type: "text",
		placeholder: "NAME",
		description: 'The kernel\'s name. Default "deepdiva".',
	},
] as const satisfies readonly MagicOption[];

function read(values: ValuesOf<[], typeof options>) {
	const { user, prefix, name } = values;
	return {
		user,
		sysPrefix: values["sys-prefix"],
		...(prefix === undefined ? {} : { prefix }),
		...(name === undefined ? {} : { name }),
	};
}

export const installCommand = defineCommand({
	name: "install",
	summary:
		"Installs the kernel for Jupyter, and this command for the terminal.",
	positionals: [],
	options,
	examples: ["deepdiva install", "deepdiva install --sys-prefix"],
	async run({ values }) {
		const target = read(values);
		print(`installed the kernel in ${install(target)}`);
		const launcher = installLauncher(target);
		print(`installed the command ${launcher}`);
		for (const advice of launcherAdvice(launcher)) print(advice);
		return 0;
	},
});

export const uninstallCommand = defineCommand({
	name: "uninstall",
	summary:
		"Removes the kernel from Jupyter, and this command from the terminal.",
	positionals: [],
	options,
	examples: ["deepdiva uninstall"],
	async run({ values }) {
		const target = read(values);
		let problem: UsageError | undefined;
		try {
			print(`removed the kernel from ${uninstall(target)}`);
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			problem = error;
		}
		// The launcher is removed with the last kernel, whatever name it was
		// installed under, and also if Jupyter has removed that kernel.
		if (!hasKernel(target)) removeLauncher(target);
		if (problem) throw problem;
		return 0;
	},
});

function removeLauncher(target: Target): void {
	const launcher = uninstallLauncher(target);
	if (launcher?.startsOther !== undefined)
		print(
			`left the command ${launcher.path}: it starts the DeepDIVA in ${launcher.startsOther}`,
		);
	else if (launcher) print(`removed the command ${launcher.path}`);
}
