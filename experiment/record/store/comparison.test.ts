import assert from "node:assert/strict";
import { test } from "node:test";
import { writeFiles } from "../../../base/test-folder.ts";
import { session } from "../../session.ts";
import { openTestSession, recordRun } from "../test-record.ts";
import { compareRecords } from "./comparison.ts";

test("runs are compared in parameters, metrics, code, data, environment and outputs", async () => {
	openTestSession();
	writeFiles(".", { "one/a.txt": "1", "two/a.txt": "2" });
	session().source = { kind: "cell", text: "one" };
	const first = await recordRun((run) => run.log({ loss: 1, a: 1 }), {
		params: { lr: 0.1, same: "x" },
		data: ["one"],
	});
	session().source = { kind: "cell", text: "two" };
	const second = await recordRun((run) => run.log({ loss: 2 }), {
		params: { lr: 0.2, same: "x" },
		data: ["one", "two"],
		git: "ignore",
	});
	const rows = compareRecords([first, second]);
	const row = (section: string, name: string) => {
		const found = rows.find(
			(one) => one.section === section && one.name === name,
		);
		assert.ok(found, `${section} ${name}`);
		return found;
	};
	assert.deepEqual(row("parameters", "lr"), {
		section: "parameters",
		name: "lr",
		values: [0.1, 0.2],
		differs: true,
	});
	assert.equal(row("parameters", "same").differs, false);
	assert.deepEqual(row("metrics", "a").values, [1, undefined]);
	assert.deepEqual(row("metrics", "loss").values, [1, 2]);
	assert.deepEqual(row("code", "git").values, [undefined, "ignored"]);
	assert.equal(row("code", "cell.ts").differs, true);
	assert.equal(row("code", "cells.json").differs, false);
	assert.equal(row("data", "one").differs, false);
	assert.equal(row("data", "two").values[0], undefined);
	assert.equal(row("environment", "node").values[0], process.versions.node);
	assert.equal(row("environment", "node").differs, false);
	assert.equal(row("outputs", "metrics").differs, true);
	assert.equal(row("run", "status").values[0], "finished");
});

test("a single run differs from nothing, and of three one is enough", async () => {
	openTestSession();
	const [a, b, c] = [
		await recordRun((run) => run.log({ loss: 1 }), { params: { lr: 1 } }),
		await recordRun((run) => run.log({ loss: 1 }), { params: { lr: 1 } }),
		await recordRun((run) => run.log({ loss: 2 }), { params: { lr: 1 } }),
	];
	const loss = (...runs: (typeof a)[]) =>
		compareRecords(runs).find(({ name }) => name === "loss")?.differs;
	assert.ok(compareRecords([a]).every(({ differs }) => !differs));
	assert.deepEqual(
		[loss(a, b), loss(a, b, c), loss(a, c, b), loss(c, a, b)],
		[false, true, true, true],
	);
});
