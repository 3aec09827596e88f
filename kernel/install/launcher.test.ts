import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { commandFile, launcherAdvice } from "./launcher.ts";
import { copyInstallation } from "./test-installation.ts";

const folder = temporaryFolder();
/** What paths may have, and shells read otherwise. */
const place = join(folder, `it's "my" $HOME \`id\` clone`);
before(() => {
	copyInstallation(place);
});

interface Home {
	/** Runs a command in a folder with nothing of this package. */
	run(
		file: string,
		args?: readonly string[],
		env?: Readonly<Record<string, string>>,
	): { status: number | null; stdout: string; stderr: string };
	deepdiva(...args: string[]): ReturnType<Home["run"]>;
	readonly launcher: string;
	readonly folder: string;
}

/** A user's home, with the PATH of a system that has Node. */
function home(name: string): Home {
	const home = join(folder, name);
	const cwd = join(home, "elsewhere");
	// A trap: nothing of it may ever run.
	writeFiles(cwd, {
		node: "#!/bin/sh\necho trap\n",
		deepdiva: "#!/bin/sh\necho trap\n",
		"node_modules/.bin/deepdiva": "#!/bin/sh\necho trap\n",
	});
	for (const file of ["node", "deepdiva", "node_modules/.bin/deepdiva"])
		chmodSync(join(cwd, file), 0o755);
	const run: Home["run"] = (file, args = [], env = {}) => {
		const { status, stdout, stderr } = spawnSync(file, args, {
			cwd,
			encoding: "utf8",
			env: {
				PATH: `${join(process.execPath, "..")}:/usr/bin:/bin`,
				HOME: home,
				SHELL: "/bin/sh",
				...env,
			},
		});
		return { status, stdout, stderr };
	};
	return {
		run,
		deepdiva: (...args) =>
			run(process.execPath, [join(place, "bin", "deepdiva.js"), ...args]),
		launcher: join(home, ".local", "bin", "deepdiva"),
		folder: home,
	};
}

test("install leaves the command in the user's bin folder, with the one line for PATH; it works in any folder, and uninstall removes it", () => {
	const { run, deepdiva, launcher, folder: user } = home("user");
	const { status, stdout } = deepdiva("install");
	assert.equal(status, 0);
	assert.equal(
		stdout,
		`installed the kernel in ${user}/.local/share/jupyter/kernels/deepdiva
installed the command ${launcher}
${user}/.local/bin is not on PATH; this adds it:
  export PATH="${user}/.local/bin:$PATH"
`,
	);
	assert.equal(statSync(launcher).mode & 0o777, 0o755);
	const line = stdout.split("\n").at(-2) ?? "";
	const { version } = JSON.parse(
		readFileSync(join(place, "package.json"), "utf8"),
	) as { version: string };
	assert.deepEqual(run("sh", ["-c", `${line}\ndeepdiva --version`]), {
		status: 0,
		stdout: `${version}\n`,
		stderr: "",
	});
	assert.match(
		deepdiva("uninstall").stdout,
		/^removed the kernel from .*\nremoved the command .*\/\.local\/bin\/deepdiva\n$/,
	);
	assert.ok(!existsSync(launcher));
});

test("XDG_BIN_HOME, --prefix and --sys-prefix name other folders", () => {
	const { run } = home("places");
	const main = join(place, "bin", "deepdiva.js");
	const bin = join(folder, "xdg");
	run(process.execPath, [main, "install"], { XDG_BIN_HOME: bin });
	assert.ok(existsSync(join(bin, "deepdiva")));
	const prefix = join(folder, "prefix");
	run(process.execPath, [main, "install", "--prefix", prefix]);
	assert.ok(existsSync(join(prefix, "bin", "deepdiva")));
	const venv = join(folder, "venv");
	const { stdout } = run(process.execPath, [main, "install", "--sys-prefix"], {
		VIRTUAL_ENV: venv,
		PATH: `${join(venv, "bin")}:/usr/bin:/bin`,
	});
	assert.ok(existsSync(join(venv, "bin", "deepdiva")));
	assert.doesNotMatch(stdout, /PATH/);
});

test("a file of that name that is not ours is left as it is, by install and by uninstall", () => {
	const { deepdiva, launcher, folder: user } = home("foreign");
	const text = "#!/bin/sh\necho mine\n";
	writeFiles(user, { ".local/bin/deepdiva": text });
	const { status, stdout, stderr } = deepdiva("install");
	assert.equal(status, 2);
	assert.match(stdout, /^installed the kernel in .*\n$/);
	assert.match(
		stderr,
		/^deepdiva: \/.*\/\.local\/bin\/deepdiva is no launcher of DeepDIVA, so it was left as it is; the kernel is installed\. /,
	);
	assert.equal(readFileSync(launcher, "utf8"), text);
	assert.equal(deepdiva("uninstall").status, 0);
	assert.equal(readFileSync(launcher, "utf8"), text);
	// Nor a link that leads nowhere.
	rmSync(launcher);
	symlinkSync("/nowhere/deepdiva", launcher);
	assert.equal(deepdiva("install").status, 2);
});

test("where npm's own link to this installation is in that place, it stays", () => {
	const { deepdiva, launcher, run } = home("linked");
	mkdirSync(join(launcher, ".."), { recursive: true });
	symlinkSync(join(place, "bin", "deepdiva.js"), launcher);
	assert.equal(deepdiva("install").status, 0);
	assert.equal(run(launcher, ["--version"]).status, 0);
	assert.match(readFileSync(launcher, "utf8"), /^#!\/usr\/bin\/env node/);
});

test("the launcher of another installation is replaced by install, and kept by uninstall while that is there", () => {
	const { deepdiva, launcher } = home("two");
	deepdiva("install");
	const ours = readFileSync(launcher, "utf8");
	const other = join(folder, "other");
	mkdirSync(other);
	const theirs = ours.replace(/(?<=deepdiva-launcher: ).*/, `"${other}"`);
	writeFileSync(launcher, theirs);
	assert.match(
		deepdiva("uninstall").stdout,
		/^left the command .*: it starts the DeepDIVA in .*\/other$/m,
	);
	deepdiva("install");
	assert.equal(readFileSync(launcher, "utf8"), ours);
	writeFileSync(launcher, theirs);
	rmSync(other, { recursive: true });
	assert.match(deepdiva("uninstall").stdout, /^removed the command/m);
});

test("the command goes with the last kernel, also when Jupyter removed that", () => {
	const { deepdiva, launcher, folder: user } = home("several");
	deepdiva("install");
	deepdiva("install", "--name", "second");
	deepdiva("uninstall", "--name", "second");
	assert.ok(existsSync(launcher));
	rmSync(join(user, ".local/share/jupyter/kernels/deepdiva"), {
		recursive: true,
	});
	const { status, stdout, stderr } = deepdiva("uninstall");
	assert.equal(status, 2);
	assert.match(stdout, /^removed the command/);
	assert.match(stderr, /^deepdiva: There is no kernelspec in /);
	assert.ok(!existsSync(launcher));
});

test("when the installation has moved, or its packages are gone, one sentence says where it was and what to do", () => {
	const { run, deepdiva, launcher } = home("moved");
	deepdiva("install");
	const told = (missing: string) => ({
		status: 2,
		stdout: "",
		stderr: `deepdiva: DeepDIVA was installed from ${place}, but ${missing} is gone. In the place where its clone is now, run: npm ci && node bin/deepdiva.js install\n`,
	});
	const packages = join(place, "node_modules", "zeromq");
	renameSync(packages, `${packages}-`);
	const { status, stderr } = run(launcher, ["--version"]);
	assert.equal(status, 2);
	assert.match(stderr, /node_modules\/zeromq\/.* is gone\. /);
	renameSync(`${packages}-`, packages);
	renameSync(place, `${place}-`);
	try {
		assert.deepEqual(
			run(launcher, ["--version"]),
			told(join(place, "bin", "deepdiva.js")),
		);
	} finally {
		renameSync(`${place}-`, place);
	}
});

test("when its Node is gone, the one on PATH starts it, and never one of the working folder", () => {
	const { run, deepdiva, launcher } = home("node");
	deepdiva("install");
	const text = readFileSync(launcher, "utf8");
	writeFileSync(launcher, text.replace(/^node='.*'$/m, "node='/nowhere/node'"));
	assert.equal(run(launcher, ["--version"]).status, 0);
	for (const PATH of [".:/usr/bin:/bin", ":/nowhere", "./"]) {
		// Only where the system has none in these folders, too.
		const { stdout } = run("/bin/sh", ["-c", "command -v node"], { PATH });
		if (stdout.startsWith("/")) continue;
		const { status, stdout: shown, stderr } = run(launcher, [], { PATH });
		assert.deepEqual([status, shown], [2, ""]);
		assert.match(stderr, /there is no node on PATH; install Node 20 or newer/);
	}
});

test("another deepdiva that comes earlier on PATH is told, once, and this one through a link is not", () => {
	const { run, launcher } = home("shadow");
	const main = join(place, "bin", "deepdiva.js");
	const early = join(folder, "early");
	writeFiles(early, { deepdiva: "#!/bin/sh\n" });
	const env = {
		PATH: `${early}:${join(launcher, "..")}:/usr/bin:/bin`,
	};
	const { status, stdout } = run(process.execPath, [main, "install"], env);
	assert.equal(status, 0);
	assert.match(
		stdout,
		/^\/.*\/early\/deepdiva comes earlier on PATH, so `deepdiva` starts that; remove it, or put .*\/\.local\/bin before it$/m,
	);
	rmSync(join(early, "deepdiva"));
	symlinkSync(main, join(early, "deepdiva"));
	const again = run(process.execPath, [main, "install"], env);
	assert.doesNotMatch(again.stdout, /earlier/);
});

test("the line for PATH is in the user's shell's own words, and takes every path", () => {
	const bin = join(folder, `b "i" $n \`id\``);
	const launcher = join(bin, "deepdiva");
	writeFiles(bin, { deepdiva: "#!/bin/sh\necho found\n" });
	chmodSync(launcher, 0o755);
	const lineOf = (SHELL: string) =>
		launcherAdvice(launcher, { PATH: "/usr/bin", SHELL })[0]?.split("\n")[1];
	assert.equal(
		execFileSync("sh", ["-c", `${lineOf("/bin/bash")}\ndeepdiva`], {
			encoding: "utf8",
			env: { PATH: "/usr/bin:/bin" },
		}),
		"found\n",
	);
	assert.equal(
		lineOf("/usr/bin/fish"),
		`  fish_add_path '${folder}/b "i" $n \`id\`'`,
	);
});

test("on Windows it is a command file that looks for node in PATH alone", () => {
	const lines = commandFile({}).split("\r\n");
	assert.equal(lines[0], "@echo off");
	assert.match(lines[1] ?? "", /^rem deepdiva-launcher: ".*"$/);
	assert.ok(lines.some((line) => line.includes("(node.exe) do")));
	assert.match(lines.join("\n"), /^"%node%" ".*deepdiva\.js" %\*$/m);
});
