import type { MagicMark } from "../cell/cell.ts";
import { outsideContext, quietWork } from "./outside.ts";
import { parseMagic, runMagicCall } from "./registry.ts";

/** Runs what follows a mark; resolves to what it printed. */
export async function printed(text: string, mark?: MagicMark): Promise<string> {
	const lines: string[] = [];
	const print = (line: string) => void lines.push(line);
	await runMagicCall(parseMagic(text, mark), {
		...outsideContext,
		print,
		show: async ({ text }) => print(text),
		work: () => quietWork(print),
		exporter: () => import("./export/exported.ts"),
	});
	return lines.join("\n");
}
