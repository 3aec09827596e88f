import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { openNotebook, resultOf, textOf } from "../engine/test-notebook.ts";
import { inspectorOptions } from "./inspector.ts";

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	assert.ok(typeof address === "object" && address !== null);
	return address.port;
}

/** What the debugger at the port makes of an expression. */
async function evaluate(port: number, expression: string): Promise<unknown> {
	const targets = await fetch(`http://127.0.0.1:${port}/json/list`);
	const [target] = (await targets.json()) as {
		webSocketDebuggerUrl: string;
	}[];
	const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
	await once(socket, "open");
	socket.send(
		JSON.stringify({
			id: 1,
			method: "Runtime.evaluate",
			params: { expression },
		}),
	);
	const [{ data }] = (await once(socket, "message")) as [MessageEvent<string>];
	socket.close();
	return JSON.parse(data).result.result.value;
}

test("a debugger attaches to an engine whose owner has DEEPDIVA_INSPECT", async () => {
	const port = await freePort();
	process.env.DEEPDIVA_INSPECT = String(port);
	after(() => delete process.env.DEEPDIVA_INSPECT);
	const notebook = await openNotebook();
	const cell = await notebook.execute("const answer = 42; answer");
	assert.equal(resultOf(cell), "42");
	assert.equal(
		textOf(cell, "stderr"),
		"",
		"Node's own lines would be a cell's stderr",
	);
	assert.equal(
		await evaluate(port, "process.title + ' ' + answer"),
		"deepdiva-engine 42",
	);
});

test("what is no port is refused", () => {
	assert.deepEqual(inspectorOptions(""), []);
	assert.equal(
		inspectorOptions("wait:9229")[0],
		"--inspect-wait=127.0.0.1:9229",
	);
	for (const value of ["true", "0", "65536", "wait", "0.0.0.0:9229"])
		assert.throws(() => inspectorOptions(value), /DEEPDIVA_INSPECT is a port/);
});
