import { session } from "../../experiment/session.ts";
import type { MagicContext } from "../../magics/definition.ts";
import type { TypePolicy } from "../../magics/type-policy.ts";
import type { CellStates } from "./cell-state.ts";
import { loadedPackages } from "./modules/loaded-packages.ts";
import type { Names } from "./notebook-names.ts";

/** What cells use of the process around them. */
export interface CellHost
	extends Pick<MagicContext, "print" | "show" | "work" | "packagesChanged"> {
	/** Module that the global `dd` stands for; loaded when a cell first mentions it. */
	readonly libraryUrl: string;
	/** The working folder is another one from now on. */
	moved(folder: string): void;
	/** The names that cells declared were forgotten. */
	namesForgotten(): void;
	/** What `%types` has set, if types are checked. */
	typePolicy(): TypePolicy | undefined;
}

/** What magics may use of this engine. */
export function createMagicContext(
	{ print, show, work, packagesChanged, namesForgotten, typePolicy }: CellHost,
	names: Names,
	state: CellStates,
): MagicContext {
	return {
		print,
		show,
		work,
		get typePolicy() {
			return typePolicy();
		},
		cells() {
			const { cells, source } = session();
			return [
				...cells,
				...(source ? [{ source: source.text, status: "ok" as const }] : []),
			];
		},
		names: {
			list() {
				const all = names.names();
				const values = names.read(all);
				return all.map((name, index) => ({ name, value: values[index] }));
			},
			forget() {
				namesForgotten();
				return names.forget();
			},
		},
		get signal() {
			return session().source?.signal;
		},
		setNextInput(code) {
			state().nextInput = code;
		},
		loadedPackages,
		packagesChanged,
		exporter: () => import("../../magics/export/exported.ts"),
	};
}
