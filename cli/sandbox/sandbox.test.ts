import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { siblingPaths } from "../../experiment/data/manifest.ts";
import { launcherIn } from "./launcher.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { bubblewrap, openSandbox, unshare } from "./sandbox.ts";

/** What code may not do, as a command that says WORKED where it can. */
const HOSTILE = [
	"touch /planted",
	"touch /usr/planted",
	"touch /etc/planted",
	"touch READABLE/planted",
	"echo > WRITABLE/kept/a",
	"mv WRITABLE/kept WRITABLE/moved",
	"cat HIDDEN/secret",
	"ls /root || ls /home || ls /run || ls /var",
	"cat /etc/shadow",
	// What it is already: where a fence is missing, nothing changes.
	"a=$(cat /proc/sys/vm/swappiness) && echo $a > /proc/sys/vm/swappiness",
	"unshare -r true",
	"mount -t tmpfs none /tmp",
	"grep -q [0-9] /proc/net/tcp",
	"grep CapEff /proc/self/status | grep -q [1-9a-f]$",
];

for (const open of [bubblewrap, unshare])
	test(`what ${open.name} starts writes where it may, reads what it needs, and can do nothing else`, (t) => {
		const sandbox = open();
		if (typeof sandbox === "string") {
			assert.ok(
				process.env.CI !== "true" || open !== bubblewrap,
				`${sandbox}; where the project is checked, there must be one`,
			);
			t.skip(sandbox);
			return;
		}
		const base = temporaryFolder();
		const [writable = "", readable = "", hidden = ""] = [
			"writable",
			"it's readable",
			"hidden",
		].map((name) => join(base, name));
		mkdirSync(writable);
		writeFiles(writable, { "kept/a": "kept" });
		writeFiles(readable, { text: "to read" });
		writeFiles(hidden, { secret: "secret" });
		const script = HOSTILE.map((command) => {
			const real = command
				.replaceAll("WRITABLE", "$1")
				.replaceAll("READABLE", '"$2"')
				.replaceAll("HIDDEN", "$3");
			return `(${real}) >/dev/null 2>&1 && echo 'WORKED: ${command}'`;
		}).join("\n");
		const { file, args, env } = sandbox.prepare(
			{
				reads: [readable],
				writes: [writable],
				keeps: [join(writable, "kept")],
			},
			DEFAULT_LIMITS,
		)({
			file: "/bin/sh",
			args: [
				"-c",
				`${script}\ncat "$2/text"; echo "$TOLD"; cp "$2/text" "$1/made"; exit 7`,
				...["sh", writable, readable, hidden],
			],
			cwd: writable,
			variables: { TOLD: "told" },
		});
		const { status, stdout, stderr } = spawnSync(file, args, {
			env: { ...env },
			encoding: "utf8",
			timeout: 120_000,
		});
		assert.equal(stdout, "to readtold\n", stderr);
		assert.equal(status, 7, "the exit code is the command's");
		assert.equal(readFileSync(join(writable, "made"), "utf8"), "to read");
		assert.equal(existsSync(join(writable, "kept", "a")), true);
	});

for (const open of [bubblewrap, unshare])
	test(`links that code brings along, beside its data or in their place, show nothing to what ${open.name} starts`, (t) => {
		const sandbox = open();
		if (typeof sandbox === "string") return t.skip(sandbox);
		const temporary = temporaryFolder();
		const hidden = join(temporaryFolder(), "hidden");
		writeFiles(hidden, { secret: "secret" });
		const project = join(temporary, "tree");
		writeFiles(project, { "data/a.txt": "a" });
		const links = [
			...Object.values(siblingPaths(join(project, "data"))),
			join(project, "other"),
		];
		for (const link of links) symlinkSync(hidden, link);
		const launcher = launcherIn(
			{ sandbox, limits: DEFAULT_LIMITS },
			{
				...{ project, temporary, linked: [], data: new Map() },
				...{ rebuilt: "for a test", close: async () => undefined },
			},
			{ cwd: ".", data: [{ path: "data" }, { path: "other" }] },
		);
		const { file, args, env } = launcher.prepare({
			file: "/bin/sh",
			args: [
				"-c",
				'cat data/a.txt; cat "$@"',
				"sh",
				...links.map((link) => join(link, "secret")),
			],
			cwd: project,
			variables: {},
		});
		const { stdout } = spawnSync(file, args, { env, encoding: "utf8" });
		assert.equal(stdout, "a");
	});

test("where no way is open a sandbox is refused in a sentence that says what to install", () => {
	assert.throws(() => openSandbox([() => "bwrap is not installed"]), {
		name: "UsageError",
		message:
			/no sandbox here \(bwrap is not installed\).*apt install bubblewrap.*nothing was executed/,
	});
});
