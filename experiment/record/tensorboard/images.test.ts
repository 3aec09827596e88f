import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { KeyboardInterrupt } from "../../../base/errors.ts";
import { imagesIn } from "../../../formats/tfevents/test-images.ts";
import type { PictureEvent } from "../../events.ts";
import { session } from "../../session.ts";
import type { ActiveRun } from "../active-run.ts";
import { guard } from "../guard.ts";
import { readRun, verifyFiles } from "../store/store.ts";
import {
	captureErrors,
	openTestSession,
	planOf,
	recordRun,
} from "../test-record.ts";
import { type Drawer, registerDrawer } from "./images.ts";

/** No picture, but long enough for one that has a size. */
const PNG = Buffer.alloc(32, 7);

const drawn: PictureEvent[] = [];
const draw: Drawer = async (picture) => {
	drawn.push(picture);
	return { tag: `${picture.kind}/${picture.name}`, png: PNG };
};

beforeEach(() => {
	drawn.length = 0;
	openTestSession();
	registerDrawer(draw);
});

function imagesOf(directory: string): string[] {
	return imagesIn(directory).map(({ tag, step, png }) => {
		assert.deepEqual(png, PNG);
		return `${tag} ${step}`;
	});
}

const square = (hits: number) => ({ classes: ["a"], matrix: [[hits]] });

test("a run's pictures are drawn when it closes, as they are on record", async () => {
	const { directory, record } = await recordRun((run) => {
		const matrix = [[1, 2]];
		run.show("confusion", "val", { classes: ["a"], matrix }, 3);
		// What is shown is what there was at the call.
		(matrix[0] as number[])[0] = 9;
		run.show("mine", "m", {
			floats: Float32Array.of(0.5),
			numbers: [Number.NaN],
		});
		assert.deepEqual(drawn, []);
	});
	assert.deepEqual(drawn, [
		{
			type: "picture",
			kind: "confusion",
			name: "val",
			step: 3,
			data: { classes: ["a"], matrix: [[1, 2]] },
		},
		{
			type: "picture",
			kind: "mine",
			name: "m",
			data: { floats: Float32Array.of(0.5), numbers: [Number.NaN] },
		},
	]);
	assert.deepEqual(imagesOf(directory), ["confusion/val 3", "mine/m 0"]);
	assert.deepEqual(verifyFiles({ record, directory }), []);
});

test("of many pictures of a name the first, the last and some between are drawn, at even distances", async () => {
	for (const [count, steps] of [
		[1, [0]],
		[2, [0, 1]],
		[5, [0, 1, 2, 3, 4]],
		[6, [0, 1, 3, 4, 5]],
		[201, [0, 50, 100, 150, 200]],
	] as const) {
		const { directory } = await recordRun((run) => {
			for (let i = 0; i < count; i++) {
				run.show("confusion", "val", square(i), i * 10);
				run.show("confusion", "val-1", square(i));
			}
		});
		assert.deepEqual(imagesOf(directory), [
			...steps.map((step) => `confusion/val ${step * 10}`),
			...steps.map((step) => `confusion/val-1 ${step}`),
		]);
	}
});

for (const [what, fails] of [
	[
		"throws",
		() => {
			throw new Error("no\nink");
		},
	],
	[
		"rejects",
		async () => {
			throw new Error("no\nink");
		},
	],
] as readonly [string, Drawer][])
	test(`a drawer that ${what} costs the run no more than the picture, and a line says so`, async (t) => {
		const lines = captureErrors(t);
		registerDrawer(async (picture) =>
			picture.name === "bad" ? fails(picture) : draw(picture),
		);
		const { record, directory, outcome } = await recordRun((run) => {
			for (let i = 0; i < 3; i++) run.show("confusion", "bad", square(i));
			run.show("confusion", "good", square(1));
		});
		assert.equal(record.status, "finished");
		assert.equal(outcome.digest, record.digest);
		assert.equal(Object.keys(record.outputs).length, 4);
		assert.deepEqual(imagesOf(directory), ["confusion/good 0"]);
		assert.deepEqual(verifyFiles({ record, directory }), []);
		assert.deepEqual(lines, [
			"warning: picture confusion/bad could not be drawn for TensorBoard: Error: no\\nink; its data are on record\n",
		]);
	});

test("drawing is no doing of the run: it takes none of its numbers, and what it reads and prints is not on record", async () => {
	const body = (run: ActiveRun) => {
		run.show("confusion", "val", square(1));
		return Math.random();
	};
	const alone = await recordRun(body);
	registerDrawer(async (picture) => {
		Math.random();
		Date.now();
		process.stdout.write("");
		console.log("drawn");
		return draw(picture);
	});
	const { record, directory } = await recordRun((run) => {
		const value = body(run);
		return value;
	});
	assert.deepEqual(record.seed.streams, alone.record.seed.streams);
	assert.equal(record.digest, alone.record.digest);
	assert.deepEqual(record.leaks, alone.record.leaks);
	assert.equal(readdirSync(directory).includes("stdout.log"), false);
});

test("a run may do without images, by its options and by the command line's, which wins", async () => {
	const body = (run: ActiveRun) => void run.show("confusion", "v", square(1));
	const { directory, record } = await recordRun(body, {
		conditions: { images: false },
	});
	assert.deepEqual(imagesOf(directory), []);
	assert.deepEqual(record.conditions, {
		onLeak: "warn",
		images: false,
		commandLine: {},
	});
	openTestSession({ conditions: { images: false } });
	const other = await recordRun(body, { conditions: { images: true } });
	assert.deepEqual(imagesOf(other.directory), []);
	assert.equal(other.outcome.digest, record.digest);
	await assert.rejects(
		recordRun(body, { conditions: { images: "no" as never } }),
		{
			name: "UsageError",
			message:
				'images is true (draw the pictures of a run for TensorBoard when it closes) or false, not "no"',
		},
	);
});

test("a run that fails leaves the images of what it had shown", async () => {
	const runs = openTestSession();
	await assert.rejects(
		recordRun((run) => {
			run.show("confusion", "val", square(1), 2);
			throw new Error("no");
		}),
	);
	const [folder = ""] = readdirSync(join(runs, "test"));
	assert.deepEqual(imagesOf(join(runs, "test", folder)), ["confusion/val 2"]);
});

test("a picture without a step is an image of its own place, and one at step -0 of step 0", async () => {
	const { directory } = await recordRun((run) => {
		for (const step of [-0, undefined, 7])
			run.show("confusion", "val", square(1), step);
	});
	assert.deepEqual(imagesOf(directory), [
		"confusion/val 0",
		"confusion/val 1",
		"confusion/val 7",
	]);
});

/** A run that shows two pictures of each of some names, and is interrupted. */
async function interrupted(names: readonly string[]) {
	await assert.rejects(
		guard(planOf(), (run) => {
			for (const name of names)
				for (const step of [1, 2])
					run.show("confusion", name, square(step), step);
			throw new KeyboardInterrupt();
		}),
		KeyboardInterrupt,
	);
	return readRun(session().recorded.at(-1) as string);
}

test("of a run that was interrupted the last picture of each name is drawn", async () => {
	const run = await interrupted(["train", "val"]);
	assert.equal(run.record.status, "interrupted");
	assert.deepEqual(imagesOf(run.directory), [
		"confusion/train 2",
		"confusion/val 2",
	]);
	assert.deepEqual(verifyFiles(run), []);
});

test("whoever interrupts a run does not wait for all its pictures", async () => {
	registerDrawer(async (picture) => {
		await sleep(1_500);
		return draw(picture);
	});
	const { directory } = await interrupted(["a", "b", "c", "d", "e", "f"]);
	const count = imagesOf(directory).length;
	assert.ok(count >= 1 && count < 6, `${count} of 6 were drawn`);
});
