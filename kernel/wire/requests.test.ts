import assert from "node:assert/strict";
import { test } from "node:test";
import {
	BadRequest,
	commContent,
	commInfoContent,
	commOpenContent,
	completeContent,
	executeContent,
	historyContent,
	inspectContent,
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
