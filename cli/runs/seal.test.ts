import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ChangedRecordError } from "../../base/errors.ts";
import { exportRuns } from "../../experiment/record/export/export.ts";
import {
	readRun,
	type StoredRun,
} from "../../experiment/record/store/store.ts";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { requireCertifiable } from "../../experiment/replay/certificate/certify.ts";
import { askedChecklist } from "../../magics/built-in/checklist.ts";
import { compareCommand } from "./compare.ts";
import { listCommand } from "./list.ts";
import { showCommand } from "./show.ts";

openTestSession();
const whole = await recordRun((run) => run.log({ accuracy: 0.5 }));
const changed = await recordRun((run) => run.log({ accuracy: 0.25 }));
const file = join(changed.directory, "run.json");
writeFileSync(
	file,
	readFileSync(file, "utf8").replace('"accuracy": 0.25', '"accuracy": 0.75'),
);
const broken: StoredRun = readRun(changed.directory);
const { id } = broken.record;

const given = (...flags: string[]) => ({
	where: [],
	sort: undefined,
	baseline: undefined,
	output: undefined,
	yes: false,
	members: false,
	force: false,
	json: flags.includes("json"),
});

/** What a command prints, and its exit code. */
async function printed(
	context: TestContext,
	command: () => number | Promise<number>,
) {
	const out = context.mock.method(console, "log", () => undefined);
	const err = context.mock.method(console, "error", () => undefined);
	const code = await command();
	const textOf = (calls: typeof out.mock.calls) =>
		calls.map(({ arguments: [text] }) => String(text)).join("\n");
	const texts = { out: textOf(out.mock.calls), err: textOf(err.mock.calls) };
	out.mock.restore();
	err.mock.restore();
	return { code, ...texts };
}

const commands: [string, (...flags: string[]) => number | Promise<number>][] = [
	["list", (...flags) => listCommand(given(...flags))],
	["show", (...flags) => showCommand(id, given(...flags))],
	[
		"compare",
		(...flags) => compareCommand([whole.record.id, id], given(...flags)),
	],
];

for (const [name, command] of commands)
	test(`deepdiva runs ${name} says "seal broken" beside the numbers of a record that was changed, and exits with 1`, async (context) => {
		const { code, out, err } = await printed(context, () => command());
		assert.equal(code, 1);
		assert.match(out, /0\.75.*seal broken|seal broken(.|\n)*0\.75/);
		assert.match(
			err,
			new RegExp(
				`deepdiva: run ${id}: seal broken, \\S+run\\.json is not as it was written`,
			),
		);
		const json = await printed(context, () => command("json"));
		assert.equal(json.code, 1);
		const said: unknown = JSON.parse(json.out);
		assert.match(JSON.stringify(said), /"sealBroken":(true|\[")/);
	});

test("deepdiva runs show of a record that is as it was written exits with 0", async (context) => {
	const { code, out, err } = await printed(context, () =>
		showCommand(whole.record.id, given()),
	);
	assert.deepEqual([code, err], [0, ""]);
	assert.doesNotMatch(out, /seal/);
});

test("a run whose seal is broken is not exported, certified or resumed, and answers no checklist", async () => {
	const error = (thrown: unknown) => {
		assert.ok(thrown instanceof ChangedRecordError);
		assert.match(thrown.message, /seal broken/);
		return true;
	};
	await assert.rejects(exportRuns([broken], "out", {}), error);
	assert.throws(() => requireCertifiable(broken), error);
	await assert.rejects(askedChecklist({ run: id, form: "mlrc" }), error);
	await assert.rejects(
		recordRun(() => undefined, { resume: "required" }),
		error,
	);
});
