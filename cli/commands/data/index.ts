import type { CommandGroup } from "../../command.ts";
import { analyzeCommand } from "./analyze.ts";
import { getCommand } from "./get.ts";
import { splitCommand } from "./split.ts";

export const dataCommand: CommandGroup = {
	name: "data",
	summary: "Gets, divides and analyses data in folders of classes.",
	actions: [getCommand, splitCommand, analyzeCommand],
};
