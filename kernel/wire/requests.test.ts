import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "./messages.ts";
import {
	BadRequest,
	commContent,
	commInfoContent,
	commOpenContent,
	completeContent,
	deleteSubshellContent,
	documentCell,
	executeContent,
	historyContent,
	inputReplyContent,
	inspectContent,
	isCompleteContent,
	shutdownContent,
} from "./requests.ts";

test("what a request leaves out, or sends as null, gets the protocol's default", () => {
	assert.deepEqual(
		executeContent({ code: "1", silent: null, user_expressions: null }),
		{
			code: "1",
			silent: false,
			store_history: true,
			user_expressions: {},
			stop_on_error: true,
			allow_stdin: false,
		},
	);
	assert.deepEqual(completeContent({ code: "abc" }), {
		code: "abc",
		cursor_pos: 3,
	});
	assert.equal(inspectContent({ code: "abc" }).detail_level, 0);
	assert.deepEqual(historyContent({ n: null }), {
		access: "tail",
		output: false,
		n: 10,
	});
	assert.deepEqual(shutdownContent({}), { restart: false });
	assert.deepEqual(commContent({ comm_id: "c", data: null }), {
		comm_id: "c",
		data: {},
	});
	assert.deepEqual(commInfoContent({ target_name: null }), {});
});

test("a silent cell is not stored, even if the request asks for it", () => {
	const content = { code: "1", silent: true, store_history: true };
	assert.equal(executeContent(content).store_history, false);
});

test("a field of the wrong type is named", () => {
	for (const [read, problem] of [
		[() => executeContent({}), "code is missing; it must be a string."],
		[
			() => executeContent({ code: "1", silent: "no" }),
			'silent must be true or false, not "no".',
		],
		[
			() => executeContent({ code: "1", user_expressions: { a: 1 } }),
			'user_expressions must be an object of strings, not {"a":1}.',
		],
		[
			() => completeContent({ code: "1", cursor_pos: 0.5 }),
			"cursor_pos must be a whole number, not 0.5.",
		],
		[
			() => commOpenContent({ comm_id: "c" }),
			"target_name is missing; it must be a string.",
		],
		[
			() => commContent({ comm_id: "c", data: [] }),
			"data must be an object, not [].",
		],
		[
			() => historyContent({ hist_access_type: "all" }),
			'hist_access_type is "all"; use "tail", "range" or "search".',
		],
	] as const)
		assert.throws(read, new BadRequest(problem));
});

/** Each reader with every field it knows, right. */
const READERS: readonly [(content: Json) => unknown, Json][] = [
	[
		executeContent,
		{
			code: "1",
			silent: false,
			store_history: true,
			user_expressions: { a: "1" },
			stop_on_error: true,
			allow_stdin: false,
		},
	],
	[completeContent, { code: "1", cursor_pos: 1 }],
	[inspectContent, { code: "1", cursor_pos: 1, detail_level: 1 }],
	[isCompleteContent, { code: "1" }],
	[historyContent, { hist_access_type: "tail", output: true, n: 1 }],
	[
		historyContent,
		{ hist_access_type: "range", session: 0, start: 1, stop: 2 },
	],
	[
		historyContent,
		{ hist_access_type: "search", pattern: "*", unique: true, n: 1 },
	],
	[commOpenContent, { comm_id: "c", target_name: "t", data: {} }],
	[commContent, { comm_id: "c", data: {} }],
	[commInfoContent, { target_name: "t" }],
	[inputReplyContent, { value: "v" }],
	[deleteSubshellContent, { subshell_id: "s" }],
	[shutdownContent, { restart: true }],
];

test("a value of another type in any field of any request is refused with the field's name", () => {
	const wrong = [0.5, -1, 2 ** 60, "x", true, [], [[]], { a: 1 }, { a: {} }];
	for (const [read, right] of READERS) {
		read(right);
		for (const [field, value] of Object.entries(right))
			for (const other of wrong) {
				if (
					typeof other === typeof value &&
					Array.isArray(other) === Array.isArray(value) &&
					(field !== "user_expressions" || other === value)
				)
					continue;
				assert.throws(
					() => read({ ...right, [field]: other }),
					(error) =>
						error instanceof BadRequest && error.message.startsWith(field),
					`${read.name}: ${field} = ${JSON.stringify(other)}`,
				);
			}
	}
});

test("metadata of another type names no cell", () => {
	for (const other of [0, true, [], {}, null])
		assert.deepEqual(documentCell({ cellId: other, deletedCells: other }), {});
});
