import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer, Request, Subscriber } from "zeromq";
import { anyPorts } from "../../test/connection.ts";
import { bindSockets } from "./sockets.ts";

const at = (port: number) => `tcp://127.0.0.1:${port}`;

test("a burst of 20000 messages arrives whole and in order", async () => {
	const sockets = await bindSockets(anyPorts);
	const subscriber = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
	subscriber.connect(at(sockets.ports.iopub_port));
	subscriber.subscribe("");
	for await (const [event] of sockets.iopub) {
		assert.deepEqual(event, Buffer.from([1]));
		break;
	}
	const count = 20_000;
	for (let i = 0; i < count; i++)
		sockets.iopub.send([Buffer.from("topic"), Buffer.from(String(i))]);
	let next = 0;
	for await (const [, body] of subscriber) {
		assert.equal(body?.toString(), String(next++));
		if (next === count) break;
	}
	subscriber.close();
	await sockets.close();
});

test("the heartbeat echoes what it gets", async () => {
	const sockets = await bindSockets(anyPorts);
	const client = new Request({ linger: 0 });
	client.connect(at(sockets.ports.hb_port));
	await client.send(["ping", "\0"]);
	assert.deepEqual(await client.receive(), [
		Buffer.from("ping"),
		Buffer.from("\0"),
	]);
	client.close();
	await sockets.close();
});

test("messages sent just before the sockets close still arrive", async () => {
	const sockets = await bindSockets(anyPorts);
	const client = new Dealer({ linger: 0 });
	client.connect(at(sockets.ports.control_port));
	await client.send("hello");
	for await (const [identity] of sockets.control) {
		for (let i = 0; i < 1000; i++)
			sockets.control.send([identity ?? assert.fail(), Buffer.from([i & 255])]);
		break;
	}
	await sockets.close();
	for (let i = 0; i < 1000; i++)
		assert.deepEqual(await client.receive(), [Buffer.from([i & 255])]);
	client.close();
});

test("a port that is taken is named", async () => {
	const sockets = await bindSockets(anyPorts);
	const { shell_port } = sockets.ports;
	await assert.rejects(
		bindSockets({ ...anyPorts, stdin_port: shell_port }),
		new RegExp(
			`cannot listen on tcp://127.0.0.1:${shell_port} \\("stdin_port" .*in use`,
		),
	);
	await sockets.close();
});
