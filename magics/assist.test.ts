import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { defineTask } from "../training/tasks/define.ts";
import { completeMagic, inspectMagic } from "./assist.ts";
import { magics } from "./registry.ts";

const folder = temporaryFolder();
writeFiles(folder, { "data/digits/a.txt": "", "data/list.csv": "" });

defineTask({
	name: "own",
	summary: "Of a user.",
	params: { größe: { default: "klein", choices: ["klein", "groß"] } },
	run() {},
});

const completions: [string, string[]][] = [
	[
		"%",
		[
			"%%writefile",
			"%cd",
			"%dd",
			"%env",
			"%help",
			"%load",
			"%npm",
			"%reset",
			"%time",
			"%types",
			"%who",
		],
	],
	["%types s", ["strict"]],
	["%h", ["%help"]],
	["%%", ["%%dd", "%%time", "%%writefile"]],
	["%%wri", ["%%writefile"]],
	["%cd da", ["data/"]],
	["%load data/", ["data/digits/", "data/list.csv"]],
	["%%writefile --", ["--append", "--help"]],
	["%npm un", ["uninstall"]],
	["%npm run b", []],
	["%env HOM", ["HOME"]],
	["%help ", []],
	["%dd ", ["help", ...magics("%dd").map(({ name }) => name)].sort()],
	["%dd ru", ["run"]],
	["%dd nothing ", []],
	["let a;\n%%dd multirun --pa", ["--param"]],
	["let a;\n%%dd multirun --h", ["--help"]],
	["%dd run task=po", ["task=points"]],
	["%dd run task=points set=sp", ["set=spiral", "set=spiral_multi"]],
	["%dd run n=2 task=points set=sp", ["set=spiral", "set=spiral_multi"]],
	["%dd run task=points epo", ["epochs="]],
	["%dd verify-data da", ["data/"]],
	["%dd verify-data data/", ["data/digits/", "data/list.csv"]],
	["%dd run x --data data/d", ["data/digits/"]],
	["%dd verify-data nowhere/", []],
	["%dd run x --on-leak ", ["error", "ignore", "warn"]],
	["%dd multirun -n 2 --fail f", ["fast"]],
	["%dd multirun --vary in", ["init"]],
	["%dd multirun --vary order,d", ["order,data", "order,dropout"]],
	["%dd multirun --vary mine,order,o", []],
	["%dd multirun lr=ra", ["lr=range("]],
	["%dd multirun lr=sort(ra", ["lr=sort(range("]],
	["%dd multirun lr=[1],ra", ["lr=[1],range("]],
	["%dd multirun lr=[ra", []],
	["%dd multirun lr=choice([1,ra", []],
	["%dd multirun optim.lr=sh", ["optim.lr=shuffle("]],
	[
		"%dd multirun task=points set=xor,sp",
		["set=xor,spiral", "set=xor,spiral_multi"],
	],
	["%dd multirun task=points set=choice(xo", ["set=choice(xor"]],
	["%dd multirun task=points set=gl", ["set=glob("]],
	["%dd run lr=ra", []],
	["%dd multirun --config da", ["data/"]],
	["%dd checklist --form ", ["acl", "mlrc"]],
	["%dd run task=image-classification data=da", ["data=data/"]],
	["%dd run task=image-classification model=V", ["model=VGG11"]],
	["%dd run task=points model=./da", ["model=./data/"]],
	["%dd multirun task=points model=MLP,./da", ["model=MLP,./data/"]],
	["%dd run task=points size=", []],
	["%dd run task=points constructor=", []],
	["%dd run task=own grö", ["größe="]],
	["%dd run task=own größe=", ["größe=groß", "größe=klein"]],
	["%dd verify-data data --croissant li", ["license="]],
];

for (const [code, matches] of completions)
	test(`after ${JSON.stringify(code)} comes ${matches.join(", ") || "nothing"}`, async () => {
		const reply = await completeMagic(code, code.length, folder);
		assert.deepEqual(reply?.matches, matches);
		assert.equal(reply?.end, code.length);
		for (const match of matches)
			assert.ok(match.startsWith(code.slice(reply?.start)));
		assert.equal(reply?.types.length, matches.length);
	});

test("outside of a magic's line there is nothing to complete or to inspect", async () => {
	assert.equal(await completeMagic("let a = b % d", 13, folder), undefined);
	assert.equal(await completeMagic("%dd run\nlet a", 13, folder), undefined);
	assert.equal(inspectMagic("%dd run\nlet a", 10), undefined);
});

test("a magic's line is inspected as its help page", () => {
	const reply = inspectMagic("%dd seed 4\nlet a", 2);
	assert.equal(reply?.found, true);
	assert.match(reply?.data["text/plain"] ?? "", /^Sets the root seed/);
	assert.deepEqual(inspectMagic("%dd nothing", 5), { found: false, data: {} });
});
