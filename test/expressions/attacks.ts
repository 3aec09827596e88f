import {
	type AST,
	RegExpParser,
	visitRegExpAST,
} from "@eslint-community/regexpp";
import { CharacterSet, Matcher } from "./matcher.ts";

/** A text that grows: start, then the middle as often as wanted, then the end. */
export interface Attack {
	readonly start: string;
	readonly middle: string;
	readonly end: string;
}

export const attackText = ({ start, middle, end }: Attack, length: number) =>
	start + middle.repeat(Math.ceil(length / middle.length)) + end;

/** Of these, the first that a set has stands for it; no set of the product has none. */
const CHARACTERS = [
	..."a1 \n\t-_.:/\\\"'`=%({[<>]}),;*#@!?+$|&~^",
	..."AZé…“\u0300\u0007\u001b\u2028\u3000\ud800\u200bＡ\u2212",
];
const NOTHING_HAS = "\u0000";

type Single = AST.Character | AST.CharacterSet | AST.CharacterClass;

const isSingle = (node: AST.Node): node is Single =>
	node.type === "Character" ||
	node.type === "CharacterSet" ||
	node.type === "CharacterClass";

class Sampler {
	readonly #flags: string;

	constructor(flags: string) {
		this.#flags = flags;
	}

	/** The first few characters of a set, of different kinds. */
	characters(node: Single, most: number): string[] {
		if (node.type === "Character") return [String.fromCodePoint(node.value)];
		const set = CharacterSet.of(node, this.#flags);
		const some = CHARACTERS.filter((char) => set.has(char));
		if (some.length > 0 || node.type !== "CharacterClass")
			return some.slice(0, most);
		return node.elements
			.flatMap((element) =>
				element.type === "Character"
					? String.fromCodePoint(element.value)
					: element.type === "CharacterClassRange"
						? String.fromCodePoint(element.min.value)
						: [],
			)
			.slice(0, most);
	}

	/** The first character that a set lacks. */
	without(node: Single): string {
		const set = CharacterSet.of(node, this.#flags);
		return CHARACTERS.find((char) => !set.has(char)) ?? NOTHING_HAS;
	}

	/** A text that the node matches: with what is optional, or without. */
	text(node: AST.Element, full: boolean): string {
		if (isSingle(node)) return this.characters(node, 1)[0] ?? NOTHING_HAS;
		switch (node.type) {
			case "Group":
			case "CapturingGroup": {
				const [first] = node.alternatives;
				return first ? this.elements(first.elements, full) : "";
			}
			case "Quantifier":
				return this.text(node.element, full).repeat(
					Math.max(node.min, full && node.max > 0 ? 1 : 0),
				);
			default:
				return "";
		}
	}

	/** What the alternatives of an element match. */
	ways(node: AST.Element): string[] {
		if (isSingle(node)) return this.characters(node, 3);
		return node.type === "Group" || node.type === "CapturingGroup"
			? node.alternatives.map(({ elements }) => this.elements(elements, true))
			: [this.text(node, true)];
	}

	elements(elements: readonly AST.Element[], full: boolean): string {
		return elements.map((element) => this.text(element, full)).join("");
	}

	/** A text that leads to the node. */
	before(node: AST.Node, full: boolean): string {
		const { parent } = node;
		if (!parent) return "";
		const own =
			parent.type === "Alternative"
				? this.elements(
						parent.elements.slice(
							0,
							[...parent.elements].findIndex((element) =>
								Object.is(element, node),
							),
						),
						full,
					)
				: "";
		return this.before(parent, full) + own;
	}
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

/**
 * Texts that make an expression with backtracking go back far or start often: what
 * each of its repetitions repeats, what leads there, and each of its characters,
 * with an end that fits and one that does not.
 */
export function attacksOn(source: string, flags: string): readonly Attack[] {
	const pattern = new RegExpParser().parsePattern(source, 0, source.length, {
		unicode: flags.includes("u"),
		unicodeSets: flags.includes("v"),
	});
	const sampler = new Sampler(flags);
	const repeated: AST.Quantifier[] = [];
	const singles: string[] = [];
	const lacking: string[] = [];
	const inClass = (node: AST.Node) =>
		node.parent?.type === "CharacterClass" ||
		node.parent?.type === "CharacterClassRange";
	visitRegExpAST(pattern, {
		onQuantifierEnter(node) {
			if (node.max === Number.POSITIVE_INFINITY) repeated.push(node);
		},
		onCharacterClassEnter(node) {
			singles.push(...sampler.characters(node, 2));
			lacking.push(sampler.without(node));
		},
		onCharacterEnter(node) {
			if (!inClass(node)) singles.push(...sampler.characters(node, 1));
		},
		onCharacterSetEnter(node) {
			if (inClass(node)) return;
			singles.push(...sampler.characters(node, 2));
			lacking.push(sampler.without(node));
		},
	});
	const ways = repeated.map((node) => ({
		leads: [sampler.before(node, false), sampler.before(node, true)],
		bodies: sampler.ways(node.element),
	}));
	if (ways.length === 0) return [];
	const leads = unique(ways.flatMap((way) => way.leads));
	const few = unique(singles).slice(0, MOST_SINGLES);
	const middles = unique([
		...singles,
		...few.flatMap((first) => few.map((second) => first + second)),
		...leads,
		...ways.flatMap((way) =>
			way.bodies.flatMap((body) => [
				body,
				...way.leads.map((lead) => lead + body),
			]),
		),
		...pattern.alternatives.map(({ elements }) =>
			sampler.elements(elements, true),
		),
	]).filter((text) => text !== "");
	const lines = flags.includes("m") ? middles.map((text) => `${text}\n`) : [];
	const starts = unique(["", "x", ...leads]);
	const none = unique(lacking).slice(-MOST_LACKING);
	const ends = unique([
		"",
		NOTHING_HAS,
		"\n\n!",
		...none,
		...none.flatMap((first) =>
			none.filter((second) => first !== second).map((second) => first + second),
		),
	]);
	return starts.flatMap((start) =>
		[...middles, ...lines].flatMap((middle) =>
			ends.map((end) => ({ start, middle, end })),
		),
	);
}

/** Their pairs are tried, too. */
const MOST_SINGLES = 5;
/** Their pairs, too, are ends. */
const MOST_LACKING = 2;

/** An attack repeats its middle so often, and is so long at least. */
const REPETITIONS = 12;
const SHORT = 40;
/** All whose work for each character is beyond this are tried on a longer text, and some more. */
const STEPS_FOR_EACH = 12;
const ALWAYS = 6;
const GROWTH = 4;

const shortLength = ({ middle }: Attack) =>
	Math.max(SHORT, REPETITIONS * middle.length);

export interface Verdict {
	/** An attack whose work grows faster than its text. */
	readonly superlinear?: Attack;
	/** The attacks that took most, to be tried on the real engine. */
	readonly worst: readonly Attack[];
}

/** Tries all attacks: the work for four times the text must be less than eight times as much. */
export function judge(expression: {
	readonly source: string;
	readonly flags: string;
}): Verdict {
	const { source, flags } = expression;
	const matcher = new Matcher(source, flags);
	const measured = attacksOn(source, flags)
		.map((attack) => {
			const length = shortLength(attack);
			const text = attackText(attack, length);
			return { attack, length, steps: matcher.search(text, 100 * length) };
		})
		.sort((a, b) => b.steps / b.length - a.steps / a.length);
	const worst = measured.slice(0, 3).map(({ attack }) => attack);
	for (const [i, { attack, length, steps }] of measured.entries()) {
		if (i >= ALWAYS && steps < STEPS_FOR_EACH * length) break;
		const most = 2 * GROWTH * steps;
		if (matcher.search(attackText(attack, length * GROWTH), most) >= most)
			return { superlinear: attack, worst };
	}
	return { worst };
}
