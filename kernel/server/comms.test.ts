import assert from "node:assert/strict";
import { test } from "node:test";
import type { NotebookSession } from "../notebook-session.ts";
import type { IncomingMessage } from "../wire/frames.ts";
import { CommRefused, Comms } from "./comms.ts";
import type { Iopub } from "./iopub.ts";

test("of comms that a front end leaves open, 10,000 are kept; one more is refused with a sentence, and after a close one fits", async () => {
	const published: string[] = [];
	const iopub: Pick<Iopub, "publish"> = {
		publish: (type) => void published.push(type),
	};
	let received = 0;
	const session: Pick<NotebookSession, "comm"> = {
		comm: async () => void received++,
	};
	const comms = new Comms(iopub as Iopub);
	const send = (msg_type: string, comm_id: string, target_name = "t") =>
		comms.receive(
			{
				header: { msg_id: comm_id, msg_type },
				content: { comm_id, target_name, data: {} },
				metadata: {},
				buffers: [],
			} as unknown as IncomingMessage,
			session,
		);
	for (let i = 0; i < 10_000; i++) await send("comm_open", String(i));
	await assert.rejects(send("comm_open", "more"), (error) => {
		assert.ok(error instanceof CommRefused);
		assert.match(error.message, /10000 comms are open.*comm_close ends one/);
		return true;
	});
	assert.deepEqual(published, ["comm_close"]);
	await send("comm_close", "7");
	await send("comm_open", "more");
	await send("comm_close", "8");
	await assert.rejects(send("comm_open", "x".repeat(1e6)), /more than 1000/);
	// To comms that are not open, nothing reaches the engine.
	await send("comm_msg", "unknown");
	assert.equal(received, 10_003);
});
