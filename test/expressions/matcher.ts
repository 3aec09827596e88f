import { type AST, RegExpParser } from "@eslint-community/regexpp";

/*
 * Matches as engines with backtracking do, V8's among them, and counts the steps:
 * a measure of work that no other load of the machine changes.
 */

type Instruction =
	| { readonly op: "character"; readonly set: CharacterSet }
	| { readonly op: "split"; first: number; second: number }
	| { readonly op: "jump"; to: number }
	| { readonly op: "edge"; readonly node: AST.EdgeAssertion }
	| { readonly op: "word"; readonly negate: boolean }
	| {
			readonly op: "look";
			readonly program: Program;
			readonly negate: boolean;
	  }
	| { readonly op: "save"; readonly register: number }
	/** Fails where nothing was matched since the register was saved. */
	| { readonly op: "progress"; readonly register: number }
	| {
			readonly op: "back";
			readonly start: number;
			readonly end: number;
	  }
	| { readonly op: "match" };

interface Program {
	readonly code: Instruction[];
	readonly backward: boolean;
}

/** Characters as small numbers, so that what a set matches can be looked up. */
const numbers = new Map<string, number>();

function numberOf(char: string): number {
	const known = numbers.get(char);
	if (known !== undefined) return known;
	numbers.set(char, numbers.size);
	return numbers.size - 1;
}

/** A character or a set of them; each is built once, as those of Unicode take long. */
export class CharacterSet {
	readonly #expression: RegExp;
	readonly #known: (boolean | undefined)[] = [];
	static readonly #all = new Map<string, CharacterSet>();

	private constructor(raw: string, flags: string) {
		this.#expression = new RegExp(`^(?:${raw})$`, flags);
	}

	static of({ raw }: AST.Element, flags: string): CharacterSet {
		const kept = flags.replaceAll(/[^isuv]/g, "");
		const key = `${kept} ${raw}`;
		const set = CharacterSet.#all.get(key) ?? new CharacterSet(raw, kept);
		CharacterSet.#all.set(key, set);
		return set;
	}

	has(char: string): boolean {
		return this.hasNumber(numberOf(char), char);
	}

	hasNumber(number: number, char: string): boolean {
		this.#known[number] ??= this.#expression.test(char);
		return this.#known[number];
	}
}

/** Can the node match nothing? Then a repetition of it must be stopped. */
function mayBeEmpty(node: AST.Element): boolean {
	switch (node.type) {
		case "Group":
		case "CapturingGroup":
			return node.alternatives.some(({ elements }) =>
				elements.every(mayBeEmpty),
			);
		case "Quantifier":
			return node.min === 0 || mayBeEmpty(node.element);
		case "Assertion":
		case "Backreference":
			return true;
		default:
			return false;
	}
}

class Compiler {
	#registers = 0;
	readonly #groups = new Map<AST.CapturingGroup, [number, number]>();
	readonly #flags: string;

	constructor(flags: string) {
		this.#flags = flags;
	}

	program(alternatives: readonly AST.Alternative[], backward: boolean) {
		const code: Instruction[] = [];
		this.#alternatives(alternatives, code, backward);
		code.push({ op: "match" });
		return { code, backward };
	}

	#alternatives(
		alternatives: readonly AST.Alternative[],
		code: Instruction[],
		backward: boolean,
	): void {
		const ends: { to: number }[] = [];
		for (const [i, alternative] of alternatives.entries()) {
			const last = i === alternatives.length - 1;
			const split = { op: "split" as const, first: 0, second: 0 };
			if (!last) {
				code.push(split);
				split.first = code.length;
			}
			const elements = backward
				? alternative.elements.toReversed()
				: alternative.elements;
			for (const element of elements) this.#element(element, code, backward);
			if (last) continue;
			const jump = { op: "jump" as const, to: 0 };
			code.push(jump);
			ends.push(jump);
			split.second = code.length;
		}
		for (const jump of ends) jump.to = code.length;
	}

	#element(node: AST.Element, code: Instruction[], backward: boolean): void {
		switch (node.type) {
			case "Group":
				this.#alternatives(node.alternatives, code, backward);
				return;
			case "CapturingGroup": {
				if (node.references.length === 0) {
					this.#alternatives(node.alternatives, code, backward);
					return;
				}
				const [start, end] = this.#group(node);
				code.push({ op: "save", register: backward ? end : start });
				this.#alternatives(node.alternatives, code, backward);
				code.push({ op: "save", register: backward ? start : end });
				return;
			}
			case "Quantifier":
				this.#quantifier(node, code, backward);
				return;
			case "Assertion":
				this.#assertion(node, code);
				return;
			case "Backreference": {
				if (Array.isArray(node.resolved))
					throw new TypeError(`${node.raw} has several meanings`);
				const [start, end] = this.#group(node.resolved);
				code.push({ op: "back", start, end });
				return;
			}
			default:
				code.push({
					op: "character",
					set: CharacterSet.of(node, this.#flags),
				});
		}
	}

	#group(node: AST.CapturingGroup): [number, number] {
		const registers = this.#groups.get(node) ?? [
			this.#registers++,
			this.#registers++,
		];
		this.#groups.set(node, registers);
		return registers;
	}

	#assertion(node: AST.Assertion, code: Instruction[]): void {
		switch (node.kind) {
			case "start":
			case "end":
				code.push({ op: "edge", node });
				return;
			case "word":
				code.push({ op: "word", negate: node.negate });
				return;
			default:
				code.push({
					op: "look",
					program: this.program(node.alternatives, node.kind === "lookbehind"),
					negate: node.negate,
				});
		}
	}

	#quantifier(
		{ element, min, max, greedy }: AST.Quantifier,
		code: Instruction[],
		backward: boolean,
	): void {
		for (let i = 0; i < min; i++) this.#element(element, code, backward);
		const splits: { first: number; second: number }[] = [];
		const enter = () => {
			const split = { op: "split" as const, first: 0, second: 0 };
			code.push(split);
			split.first = code.length;
			splits.push(split);
		};
		if (max === Number.POSITIVE_INFINITY) {
			const start = code.length;
			enter();
			if (mayBeEmpty(element)) {
				const register = this.#registers++;
				code.push({ op: "save", register });
				this.#element(element, code, backward);
				code.push({ op: "progress", register });
			} else this.#element(element, code, backward);
			code.push({ op: "jump", to: start });
		} else
			for (let i = min; i < max; i++) {
				enter();
				this.#element(element, code, backward);
			}
		for (const split of splits) {
			split.second = code.length;
			if (!greedy) [split.first, split.second] = [split.second, split.first];
		}
	}
}

const WORD = new Set(
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
);
const isWord = (char: string | undefined) =>
	char !== undefined && WORD.has(char);
const LINE_ENDS = new Set(["\n", "\r", "\u2028", "\u2029"]);

export class Matcher {
	readonly #program: Program;
	readonly #flags: string;
	/** All steps so far. */
	steps = 0;
	#most = 0;
	#chars: readonly string[] = [];
	#numbers: readonly number[] = [];
	readonly #registers: (number | undefined)[] = [];

	constructor(source: string, flags: string) {
		this.#flags = flags;
		const pattern = new RegExpParser().parsePattern(source, 0, source.length, {
			unicode: flags.includes("u"),
			unicodeSets: flags.includes("v"),
		});
		this.#program = new Compiler(flags).program(pattern.alternatives, false);
	}

	/** Looks for all matches, as `replace` and `matchAll` do, and from everywhere if it is sticky; counts the steps; ends early after the most. */
	search(text: string, most: number): number {
		this.#chars = /[uv]/.test(this.#flags) ? [...text] : text.split("");
		this.#numbers = this.#chars.map(numberOf);
		this.steps = 0;
		this.#most = most;
		let start = 0;
		while (start <= this.#chars.length && this.steps < most) {
			const end = this.#run(this.#program, start);
			start = end !== undefined && end > start ? end : start + 1;
		}
		return this.steps;
	}

	/** The end of a match that starts here. Nearly all the time of these tests passes here. */
	#run({ code, backward }: Program, from: number): number | undefined {
		const chars = this.#chars;
		const numbers = this.#numbers;
		const registers = this.#registers;
		const most = this.#most;
		const move = backward ? -1 : 1;
		const beside = backward ? -1 : 0;
		// Pairs: where to go on and at which character; a negative place restores a register.
		const stack: (number | undefined)[] = [];
		let at = 0;
		let position = from;
		let steps = this.steps;
		let end: number | undefined;
		for (;;) {
			running: while (steps++ < most) {
				const step = code[at];
				if (step === undefined) break;
				switch (step.op) {
					case "match":
						end = position;
						break running;
					case "character": {
						const place = position + beside;
						const number = numbers[place];
						if (
							number === undefined ||
							!step.set.hasNumber(number, chars[place] as string)
						)
							break running;
						position += move;
						break;
					}
					case "jump":
						at = step.to;
						continue;
					case "split":
						stack.push(step.second, position);
						at = step.first;
						continue;
					case "save":
						stack.push(-1 - step.register, registers[step.register]);
						registers[step.register] = position;
						break;
					case "progress":
						if (registers[step.register] === position) break running;
						break;
					case "edge":
						if (!this.#isEdge(step.node, position)) break running;
						break;
					case "word":
						if (
							(isWord(chars[position - 1]) !== isWord(chars[position])) ===
							step.negate
						)
							break running;
						break;
					case "look": {
						this.steps = steps;
						const found = this.#run(step.program, position);
						steps = this.steps;
						if ((found !== undefined) === step.negate) break running;
						break;
					}
					case "back": {
						const text = chars.slice(
							registers[step.start] ?? 0,
							registers[step.end] ?? 0,
						);
						const place = backward ? position - text.length : position;
						steps += text.length;
						if (text.some((char, i) => chars[place + i] !== char))
							break running;
						position += backward ? -text.length : text.length;
						break;
					}
				}
				at++;
			}
			if (end !== undefined) break;
			// Where it failed, or all steps are used up: back to the last choice.
			let stored: number | undefined;
			do {
				if (stack.length === 0) {
					this.steps = steps;
					return undefined;
				}
				stored = stack.pop();
				at = stack.pop() ?? 0;
				if (at < 0) registers[-1 - at] = stored;
			} while (at < 0);
			position = stored ?? 0;
		}
		this.steps = steps;
		return end;
	}

	#isEdge({ kind }: AST.EdgeAssertion, position: number): boolean {
		const chars = this.#chars;
		const [edge, beside] =
			kind === "start"
				? [0, chars[position - 1]]
				: [chars.length, chars[position]];
		return (
			position === edge ||
			(this.#flags.includes("m") &&
				beside !== undefined &&
				LINE_ENDS.has(beside))
		);
	}
}
