/** An installation whose native compiler is there and cannot be started. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
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
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { CompilerChoice } from "./fallback.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "deepdiva-no-native-"));

/** The built package beside the dependencies of this one, but for the native compiler. */
before(() => {
	for (const part of ["bin", "dist", "package.json"])
		cpSync(join(root, part), join(folder, part), { recursive: true });
	const packages = join(folder, "node_modules");
	mkdirSync(packages);
	for (const name of readdirSync(join(root, "node_modules")))
		if (name !== "typescript" && name !== "@typescript")
			symlinkSync(join(root, "node_modules", name), join(packages, name));
	// It looks for the native one from where it really lies.
	cpSync(join(root, "node_modules/typescript"), join(packages, "typescript"), {
		recursive: true,
	});
	const { platform, arch } = process;
	const native = join(
		packages,
		"@typescript",
		`typescript-${platform}-${arch}`,
	);
	mkdirSync(join(native, "lib"), { recursive: true });
	writeFileSync(join(native, "package.json"), '{ "version": "7.0.2" }');
	writeFileSync(
		join(native, "lib", platform === "win32" ? "tsc.exe" : "tsc"),
		"no program\n",
		{ mode: 0o644 },
	);
});
after(() => rmSync(folder, { recursive: true }));

/** What the cells of a notebook show as text, each in one string. */
async function execute(
	sources: readonly string[],
	env: NodeJS.ProcessEnv = {},
): Promise<string[]> {
	const cells = sources.map((source, index) => ({
		id: `cell-${index}`,
		cell_type: "code",
		execution_count: null,
		metadata: {},
		outputs: [],
		source,
	}));
	const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
	writeFileSync(join(folder, "in.ipynb"), JSON.stringify(notebook));
	await promisify(execFile)(
		process.execPath,
		[join(folder, "bin/deepdiva.js"), "execute", "in.ipynb", "-o", "out.ipynb"],
		{ cwd: folder, env: { ...process.env, ...env } },
	);
	const executed = JSON.parse(
		readFileSync(join(folder, "out.ipynb"), "utf8"),
	) as { cells: { outputs: { text?: string | string[] }[] }[] };
	return executed.cells.map(({ outputs }) =>
		stripVTControlCharacters(
			outputs.map(({ text = [] }) => [text].flat().join("")).join(""),
		),
	);
}

const WRONG = ['const n: number = "three";', "n.trim()"];

test("TypeScript 6 finds the type errors where TypeScript 7 cannot be started, and is named once", async () => {
	const [first = "", second = ""] = await execute(WRONG);
	assert.match(
		first,
		/^TypeScript 7 cannot be started: .*\nTypeScript 6 checks types in its place, more slowly\.\nTS2322: .*\n {2}at In \[1\], line 1, column 7\n/,
	);
	assert.match(
		second,
		/^TS2339: Property 'trim' does not exist on type 'number'/,
	);
});

test("with DEEPDIVA_TYPES=native nothing takes its place, and the notebook says why", async () => {
	const [first = "", second] = await execute(WRONG.with(1, "n.length"), {
		DEEPDIVA_TYPES: "native",
	});
	assert.match(
		first,
		/^Types are not checked: TypeScript 7 cannot be started: .*\n$/,
	);
	assert.equal(second, "");
});

test("a DEEPDIVA_TYPES that is no compiler is told, with those there are", () => {
	const { remark = "" } = new CompilerChoice("tsconfig.json", "fast");
	assert.match(
		remark,
		/^DEEPDIVA_TYPES is "fast", .* native .* classic .* any /,
	);
});
