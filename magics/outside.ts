import { UsageError } from "../base/errors.ts";
import type { MagicContext, Work } from "./definition.ts";

/** A piece of work of which only the outcome is shown. */
export const quietWork = (print: (text: string) => void): Work => ({
	show: () => undefined,
	done: async (outcome) => print(outcome),
});

/**
 * What a magic is given outside of a kernel: no cells, no names, no type
 * checker.
 */
export const outsideContext: MagicContext = {
	print: (text) => console.log(text),
	show: async ({ text }) => console.log(text),
	work: () => quietWork(console.log),
	cells: () => [],
	names: { list: () => [], forget: () => [] },
	signal: undefined,
	setNextInput: () => undefined,
	loadedPackages: () => [],
	packagesChanged: () => undefined,
	exporter: () =>
		Promise.reject(
			new UsageError(
				"%dd export needs the cells of a notebook; outside of a kernel, use deepdiva export NOTEBOOK -o FILE.ts",
			),
		),
};
