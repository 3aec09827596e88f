import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { parseMagic } from "../registry.ts";
import { withConfigs } from "./config-line.ts";

const FILE =
	"name: grid\nn: 2\nparams:\n  lr: [0.1, 0.01]\n  layers: [[32, 64]]\n";
const folder = temporaryFolder();
writeFiles(folder, { "multirun.yaml": FILE });
const stamped = `--config multirun.yaml#sha256:${createHash("sha256").update(FILE).digest("hex")}`;

const lines: readonly [string, string][] = [
	["", `grid lr=0.1,0.01 layers=[32,64] -n 2 ${stamped}`],
	[" lr=0.3", `grid lr=0.3 layers=[32,64] -n 2 ${stamped}`],
	[
		" mine -n 1 units=range(1, 3) --fail fast",
		`mine lr=0.1,0.01 layers=[32,64] -n 1 units=range(1, 3) --fail fast ${stamped}`,
	],
	[` "it's mine"`, `"it's mine" lr=0.1,0.01 layers=[32,64] -n 2 ${stamped}`],
	[` "it's"`, `"it's" lr=0.1,0.01 layers=[32,64] -n 2 ${stamped}`],
	[
		" -p lr=0.3 --param layers=[8]",
		`grid lr=0.1,0.01 layers=[32,64] -n 2 -p lr=0.3 --param layers=[8] ${stamped}`,
	],
	[
		" task=points --data 'my data' 'lr=1, 2'",
		`grid "lr=1, 2" layers=[32,64] -n 2 task=points --data "my data" ${stamped}`,
	],
];

for (const [said, line] of lines)
	test(`a line that says ${JSON.stringify(said)} has what its file says besides`, () => {
		const code = "\nconst a = `\n%dd multirun --config multirun.yaml`;";
		const taken = withConfigs(
			`%dd multirun --config multirun.yaml${said}${code}`,
			folder,
		);
		assert.equal(taken, `%dd multirun ${line}${code}`);
		assert.doesNotThrow(() => parseMagic(`multirun ${line}`, "%dd"));
		// It is not read again.
		assert.equal(withConfigs(taken, temporaryFolder()), taken);
	});

test("streams that vary come from the file, unless the line names some", () => {
	const text = 'vary: [order, "my noise"]\n';
	const digest = createHash("sha256").update(text).digest("hex");
	const within = temporaryFolder();
	writeFiles(within, { "vary.yaml": text });
	const stampedVary = `--config vary.yaml#sha256:${digest}`;
	assert.equal(
		withConfigs("%dd multirun --config vary.yaml", within),
		`%dd multirun --vary "my noise,order" ${stampedVary}`,
	);
	assert.equal(
		withConfigs("%dd multirun --config vary.yaml --vary init", within),
		`%dd multirun --vary init ${stampedVary}`,
	);
});

test("a line may end as on Windows", () => {
	assert.equal(
		withConfigs("%dd multirun --config multirun.yaml\r\ndd.log({});\r", folder),
		`%dd multirun grid lr=0.1,0.01 layers=[32,64] -n 2 ${stamped}\r\ndd.log({});\r`,
	);
});

test("what cannot be read, and what is no line of a multirun, stays for its magic to refuse", () => {
	for (const source of [
		"%dd multirun --config other.yaml",
		"%dd multirun --config multirun.yaml --unknown",
		"%dd multirun --config",
		"%dd multirun --config multirun.yaml --help",
		"%dd run --config multirun.yaml",
		"// %dd multirun --config multirun.yaml",
		"!tool --config multirun.yaml",
	])
		assert.equal(withConfigs(source, folder), source);
});
