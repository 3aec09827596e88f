import assert from "node:assert/strict";
import { test } from "node:test";
import { bySteps, LastValues } from "./last-values.ts";

/** Logged in this order, and the value that is the last one. */
const courses: [string, [step: number, value: number][], number][] = [
	[
		"in order",
		[
			[1, 5],
			[2, 6],
		],
		6,
	],
	[
		"from the end",
		[
			[3, 5],
			[2, 6],
			[1, 7],
		],
		5,
	],
	[
		"twice at the highest step",
		[
			[2, 5],
			[1, 6],
			[2, 7],
			[1, 8],
		],
		7,
	],
	[
		"below zero and in fractions",
		[
			[-1, 5],
			[-0.5, 6],
			[-2, 7],
		],
		6,
	],
	[
		"from 0 to -0",
		[
			[0, 5],
			[-0, 6],
		],
		6,
	],
	[
		"NaN at the end",
		[
			[1, 5],
			[3, Number.NaN],
			[2, 6],
		],
		Number.NaN,
	],
	[
		"a number after NaN",
		[
			[1, Number.NaN],
			[2, 5],
		],
		5,
	],
];

for (const [name, logged, last] of courses)
	test(`the last value is that of the highest step, the later line of equal ones: ${name}`, () => {
		const values = new LastValues();
		for (const [step, value] of logged) values.add(step, { loss: value });
		assert.deepEqual(values.values, { loss: last });
		const points = logged.map(([step, value]) => ({ step, value }));
		assert.equal(bySteps(points).at(-1)?.value, last);
	});

test("each metric has steps of its own, whatever it is called", () => {
	const values = new LastValues();
	values.add(9, { constructor: 1 });
	values.add(2, { constructor: 2, toString: 3 });
	assert.deepEqual(Object.entries(values.values), [
		["constructor", 1],
		["toString", 3],
	]);
});
