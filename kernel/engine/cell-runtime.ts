import type { MagicMark } from "../../cell/cell.ts";
import { RUNTIME } from "../../cell/compile/syntax.ts";
import type { ParamTree } from "../../experiment/events.ts";
import type { CellStates } from "./cell-state.ts";
import { guardedAwait, guardedEach } from "./interrupt/interrupt.ts";
import { loadModule } from "./modules/import-module.ts";
import type { WorkingFolder } from "./modules/working-folder.ts";
import type { Names } from "./notebook-names.ts";

/** What generated code finds under `RUNTIME`. */
export interface CellRuntime {
	result: unknown;
	params: ParamTree;
	/** Values of the globals that cells hide. */
	readonly hiding: object;
	/** Stands for `import.meta`. */
	readonly meta: WorkingFolder["meta"];
	await: typeof guardedAwait;
	each: typeof guardedEach;
	module: typeof loadModule;
	/** @param code what the magic's line has as code */
	magic(
		text: string,
		mark: MagicMark,
		code?: () => Promise<unknown>,
	): Promise<unknown>;
}

/** Puts the runtime where generated code finds it. Called once in a process. */
export function installRuntime(
	names: Names,
	folder: WorkingFolder,
	state: CellStates,
	magic: CellRuntime["magic"],
): void {
	const runtime: CellRuntime = {
		get result() {
			return state().result;
		},
		set result(value) {
			state().result = value;
		},
		get params() {
			return state().params;
		},
		set params(values) {
			state().params = values;
		},
		hiding: names.hiding,
		get meta() {
			return folder.meta;
		},
		await: guardedAwait,
		each: guardedEach,
		module: loadModule,
		magic,
	};
	Object.defineProperty(globalThis, RUNTIME, { value: runtime });
}
