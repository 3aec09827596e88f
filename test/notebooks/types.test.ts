/** What users write first must not be answered with type errors. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readNotebook } from "../../cli/notebook/format.ts";
import { createTypeService } from "../../kernel/language/service.ts";

const tutorials = fileURLToPath(new URL("../../tutorials", import.meta.url));

describe("the tutorials have no type errors", () => {
	for (const name of readdirSync(tutorials).filter((name) =>
		name.endsWith(".ipynb"),
	))
		test(name, async () => {
			const types = createTypeService({ cwd: tutorials });
			after(() => types.dispose());
			const cells = readNotebook(join(tutorials, name))
				.cells.filter(({ cell_type }) => cell_type === "code")
				.map(({ source }) => source);
			for (const [index, cell] of cells.entries()) {
				types.setCells(cells.slice(0, index));
				assert.deepEqual(await types.diagnostics(cell), [], cell);
			}
		});
});
