import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
	ComputedMember,
	WorkerListener,
} from "../../experiment/sweep/workers.ts";
import { randomBytes } from "../../host/system-random.ts";
import { MessageReader } from "../protocol/message-reader.ts";
import {
	type FromWorker,
	framed,
	readFrame,
	type SentError,
} from "./messages.ts";
import { receivedError } from "./sent-error.ts";

/** Where one worker is listened to. */
export interface MemberChannel {
	readonly address: string;
	compute(index: number): void;
	/** In the outputs of the worker, the mark was read that ends those of its member. */
	outputEnded(): void;
	/** No more can be read of the worker's outputs: a member that has ended is told so. */
	close(): void;
}

/** The user's alone: whoever connects is believed. */
function privateAddress(): { address: string; remove(): void } {
	if (process.platform === "win32")
		return {
			address: `\\\\.\\pipe\\deepdiva-${randomBytes(16).toString("hex")}`,
			remove: () => undefined,
		};
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-jobs-"));
	return {
		address: join(folder, "socket"),
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** Listens to one worker. A member has ended when its process says so and all that it printed was read. */
export function openChannel(
	listener: Pick<
		WorkerListener,
		"idle" | "started" | "event" | "ended" | "broke" | "taken"
	>,
	failed: (error: Error) => void,
): MemberChannel {
	const { address, remove } = privateAddress();
	let socket: Socket | undefined;
	let outputsEnded = 0;
	/** Says that a member has ended; waits for what it printed. */
	let ending: (() => void) | undefined;
	let isIdle = false;
	const release = () => {
		if (!ending || outputsEnded === 0) return;
		outputsEnded--;
		const tell = ending;
		// Whoever is told may close this.
		ending = undefined;
		tell();
		if (!isIdle) return;
		isIdle = false;
		listener.idle();
	};
	const end = (act: () => void) => {
		ending = act;
		release();
	};
	const receive = (message: FromWorker) => {
		switch (message.type) {
			case "idle":
				if (ending) isIdle = true;
				else listener.idle();
				break;
			case "started":
				listener.started(message.run);
				break;
			case "event":
				listener.event(message.run, message.event);
				break;
			case "ended":
				end(() => listener.ended(received(message.member)));
				break;
			case "broke":
				end(() => listener.broke(receivedError(message.error)));
				break;
			case "taken":
				end(() => listener.taken());
				break;
		}
	};
	const server = createServer((connected) => {
		// One worker, once.
		server.close();
		socket = connected;
		const messages = new MessageReader<FromWorker>(readFrame);
		connected.on("data", (chunk: Buffer) => {
			for (const message of messages.push(chunk)) receive(message);
		});
		connected.on("error", () => undefined);
	});
	server.on("error", failed);
	server.listen(address);
	return {
		address,
		compute: (index) => void socket?.write(framed({ index })),
		outputEnded() {
			outputsEnded++;
			release();
		},
		close() {
			outputsEnded = 1;
			release();
			socket?.destroy();
			server.close();
			remove();
		},
	};
}

function received(member: ComputedMember): ComputedMember {
	const { error } = member.outcome;
	return error === undefined
		? member
		: {
				...member,
				outcome: {
					...member.outcome,
					error: receivedError(error as SentError),
				},
			};
}
