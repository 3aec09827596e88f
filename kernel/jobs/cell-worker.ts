import { messageOf } from "../../base/errors.ts";
import { session } from "../../experiment/session.ts";
import type {
	StartWorker,
	WorkerTarget,
} from "../../experiment/sweep/workers.ts";
import { randomBytes } from "../../host/system-random.ts";
import { executeAgain } from "../execute-again.ts";
import { NotebookSession } from "../notebook-session.ts";
import type { Output } from "../protocol/requests.ts";
import { openChannel } from "./member-channel.ts";
import { markIn } from "./output-mark.ts";
import { sessionOptions, startVariables } from "./session-options.ts";

/**
 * Workers of a notebook: engines that execute the cells so far, and then the one
 * with the multirun.
 * @param environment of this process before any cell could change it
 * @param show has an output of a member shown as one of the cell that runs
 */
export function cellWorkers(
	environment: NodeJS.ProcessEnv,
	show: (output: Output) => void,
): StartWorker {
	// What of the session a worker repeats is read where the cell asks for workers:
	// they may be hired where nothing tells which cell that was.
	const { source, folder } = session();
	// A copy: cells of other shells may end meanwhile.
	const cells = [
		...session().cells,
		{ source: source?.text ?? "", status: "ok" as const },
	];
	const options = { ...sessionOptions(), cwd: folder };
	const variables = startVariables();
	return (target, listener) => {
		let leaving: Promise<void> | undefined;
		const end = async (reason: string) => {
			// It may still seal the record of a member that was interrupted.
			await engine.close().catch(() => undefined);
			channel.close();
			listener.gone(reason);
		};
		const leave = (reason: string): Promise<void> => {
			leaving ??= end(reason);
			return leaving;
		};
		const channel = openChannel(listener, ({ message }) => void leave(message));
		const worker: WorkerTarget = {
			...target,
			address: channel.address,
			token: randomBytes(8).toString("hex"),
		};
		const engine = new NotebookSession({
			...options,
			worker,
			launcher: {
				prepare: (start) => ({
					file: start.file,
					args: start.args,
					env: { ...environment, ...variables, ...start.variables },
				}),
				started: () => undefined,
			},
		});
		let inMember = false;
		engine.on("output", ({ output }) => {
			const mark = markIn(output);
			if (!mark) {
				if (inMember) listener.output(() => show(output));
				return;
			}
			inMember = mark.index !== null;
			if (!inMember) channel.outputEnded();
		});
		engine.on("restart", ({ message }) => void leave(message.trim()));
		const execute = async () => {
			const failed = await executeAgain(
				engine,
				cells,
				{ unattended: true },
				() => leaving !== undefined,
			);
			await leave(
				failed
					? `${failed.cell} failed in it:\n${failed.traceback.join("\n")}`
					: "its cells came to their end without this multirun",
			);
		};
		execute().catch((error) => leave(messageOf(error)));
		return {
			compute: (index) => channel.compute(index),
			interrupt: () => engine.interrupt(),
			close: () => leave("it was ended"),
		};
	};
}
