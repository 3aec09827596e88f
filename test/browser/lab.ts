import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type {
	Browser,
	BrowserContextOptions,
	Locator,
	Page,
} from "playwright-core";
import type { JupyterHome } from "../notebooks/jupyter-home.ts";

/** Long enough for a slow machine; a test that needs it all has failed anyway. */
const START_MILLISECONDS = 60_000;

export interface Lab {
	/** Ends with a slash. */
	readonly url: string;
	stop(): Promise<void>;
}

/** Starts JupyterLab on a free port of this machine, without a password, in `folder`. */
export async function startLab(
	python: string,
	home: JupyterHome,
	folder: string,
): Promise<Lab> {
	writeSettings(home);
	let log = "";
	const child = spawn(
		python,
		[
			"-m",
			"jupyterlab",
			"--no-browser",
			"--allow-root",
			"--ip=127.0.0.1",
			"--port=0",
			"--IdentityProvider.token=",
			"--ServerApp.disable_check_xsrf=True",
			"--LabApp.extension_manager=readonly",
			`--ServerApp.root_dir=${folder}`,
		],
		{ env: home.env, stdio: ["ignore", "pipe", "pipe"] },
	);
	for (const stream of [child.stdout, child.stderr])
		stream.on("data", (chunk: Buffer) => {
			log += chunk.toString();
		});
	const url = await serverUrl(child, home).catch(async (error: Error) => {
		await stop(child);
		throw new Error(`${error.message}\n${log}`);
	});
	return { url, stop: () => stop(child) };
}

/** The question about news would stand before the notebook. */
function writeSettings({ env }: JupyterHome): void {
	const folder = join(
		env.JUPYTERLAB_SETTINGS_DIR as string,
		"@jupyterlab",
		"apputils-extension",
	);
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, "notification.jupyterlab-settings"),
		JSON.stringify({ fetchNews: "false", checkForUpdates: false }),
	);
}

/** The server notes its address in the runtime folder when it listens. */
async function serverUrl(
	child: ChildProcess,
	{ env }: JupyterHome,
): Promise<string> {
	const folder = env.JUPYTER_RUNTIME_DIR as string;
	const end = Date.now() + START_MILLISECONDS;
	for (;;) {
		try {
			const name = readdirSync(folder).find((file) =>
				/^jpserver-\d+\.json$/.test(file),
			);
			if (name !== undefined) {
				const { url } = JSON.parse(
					readFileSync(join(folder, name), "utf8"),
				) as { url: string };
				if ((await fetch(`${url}api/status`)).ok) return url;
			}
		} catch {
			// Not there yet, or only half written.
		}
		if (child.exitCode !== null || Date.now() > end)
			throw new Error("JupyterLab did not start");
		await sleep(100);
	}
}

async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null) return;
	const closed = once(child, "close");
	// The first would only ask whether to stop.
	child.kill("SIGTERM");
	await closed;
}

/**
 * A notebook open in a tab of its own, seen and used as by a reader: by what
 * is written on the page, by the mouse and by the keyboard.
 */
export class LabNotebook {
	readonly page: Page;

	private constructor(page: Page) {
		this.page = page;
	}

	/** Opens `path`, relative to the folder Lab serves, and waits until its kernel is idle. */
	static async open(
		browser: Browser,
		lab: Lab,
		path: string,
		options: BrowserContextOptions,
	): Promise<LabNotebook> {
		const context = await browser.newContext(options);
		const page = await context.newPage();
		page.setDefaultTimeout(START_MILLISECONDS);
		await page.goto(`${lab.url}doc/tree/${path}?reset`);
		const notebook = new LabNotebook(page);
		await notebook.status("Idle");
		return notebook;
	}

	/** Waits until the status bar says this of the kernel. */
	async status(state: "Idle" | "Busy", timeout?: number): Promise<void> {
		await this.page
			.locator("#jp-main-statusbar")
			.getByText(`TypeScript (DeepDIVA) | ${state}`)
			.waitFor({ timeout });
	}

	/** Chooses an entry of the menu bar, or one of a submenu. */
	async menu(name: string, ...entries: readonly RegExp[]): Promise<void> {
		await this.page
			.locator(".lm-MenuBar-item", { hasText: new RegExp(`^${name}$`) })
			.click();
		for (const hasText of entries)
			await this.page.locator(".lm-Menu-itemLabel", { hasText }).last().click();
	}

	/** Switches the colours of the page. */
	async theme(name: "JupyterLab Light" | "JupyterLab Dark"): Promise<void> {
		await this.menu("Settings", /^Theme$/, new RegExp(`^${name}$`));
		await this.page
			.locator(`body[data-jp-theme-name="${name}"]`)
			.waitFor({ state: "attached" });
	}

	/** The cell at `index` as it stands on the page, prose cells counted too. */
	cell(index: number): Locator {
		return this.page.locator(".jp-Notebook .jp-Cell").nth(index);
	}

	/** Puts the cursor at the end of the cell's code. */
	async edit(index: number): Promise<void> {
		await this.cell(index).locator(".cm-content").click();
		await this.page.keyboard.press("ControlOrMeta+End");
	}

	/** Runs one cell as Shift+Enter does. */
	async run(index: number): Promise<void> {
		await this.edit(index);
		await this.page.keyboard.press("Control+Enter");
	}

	/** A picture of the notebook from its first cell to its last, whatever the height of the window. */
	async screenshot(path: string): Promise<void> {
		const { page } = this;
		const panel = page.locator(".jp-WindowedPanel-outer");
		const last = page.locator(".jp-Notebook .jp-Cell").last();
		const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
		const scrollTo = (end: "top" | "bottom") =>
			panel.evaluate(
				(element, where) =>
					element.scrollTo(0, where === "top" ? 0 : element.scrollHeight),
				end,
			);
		// Once through, because Lab measures a cell only where it is seen.
		await scrollTo("bottom");
		await last.waitFor();
		await scrollTo("top");
		const bottom = await last.boundingBox();
		await page.setViewportSize({
			width,
			height: Math.ceil((bottom?.y ?? 0) + (bottom?.height ?? height) + 60),
		});
		await scrollTo("top");
		await page.locator(".jp-Notebook .jp-Cell").first().waitFor();
		await page.screenshot({ path });
		await page.setViewportSize({ width, height });
	}
}
