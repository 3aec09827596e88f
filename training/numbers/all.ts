import { arrays } from "./arrays/index.ts";
import { rows as callbackRows } from "./callbacks.ts";
import { convolutions } from "./convolutions/index.ts";
import { elementwise } from "./elementwise.ts";
import { type Family, rowsOf } from "./family.ts";
import { images } from "./images.ts";
import { rows as initializerRows } from "./initializers.ts";
import { rows as layerRows } from "./layers/index.ts";
import { losses } from "./losses.ts";
import { matrices, spectral } from "./matrices/index.ts";
import { rows as metricRows } from "./metrics.ts";
import { rows as modelLossRows } from "./model-losses.ts";
import { rows as optimizerRows } from "./optimizers.ts";
import { pooling } from "./pooling.ts";
import { reductions } from "./reductions/index.ts";
import type { Row } from "./row.ts";
import { sparse } from "./sparse.ts";
import { rows as weightRuleRows } from "./weight-rules.ts";

/** Every operation, by kind. */
export const families: readonly Family[] = [
	arrays,
	convolutions,
	elementwise,
	images,
	losses,
	matrices,
	pooling,
	reductions,
	sparse,
	spectral,
];

/** What is no operation of `tf`: its checks, and their rows of the table. */
export interface Suite {
	readonly name: string;
	rows(count: number): readonly Row[] | Promise<readonly Row[]>;
}

export const suites: readonly Suite[] = [
	{ name: "layers", rows: layerRows },
	{ name: "model losses", rows: modelLossRows },
	{ name: "optimizers", rows: optimizerRows },
	{ name: "metrics", rows: metricRows },
	{ name: "callbacks", rows: callbackRows },
	{ name: "initializers", rows: initializerRows },
	{ name: "weight rules", rows: weightRuleRows },
];

/**
 * Checks everything on `count` examples each. `tell` hears of what comes next.
 *
 * @throws AggregateError of what is wrong, once all were looked at
 */
export async function allRows(
	count: number,
	tell: (name: string) => void = () => {},
): Promise<Row[]> {
	const wrong: unknown[] = [];
	const rows: Row[] = [];
	const parts: readonly Suite[] = [
		...families.map((family) => ({
			name: family.name,
			rows: (count: number) => rowsOf(family, count),
		})),
		...suites,
	];
	for (const { name, rows: check } of parts) {
		tell(name);
		try {
			rows.push(...(await check(count)));
		} catch (error) {
			wrong.push(error);
		}
	}
	if (wrong.length > 0)
		throw new AggregateError(wrong, wrong.map(String).join("\n\n"));
	return rows;
}
