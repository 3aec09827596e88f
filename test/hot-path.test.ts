import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/test-folder.ts";
import { openNotebook, resultOf } from "../kernel/engine/test-notebook.ts";

/** Writes down the URL of every module that a process loads. */
const HOOK = `data:text/javascript,${encodeURIComponent(`
	import { appendFileSync } from "node:fs";
	import { registerHooks } from "node:module";
	registerHooks({
		load(url, context, next) {
			appendFileSync(process.env.LOADED_MODULES, url + "\\n");
			return next(url, context);
		},
	});
`)}`;

/** Executes cells in an engine of their own; the URLs of the modules that it loads. */
async function modulesLoadedBy(...cells: string[]): Promise<string[]> {
	const list = join(temporaryFolder(), "loaded");
	process.env.LOADED_MODULES = list;
	process.env.NODE_OPTIONS = `--import=${HOOK}`;
	try {
		const notebook = await openNotebook();
		for (const cell of cells) {
			const executed = await notebook.execute(cell);
			assert.equal(executed.reply.status, "ok", resultOf(executed));
		}
		await notebook.engine.shutdown();
	} finally {
		delete process.env.NODE_OPTIONS;
		delete process.env.LOADED_MODULES;
	}
	return readFileSync(list, "utf8").split("\n");
}

const ofExporter = (url: string) => url.includes("/magics/export/");

test("a cell is executed without loading what exports cells", async () => {
	const loaded = await modulesLoadedBy("const answer: number = 42\nanswer");
	assert.ok(loaded.some((url) => /\/cell\/compile\/transform\./.test(url)));
	assert.deepEqual(loaded.filter(ofExporter), []);
});

test("%dd export loads what exports cells", async () => {
	const loaded = await modulesLoadedBy("%dd export script.ts");
	assert.notDeepEqual(loaded.filter(ofExporter), []);
});
