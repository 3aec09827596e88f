import { inTwoColumns } from "../../base/text-width.ts";
import { type ArgumentSpec, type MagicOption, shownName } from "./argument.ts";

/** What stands for an option's value. */
export const placeholder = (option: MagicOption) =>
	option.placeholder ??
	option.choices?.join("|") ??
	(option.type === "assignment" ? "KEY=VALUE" : option.type.toUpperCase());

/** What is written before the name: a magic's mark, or the program. */
export type Prefix = "%dd" | "%" | "%%" | "!" | "deepdiva";

/** The name as it is written: `%dd run`, `%cd`, `deepdiva runs`. A command has no name of its own. */
export function spelled(name: string, prefix: Prefix): string {
	if (prefix === "!") return prefix;
	return prefix.startsWith("%") && prefix !== "%dd"
		? `${prefix}${name}`
		: `${prefix} ${name}`;
}

/** One line that shows how the magic or command is written. */
export function usage(magic: ArgumentSpec, prefix: Prefix): string {
	const positionals = magic.positionals.map((positional) => {
		const name = shownName(positional);
		const { required, multiple } = positional;
		return (required ? name : `[${name}]`) + (multiple ? "…" : "");
	});
	const options = magic.options.map((option) => {
		const flag = option.short ? `-${option.short}` : `--${option.name}`;
		const value = option.type === "flag" ? "" : ` ${placeholder(option)}`;
		return `[${flag}${value}]${option.multiple ? "…" : ""}`;
	});
	const words = [
		...positionals,
		...(magic.assignments ? ["[KEY=VALUE …]"] : []),
		...options,
	];
	const name = spelled(magic.name, prefix);
	return prefix === "!" ? name + words.join(" ") : [name, ...words].join(" ");
}

/** The page that `--help` prints. */
export function helpPage(magic: ArgumentSpec, prefix: Prefix): string {
	const rows: [string, string][] = [
		...magic.positionals.map((positional): [string, string] => [
			shownName(positional),
			positional.description,
		]),
		...(magic.assignments
			? [["KEY=VALUE", magic.assignments] as [string, string]]
			: []),
		...magic.options.map((option): [string, string] => [
			`${option.short ? `-${option.short}, ` : ""}--${option.name}${option.type === "flag" ? "" : ` ${placeholder(option)}`}`,
			option.description,
		]),
		["--help", "Show this page."],
	];
	return [
		magic.summary,
		"",
		`Usage: ${usage(magic, prefix)}`,
		"",
		...inTwoColumns(rows),
		...(magic.examples.length > 0 ? ["", "Examples:"] : []),
		...magic.examples.map((example) => `  ${example}`),
	].join("\n");
}
