import { connect } from "node:net";
import { serialize } from "node:v8";
import { messageOf } from "../../base/errors.ts";
import type {
	ComputedMember,
	MemberSource,
	WorkerTarget,
} from "../../experiment/sweep/workers.ts";
import { MessageReader } from "../protocol/message-reader.ts";
import {
	type FromWorker,
	framed,
	readFrame,
	type ToWorker,
} from "./messages.ts";
import { sentError } from "./sent-error.ts";

/** Marks in the worker's outputs where those of a member begin, and where they end. */
export type MarkOutput = (index: number | undefined) => void;

/**
 * Connects this process with the one that began the multirun. The connection keeps
 * this process alive while it waits for a member; the other end ends it.
 */
export function connectSource(
	{ address }: Pick<WorkerTarget, "address">,
	mark: MarkOutput,
): MemberSource {
	const socket = connect(address);
	const wanted: ((index: number) => void)[] = [];
	const messages = new MessageReader<ToWorker>(readFrame);
	socket.on("data", (chunk: Buffer) => {
		for (const { index } of messages.push(chunk)) wanted.shift()?.(index);
	});
	// Whoever listened is gone, and ends this process by other ways.
	socket.on("error", () => undefined);
	const send = (message: FromWorker) => socket.write(framed(message));
	return {
		async next() {
			const index = await new Promise<number>((resolve) => {
				wanted.push(resolve);
				send({ type: "idle" });
			});
			mark(index);
			return index;
		},
		started: (run) => void send({ type: "started", run }),
		event: (run, event) => void send({ type: "event", run, event }),
		ended(member) {
			mark(undefined);
			send({ type: "ended", member: sendable(member) });
		},
		broke(error) {
			mark(undefined);
			send({ type: "broke", error: sentError(error) });
		},
		taken() {
			mark(undefined);
			send({ type: "taken" });
		},
	};
}

/** A member without what no other process can have: the value it returned, if need be, and the error itself. */
function sendable(member: ComputedMember): ComputedMember {
	const { error, ...outcome } = member.outcome;
	const sent: ComputedMember = {
		...member,
		outcome:
			error === undefined ? outcome : { ...outcome, error: sentError(error) },
	};
	try {
		serialize(sent.value);
		return sent;
	} catch (problem) {
		return {
			...sent,
			value: undefined,
			valueLost: messageOf(problem),
		};
	}
}
