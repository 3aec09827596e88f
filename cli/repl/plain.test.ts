import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-piped-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const history = join(folder, "history.jsonl");

function piped(input: string, ...args: string[]) {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			fileURLToPath(new URL("../main.ts", import.meta.url)),
			"repl",
			...args,
		],
		{
			cwd: folder,
			encoding: "utf8",
			input,
			env: { ...process.env, DEEPDIVA_HISTORY: history },
		},
	);
	return { status, stdout, stderr };
}

test("what is piped in runs to its last line, whether that is ended or not", () => {
	assert.deepEqual(piped("1+1"), { status: 0, stdout: "2\n", stderr: "" });
});

test("piped statements run one after the other without a prompt, up to the first that fails, and keep no history", () => {
	const { status, stdout, stderr } = piped(
		"const f = (x: number) => {\n  return x * 2;\n}\nf(2)\nconsole.log('open')\nnull.x\nf(3)\n",
	);
	assert.equal(status, 1);
	assert.equal(stdout, "4\nopen\n");
	assert.match(stderr, /^TypeError: .*\n {2}at In \[4\], line 1/m);
	assert.ok(!existsSync(history));
});

test("magics run too, seeded by --seed as by %dd seed, and .exit ends early", () => {
	const run =
		"%dd run toy lr=0.1\nconst a = Math.random() * lr\ndd.log({ a })\n\n";
	const { status, stdout, stderr } = piped(
		`${run}%dd seed 7\n${run}a > 0\n.exit\n2`,
		"--seed",
		"7",
	);
	assert.deepEqual([status, stderr], [0, ""]);
	const runs = stdout.matchAll(
		/toy · finished · seed \w+ \(root 7\)[\s\S]*?\ba (0\.[\d.e-]+)$/gm,
	);
	const [first, second, ...others] = [...runs].map(([, metric]) => metric);
	assert.ok(first);
	assert.equal(second, first);
	assert.deepEqual(others, []);
	assert.match(stdout, /\ntrue\n$/);
});
