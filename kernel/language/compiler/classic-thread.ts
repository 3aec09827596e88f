/** The thread that TypeScript 6 runs in: it answers one question after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { ClassicReply, ClassicRequest } from "./classic.ts";
import { ClassicProgram, type ClassicQuestions } from "./classic-program.ts";

const program = new ClassicProgram(workerData as string);

async function answer({
	update,
	question,
	args,
}: ClassicRequest): Promise<ClassicReply> {
	try {
		program.update(update);
		const ask: ClassicQuestions[typeof question] = program[question];
		return { answer: await Reflect.apply(ask, program, args) };
	} catch (error) {
		return { problem: error instanceof Error ? error.message : String(error) };
	}
}

parentPort?.on("message", async (request: ClassicRequest) => {
	parentPort?.postMessage(await answer(request));
});
