import type { ImportDeclaration } from "../../cell/tree.ts";
import { isBuiltIn } from "../../training/models/catalogue.ts";
import { tasks } from "../../training/tasks/index.ts";
import { userMagic } from "../user.ts";
import { type CellEffects, WORLD } from "./effects.ts";
import type { Piece } from "./piece.ts";

const DEFINES = /\b(?:define(?:Task|Model|Dataset|Picture)|magic)\b/;
/**
 * Functions that use a definition by its name. The regular
 * expression limits spaces and type arguments, so its time grows linearly with
 * the text.
 */
const USES =
	/\b(?:run|multirun|architecture|getData|show|callMagic)\s{0,99}(?:<[^()]{0,199}>\s{0,99})?\(/;
/** Modules that define nothing when they are imported. */
const DEFINES_NOTHING = /^(?:node:|@tensorflow\/|deepdiva$)/;

/**
 * What user-defined code (tasks, magics, …) reads and writes whenever it is
 * called.
 */
export interface DefinedCode {
	readonly reads: ReadonlySet<string>;
	readonly writes: ReadonlySet<string>;
	readonly changes: ReadonlySet<string>;
}

/** What the definitions of these cells may do when they are used. */
export function definedCode(
	pieces: readonly Piece[],
	effects: readonly CellEffects[],
): DefinedCode {
	const defining = pieces.flatMap((piece, i) => {
		const effect = effects[i];
		return effect && DEFINES.test(piece.code) ? [{ piece, effect }] : [];
	});
	return {
		reads: new Set(
			defining.flatMap(({ piece: { names, program } }) => [
				...names.namesIn([program]),
			]),
		),
		writes: new Set(defining.flatMap(({ effect }) => [...effect.writes])),
		changes: new Set(
			defining.flatMap(({ effect }) =>
				// Defining something changes the registry; running does not.
				[...effect.changes].filter((name) => name !== WORLD),
			),
		),
	};
}

/** Does a magic of the cell run a task, a model or a magic that is not built in? */
export function runsDefinedCode({ calls }: Piece): boolean {
	return calls.some(({ magic, args }) => {
		if (userMagic(magic.name) === magic) return true;
		if (args === "help") return false;
		const task = args.assignments.get("task");
		const model = args.assignments.get("model");
		return (
			task !== undefined &&
			(!tasks.has(task) || (model !== undefined && !isBuiltIn(model)))
		);
	});
}

/** May the cell use what a package defines when it is imported? */
export const mayUseDefinitions = (piece: Piece): boolean =>
	runsDefinedCode(piece) || USES.test(piece.code);

/** May the module that this statement imports define something? */
export const mayDefine = (declaration: ImportDeclaration): boolean =>
	declaration.importKind !== "type" &&
	!DEFINES_NOTHING.test(declaration.source.value);
