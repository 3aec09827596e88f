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

test("what is piped in runs without a prompt, and keeps no history", () => {
	assert.deepEqual(piped("1+1"), { status: 0, stdout: "2\n", stderr: "" });
	assert.ok(!existsSync(history));
});

test("piped statements run one after the other, up to the first that fails", () => {
	const { status, stdout, stderr } = piped(
		"const f = (x: number) => {\n  return x * 2;\n}\nf(2)\nconsole.log('open')\nnull.x\nf(3)\n",
	);
	assert.equal(status, 1);
	assert.equal(stdout, "4\nopen\n");
	assert.match(stderr, /^TypeError: .*\n {2}at In \[4\], line 1/m);
});

test("magics run too, and --seed seeds them", () => {
	const code =
		"%dd run toy lr=0.1\nconst a = Math.random() * lr\ndd.log({ a })\n\na > 0\n";
	const [first, second] = [
		piped(code, "--seed", "7"),
		piped(code, "--seed", "7"),
	];
	assert.equal(first.status, 0, first.stderr);
	assert.match(
		first.stdout,
		/toy · finished · seed \w+ \(root 7\)[\s\S]*\ba 0\.\d+/,
	);
	assert.match(first.stdout, /\ntrue\n$/);
	const metric = (text: string) => /(?:·| ) a ([\d.e-]+)$/m.exec(text)?.[1];
	assert.equal(metric(first.stdout), metric(second.stdout));
});

test(".exit ends early", () => {
	assert.equal(piped("1\n.exit\n2\n").stdout, "1\n");
});
