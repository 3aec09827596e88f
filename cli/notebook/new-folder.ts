import { type Cell, formatNotebook } from "./format.ts";
import { kernelMetadata } from "./language.ts";

/** Files of a new folder, by path: what `deepdiva new` writes. */
export function newFiles(name: string): Readonly<Record<string, string>> {
	return {
		[`${name}.ipynb`]: notebook(name),
		// Marks where runs are kept and packages are installed; no name, since it is published nowhere.
		"package.json": `${JSON.stringify({ private: true, type: "module" }, undefined, "\t")}\n`,
		".gitignore": GITIGNORE,
		"data/README.md": DATA,
	};
}

function notebook(name: string): string {
	const text = (id: string, source: string): Cell => ({
		cell_type: "markdown",
		id,
		metadata: {},
		source,
	});
	const code = (id: string, source: string): Cell => ({
		cell_type: "code",
		id,
		metadata: {},
		source,
		outputs: [],
	});
	return formatNotebook({
		minor: 5,
		metadata: kernelMetadata(),
		cells: [
			text("title", INTRODUCTION.replace("NAME", name)),
			code("seed", "%dd seed 42"),
			text("run-text", RUN_TEXT),
			code("run", RUN),
			text("next", NEXT),
		],
	});
}

const INTRODUCTION = `# NAME

A line that starts with \`%dd\` is a *magic*: it speaks to DeepDIVA. Everything else is TypeScript. \`%dd help\` lists all magics.

Every random number below derives from one seed.`;

const RUN_TEXT = `## A first run

\`lr\` and \`epochs\` are parameters: declared in the first line, constants in the cell. What the run was and what came out is kept in \`runs/\`.`;

const RUN = `%dd run moons lr=0.02 epochs=30
import * as tf from "@tensorflow/tfjs";

const { points } = dd.pointSet("moons", 400, dd.rng("moons"));
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [2], units: 16, activation: "relu" }),
    tf.layers.dense({ units: 2, activation: "softmax" }),
  ],
});
model.compile({ optimizer: tf.train.adam(lr), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
await model.fit(
  tf.tensor2d(points.map(({ x, y }) => [x, y])),
  tf.tensor1d(points.map(({ label }) => label)),
  { epochs, callbacks: dd.callbacks() },
);
dd.boundary(model, points);
await dd.artifact("model", model);`;

const NEXT = `## Your own data

[data/README.md](data/README.md) says where to put it. Then, in a cell each:

\`\`\`
%dd verify-data data/FOLDER
\`\`\`
\`\`\`
%dd run task=image-classification data=data/FOLDER
\`\`\`

## The same again

In a terminal, in this folder: \`deepdiva runs\` lists what was recorded, \`deepdiva replay last\` executes the last run again and compares every output.`;

const GITIGNORE = `# Recorded runs, and what commands write
/runs/
/out/
# Packages: package-lock.json says which
node_modules/
# Data. Their manifests are committed, with the log of accepted versions and the description
/data/*
!/data/README.md
!/data/*.manifest-sha256.txt
!/data/*.manifest-sha256.log.jsonl
!/data/*.croissant.json
# A cache of this machine
*.manifest-sha256.stat.json
.ipynb_checkpoints/
`;

const DATA = `# Data

Each data set is a folder here. Images for the task \`image-classification\` lie as

\`\`\`
data/FOLDER/train/CLASS/FILE
data/FOLDER/val/CLASS/FILE
data/FOLDER/test/CLASS/FILE
\`\`\`

\`deepdiva data split SCANS -o data/FOLDER --val 10%\` makes this of \`SCANS/CLASS/FILE\`. \`deepdiva data get digits\` puts a known set here.

\`%dd verify-data data/FOLDER\` in a cell, or \`deepdiva verify-data data/FOLDER\` in a terminal, writes the manifest
\`data/FOLDER.manifest-sha256.txt\` the first time, one line per file. From then on it says what has changed, and a cell stops there.

Commit the manifest; the data stay out of git (\`.gitignore\`). Whoever clones the folder gets the data in some other way, and the same
check says whether they are the same to the last byte.
`;
