import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { transformCell } from "../../cell/compile/transform.ts";
import { GIVEN, scopeCases } from "../../cell/test-scope-cases.ts";
import { openNotebook, resultOf } from "./test-notebook.ts";

const notebook = await openNotebook();

suite("later cells find what a cell declares by", () => {
	for (const { name, code, values, notRun } of scopeCases) {
		test(name, async () => {
			assert.deepEqual([...transformCell(code).names.keys()], values);
			if (notRun !== undefined) return;
			assert.equal((await notebook.execute(GIVEN)).reply.status, "ok");
			assert.equal(resultOf(await notebook.execute(`${code}\n;undefined`)), "");
			const found = `[${values.join(", ")}].length`;
			assert.equal(resultOf(await notebook.execute(found)), `${values.length}`);
		});
	}
});
