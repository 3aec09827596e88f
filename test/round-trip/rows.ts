/** A notebook whose runs must come out the same whichever way they are executed. */
export interface Row {
	/** The end of the sentence "the same runs come out of … in every way". */
	readonly of: string;
	/** Magics, tasks and functions `define…` that the row is for. */
	readonly covers: readonly string[];
	/** Executed in this order, after `%dd seed 7`. */
	readonly cells: readonly string[];
	/** Of `deepdiva execute`, and of `deepdiva run` for the script. */
	readonly options?: readonly string[];
	/** Is the script written by `%dd export` in that session? It has the options itself, and the seed is one of them. */
	readonly exportsItself?: true;
	/** Beside the notebook, by path. */
	readonly files?: Readonly<Record<string, string>>;
}

/** What changes no result: it shows, writes down or installs. */
export const WITHOUT_RESULT: readonly string[] = [
	...["help", "who", "types", "compare", "checklist", "export"],
	// It needs the registry; what it installs is tested in kernel/engine/magics.test.ts.
	"npm",
	// It puts code into the front end's next cell, which is executed as any other.
	"load",
];

const IMAGES = `import { mkdirSync, writeFileSync } from "node:fs";
import { deflateSync, crc32 } from "node:zlib";
const chunk = (type: string, data: Buffer) => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};
const png = (grey: () => number) => {
  const head = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]);
  const rows = Buffer.from(Array.from({ length: 72 }, (_, i) => (i % 9 === 0 ? 0 : grey())));
  return Buffer.concat([Buffer.from("\\x89PNG\\r\\n\\x1a\\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
};
dd.defineDataset({
  name: "shades",
  summary: "Dark and light images of 8×8.",
  write(folder, { rng }) {
    const next = rng("noise");
    for (const split of ["train", "val", "test"])
      for (const [name, base] of [["dark", 0], ["light", 128]] as const) {
        mkdirSync(folder + "/" + split + "/" + name, { recursive: true });
        for (let i = 0; i < 4; i++)
          writeFileSync(folder + "/" + split + "/" + name + "/" + i + ".png", png(() => base + Math.floor(128 * next())));
      }
  },
});`;

const MODEL = `import * as tf from "@tensorflow/tfjs";
dd.defineModel({
  name: "small",
  summary: "One layer.",
  inputShape: [8, 8, 3],
  create: (classes) =>
    tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [8, 8, 3] }),
        tf.layers.dense({ name: "logits", units: classes }),
        tf.layers.softmax({ name: "probabilities" }),
      ],
    }),
});`;

const TASK = `let calls = 0;
dd.defineTask({
  name: "mine",
  summary: "Draws numbers.",
  params: { lr: { default: 0.5, above: 0 }, steps: { type: "integer", default: 2 }, kind: { default: "a", choices: ["a", "b"] } },
  async run({ params: { lr, steps, kind }, rng, log, artifact }) {
    calls++;
    const next = rng("numbers");
    for (let step = 1; step <= steps; step++) log({ loss: calls * lr * next() + Math.random() }, { step });
    await artifact("kind", { kind });
    dd.confusion([0, 1], [0, kind === "a" ? 1 : 0]);
  },
});`;

/**
 * Images are drawn from a record that is complete, which takes longer than most
 * of these runs: where a row is not about them, there are none. That they are the
 * same in every way is shown by test/images.test.ts.
 */
export const ROWS: readonly Row[] = [
	{
		of: "magics that a session is shaped by",
		covers: [
			...["seed", "verify-data", "cd", "env", "time", "reset", "writefile"],
			...["!", "run", "magic"],
		],
		files: { "data/a.txt": "3" },
		cells: [
			"%dd verify-data data",
			"%env FACTOR=2",
			"%%writefile made.ts\nexport const made = 5;",
			"const gone = 1;",
			"%reset",
			'!echo 4 > four.txt\nimport { readFileSync } from "node:fs";\nconst four = Number(readFileSync("four.txt", "utf8"));',
			'dd.magic("add", { summary: "Adds.", positionals: [{ name: "what", required: true, description: "A number." }] }, ({ what }) => { sum += Number(what); });\nlet sum = 0;',
			"%add 3",
			"%time const drawn = Math.random()",
			'%cd data\nconst read = Number(readFileSync("a.txt", "utf8"));',
			"%dd run shaped lr=0.5 --data .\ndd.log({ value: lr * drawn * read * four * sum * Number(process.env.FACTOR) * Math.random() });",
		],
	},
	{
		of: "a multirun of the task points",
		covers: ["multirun", "points"],
		cells: [
			"%dd multirun task=points set=xor size=60 epochs=1 lr=0.1,0.01 -n 1 --no-images",
		],
	},
	{
		of: "a multirun whose members several processes compute",
		covers: ["multirun"],
		cells: [
			"let scale = Math.random();",
			"%dd multirun sums lr=0.1,0.01 -n 1 --jobs 2\nconst sum = scale + lr * Math.random();\ndd.log({ sum });",
			"%dd run after\ndd.log({ sum });",
		],
	},
	{
		of: "multiruns in which only some streams differ between repeats, with several processes and resumed too",
		covers: ["multirun"],
		cells: [
			"%dd multirun task=points size=60 epochs=1 -n 3 --vary order,init --no-images",
			'%dd multirun drawn lr=1,2 -n 3 --vary noise --jobs 2 --no-images\ndd.log({ drawn: lr * Math.random() * dd.rng("noise")() });',
			'%dd multirun drawn lr=1,2 -n 2 --vary main --resume --no-images\ndd.log({ drawn: lr * Math.random() * dd.rng("noise")() });',
		],
	},
	{
		of: "what follows a multirun that --jobs of the command line computed in several processes, each of which changed its own list",
		covers: ["multirun"],
		options: ["--jobs", "2"],
		cells: [
			"const seen: number[] = [];",
			"%dd multirun pushed lr=1,2,3 -n 1\nseen.push(lr);\ndd.log({ lr });",
			'%dd run after\ndd.log({ seen: Number(seen.join("")) * Math.random() });',
		],
	},
	{
		of: "a session with a command line, which writes its own script",
		covers: ["multirun"],
		options: [
			...["--seed", "9", "--jobs", "2", "--vary", "noise"],
			...["-p", "lr=3,4", "-p", "k=5"],
		],
		exportsItself: true,
		cells: [
			"const seen: number[] = [];",
			'%dd multirun pushed lr=1,2 -n 2\nseen.push(lr);\ndd.log({ drawn: dd.rng("noise")() + dd.rng("fixed")() });',
			'const k = dd.parameter("k", 2);\nawait dd.run({ name: "after" }, () => dd.log({ seen: k * Number(seen.join("")) * Math.random() }));',
		],
	},
	{
		of: "a multirun that is resumed with more repeats and values",
		covers: ["multirun"],
		cells: [
			"%dd multirun sums lr=1,2 -n 1 --resume\ndd.log({ sum: lr * Math.random() });",
			"%dd multirun sums lr=1,2,3 -n 2 --resume\ndd.log({ sum: lr * Math.random() });",
			"%dd run after\ndd.log({ drawn: Math.random() });",
		],
	},
	{
		of: "a data set and a model that cells define, and the task image-classification",
		covers: ["image-classification", "defineDataset", "defineModel"],
		cells: [
			IMAGES,
			MODEL,
			'await dd.getData("shades");',
			"%dd run task=image-classification data=data/shades model=small epochs=1 batch=4 --no-images",
		],
	},
	{
		of: "the task image-classification with networks that have branches and draw what they drop",
		covers: ["image-classification"],
		cells: [
			IMAGES,
			'await dd.getData("shades");',
			"%dd run task=image-classification data=data/shades model=ResNet20 epochs=1 batch=4 --no-images",
			'%dd run words --no-images\nimport * as tf from "@tensorflow/tfjs";\nconst texts = dd.architecture("TextCNN").create(2, { length: 8, words: 9 });\ntexts.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });\nconst { history } = await texts.fit(tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1], [2, 8]), tf.eye(2), { epochs: 2, verbose: 0 });\ndd.log({ loss: Number(history.loss?.at(-1)) });',
		],
	},
	{
		of: "runs that go on with a model that a cell saved, by its folder and by its file",
		covers: ["points"],
		cells: [
			'const small = dd.architecture("FC_simple").create(2);\nawait small.save("models/small");',
			"%dd run task=points set=xor size=60 epochs=1 model=models/small --no-images",
			"%dd multirun task=points set=xor size=60 epochs=1 model=MLP,models/small/model.json -n 1 --no-images",
		],
	},
	{
		of: "a task that a cell defines, and defines anew",
		covers: ["defineTask"],
		cells: [
			TASK,
			"%dd run task=mine --no-images",
			"%dd run task=mine lr=0.1 kind=b --no-images",
			TASK.replace("calls * lr", "10 * calls * lr"),
			"%dd run task=mine lr=0.1 kind=b --no-images",
		],
	},
	{
		of: "a picture that a cell defines",
		covers: ["definePicture"],
		cells: [
			'dd.definePicture({ name: "bars", summary: "Bars.", draw: ({ data }: { data: Record<string, number> }) => ({ description: "Bars.", spec: { data: { values: Object.values(data).map((y, x) => ({ x, y: y * Math.random() })) }, mark: "bar", encoding: { x: { field: "x" }, y: { field: "y", type: "quantitative" } } } }) });',
			'%dd run drawn lr=0.5\ndd.show("bars", "numbers", { a: lr, b: Math.random() }, { step: 1 });\ndd.log({ x: Math.random() });',
		],
	},
	{
		of: "multiruns over ranges, choices, lists and groups of parameters",
		covers: [],
		cells: [
			"%dd multirun ranges -n 1 --no-images lr=range(0.1, 0.4, 0.1) set=sort(b,a)\ndd.log({ x: lr * Math.random(), set: set.length });",
			"%dd multirun lists -n 1 --no-images layers=[32, 64],[16],[] optim.lr=choice(0.1,0.01) optim.name='a b'\ndd.log({ x: (layers.length + optim.lr) * Math.random(), name: optim.name.length });",
			"%dd run one layers=[8,4] optim.lr=0.5 -p layers=[2] --no-images\ndd.log({ x: layers[0] * optim.lr * Math.random(), same: Number(dd.params.optim === optim) });",
		],
	},
	{
		of: "a multirun that takes its values from a file",
		covers: [],
		files: {
			"multirun.yaml":
				"name: filed\nn: 2\nparams:\n  lr: [0.1, 1e-2]\n  optim:\n    layers: [[4, 2]]\n",
		},
		cells: [
			"%dd multirun --config multirun.yaml units=range(1,3) -n 1 --no-images\ndd.log({ x: lr * units * optim.layers.length * Math.random() });",
		],
	},
	{
		of: "a task with a list, and names chosen by a pattern",
		covers: [],
		cells: [
			'dd.defineTask({ name: "deep", summary: "Sums.", params: { layers: { default: [4, 2], type: "integer", least: 1 }, set: { default: "moons", choices: ["moons", "spiral", "multi-spiral"] } }, run({ params: { layers, set }, log }) { log({ x: layers.reduce((a, b) => a + b, 0) * set.length * Math.random() }); } });',
			"%dd multirun task=deep -n 1 layers=[1,2],[3] set=glob(*spiral) --no-images",
			"%dd run task=deep layers=[5] --no-images",
		],
	},
	{
		of: "a task that a package defines",
		covers: [],
		files: {
			"node_modules/my-tasks/package.json":
				'{ "name": "my-tasks", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
			"node_modules/my-tasks/index.js":
				'import * as dd from "deepdiva";\ndd.defineTask({ name: "packed", summary: "Is packed.", params: { lr: 1 }, run({ params: { lr }, log }) { log({ x: lr * Math.random() }); } });\nexport const unused = 1;',
		},
		cells: [
			'import { unused } from "my-tasks";',
			"%dd run task=packed lr=0.25",
		],
	},
];
