import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { filesOf } from "./store/folder-files.ts";
import { openTestSession, recordRun } from "./test-record.ts";

const kept = () => recordRun((run) => run.artifact("table", { a: 1 }));

test("what a run has kept can be the data of another: by its record, without a manifest in the run's folder", async () => {
	openTestSession();
	const first = await kept();
	const files = filesOf(first.directory);
	const folder = join(first.directory, "artifacts");
	const named = relative(process.cwd(), folder);
	const second = await recordRun(
		async (run) => assert.equal(await run.data(named), folder),
		{ repeat: 1 },
	);
	const [data, ...more] = second.record.data;
	assert.deepEqual(more, []);
	const file = "artifacts/table.json";
	const { bytes } = first.record.files[file] ?? {};
	assert.deepEqual([data?.path, data?.files, data?.bytes], [named, 1, bytes]);
	assert.match(data?.root ?? "", /^sha256:[0-9a-f]{64}$/);
	assert.deepEqual(filesOf(first.directory), files);
});

test("what was changed since a run has kept it, and a folder in which it wrote nothing, are refused", async () => {
	openTestSession();
	const { directory, record } = await kept();
	const use = (path: string) =>
		recordRun((run) => run.data(path), { repeat: 1 });
	await assert.rejects(use(join(directory, "nowhere")), {
		name: "UsageError",
		message: new RegExp(`^run ${record.id} has written no files in .*nowhere$`),
	});
	const file = join(directory, "artifacts", "table.json");
	writeFileSync(file, `${readFileSync(file, "utf8")} `);
	await assert.rejects(use(join(directory, "artifacts")), {
		name: "UsageError",
		message:
			/table\.json is not as run .* has written it; restore the run folder/,
	});
});
