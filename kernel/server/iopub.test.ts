import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Subscriber } from "zeromq";
import { anyPorts } from "../../test/connection.ts";
import { decode } from "../wire/frames.ts";
import { createSigner } from "../wire/signature.ts";
import { bindSockets, type Sockets } from "../wire/sockets.ts";
import { Iopub } from "./iopub.ts";
import { Session } from "./session.ts";

const signer = createSigner(anyPorts.key, anyPorts.signature_scheme);
const subscriber = new Subscriber({ linger: 0 });
const one = Buffer.from('{"msg_id":"1"}');
const two = Buffer.from('{"msg_id":"2"}');
let sockets: Sockets;
let iopub: Iopub;

before(async () => {
	sockets = await bindSockets(anyPorts);
	subscriber.connect(`tcp://127.0.0.1:${sockets.ports.iopub_port}`);
	subscriber.subscribe("");
	iopub = new Iopub(sockets.iopub, new Session(signer));
	const subscribed = Promise.withResolvers<void>();
	void iopub.welcome(subscribed.resolve);
	await subscribed.promise;
	assert.equal((await next()).type, "iopub_welcome");
});
after(async () => {
	subscriber.close();
	await sockets.close();
});

async function next() {
	const { header, parentHeader, content } = decode(
		await subscriber.receive(),
		signer,
	);
	const { name, text } = content;
	return { type: header.msg_type, parent: parentHeader.msg_id, name, text };
}

test("printed pieces arrive joined, in order, each with the cell it comes from", async () => {
	iopub.stream("stdout", "a", one);
	iopub.stream("stdout", "b", one);
	iopub.stream("stderr", "c", one);
	iopub.stream("stderr", "d", two);
	iopub.publish("clear_output", { wait: true }, two);
	iopub.stream("stdout", "e", two);
	const messages = [];
	for (let count = 0; count < 5; count++) messages.push(await next());
	const stream = { type: "stream", parent: "1", name: "stdout", text: "ab" };
	const none = { name: undefined, text: undefined };
	assert.deepEqual(messages, [
		stream,
		{ ...stream, name: "stderr", text: "c" },
		{ ...stream, parent: "2", name: "stderr", text: "d" },
		{ type: "clear_output", parent: "2", ...none },
		{ ...stream, parent: "2", text: "e" },
	]);
});

test("much text is sent in messages of about 16 kB", async () => {
	for (let count = 0; count < 64; count++)
		iopub.stream("stdout", "x".repeat(1024), one);
	for (let count = 0; count < 4; count++)
		assert.equal((await next()).text, "x".repeat(16 * 1024));
});
