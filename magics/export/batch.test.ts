import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf } from "./batch.ts";

const membersOf = (line: string, overrides = {}) =>
	batchOf([{ kind: "code", source: line }], { overrides }).members;

test("a cluster is told how many members a multirun has, whatever lists their values", () => {
	for (const [line, members] of [
		["%dd multirun -n 2 task=points lr=range(1, 4)", 6],
		["%dd multirun -n 2 task=points set=glob(spiral*)", 4],
		["%dd multirun -n 1 layers=[32,64],[16] optim.lr=1,2\ndd.log({});", 4],
		["%dd run task=points", undefined],
	] as const)
		assert.equal(membersOf(line), members);
	assert.equal(
		membersOf("%dd multirun -n 2 task=points set=xor", {
			set: "glob(spiral*)",
		}),
		4,
	);
});
