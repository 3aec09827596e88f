/** The page of `deepdiva execute --html`, in Chromium. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { jupyterHome } from "../notebooks/jupyter-home.ts";
import { startChromium } from "./chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-html-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const cells: readonly (readonly ["markdown" | "code", string])[] = [
	[
		"markdown",
		"# A page\n\nWith `code`, a [link](https://example.org) and\n\n| a | b |\n|---|---|\n| 1 | 2 |",
	],
	["code", "%dd multirun -n 2 task=points set=spiral epochs=3"],
	["code", "%dd run task=points set=spiral epochs=3"],
	[
		"code",
		`console.log("${"a long line ".repeat(40)}");\nconsole.error("a warning")`,
	],
	["code", "null.x"],
];

function notebook(): string {
	const path = join(folder, "page.ipynb");
	writeFileSync(
		path,
		JSON.stringify({
			cells: cells.map(([cell_type, source], index) => ({
				cell_type,
				id: `cell-${index}`,
				metadata: {},
				...(cell_type === "code" ? { execution_count: null, outputs: [] } : {}),
				source,
			})),
			metadata: {},
			nbformat: 4,
			nbformat_minor: 5,
		}),
	);
	return path;
}

/** Contrast of two CSS colours, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(first: string, second: string): number {
	const [a, b] = [first, second].map((colour) => {
		const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(
			(channel) => {
				const share = Number(channel) / 255;
				return share <= 0.04045
					? share / 12.92
					: ((share + 0.055) / 1.055) ** 2.4;
			},
		);
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
	}) as [number, number];
	return Math.max(a, b) / Math.min(a, b);
}

test("the HTML page shows its pictures without a script or a request, reads well in light and dark, and fits a phone", async (context) => {
	const browser = await startChromium(context);
	if (!browser) return;
	const home = await jupyterHome();
	try {
		const page = join(folder, "page.html");
		await assert.rejects(
			home.deepdiva(
				[
					"execute",
					notebook(),
					"-o",
					join(folder, "out.ipynb"),
					"--html",
					page,
				],
				{ cwd: folder },
			),
			/ended with 1/,
		);
		const screenshots = process.env.DEEPDIVA_SCREENSHOTS ?? folder;
		mkdirSync(screenshots, { recursive: true });
		for (const colorScheme of ["light", "dark"] as const)
			for (const width of [1200, 390]) {
				const tab = await browser.newPage({
					colorScheme,
					viewport: { width, height: 800 },
				});
				const problems: string[] = [];
				tab.on("request", (request) => {
					if (!/^(file|data):/.test(request.url()))
						problems.push(request.url());
				});
				tab.on("console", (message) => problems.push(message.text()));
				tab.on("pageerror", (error) => problems.push(error.message));
				await tab.goto(pathToFileURL(page).href);
				await tab.screenshot({
					path: join(screenshots, `html-${colorScheme}-${width}.png`),
					fullPage: true,
				});
				assert.deepEqual(problems, []);
				const pictures = await tab.locator("figure img").evaluateAll((images) =>
					(images as HTMLImageElement[]).map((image) => ({
						drawn: image.naturalWidth > 0,
						alt: image.alt,
					})),
				);
				assert.ok(pictures.length >= 3);
				for (const { drawn, alt } of pictures) {
					assert.ok(drawn);
					assert.ok(alt.length > 10);
				}
				const wide = await tab.evaluate(
					() => document.documentElement.scrollWidth - innerWidth,
				);
				assert.ok(wide <= 0, `${wide} px too wide at ${width} px`);
				const colours = await tab.evaluate(() => {
					const seen = (element: Element): string => {
						const { backgroundColor } = getComputedStyle(element);
						return /, 0\)$/.test(backgroundColor) && element.parentElement
							? seen(element.parentElement)
							: backgroundColor;
					};
					return [...document.querySelectorAll("main *")]
						.filter((element) =>
							[...element.childNodes].some(
								(node) => node.nodeType === 3 && node.textContent?.trim(),
							),
						)
						.map((element) => ({
							text: element.textContent?.trim().slice(0, 30),
							front: getComputedStyle(element).color,
							back: seen(element),
						}));
				});
				for (const { text, front, back } of colours)
					assert.ok(
						contrast(front, back) >= 4.5,
						`"${text}": ${front} on ${back} in ${colorScheme} has a contrast of ${contrast(front, back).toFixed(1)}`,
					);
				await tab.close();
			}
	} finally {
		await browser.close();
		home.remove();
	}
});
