import { UsageError } from "../../base/errors.ts";
import { STRICT_MATH_OPTION } from "../arguments/run-arguments.ts";
import { defineMagic } from "../definition.ts";

/** What follows the root seed, in the words of the reader. */
const SEEDED = [
	"Math.random, ids and bytes of crypto, in contexts and workers too",
	"TensorFlow.js: weights, data order, dropout and noise of every run",
	"each member of a multirun, from its repeat index: points of a grid draw the same",
];

export const seedMagic = defineMagic({
	name: "seed",
	summary:
		"Sets the root seed of all random streams; without one, shows what was drawn.",
	positionals: [
		{ name: "seed", placeholder: "SEED", description: "An integer, e.g. 42." },
	],
	options: [STRICT_MATH_OPTION],
	wraps: false,
	examples: ["%dd seed 42", "%dd seed 42 --strict-math", "%dd seed"],
	check({ values }) {
		if (values.seed === undefined && values["strict-math"])
			throw new UsageError(
				`%dd seed --${STRICT_MATH_OPTION.name} needs the seed that it goes with, for example %dd seed 42 --${STRICT_MATH_OPTION.name}`,
			);
	},
	async run({ values }, { print }) {
		const text = values.seed;
		const [{ seed, session }, { leaksLine }, { seedTable }] = await Promise.all(
			[
				import("../../experiment/session.ts"),
				import("../../widgets/text/leaks.ts"),
				import("../../widgets/text/seed-table.ts"),
			],
		);
		if (text === undefined) {
			const { rootSeed, seedOrigin, draws, leaks } = session();
			print(
				seedTable({
					root: rootSeed,
					origin: seedOrigin,
					draws: draws.draws(),
					leaks,
				}),
			);
			return;
		}
		const strictMath = values["strict-math"];
		seed(text, strictMath ? { strictMath } : {});
		const leaks = leaksLine(session().leaks);
		print(
			[
				`root seed ${text} · seeded:`,
				...SEEDED.map((line) => `  ${line}`),
				...(strictMath ? ["strict math from here on"] : []),
				...(leaks === ""
					? []
					: [`read by runs so far, and not the same in a replay: ${leaks}`]),
			].join("\n"),
		);
	},
	toCode: ({ values: { seed: text, "strict-math": strictMath } }) => {
		if (text === undefined) return undefined;
		const value = String(Number(text)) === text ? text : JSON.stringify(text);
		const options = strictMath ? ", { strictMath: true }" : "";
		return `dd.seed(${value}${options});`;
	},
});
