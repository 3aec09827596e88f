/**
 * Checks every operation, layer, loss, optimizer, … on many examples and writes the
 * table of training/numbers/README.md: `npm run coverage:numbers`. With a name, that family
 * or suite alone, and nothing is written.
 */
import { allRows, families, suites } from "./all.ts";
import { rowsOf } from "./family.ts";
import { tableOf, writeTable } from "./table.ts";

const COUNT = 40;
const [wanted] = process.argv.slice(2);

if (wanted === undefined) {
	const rows = await allRows(COUNT, (name) => console.error(name));
	writeTable(tableOf(rows, COUNT));
	console.error(`training/numbers/README.md: ${rows.length} rows`);
} else {
	const family = families.find(({ name }) => name === wanted);
	const suite = suites.find(({ name }) => name === wanted);
	if (!family && !suite)
		throw new Error(
			`There is no "${wanted}". There are: ${[...families, ...suites].map(({ name }) => name).join(", ")}.`,
		);
	const rows = family ? rowsOf(family, COUNT) : await suite?.rows(COUNT);
	console.log(tableOf(rows ?? [], COUNT));
}
