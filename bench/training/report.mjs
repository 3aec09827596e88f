// From what peers answered to rows of a table.

/** Losses of equal steps from equal weights may differ by so much: sums are in another order. */
export const TOLERANCE = 1e-4;

const sorted = (values) => [...values].sort((a, b) => a - b);
export function median(values) {
	const ordered = sorted(values);
	const middle = ordered.length / 2;
	return (ordered[Math.ceil(middle) - 1] + ordered[Math.floor(middle)]) / 2;
}

/** The largest difference between two lists of losses; infinite where they are not of equal length, or NaN. */
export function differenceOf(losses, others) {
	if (losses.length !== others.length) return Number.POSITIVE_INFINITY;
	const differences = losses.map((loss, step) => Math.abs(loss - others[step]));
	return differences.every(Number.isFinite)
		? Math.max(...differences)
		: Number.POSITIVE_INFINITY;
}

const digits = (value) =>
	Number(value.toPrecision(3)).toLocaleString("en", {
		useGrouping: true,
		maximumSignificantDigits: 3,
	});

/** How often a second, of each round. */
const ratesOf = ({ rounds }) =>
	rounds.map(({ seconds, steps }) => steps / seconds);
/** Seconds of processors a step, of each round. */
const costsOf = ({ rounds }) =>
	rounds.map(({ processor, steps }) => processor / steps);

/** The median of what two peers have in the same rounds, which other work on the machine meets alike. */
const ratio = (values, others) =>
	digits(median(values.map((value, round) => value / others[round])));

function sameLoss({ losses, accuracy }, reference) {
	if (accuracy !== undefined) return `accuracy ${accuracy.toFixed(3)}`;
	if (!losses) return "–";
	if (losses === reference) return "reference";
	const difference = differenceOf(losses, reference);
	return `${difference <= TOLERANCE ? "yes" : "no"}, ${difference.toExponential(0)}`;
}

/**
 * A workload's rows.
 * @param results of each peer: title, and either `cannot` or rounds, memory and losses
 * @param base what the others are divided by; absent where it is not here
 */
export function rowsOf(results, base) {
	const reference = results.find(({ losses }) => losses)?.losses;
	return results.map((result) => {
		const { title, cannot, memory } = result;
		if (cannot !== undefined) return `| ${title} | ${cannot} | | | | | |`;
		const rates = ratesOf(result);
		const cells = [
			title,
			digits(median(rates)),
			digits(Math.max(...rates)),
			base ? ratio(rates, ratesOf(base)) : "",
			base ? ratio(costsOf(base), costsOf(result)) : "",
			`${digits(memory / 2 ** 20)} MB`,
			sameLoss(result, reference),
		];
		return `| ${cells.join(" | ")} |`;
	});
}

/** Has a peer not done the same work? */
export const differs = (results) => {
	const reference = results.find(({ losses }) => losses)?.losses;
	return results.some(
		({ losses }) => losses && differenceOf(losses, reference) > TOLERANCE,
	);
};

/** The head of the table. @param unit what is counted: steps or images */
export const headOf = (
	unit,
) => `|  | ${unit}/s, median | best | ÷ PyTorch | processor: PyTorch ÷ it | peak memory | same loss |
| --- | ---: | ---: | ---: | ---: | ---: | --- |`;

/** Shares of a profile by workload. */
export function profileTable(shares) {
	const names = Object.keys(shares);
	const kinds = Object.keys(Object.values(shares)[0] ?? {});
	const lines = kinds.map((kind) => {
		const cells = names.map(
			(name) => `${(100 * shares[name][kind]).toFixed(0)} %`,
		);
		return `| ${[kind, ...cells].join(" | ")} |`;
	});
	return `| | ${names.join(" | ")} |
| --- |${" ---: |".repeat(names.length)}
${lines.join("\n")}`;
}
