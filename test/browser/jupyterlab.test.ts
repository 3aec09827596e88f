/** JupyterLab, in Chromium, used with mouse and keyboard. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { readNotebook } from "../notebooks/executed.ts";
import {
	copyTutorial,
	type JupyterHome,
	jupyterHome,
} from "../notebooks/jupyter-home.ts";
import { pythonWith } from "../python.ts";
import { startChromium } from "./chromium.ts";
import { type Lab, LabNotebook, startLab } from "./lab.ts";

/** Training on the digits, on a slow machine. */
const RUN_ALL_MILLISECONDS = 240_000;

let home: JupyterHome;
let tutorial: string;
let lab: Lab | undefined;
let browser: Browser | undefined;

before(async () => {
	home = await jupyterHome();
	// As many as leave time to look while it trains.
	tutorial = copyTutorial(join(home.folder, "work"), 1000);
});
after(async () => {
	await browser?.close();
	await lab?.stop();
	home.remove();
});

/** Both are started by the first test that needs them. */
async function open(
	context: test.TestContext,
	path: string,
): Promise<LabNotebook | undefined> {
	const python = pythonWith(["jupyterlab"], context);
	if (!python) return undefined;
	browser ??= await startChromium(context);
	if (!browser) return undefined;
	lab ??= await startLab(python, home, dirname(tutorial));
	return LabNotebook.open(browser, lab, path, {
		viewport: { width: 1200, height: 900 },
	});
}

test("JupyterLab runs the tutorial, drawing every picture live, in place and without an error", async (context) => {
	const notebook = await open(context, "01-first-experiment.ipynb");
	if (!notebook) return;
	const { page } = notebook;
	const cells = readNotebook(tutorial).cells;
	const cell = (id: string) =>
		notebook.cell(cells.findIndex((one) => one.id === id));
	const outputs = (id: string) => cell(id).locator(".jp-OutputArea-child");
	const drawn = (id: string) => cell(id).locator(".vega-embed svg");

	await notebook.menu("Run", /^Run All Cells$/);
	await context.test("a picture is there while its run goes on", async () => {
		await drawn("digits").first().waitFor({ timeout: RUN_ALL_MILLISECONDS });
		await notebook.status("Busy");
		assert.match(
			(await outputs("digits").first().textContent()) ?? "",
			/epoch \d\/5 .*%/,
		);
	});
	await notebook.status("Idle", RUN_ALL_MILLISECONDS);

	await context.test("every picture is drawn by vega", async () => {
		for (const [id, pictures] of [
			["look", 1],
			["train", 3],
			["seeds", 2],
			["digits", 4],
		] as const)
			assert.equal(await drawn(id).count(), pictures, `cell ${id}`);
	});
	await context.test(
		"progress is one line, replaced in place by the run's summary",
		async () => {
			assert.equal(await outputs("digits").count(), 5);
			const line = (await outputs("digits").first().textContent()) ?? "";
			assert.match(line, /run \w{8} · image-classification · finished/);
			assert.doesNotMatch(line, /━/);
		},
	);
	await context.test("no cell failed, and no widget is broken", async () => {
		assert.equal(
			await page
				.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
				.count(),
			0,
		);
		assert.equal(
			await page.getByText(/javascript error|error displaying widget/i).count(),
			0,
		);
	});
	const folder =
		process.env.DEEPDIVA_SCREENSHOTS ?? join(home.folder, "screenshots");
	mkdirSync(folder, { recursive: true });
	for (const theme of ["Light", "Dark"] as const)
		await context.test(
			`the letters of pictures have the colour of the page's text: ${theme.toLowerCase()} theme`,
			async () => {
				// The pictures are not drawn again: a reader may switch at any time.
				await notebook.theme(`JupyterLab ${theme}`);
				const colours = await page.evaluate(() => {
					const fills = [
						...document.querySelectorAll(
							".vega-embed :is(.role-title, .role-axis, .role-legend) text",
						),
					].map((letter) => getComputedStyle(letter).fill);
					const embed = document.querySelector(".vega-embed") as Element;
					return { fills, page: getComputedStyle(embed).color };
				});
				assert.ok(colours.fills.length > 50);
				assert.deepEqual([...new Set(colours.fills)], [colours.page]);
				assert.match(
					colours.page,
					theme === "Light" ? /^rgba\(0, 0, 0/ : /^rgba\(255, 255, 255/,
				);
				await notebook.screenshot(
					join(folder, `lab-${theme.toLowerCase()}.png`),
				);
			},
		);
	await page.context().close();
});

test("in JupyterLab a user interrupts a busy loop, restarts the kernel, and gets completions and signatures", async (context) => {
	writeFileSync(
		join(dirname(tutorial), "play.ipynb"),
		JSON.stringify({
			cells: [
				"const kept: number = 41;",
				'console.log("loop" + "ing"); while (true) {}',
				"kept + 1",
				"kept.to",
				"kept.toFixed(",
			].map((source, index) => ({
				cell_type: "code",
				id: `cell-${index}`,
				metadata: {},
				execution_count: null,
				outputs: [],
				source,
			})),
			metadata: readNotebook(tutorial).metadata,
			nbformat: 4,
			nbformat_minor: 5,
		}),
	);
	const notebook = await open(context, "play.ipynb");
	if (!notebook) return;
	const { page } = notebook;
	const output = (index: number, text: string | RegExp) =>
		notebook
			.cell(index)
			.locator(".jp-OutputArea-output", { hasText: text })
			.waitFor();

	await context.test(
		"the interrupt button ends while (true) {} and keeps the variables",
		async () => {
			await notebook.run(0);
			await notebook.run(1);
			await output(1, "looping");
			await page.getByRole("button", { name: "Interrupt the kernel" }).click();
			await output(1, "KeyboardInterrupt");
			await notebook.run(2);
			await output(2, /^42$/);
		},
	);
	await context.test("Tab shows the members of a number", async () => {
		await notebook.edit(3);
		await page.keyboard.press("Tab");
		const matches = page.locator(".jp-Completer-item");
		await matches.filter({ hasText: "toFixed" }).waitFor();
		assert.ok((await matches.count()) >= 4);
		await page.keyboard.press("Escape");
	});
	await context.test("Shift+Tab shows a function's signature", async () => {
		await notebook.edit(4);
		await page.keyboard.press("Shift+Tab");
		await page
			.locator(".jp-Tooltip", { hasText: /toFixed\(fractionDigits\?: number/ })
			.waitFor();
		await page.keyboard.press("Escape");
	});
	await context.test("a restart forgets the variables", async () => {
		await notebook.menu("Kernel", /^Restart Kernel…$/);
		await page
			.getByRole("button", { name: /^Confirm Kernel Restart$/ })
			.click();
		await notebook.run(2);
		await output(2, /ReferenceError.*kept is not defined/);
		await notebook.run(0);
		await notebook.run(2);
		await output(2, /^42$/);
	});
	await page.context().close();
});
