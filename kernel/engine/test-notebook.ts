import { after } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { Engine } from "../owner/owner.ts";
import type {
	EngineOptions,
	ExecuteReply,
	ExecuteRequest,
	Output,
} from "../protocol/requests.ts";

/** What became of one cell; `outputs` grows as long as the cell's timers print. */
export interface ExecutedTestCell {
	readonly reply: ExecuteReply;
	readonly outputs: readonly Output[];
}

/** A notebook for tests: a real engine process in a folder of its own. */
export interface TestNotebook {
	readonly engine: Engine;
	readonly folder: string;
	execute(
		code: string,
		request?: Partial<ExecuteRequest>,
	): Promise<ExecutedTestCell>;
	/** What the cells that run now and later print, once it matches. */
	printed(pattern: RegExp): Promise<string>;
}

/**
 * Starts the engine; it ends with the tests of the file. Pictures of runs come as
 * text where `options` do not ask for them: drawing one takes longer than most tests.
 */
export async function openNotebook(
	options: Partial<EngineOptions> = {},
): Promise<TestNotebook> {
	const folder = options.cwd ?? temporaryFolder();
	const engine = await Engine.start({
		charts: false,
		...options,
		cwd: folder,
	});
	after(() => engine.shutdown());
	const outputs = new Map<string, Output[]>();
	engine.on("output", (parent, output) => outputs.get(parent)?.push(output));
	let count = 0;
	return {
		engine,
		folder,
		async execute(code, request = {}) {
			const parent = `cell ${++count}`;
			const own: Output[] = [];
			outputs.set(parent, own);
			const reply = await engine.execute(parent, {
				code,
				executionCount: count,
				...request,
			});
			return { reply, outputs: own };
		},
		printed: (pattern) =>
			new Promise((resolve) => {
				let seen = "";
				const listen = (_parent: string, output: Output) => {
					if (output.type === "stream") seen += output.text;
					if (!pattern.test(seen)) return;
					engine.off("output", listen);
					resolve(seen);
				};
				engine.on("output", listen);
			}),
	};
}

/** Everything the cell printed to one stream. */
export function textOf(
	{ outputs }: ExecutedTestCell,
	name: "stdout" | "stderr" = "stdout",
): string {
	return outputs
		.map((output) =>
			output.type === "stream" && output.name === name ? output.text : "",
		)
		.join("");
}

/** The text of the cell's result; of a failed cell, its error as `Name: message`. */
export function resultOf({ reply, outputs }: ExecutedTestCell): string {
	if (reply.status === "error") return `${reply.ename}: ${reply.evalue}`;
	const result = outputs.find(({ type }) => type === "execute_result");
	return result?.type === "execute_result"
		? String(result.data["text/plain"])
		: "";
}

/** The error's traceback without colours; empty when the cell succeeded. */
export function tracebackOf({ reply }: ExecutedTestCell): string {
	return reply.status === "error"
		? withoutColours(reply.traceback.join("\n"))
		: "";
}

export function withoutColours(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
	return text.replace(/\u001b\[\d+m/g, "");
}
