import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActiveRun } from "../../experiment/record/active-run.ts";
import { registerDrawer } from "../../experiment/record/tensorboard/images.ts";
import {
	captureErrors,
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { session } from "../../experiment/session.ts";
import { imagesIn } from "../../formats/tfevents/test-images.ts";
import { multirun } from "../../training/run.ts";
import { drawImage } from "../kinds/drawer.ts";
import { addKind } from "../kinds/index.ts";
import { pictureKind } from "../kinds/kind.ts";
import { observeLive } from "./live.ts";
import type { Display } from "./place.ts";

interface Place {
	readonly kind: "text" | "picture";
	/** Everything shown in the place, oldest first. */
	readonly texts: string[];
}

/** A display that keeps what it is given. */
function collectPlaces(): { places: Place[]; display: Display } {
	const places: Place[] = [];
	return {
		places,
		display(value, { raw = false } = {}) {
			const textOf = (one: unknown) => {
				const data = raw ? one : (one as { data: unknown }).data;
				return (data as Record<string, string>)["text/plain"] as string;
			};
			const place: Place = {
				kind: raw ? "text" : "picture",
				texts: [textOf(value)],
			};
			places.push(place);
			return {
				async update(next) {
					place.texts.push(textOf(next));
				},
			};
		},
	};
}

function watched(options = {}): Place[] {
	openTestSession(options);
	const { places, display } = collectPlaces();
	session().observers.add(observeLive(display));
	return places;
}

const matrix = (hits: number) => ({
	name: "val",
	confusion: {
		classes: ["a", "b"],
		matrix: [
			[hits, 0],
			[0, hits],
		],
	},
});

const training = (steps: number) => (run: ActiveRun) => {
	for (let step = 1; step <= steps; step++) {
		run.progress({ done: step, total: steps, unit: "epoch" });
		run.log({ loss: Math.random() / step }, { step });
		run.confusion(matrix(step));
	}
};

test("a fast run shows each picture at its start and once at its end, and one line", async () => {
	const places = watched();
	const { run } = await recordRun(training(200), { experiment: "spiral" });
	assert.deepEqual(
		places.map(({ kind }) => kind),
		["text", "picture", "picture"],
	);
	const [line, metrics, confusion] = places as [Place, Place, Place];
	assert.equal(line.texts[0], `run ${run.id} · spiral · started`);
	assert.match(
		line.texts.at(-1) as string,
		new RegExp(
			`^run ${run.id} · spiral · finished · seed ${run.seed} \\(root 42\\) · \\d+\\.\\d s\n +loss 0\\.`,
		),
	);
	// The line may be shown in between; the pictures take too long for that.
	assert.deepEqual([metrics.texts.length, confusion.texts.length], [2, 2]);
	assert.match(metrics.texts[1] as string, /loss/);
	assert.match(confusion.texts[1] as string, /200/);
});

test("a picture that cannot be drawn is no reason to lose the run", async () => {
	const places = watched();
	const { record } = await recordRun((run) =>
		run.embedding({
			name: "e",
			embedding: {
				method: "pca",
				positions: new Float32Array(0),
				labels: undefined as never,
				explained: [0, 0],
			},
		}),
	);
	assert.equal(record.status, "finished");
	assert.deepEqual(
		places.map(({ kind }) => kind),
		["text"],
	);
});

test("a picture that vega cannot draw stays as text, with the reason", async (t) => {
	captureErrors(t);
	addKind(
		pictureKind<number>({
			kind: "undrawable",
			encode: Number,
			decode: Number,
			text: ({ name, data }) => `${name} is ${data}`,
			draw: () => {
				throw new Error("no ink");
			},
			tag: (name) => name,
		}),
	);
	const places = watched();
	const { record } = await recordRun((run) => {
		run.show("undrawable", "u", 1);
		run.show("undrawable", "u", 2);
		run.show("unknown", "v", 3);
	});
	assert.equal(record.status, "finished");
	assert.deepEqual(
		places.slice(1).map(({ texts }) => texts.at(-1)),
		["u is 2\n(this picture could not be drawn: no ink)"],
	);
});

test("a display that fails is told of, and the run goes on", async (t) => {
	const told = captureErrors(t);
	for (const display of [
		() => {
			throw new Error("no screen");
		},
		() => ({
			update: async () => {
				throw new Error("no screen");
			},
		}),
	] as readonly Display[]) {
		openTestSession();
		session().observers.add(observeLive(display));
		const { record } = await recordRun(training(2));
		assert.equal(record.status, "finished");
	}
	assert.match(told.join(""), /^a picture could not be drawn: no screen$/m);
});

test("a failed run says so", async () => {
	const places = watched();
	await assert.rejects(
		recordRun(() => {
			throw new Error("no");
		}),
	);
	assert.match(places[0]?.texts.at(-1) as string, / · failed · /);
});

test("where nobody can see charts and pictures, they are the same text, not drawn", async () => {
	const shownWith = async (charts: boolean) => {
		openTestSession();
		const shown: object[] = [];
		const collect = (value: unknown) => shown.push(value as object);
		const display: Display = (value) => {
			collect(value);
			return {
				async update(next) {
					collect(next);
				},
			};
		};
		session().observers.add(observeLive(display, { charts }));
		await recordRun((run) => {
			run.log({ loss: 0.5 }, { step: 1 });
			run.show("confusion", "val", matrix(3).confusion);
		});
		await multirun({ name: "m", n: 2 }, (_, run) => run.log({ loss: 0.25 }));
		// Texts, which have no `data`, name runs and times.
		return shown.flatMap((one) => ("data" in one ? [one.data as object] : []));
	};
	const drawn = await shownWith(true);
	const told = await shownWith(false);
	const types = (data: object) => Object.keys(data);
	assert.ok(drawn.every((data) => types(data).includes("image/png")));
	assert.ok(told.length >= 3);
	assert.ok(told.every((data) => types(data).join() === "text/plain"));
	const textOf = (data: object | undefined) =>
		(data as { readonly "text/plain": string })["text/plain"];
	assert.match(textOf(told.at(-1)), /^m, last values\n.*, n = 2$/ms);
	for (const at of [0, 1, -1])
		assert.equal(textOf(told.at(at)), textOf(drawn.at(at)));
});

test("a multirun shows one line, one picture of all its runs, and their last values as a picture and a table at the end", async () => {
	const places = watched();
	const results = await multirun(
		{ name: "m", n: 2, params: { lr: [1, 2] } },
		(_, run) => {
			for (let step = 1; step <= 3; step++) {
				run.progress({ done: step, total: 3, unit: "epoch" });
				run.log({ loss: Math.random() }, { step });
			}
		},
	);
	assert.deepEqual(
		places.map(({ kind }) => kind),
		["text", "picture", "picture", "text"],
	);
	const [line, curves, last, table] = places as [Place, Place, Place, Place];
	assert.match(line.texts[0] as string, /run 1\/4/);
	assert.match(curves.texts.at(-1) as string, /^m, 2 groups of 2 runs\n/);
	assert.match(
		last.texts[0] as string,
		/^m, last values\n.*^lr=2 .*, n = 2$/ms,
	);
	assert.match(
		line.texts.at(-1) as string,
		/^multirun [0-9a-f]{16} · m · 4 of 4 runs$/,
	);
	for (const { run } of results)
		assert.match(table.texts[0] as string, new RegExp(run.id));
});

test("members that a resumed multirun takes over are in its picture as if it had computed them", async () => {
	const train = (n: number, resumed = {}) =>
		multirun(
			{ ...{ name: "m", n, params: { lr: [1, 2] } }, ...resumed },
			({ lr }, run) => {
				for (let step = 1; step <= 3; step++)
					run.log({ loss: lr + run.rng("init")() / step }, { step });
			},
		);
	const curves = (places: readonly Place[]) =>
		places
			.filter(({ kind }) => kind === "picture")
			.map(({ texts }) => texts.at(-1) ?? "")
			.filter((text) => !text.startsWith("m, last values"))
			.at(-1);
	const whole = watched();
	await train(3);
	const inParts = watched();
	await train(2);
	await train(3, { resume: true, code: "keep" });
	assert.match(curves(whole) ?? "", /^m, 2 groups of 3 runs\n/);
	assert.equal(curves(inParts), curves(whole));
});

test("a multirun for which a baseline was asked shows the sizes of the differences, too", async () => {
	const shown = async (baseline: string | undefined) => {
		const places = watched();
		await multirun(
			{
				...{ name: "m", n: 4, params: { lr: [1, 2] } },
				...(baseline === undefined ? {} : { baseline }),
			},
			({ lr }, run) => run.log({ loss: lr * (1 + run.rng("init")()) }),
		);
		return places.map(({ texts }) => texts.at(-1) ?? "");
	};
	const [, values, effects] = await shown("lr=1");
	assert.match(values ?? "", /^m, last values\n/);
	assert.match(
		effects ?? "",
		/^m, sizes of the differences\n\nloss, against lr=1\nlr=2 .* no claim possible: n = 4 pairs$/m,
	);
	const without = await shown(undefined);
	assert.ok(!without.some((text) => text.includes("sizes of the")));
});

test("a multirun tells what failed at once, and leaves it out of picture and means", async () => {
	const places = watched();
	await assert.rejects(
		multirun({ name: "m", n: 3 }, (_, run) => {
			run.log({ loss: 1 });
			if (run.info.repeat === 1) throw new Error("no");
		}),
	);
	const texts = places.map(({ texts }) => texts.at(-1) ?? "");
	assert.ok(
		texts.some((text) =>
			/^multirun [0-9a-f]{16} · m · 2 of 3 runs, 1 failed$/.test(text),
		),
	);
	const told = texts.findIndex((text) =>
		/^run [0-9a-f]{8} \(repeat 1\) failed · Error: no/.test(text),
	);
	const table = texts.findIndex((text) => /^2 of 3 runs finished/.test(text));
	assert.ok(told >= 0 && table > told, texts.join("\n\n"));
	assert.match(texts[table] as string, /\nloss +2 of 3 /);
	assert.ok(
		texts.some((text) =>
			/^m, last values\n.*, n = 2 of 3, 1 failed$/ms.test(text),
		),
		texts.join("\n\n"),
	);
});

test("a notice is shown, in a multirun too", async () => {
	const places = watched();
	await multirun({ n: 1 }, async (_, run) => {
		const { mkdirSync, writeFileSync } = await import("node:fs");
		mkdirSync("data");
		writeFileSync("data/a.txt", "a");
		await run.data("data");
	});
	assert.ok(places.some(({ texts }) => /manifest/.test(texts[0] as string)));
});

test("what a replay computes again is not shown", async () => {
	const places = watched({
		replay: {
			identity: "sha256:other",
			occurrence: 0,
			earlierCells: 1,
			directory: "nowhere",
		},
	});
	await multirun({ n: 2, params: { lr: [1, 2] } }, (_, run) =>
		training(2)(run),
	);
	assert.deepEqual(places, []);
});

test("a multirun over secrets shows none of them, in the picture, in the table or elsewhere", async () => {
	const places = watched();
	await multirun(
		{ name: "m", n: 1, params: { password: ["hunter22a", "hunter22abcd"] } },
		(_, run) => {
			for (const step of [0, 1]) run.log({ loss: step }, { step });
		},
	);
	const texts = places.flatMap(({ texts }) => texts);
	assert.doesNotMatch(texts.join("\n"), /hunter22/);
	const table = texts.find((text) => /^2 runs in 2 groups/.test(text));
	assert.match(table ?? "", /^…1 .*\n(.*\n)*?…2 /m);
});

/** Tags and steps of the images that a run has left. */
const imagesOf = (directory: string) =>
	imagesIn(directory).map(({ tag, step, png }) => [
		tag,
		step,
		png.subarray(1, 4).toString(),
	]);

// The last test: from here on every run of this process leaves images.
test("watched or not, a run comes out the same and leaves the same images: drawing takes no numbers from it", async () => {
	registerDrawer(drawImage);
	openTestSession();
	const alone = await recordRun(training(200));
	watched();
	const seen = await recordRun(training(200));
	assert.equal(seen.outcome.digest, alone.outcome.digest);
	assert.deepEqual(seen.record.seed.streams, { main: 200 });
	const expected = [0, 50, 100, 149, 199].map((step) => [
		"val/confusion_matrix",
		step,
		"PNG",
	]);
	assert.deepEqual(imagesOf(alone.directory), expected);
	assert.deepEqual(imagesOf(seen.directory), expected);
});
