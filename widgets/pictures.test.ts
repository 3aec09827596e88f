import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { decode } from "fast-png";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { picture } from "./drawing/picture.ts";
import { metricsDrawing } from "./kinds/metrics.ts";
import { history, pictures } from "./test-pictures.ts";

for (const [name, draw] of pictures) {
	test(`the picture ${name} is a vega-lite 5 chart, a sharp PNG and a text, and stays as it was`, async () => {
		const { data, metadata } = await draw();
		assert.deepEqual(Object.keys(data), [
			"application/vnd.vegalite.v5+json",
			"image/png",
			"text/plain",
		]);
		const spec = data["application/vnd.vegalite.v5+json"];
		assertChart(spec);
		assertPng(Buffer.from(data["image/png"], "base64"), metadata["image/png"]);
		assert.equal(metadata["image/png"].alt, spec.description);
		assert.doesNotMatch(data["text/plain"], /undefined|\[object/);
		await assertSnapshot(name, spec);
	});
}

test("the same value gives the same picture, byte for byte, also when several are drawn at once", async () => {
	const draw = () => picture(metricsDrawing(history(20)));
	const [first, second] = await Promise.all([draw(), draw()]);
	assert.deepEqual(first, second);
});

test("loading the widgets loads no renderer before the first picture", async () => {
	const modules = (
		await readdir(new URL(".", import.meta.url), { recursive: true })
	)
		.filter(
			(file) => /^[^.]+\.(ts|js)$/.test(file) && !file.endsWith("/png.ts"),
		)
		.map((file) => new URL(file, import.meta.url).href);
	assert.ok(modules.length > 20);
	const program = `
		import { registerHooks } from "node:module";
		const seen = [];
		registerHooks({ resolve(name, context, next) { seen.push(name); return next(name, context); } });
		for (const url of ${JSON.stringify(modules)}) await import(url);
		console.log(JSON.stringify(seen));`;
	const { stdout } = await promisify(execFile)(process.execPath, [
		"--input-type=module",
		"--eval",
		program,
	]);
	const seen: string[] = JSON.parse(stdout);
	assert.ok(seen.some((name) => /style\.[jt]s$/.test(name)));
	assert.deepEqual(
		seen.filter((name) => /^(vega|@resvg)/.test(name)),
		[],
	);
});

interface Layer {
	readonly mark: { readonly type: string };
	readonly encoding: Readonly<Record<string, { readonly stack?: unknown }>>;
}

/** Draws without a warning, and only with what vega-lite 5.6 knows. */
function assertChart(spec: Readonly<Record<string, unknown>>): void {
	assert.equal(spec.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
	assert.equal(spec.background, null);
	const warnings: unknown[] = [];
	const logger = vega.logger(vega.Warn);
	logger.warn = (...args) => {
		warnings.push(args);
		return logger;
	};
	compile(spec as unknown as TopLevelSpec, { logger });
	assert.deepEqual(warnings, []);
	const marks = new Set<unknown>();
	JSON.stringify(spec, (_, value: unknown) => {
		const { mark, encoding } = (value ?? {}) as Partial<Layer>;
		if (mark) marks.add(mark.type);
		// Of two quantitative axes, vega-lite 5 adds up steps where values are on a log scale.
		if (mark?.type === "area")
			assert.deepEqual([encoding?.x?.stack, encoding?.y?.stack], [null, null]);
		return value;
	});
	for (const mark of marks)
		assert.match(String(mark), /^(line|area|point|rect|text|image|rule)$/);
}

function assertPng(
	bytes: Uint8Array,
	{ width, height }: { width: number; height: number },
): void {
	const image = decode(bytes);
	assert.equal(image.width, width * 2);
	assert.equal(image.height, height * 2);
	const white = image.palette?.findIndex(
		(colour) => colour.join() === "255,255,255",
	);
	assert.equal(image.data[0], white, "the ground is white");
	const inked = image.data.filter((index) => index !== white).length;
	assert.ok(inked > image.data.length / 200, "something is drawn");
}

async function assertSnapshot(name: string, spec: unknown): Promise<void> {
	const file = new URL(`snapshots/${name}.json`, import.meta.url);
	if (process.env.UPDATE_SNAPSHOTS === "1")
		await writeFile(file, `${JSON.stringify(spec, undefined, "\t")}\n`);
	const kept: unknown = JSON.parse(await readFile(file, "utf8"));
	assert.deepEqual(
		JSON.parse(JSON.stringify(spec)),
		kept,
		`the picture changed: look at it, then keep snapshots/${name}.json by running this test with UPDATE_SNAPSHOTS=1`,
	);
}
