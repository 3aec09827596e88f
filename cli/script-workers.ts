import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { StartWorker, WorkerTarget } from "../experiment/sweep/workers.ts";
import { randomBytes } from "../host/system-random.ts";
import { openChannel } from "../kernel/jobs/member-channel.ts";
import {
	sessionOptions,
	startVariables,
} from "../kernel/jobs/session-options.ts";
import { MarkerParser } from "../kernel/protocol/markers.ts";
import { parentEnvironment } from "../kernel/server/parent-watch.ts";
import { interruptScript, scriptCommand } from "./script-process.ts";

/** The last characters that a script, or its present member, wrote to stderr, which may say why it ended. */
const MOST_LETTERS = 2 ** 14;

/** What of this process before any code of the script's could change it. */
export interface ScriptStart {
	/** Absolute. */
	readonly script: string;
	readonly cwd: string;
	readonly environment: NodeJS.ProcessEnv;
}

/** Workers of a script: processes that execute it again as far as the multirun. */
export function scriptWorkers({
	script,
	cwd,
	environment,
}: ScriptStart): StartWorker {
	const options = sessionOptions();
	const variables = startVariables();
	return (target, listener) => {
		let isGone = false;
		let errors = "";
		const leave = (reason: string) => {
			if (isGone) return;
			isGone = true;
			channel.close();
			listener.gone(reason);
		};
		const channel = openChannel(listener, ({ message }) => leave(message));
		const worker: WorkerTarget = {
			...target,
			address: channel.address,
			token: randomBytes(8).toString("hex"),
		};
		const command = scriptCommand(script, { ...options, worker });
		const child = spawn(command.file, command.args, {
			cwd,
			env: {
				...environment,
				...variables,
				...parentEnvironment(),
				...command.variables,
			},
			stdio: ["ignore", "pipe", "pipe"],
		});
		/** Streams in which the mark was read that ends a member's outputs. */
		const ended = new Set<string>();
		const read = (name: "stdout" | "stderr", stream: Readable) => {
			const parser = new MarkerParser(worker.token);
			let inMember = false;
			stream.on("data", (chunk: Buffer) => {
				for (const item of parser.push(chunk)) {
					if (typeof item === "string") {
						if (name === "stderr")
							errors = (errors + item).slice(-MOST_LETTERS);
						if (inMember) listener.output(() => process[name].write(item));
						continue;
					}
					inMember = item.kind === "cell" && item.cell > 0;
					if (name === "stderr") errors = "";
					if (inMember) continue;
					ended.add(name);
					if (ended.size < 2) continue;
					ended.clear();
					channel.outputEnded();
				}
			});
		};
		read("stdout", child.stdout);
		read("stderr", child.stderr);
		const closed = new Promise<void>((resolve) => {
			child.once("error", ({ message }) => {
				leave(message);
				resolve();
			});
			child.once("close", (code, signal) => {
				const end = signal ? `it was ended by ${signal}` : `exit code ${code}`;
				leave([end, errors.trim()].filter((text) => text !== "").join(": "));
				resolve();
			});
		});
		return {
			compute: (index) => channel.compute(index),
			interrupt: () => interruptScript(child),
			async close() {
				leave("it was ended");
				child.kill("SIGKILL");
				await closed;
			},
		};
	};
}
