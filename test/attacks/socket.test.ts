/** What a client sends to break the kernel: each attack is answered, and the same process goes on with its state. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { KernelClient } from "../kernel-client.ts";

const bounded = { timeout: 120_000 };

let kernel: KernelClient;
before(async () => {
	kernel = await KernelClient.start();
	await kernel.request("execute_request", { code: "const kept = 41" });
});
after(async () => {
	await kernel.request("shutdown_request", { restart: false });
	await kernel.ended();
});

const deep = {
	"square brackets": "[".repeat(10_000),
	parentheses: "(".repeat(10_000),
	"else if": "if(a){}else ".repeat(100_000),
	"type arguments": `type A=${"A<".repeat(10_000)}`,
	templates: "`${".repeat(10_000),
	arrows: "a=>".repeat(50_000),
};

const nests = /^The code nests too deeply/;

/** Attack, request, its content, and what the reply must say. */
const ATTACKS: readonly [string, string, object, object][] = [
	...Object.entries(deep).flatMap(
		([name, code]): [string, string, object, object][] => [
			[
				`a cell of ${name}`,
				"execute_request",
				{ code, stop_on_error: false },
				{ status: "error", ename: "SyntaxError", evalue: nests },
			],
			[
				`${name} to complete`,
				"complete_request",
				{ code, cursor_pos: code.length },
				{ status: "ok", matches: [] },
			],
			[
				`${name} to inspect`,
				"inspect_request",
				{ code, cursor_pos: code.length },
				{ status: "ok", found: false },
			],
			[
				`${name} to look whether they are complete`,
				"is_complete_request",
				{ code },
				{ status: "invalid" },
			],
		],
	),
	[
		"2,000 else ifs, for which V8's stack is too short",
		"execute_request",
		{ code: `if (0) {}${" else if (0) {}".repeat(2000)}` },
		{ status: "error", ename: "SyntaxError", evalue: nests },
	],
	[
		"brackets as a user expression",
		"execute_request",
		{ code: "", user_expressions: { a: deep.parentheses } },
		{ status: "ok" },
	],
	[
		"brackets as the value of a parameter",
		"execute_request",
		{ code: `%dd run lr=${deep["square brackets"]}`, stop_on_error: false },
		{ status: "error" },
	],
	[
		"a history of a thousand million cells",
		"history_request",
		{ hist_access_type: "tail", n: 1e9 },
		{ status: "ok" },
	],
	[
		"a megabyte in place of a number",
		"complete_request",
		{ code: "", cursor_pos: "x".repeat(1e6) },
		{ status: "error", evalue: /^cursor_pos must be .{0,250}$/ },
	],
	[
		"a megabyte as a subshell",
		"delete_subshell_request",
		{ subshell_id: "x".repeat(1e6) },
		{ status: "error", evalue: /^There is no subshell "x{200} …"/ },
	],
];

suite("the kernel answers, and keeps its state:", bounded, () => {
	for (const [attack, type, content, expected] of ATTACKS)
		test(attack, async () => {
			const { reply } = await kernel.request(type, content);
			for (const [key, value] of Object.entries(expected)) {
				const said = reply.content[key];
				if (value instanceof RegExp) assert.match(String(said), value);
				else assert.deepEqual(said, value);
			}
			assert.equal(kernel.process.exitCode, null);
		});

	test("subshells without end", async () => {
		let refusal: unknown;
		for (let i = 0; i <= 100 && refusal === undefined; i++) {
			const { reply } = await kernel.request(
				"create_subshell_request",
				{},
				"control",
			);
			if (reply.content.status === "error") refusal = reply.content.evalue;
		}
		assert.match(
			String(refusal),
			/100 subshells.*delete_subshell_request ends one/,
		);
	});

	test("the state is what it was before all of these", async () => {
		const { reply, messages } = await kernel.request("execute_request", {
			code: `if (kept !== 41) throw new Error("lost");\nconst data = ${'{"a": ['.repeat(15)}${"]}".repeat(15)};\nkept${" + 0".repeat(5000)}`,
		});
		assert.equal(
			reply.content.status,
			"ok",
			JSON.stringify(reply.content).slice(0, 500),
		);
		const result = messages.find(
			({ header }) => header.msg_type === "execute_result",
		);
		assert.deepEqual(result?.content.data, { "text/plain": "41" });
	});
});
