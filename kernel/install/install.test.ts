import assert from "node:assert/strict";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { after, afterEach, test } from "node:test";
import { packageRoot } from "../../base/version.ts";
import { install, uninstall } from "./install.ts";
import { kernelSpec } from "./kernelspec.ts";
import { kernelsFolder } from "./location.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-install-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const environment = { ...process.env };
afterEach(() => {
	process.env = { ...environment };
});

test("the kernelspec starts this kernel on this Node, by a script that knows both", () => {
	const path = install({ prefix: folder });
	assert.equal(path, join(folder, "share", "jupyter", "kernels", "deepdiva"));
	const spec = JSON.parse(readFileSync(join(path, "kernel.json"), "utf8"));
	assert.deepEqual(spec.argv, [
		"/bin/sh",
		join(path, "start.sh"),
		"{connection_file}",
	]);
	const start = readFileSync(join(path, "start.sh"), "utf8");
	assert.ok(start.includes(`exec '${process.execPath}' '`));
	assert.equal(spec.interrupt_mode, "message");
	assert.equal(spec.language, "typescript");
	assert.equal(spec.display_name, "TypeScript (DeepDIVA)");
	assert.deepEqual(spec.metadata, {
		debugger: false,
		supported_encryption: "curve",
		deepdiva: { installation: packageRoot, node: process.execPath },
	});
	assert.match(readFileSync(join(path, "logo-svg.svg"), "utf8"), /^<svg /);
});

test("on Windows, which has no such shell, the kernelspec names Node and the kernel themselves", () => {
	const [node, main = "", file] = kernelSpec("A", folder, "win32").argv;
	assert.equal(node, process.execPath);
	assert.ok(isAbsolute(main) && existsSync(main));
	assert.equal(file, "{connection_file}");
});

test("installing again replaces the kernelspec and leaves nothing else", () => {
	install({ prefix: folder, name: "again" });
	const path = install({ prefix: folder, name: "again", displayName: "Mine" });
	const spec = JSON.parse(readFileSync(join(path, "kernel.json"), "utf8"));
	assert.equal(spec.display_name, "Mine");
	assert.ok(
		!readdirSync(join(path, "..")).some((name) => name.startsWith(".")),
	);
});

test("uninstalling removes the kernelspec, and only ours", () => {
	const path = install({ prefix: folder, name: "gone" });
	assert.equal(uninstall({ prefix: folder, name: "gone" }), path);
	assert.ok(!existsSync(path));
	assert.throws(
		() => uninstall({ prefix: folder, name: "gone" }),
		/no kernelspec in .*gone/,
	);
	// As versions before the start script wrote it.
	mkdirSync(path);
	writeFileSync(
		join(path, "kernel.json"),
		JSON.stringify({
			argv: ["/n/node", "/p/kernel/server/main.js", "{connection_file}"],
			language: "typescript",
		}),
	);
	assert.equal(uninstall({ prefix: folder, name: "gone" }), path);
	const other = join(path, "..", "python3");
	mkdirSync(other);
	for (const spec of ['{"argv":["python"],"language":"python"}', "{"]) {
		writeFileSync(join(other, "kernel.json"), spec);
		assert.throws(
			() => uninstall({ prefix: folder, name: "python3" }),
			/of another kernel/,
		);
	}
	assert.ok(existsSync(join(other, "kernel.json")));
});

test("a kernelspec goes to the user's folder, or to the active Python environment", () => {
	process.env.JUPYTER_DATA_DIR = join(folder, "data");
	assert.equal(kernelsFolder({}), join(folder, "data", "kernels"));
	assert.equal(kernelsFolder({ user: true }), join(folder, "data", "kernels"));
	process.env.VIRTUAL_ENV = join(folder, "venv");
	assert.equal(
		kernelsFolder({ sysPrefix: true }),
		join(folder, "venv", "share", "jupyter", "kernels"),
	);
	process.env.VIRTUAL_ENV = "";
	process.env.CONDA_PREFIX = "";
	process.env.PATH = folder;
	assert.throws(
		() => kernelsFolder({ sysPrefix: true }),
		/no python3 in the PATH. Activate the environment/,
	);
	assert.throws(
		() => kernelsFolder({ sysPrefix: true, user: true }),
		/Name one of/,
	);
});

test("a name Jupyter would ignore, or a folder that cannot be written, is an error", () => {
	for (const name of ["", "a b", "../up", "/abs", ".hidden"])
		assert.throws(() => install({ prefix: folder, name }), /cannot be named/);
	const blocked = join(folder, "file");
	writeFileSync(blocked, "");
	assert.throws(
		() => install({ prefix: blocked }),
		/cannot be written to .*Use/,
	);
});
