import { connect } from "node:net";
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
	const send = (message: FromWorker) => void socket.write(framed(message));
	return {
		async next() {
			const index = await new Promise<number>((resolve) => {
				wanted.push(resolve);
				send({ type: "idle" });
			});
			mark(index);
			return index;
		},
		started: (run) => send({ type: "started", run }),
		event: (run, event) => send({ type: "event", run, event }),
		ended(member) {
			mark(undefined);
			socket.write(framedEnd(withSentError(member)));
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

/** Errors that are sent become others: only what they say is. */
function withSentError(member: ComputedMember): ComputedMember {
	const { error } = member.outcome;
	return error === undefined
		? member
		: { ...member, outcome: { ...member.outcome, error: sentError(error) } };
}

/** What its body returned may be what no other process can have; the member is told without it then, and why. */
function framedEnd(member: ComputedMember): Buffer {
	const ended = (told: ComputedMember) =>
		framed({ type: "ended", member: told } satisfies FromWorker);
	try {
		return ended(member);
	} catch (problem) {
		return ended({
			...member,
			value: undefined,
			valueLost: messageOf(problem),
		});
	}
}
