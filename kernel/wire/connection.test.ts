import assert from "node:assert/strict";
import {
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
	ConnectionFileError,
	readConnectionFile,
	writePorts,
} from "./connection.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-connection-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const good = {
	transport: "tcp",
	ip: "127.0.0.1",
	key: "secret",
	signature_scheme: "hmac-sha256",
	shell_port: 1,
	iopub_port: 2,
	stdin_port: 3,
	control_port: 4,
	hb_port: 5,
};
const ports = {
	shell_port: 11,
	iopub_port: 12,
	stdin_port: 13,
	control_port: 14,
	hb_port: 15,
};

function file(content: string | object): string {
	const path = join(folder, "a connection file.json");
	writeFileSync(
		path,
		typeof content === "string" ? content : JSON.stringify(content),
	);
	return path;
}

test("a connection file is read whatever else it says", () => {
	assert.deepEqual(
		readConnectionFile(file({ ...good, kernel_name: "x" })),
		good,
	);
});

test("a connection file that cannot be used says what is wrong and what to do", () => {
	const { key, ...keyless } = good;
	for (const [content, problem] of [
		["", /is not a JSON object/],
		["{", /is not a JSON object/],
		["[]", /is not a JSON object/],
		[keyless, /has no "key"/],
		[{ ...good, hb_port: undefined }, /has no "hb_port"/],
		[{ ...good, hb_port: "5" }, /"hb_port": "5"; it must be a port/],
		[{ ...good, hb_port: 70000 }, /must be a port from 0 to 65535/],
		[{ ...good, ip: 7 }, /"ip" that is not a string/],
		[{ ...good, transport: "udp" }, /"udp"; it can be "tcp" or "ipc"/],
	] as const)
		assert.throws(
			() => readConnectionFile(file(content)),
			(error) =>
				error instanceof ConnectionFileError &&
				problem.test(error.message) &&
				/start the kernel from Jupyter/.test(error.message),
		);
	assert.throws(
		() => readConnectionFile(join(folder, "nowhere.json")),
		/nowhere\.json cannot be read: there is no such file/,
	);
	assert.equal(key, "secret");
});

test("CurveZMQ keys are read, both or none", () => {
	const key = "b?fq6-pJXk{>-<LHU<$m-gG$h^h5^kX7[^:Y&2?%";
	const both = { ...good, curve_publickey: key, curve_secretkey: key };
	assert.deepEqual(readConnectionFile(file(both)).curve, {
		publicKey: key,
		secretKey: key,
	});
	const none = { ...good, curve_publickey: null, curve_secretkey: null };
	assert.equal(readConnectionFile(file(none)).curve, undefined);
	for (const [content, problem] of [
		[{ ...both, curve_secretkey: undefined }, /has no "curve_secretkey"/],
		[{ ...both, curve_publickey: "short" }, /not a key of 40 Z85 characters/],
		[
			{ ...both, curve_secretkey: `${key.slice(1)} ` },
			/"curve_secretkey" that/,
		],
	] as const)
		assert.throws(() => readConnectionFile(file(content)), problem);
});

test("ports that were left to the kernel are written into the connection file", () => {
	const path = file({ ...good, shell_port: 0, kernel_name: "x" });
	writePorts(path, ports);
	assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), {
		...good,
		...ports,
		kernel_name: "x",
	});
	if (process.platform !== "win32")
		assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a connection file with all its ports is left as it is", () => {
	const path = file(good);
	const before = readFileSync(path, "utf8");
	writePorts(path, ports);
	assert.equal(readFileSync(path, "utf8"), before);
});
