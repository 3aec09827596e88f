import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getDigits } from "../../experiment/data/sets/digits.ts";
import { type Interpreter, reference } from "./interpreters.ts";

/** Run → output → digest. */
type Digests = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** How a table of determinism came out. */
export interface Matrix {
	/** The interpreter that the others are compared with. */
	readonly reference: string;
	readonly interpreters: readonly string[];
	/** Run → interpreter → outputs that differ; where nothing does, the interpreter is left out. */
	readonly runs: Readonly<
		Record<string, Readonly<Record<string, readonly string[]>>>
	>;
}

const WORKLOAD = fileURLToPath(new URL("./workload.mjs", import.meta.url));
const IMAGES = { train: 40, val: 10, test: 10 };

/** Some digits of every class, in the folder layout of the task. */
async function writeDigits(folder: string): Promise<string> {
	const all = join(folder, "all");
	await getDigits(all);
	const some = join(folder, "digits");
	for (const [split, count] of Object.entries(IMAGES))
		for (const label of readdirSync(join(all, split))) {
			mkdirSync(join(some, split, label), { recursive: true });
			for (const file of readdirSync(join(all, split, label)).slice(0, count))
				cpSync(join(all, split, label, file), join(some, split, label, file));
		}
	return some;
}

async function digestsOf(
	{ name, command, args }: Interpreter,
	folder: string,
	digits: string,
): Promise<Digests> {
	const { stdout } = await promisify(execFile)(
		command,
		[...args, WORKLOAD, digits],
		{
			cwd: folder,
			maxBuffer: 64 << 20,
			env: {
				...process.env,
				NODE_OPTIONS: "",
				DEEPDIVA_RUNS: join(folder, "runs", name.replaceAll(/\W+/g, "-")),
			},
		},
	).catch((error: Error & { stderr?: string }) => {
		throw new Error(
			`the runs failed on ${name}:\n${error.stderr || error.message}`,
		);
	});
	return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Digests;
}

/** Executes the runs on every interpreter and compares their digests with the reference's. */
export async function measure(
	interpreters: readonly Interpreter[],
): Promise<Matrix> {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-determinism-"));
	try {
		const digits = await writeDigits(folder);
		const expected = await digestsOf(reference, folder, digits);
		const others = await Promise.all(
			interpreters.map((one) => digestsOf(one, folder, digits)),
		);
		return {
			reference: reference.name,
			interpreters: interpreters.map(({ name }) => name),
			runs: Object.fromEntries(
				Object.entries(expected).map(([run, outputs]) => [
					run,
					Object.fromEntries(
						interpreters.flatMap(({ name }, i) => {
							const found = others[i]?.[run];
							const differing = Object.keys({ ...outputs, ...found }).filter(
								(output) => found?.[output] !== outputs[output],
							);
							return differing.length > 0 ? [[name, differing]] : [];
						}),
					),
				]),
			),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

export const BEGIN =
	"<!-- determinism: written by node test/determinism/table.mjs -->";
export const END = "<!-- /determinism -->";

/** The matrix as README shows it. */
export function markdownTable({
	reference: first,
	interpreters,
	runs,
}: Matrix): string {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [
		line([`compared with ${first}`, ...interpreters]),
		line(["---", ...interpreters.map(() => "---")]),
		...Object.entries(runs).map(([run, differing]) =>
			line([
				run,
				...interpreters.map((name) => {
					const outputs = differing[name];
					return outputs
						? `differs: ${outputs.map((output) => output.replace("artifact/", "")).join(", ")}`
						: "identical";
				}),
			]),
		),
	].join("\n");
}

/** `text` with the table between its markers. @throws Error where they are missing */
export function withTable(text: string, matrix: Matrix): string {
	const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
	if (begin === -1 || end < begin)
		throw new Error(`there are no markers ${BEGIN} and ${END}`);
	return `${text.slice(0, begin)}${BEGIN}\n\n${markdownTable(matrix)}\n\n${text.slice(end)}`;
}
