import { arrays } from "./arrays/index.ts";
import { convolutions } from "./convolutions/index.ts";
import { elementwise } from "./elementwise.ts";
import { type Family, rowsOf } from "./family.ts";
import { images } from "./images.ts";
import { losses } from "./losses.ts";
import { matrices } from "./matrices/index.ts";
import { rows as modelLossRows } from "./model-losses.ts";
import { rows as optimizerRows } from "./optimizers.ts";
import { pooling } from "./pooling.ts";
import { reductions } from "./reductions/index.ts";
import type { Row } from "./row.ts";
import { sparse } from "./sparse.ts";

/** Every operation, by kind. */
export const families: readonly Family[] = [
	arrays,
	convolutions,
	elementwise,
	images,
	losses,
	matrices,
	pooling,
	sparse,
	reductions,
];

/** What is no operation of `tf`: its checks, and their rows of the table. */
export interface Suite {
	readonly name: string;
	rows(count: number): readonly Row[] | Promise<readonly Row[]>;
}

export const suites: readonly Suite[] = [
	{ name: "model losses", rows: modelLossRows },
	{ name: "optimizers", rows: optimizerRows },
];

/** Checks everything on `count` examples each. `tell` hears of what comes next. */
export async function allRows(
	count: number,
	tell: (name: string) => void = () => {},
): Promise<Row[]> {
	const rows: Row[] = [];
	for (const family of families) {
		tell(family.name);
		rows.push(...rowsOf(family, count));
	}
	for (const suite of suites) {
		tell(suite.name);
		rows.push(...(await suite.rows(count)));
	}
	return rows;
}
