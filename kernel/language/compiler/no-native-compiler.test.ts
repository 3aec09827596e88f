/** Installations whose native compiler cannot run: it is missing, or the system does not execute it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
	chmodSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "deepdiva-no-native-"));
const packages = join(folder, "node_modules");
const platform = `typescript-${process.platform}-${process.arch}`;
const compiler = join(
	packages,
	"@typescript",
	platform,
	"lib",
	process.platform === "win32" ? "tsc.exe" : "tsc",
);

/** The built package beside the dependencies of this one, but for the native compiler. */
before(() => {
	for (const part of ["bin", "dist", "package.json"])
		cpSync(join(root, part), join(folder, part), { recursive: true });
	mkdirSync(packages);
	for (const name of readdirSync(join(root, "node_modules")))
		if (name !== "typescript" && name !== "@typescript")
			symlinkSync(join(root, "node_modules", name), join(packages, name));
	// It looks for the native one from where it really lies.
	cpSync(join(root, "node_modules/typescript"), join(packages, "typescript"), {
		recursive: true,
	});
});
after(() => rmSync(folder, { recursive: true }));

function installCompiler(text: string, mode: number): void {
	mkdirSync(join(compiler, ".."), { recursive: true });
	writeFileSync(
		join(compiler, "../../package.json"),
		JSON.stringify({ name: `@typescript/${platform}`, version: "7.0.2" }),
	);
	writeFileSync(compiler, text);
	chmodSync(compiler, mode);
}

const removeCompiler = () =>
	rmSync(join(packages, "@typescript"), { recursive: true, force: true });

/** What the cells of a notebook show as text, each in one string. */
async function execute(sources: readonly string[]): Promise<string[]> {
	const cells = sources.map((source, index) => ({
		id: `cell-${index}`,
		cell_type: "code",
		execution_count: null,
		metadata: { tags: ["raises-exception"] },
		outputs: [],
		source,
	}));
	const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
	writeFileSync(join(folder, "in.ipynb"), JSON.stringify(notebook));
	await promisify(execFile)(
		process.execPath,
		[join(folder, "bin/deepdiva.js"), "execute", "in.ipynb", "-o", "out.ipynb"],
		{
			cwd: folder,
			// It goes with the installation, whose path never comes again.
			env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") },
		},
	);
	const executed = JSON.parse(
		readFileSync(join(folder, "out.ipynb"), "utf8"),
	) as {
		cells: {
			outputs: { text?: string | string[]; traceback?: string[] }[];
		}[];
	};
	return executed.cells.map(({ outputs }) =>
		stripVTControlCharacters(
			outputs
				.flatMap(({ text = [], traceback = [] }) => [
					...[text].flat(),
					...traceback,
				])
				.join(""),
		),
	);
}

const CELLS = ['const n: number = "three"; console.log(n)', "n.trim().length"];

describe("where TypeScript 7 cannot be started, cells run untyped and the first one says once what to do", () => {
	for (const [kind, install, said] of [
		[
			"the platform's package is missing",
			removeCompiler,
			/its package for this platform, @typescript\/typescript-\w+-\w+, is not installed\. .* npm install --include=optional/,
		],
		[
			"the program may not be executed",
			() => installCompiler("no program\n", 0o644),
			/does not let \S+tsc(?:\.exe)? be executed\. Allow it with "chmod \+x"/,
		],
		[
			"the program is another system's",
			() => installCompiler("\u007fELF of nothing\n", 0o755),
			/\S+tsc(?:\.exe)? does not run here .*Install deepdiva again on this machine/,
		],
		[
			"the program ends at once",
			() => installCompiler("#!/bin/sh\nexit 3\n", 0o755),
			/does not run here \(the TypeScript process ended \(3\)\)/,
		],
	] as const)
		test(kind, async () => {
			install();
			const [first = "", second = ""] = await execute(CELLS);
			const [sentence = "", ...output] = first.split("\n");
			assert.match(
				sentence,
				/^Types are not checked: TypeScript 7 cannot be started: /,
			);
			assert.match(sentence, said);
			assert.deepEqual(output, ["three", ""]);
			assert.doesNotMatch(second, /Types|TypeScript/);
		});

	test("%types strict stops the cell instead, since nothing was checked", async () => {
		removeCompiler();
		const [text = "", after] = await execute([
			"%types strict\nconsole.log(1)",
			"%types off\nconsole.log(2)",
		]);
		assert.match(
			text,
			/^TypesUnavailable: TypeScript 7 cannot be started: .*; under %types strict only what was checked runs, and %types report runs it all the same$/,
		);
		assert.match(after ?? "", /^[^T]*2\n$/);
	});
});

describe("without types", () => {
	before(removeCompiler);

	/** Asks a type service of the installation, after some cells. */
	async function ask<T>(
		cells: readonly string[],
		method: "complete" | "inspect",
		code: string,
	): Promise<T> {
		const url = (file: string) =>
			JSON.stringify(pathToFileURL(join(folder, "dist", file)));
		const cursor = code.includes("|") ? code.indexOf("|") : code.length;
		const source = code.replace("|", "");
		const script = `
			import { createTypeService } from ${url("kernel/language/service.js")};
			const service = createTypeService({ cwd: ${JSON.stringify(folder)} });
			service.setCells(${JSON.stringify(cells)});
			const found = await service.${method}(${JSON.stringify(source)}, ${cursor}, 0);
			console.log(JSON.stringify(found));
			await service.dispose();`;
		const { stdout } = await promisify(execFile)(
			process.execPath,
			["--input-type=module", "-e", script],
			{ cwd: folder },
		);
		return JSON.parse(stdout) as T;
	}

	test("completion lists what cells declare, the cell's own names and parameters, and globals", async () => {
		const cells = [
			"function addAll(a: number) { return a }\nclass Adder {}\ninterface Addable {}",
			"let [first, { addend }] = [1, { addend: 2 }]",
			"broken (",
		];
		for (const [code, expected] of [
			["ad|", { addAll: "variable", addend: "variable" }],
			["Ad|", { Addable: "interface", Adder: "class" }],
			["const adapt = 1;\n1 + ada|", { adapt: "variable" }],
			["%dd run x adjust=0.1\nadj|", { adjust: "variable" }],
			["parseF|", { parseFloat: "function" }],
			["displ|", { display: "variable" }],
			["new Uint8A|", { Uint8Array: "class" }],
			['"ad|', {}],
			["1 // ad|", {}],
			["`a ${addA|", { addAll: "variable" }],
			["`ad|", {}],
			["/* 1\n ad|", {}],
			["value.ad|", {}],
		] as const) {
			const { matches, types, start, end } = await ask<{
				matches: string[];
				types: string[];
				start: number;
				end: number;
			}>(cells, "complete", code);
			assert.deepEqual(
				Object.fromEntries(matches.map((name, index) => [name, types[index]])),
				expected,
				code,
			);
			if (matches.length > 0)
				assert.equal(code.slice(start, end), /\w+(?=\|)/.exec(code)?.[0]);
		}
	});

	test("inspection shows the latest declaration as it is written, and says why there is no more", async () => {
		const cells = [
			"/** Adds. */\nexport function add(a: number, b = 1): number {\n  return a + b;\n}",
			"const rate: number = 0.1, other = 2",
			"class Net extends Base<string> { size = 1 }",
		];
		for (const [code, expected] of [
			["ad|d(1)", "export function add(a: number, b = 1): number\n\nAdds.\n\n"],
			["ra|te", "const rate: number = 0.1, other = 2\n\n"],
			["new N|et()", "class Net extends Base<string>\n\n"],
			["type Mine = string; let a: M|ine", "type Mine = string;\n\n"],
			["x.a|dd", ""],
			["unknown|Name", ""],
		] as const) {
			const { found, data } = await ask<{
				found: boolean;
				data: Record<string, string>;
			}>(cells, "inspect", code);
			assert.ok(found, code);
			const text = data["text/plain"] ?? "";
			const [, reason = ""] =
				/(TypeScript 7 cannot be started: .*)$/s.exec(text) ?? [];
			assert.ok(reason.includes("npm install"), text);
			assert.equal(text, expected + reason, code);
		}
	});
});
