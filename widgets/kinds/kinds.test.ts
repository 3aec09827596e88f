import assert from "node:assert/strict";
import { test } from "node:test";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import {
	addKind,
	drawPicture,
	kindNames,
	kindOf,
	pictureText,
} from "./index.ts";
import { pictureKind } from "./kind.ts";
import { show } from "./show.ts";

const square = {
	classes: ["a", "b"],
	matrix: [
		[1, 0],
		[0, 1],
	],
};
const plane = {
	classes: ["a"],
	xDomain: [0, 1],
	yDomain: [0, 1],
	columns: 1,
	rows: 2,
	probabilities: Float32Array.of(1, 1),
	points: [{ x: 0, y: 1, label: 0, predicted: 0, split: "test" }],
};
const cloud = {
	method: "pca",
	positions: Float32Array.of(1, 2),
	labels: ["a"],
	explained: [0.5, 0.25],
};

/** Of each built-in kind what it takes, and what is no such thing. */
const cases: Readonly<
	Record<string, { readonly good: object; readonly bad: readonly unknown[] }>
> = {
	confusion: {
		good: square,
		bad: [
			{ ...square, classes: ["a"] },
			{ ...square, classes: "ab" },
			{ ...square, matrix: [[1, 0]] },
			{ ...square, matrix: [[1], [0, 1]] },
			{
				...square,
				matrix: [
					["1", 0],
					[0, 1],
				],
			},
		],
	},
	boundary: {
		good: plane,
		bad: [
			{ ...plane, rows: 3 },
			{ ...plane, rows: "2" },
			{ ...plane, classes: [1] },
			{ ...plane, xDomain: [0] },
			{ ...plane, yDomain: undefined },
			{ ...plane, probabilities: [1, 1] },
			{ ...plane, points: [{ x: 0, y: 0 }] },
			{ ...plane, points: [{ x: 0, y: 0, label: 0, split: "other" }] },
		],
	},
	embedding: {
		good: cloud,
		bad: [
			{ ...cloud, method: "tsne" },
			{ ...cloud, labels: [] },
			{ ...cloud, labels: undefined },
			{ ...cloud, positions: [1, 2] },
			{ ...cloud, explained: [1] },
		],
	},
};

test("every built-in kind has its case here", () => {
	assert.deepEqual(kindNames(), Object.keys(cases));
});

for (const [kind, { good, bad }] of Object.entries(cases)) {
	test(`a picture of kind ${kind} is drawn, has a text and a tag of its own`, async () => {
		const event = {
			type: "picture",
			kind,
			name: "n",
			step: 3,
			data: good,
		} as const;
		const { data } = await drawPicture(event);
		assert.equal(data["text/plain"], pictureText(event));
		assert.match(pictureText(event), /step 3/);
		assert.match(kindOf(kind).tag("n"), /\bn\b/);
	});

	test(`what is no ${kind} is refused before it is recorded, with what it should be`, async () => {
		openTestSession();
		const { record } = await recordRun(() => {
			for (const given of [...bad, undefined, null, 1, "text", []])
				assert.throws(() => show(kind, "n", given), {
					name: "UsageError",
					message: new RegExp(kind),
				});
			show(kind, "n", good, { step: 1 });
		});
		assert.deepEqual(Object.keys(record.outputs), [`${kind}/n-1`]);
	});
}

test("an unknown kind of picture is refused, and the kinds are named", async () => {
	openTestSession();
	await recordRun(() => {
		assert.throws(() => show("confusio", "n", square), {
			name: "UsageError",
			message: `there is no kind of picture "confusio"; there are ${kindNames().join(", ")}`,
		});
	});
	assert.throws(() => show("confusion", "n", square), {
		name: "UsageError",
		message: /^dd.show belongs inside a run/,
	});
});

test("a kind that is added is recorded as it encodes, and drawn from that", async () => {
	const mark = { type: "bar" };
	addKind(
		pictureKind<{ readonly counts: readonly number[] }>({
			kind: "histogram",
			encode: (given) => ({ counts: Array.from(given as Iterable<number>) }),
			decode: (recorded) => recorded as { counts: number[] },
			text: ({ name, data }) => `${name}: ${data.counts.join(" ")}`,
			draw: ({ name, data }) => ({
				spec: { data: { values: data.counts }, mark },
				description: name,
			}),
			tag: (name) => `histogram/${name}`,
		}),
	);
	openTestSession();
	const { record } = await recordRun(() => {
		assert.equal(show("histogram", "h", new Set([3, 4])), 1);
		assert.equal(show("histogram", "h", [5]), 2);
	});
	assert.deepEqual(Object.keys(record.outputs), [
		"histogram/h-1",
		"histogram/h-2",
	]);
	assert.equal(
		pictureText({
			type: "picture",
			kind: "histogram",
			name: "h",
			data: { counts: [3, 4] },
		}),
		"h: 3 4",
	);
});
