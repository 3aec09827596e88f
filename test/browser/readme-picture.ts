/** What readme-picture.mjs runs on the pinned Node. */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readNotebook } from "../notebooks/executed.ts";
import { copyTutorial, jupyterHome } from "../notebooks/jupyter-home.ts";
import { startChromium } from "./chromium.ts";
import { LabNotebook, startLab } from "./lab.ts";

const TARGET = fileURLToPath(
	new URL("../../docs/notebook.png", import.meta.url),
);
/** Menus above the cells and the status bar below, in pixels. */
const MARGIN = 130;

const CELLS = [
	`%dd seed 42
import * as tf from "@tensorflow/tfjs";

const { points } = dd.pointSet("spiral", 400, dd.rng("points"));
for (const point of points)
  Object.assign(point, { x: 4 * point.x - 2, y: 4 * point.y - 2 });
tf.util.shuffle(points);
const inputs = tf.tensor2d(points.map(({ x, y }) => [x, y]));
const labels = tf.tensor1d(points.map(({ label }) => label));`,
	`%dd run spiral lr=0.01 epochs=60
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [2], units: 64, activation: "relu" }),
    tf.layers.dense({ units: 64, activation: "relu" }),
    tf.layers.dense({ units: 2, activation: "softmax" }),
  ],
});
model.compile({
  optimizer: tf.train.adam(lr),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
});
await model.fit(inputs, labels, {
  epochs,
  validationSplit: 0.25,
  callbacks: dd.callbacks(),
});
dd.boundary(model, points);`,
];

const home = await jupyterHome();
const folder = join(home.folder, "work");
const { metadata } = readNotebook(copyTutorial(folder));
writeFileSync(
	join(folder, "spiral.ipynb"),
	JSON.stringify({
		cells: CELLS.map((source, index) => ({
			cell_type: "code",
			id: `cell-${index}`,
			metadata: {},
			execution_count: null,
			outputs: [],
			source,
		})),
		metadata,
		nbformat: 4,
		nbformat_minor: 5,
	}),
);
const browser = await startChromium();
const lab = await startLab(
	process.env.DEEPDIVA_PYTHON ?? "python3",
	home,
	folder,
);
try {
	if (!browser) throw new Error("no Chromium was found");
	const notebook = await LabNotebook.open(browser, lab, "spiral.ipynb", {
		viewport: { width: 1200, height: 1400 },
	});
	await notebook.menu("Run", /^Run All Cells$/);
	const run = notebook.cell(CELLS.length - 1);
	await run.getByText("finished").waitFor();
	await notebook.status("Idle");
	const { height } = (await run.boundingBox()) ?? { height: 0 };
	await notebook.page.setViewportSize({
		width: 1200,
		height: Math.ceil(height) + MARGIN,
	});
	// Lab keeps what it showed before in sight while it lays itself out anew.
	await notebook.page.waitForTimeout(1000);
	await run.evaluate((cell) => {
		const panel = cell.closest(".jp-WindowedPanel-outer");
		const above = panel?.getBoundingClientRect().top ?? 0;
		panel?.scrollBy(0, cell.getBoundingClientRect().top - above);
	});
	mkdirSync(fileURLToPath(new URL("../../docs/", import.meta.url)), {
		recursive: true,
	});
	await notebook.page.screenshot({ path: TARGET });
	console.log(
		`wrote ${TARGET}, ${Math.round(statSync(TARGET).size / 1000)} kB`,
	);
} finally {
	await browser?.close();
	await lab.stop();
	home.remove();
}
