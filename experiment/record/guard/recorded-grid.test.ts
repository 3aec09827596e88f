import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { session } from "../../session.ts";
import type { VariedGrid } from "../../sweep/grid.ts";
import { missingPoints, storedMultiruns } from "../store/multiruns.ts";
import { removeRun } from "../store/remove.ts";
import { listRunSummaries } from "../store/store.ts";
import { openTestSession, recordRun } from "../test-record.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Records a member of a multirun of one repeat. */
const member = (index: number, grid: VariedGrid) =>
	recordRun(() => undefined, {
		params: { x: grid.x?.[index] ?? 0 },
		git: "ignore",
		multirun: {
			...{ id: "0123456789abcdef", experiment: "test", index },
			...{ total: grid.x?.length ?? 0, repeats: 1, varied: ["x"] },
		},
		grid,
	});

suite("the grid of a multirun", () => {
	test("is on record in each member, and cleaned of secrets once", async () => {
		openTestSession();
		const grid = { x: numbers(1000) };
		const cleaned = mock.method(session().redactor, "param");
		const once = (await member(0, grid)) && cleaned.mock.callCount();
		for (const index of [1, 2, 3]) {
			const { record } = await member(index, grid);
			assert.deepEqual(record.multirun?.grid, grid);
		}
		assert.ok(once > 1000);
		assert.ok(cleaned.mock.callCount() - once < 100);
	});

	test("lacks what has become known as a secret since its first member", async () => {
		openTestSession();
		const grid = { x: ["harmless", "hunter2hunter2"] };
		const first = await member(0, grid);
		assert.deepEqual(first.record.multirun?.grid, grid);
		session().redactor.learn({ password: "hunter2hunter2" });
		const second = await member(1, grid);
		assert.deepEqual(second.record.multirun?.grid, {
			x: ["harmless", "[redacted]"],
		});
	});

	test("is on record in few members where it has more than a thousand values, and known from any of these", async () => {
		openTestSession();
		const grid = { x: numbers(1001) };
		const members = [];
		for (let index = 0; index < 9; index++)
			members.push(await member(index, grid));
		assert.deepEqual(
			members.flatMap(({ record: { multirun } }) =>
				multirun?.grid ? [multirun.index] : [],
			),
			[0, 1, 2, 4, 8],
		);
		const [first] = members;
		await removeRun(first?.directory ?? "", first?.record);
		const [stored] = storedMultiruns(listRunSummaries().runs);
		assert.deepEqual(stored?.grid, grid);
		assert.deepEqual(stored && missingPoints(stored, 2), [
			{ point: { x: 0 }, missing: 1 },
			{ point: { x: 9 }, missing: 1 },
		]);
	});
});
