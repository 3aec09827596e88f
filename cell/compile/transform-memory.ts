import type { EmitOptions } from "./emit-options.ts";
import {
	type TransformedCell,
	type TransformOptions,
	transformCell,
} from "./transform.ts";

/** What a cell's transform asks about names. */
type Questions = Required<
	Pick<TransformOptions, "hides" | "isDeclared" | "isAssignedInFunctions">
>;

interface Asked {
	readonly question: keyof Questions;
	readonly name: string;
	readonly declared: boolean;
	readonly answer: boolean;
}

interface Remembered {
	readonly emit: EmitOptions;
	readonly asked: readonly Asked[];
	readonly cell: TransformedCell;
}

/** A notebook's cells need not be remembered all. */
const REMEMBERED = 64;

/**
 * Transforms cells, and remembers what they became: one that runs again is the
 * same as long as all that was asked about names has the same answer.
 */
export class TransformMemory {
	readonly #questions: Questions;
	readonly #cells = new Map<string, Remembered>();

	constructor(questions: Questions) {
		this.#questions = questions;
	}

	/**
	 * @param params constants of the cell
	 * @param emit the same object as long as it says the same
	 * @throws CellSyntaxError when the cell does not parse
	 */
	transform(
		source: string,
		params: readonly string[],
		emit: EmitOptions,
	): TransformedCell {
		const key = JSON.stringify([source, ...params]);
		const known = this.#cells.get(key);
		this.#cells.delete(key);
		const remembered =
			known?.emit === emit && known.asked.every((one) => this.#holds(one))
				? known
				: this.#make(source, params, emit);
		this.#cells.set(key, remembered);
		const [oldest] = this.#cells.keys();
		if (this.#cells.size > REMEMBERED && oldest !== undefined)
			this.#cells.delete(oldest);
		return remembered.cell;
	}

	#make(
		source: string,
		params: readonly string[],
		emit: EmitOptions,
	): Remembered {
		const asked: Asked[] = [];
		const ask =
			(question: keyof Questions) =>
			(name: string, declared = false) => {
				const answer = this.#questions[question](name, declared);
				asked.push({ question, name, declared, answer });
				return answer;
			};
		const cell = transformCell(source, {
			params,
			emit,
			hides: ask("hides"),
			isDeclared: ask("isDeclared"),
			isAssignedInFunctions: ask("isAssignedInFunctions"),
		});
		return { emit, asked, cell };
	}

	#holds({ question, name, declared, answer }: Asked): boolean {
		return this.#questions[question](name, declared) === answer;
	}
}
