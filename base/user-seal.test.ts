import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "./test-folder.ts";
import { isUserSeal, sealKeyPath, userSeal } from "./user-seal.ts";

const { XDG_STATE_HOME } = process.env;
const all = temporaryFolder();
let count = 0;
beforeEach(() => {
	process.env.XDG_STATE_HOME = join(all, String(++count));
});
afterEach(() => {
	if (XDG_STATE_HOME === undefined) delete process.env.XDG_STATE_HOME;
	else process.env.XDG_STATE_HOME = XDG_STATE_HOME;
});

/** The seal that another process makes, which has read the key itself. */
async function sealElsewhere(): Promise<string> {
	const module = new URL("./user-seal.ts", import.meta.url).href;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			"--input-type=module",
			"--eval",
			`import { userSeal } from ${JSON.stringify(module)}; process.stdout.write(userSeal("test", "text"));`,
		],
		{ timeout: 60_000 },
	);
	return stdout;
}

test("a seal holds for its purpose and its texts alone", () => {
	const seal = userSeal("test", "one", "two");
	assert.ok(isUserSeal(seal, "test", "one", "two"));
	assert.equal(userSeal("test", "one", Buffer.from("two")), seal);
	const umlauts = Buffer.from("Grüße");
	assert.ok(isUserSeal(userSeal("test", "Grüße"), "test", umlauts));
	for (const texts of [
		["test", "onetwo"],
		["test", "one", "two", ""],
		["test", "one"],
		["test", "o", "netwo"],
		["other", "one", "two"],
		["testone", "two"],
		["two", "one", "test"],
	] as const) {
		const [purpose, ...rest] = texts;
		assert.ok(!isUserSeal(seal, purpose, ...rest), texts.join("|"));
	}
	for (const given of [undefined, null, {}, [], 1, "", seal.slice(1)])
		assert.ok(!isUserSeal(given, "test", "one", "two"));
});

test("processes that start at once seal with one key, which this user alone can read", async () => {
	const seals = await Promise.all([
		sealElsewhere(),
		sealElsewhere(),
		sealElsewhere(),
	]);
	assert.deepEqual(new Set(seals), new Set([userSeal("test", "text")]));
	const path = sealKeyPath();
	assert.deepEqual(readdirSync(dirname(path)), ["cache-key"]);
	assert.equal(readFileSync(path).length, 32);
	if (process.platform !== "win32") {
		assert.equal(statSync(path).mode & 0o777, 0o600);
		assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
	}
});

test("where the key's folder is not private, that is said once, and seals hold in their process alone", {
	skip: process.platform === "win32" && "no modes there",
}, async () => {
	const shared = String(process.env.XDG_STATE_HOME);
	mkdirSync(shared);
	chmodSync(shared, 0o777);
	const said: Error[] = [];
	const hear = (warning: Error) => said.push(warning);
	process.on("warning", hear);
	try {
		const seal = userSeal("test", "text");
		assert.ok(isUserSeal(seal, "test", "text"));
		await new Promise((heard) => setImmediate(heard));
		assert.equal(said.length, 1);
		assert.match(
			String(said[0]?.message),
			/read in full each time: .*can be changed by every user; .*chmod go-w/,
		);
		assert.notEqual(await sealElsewhere(), seal);
	} finally {
		process.off("warning", hear);
	}
	assert.deepEqual(readdirSync(shared), []);
});

for (const [key, plant] of Object.entries({
	"that others could read": (path: string) => {
		writeFileSync(path, Buffer.alloc(32), { mode: 0o644 });
		chmodSync(path, 0o644);
	},
	"that is short": (path: string) =>
		writeFileSync(path, "known", { mode: 0o600 }),
	"that is empty": (path: string) => writeFileSync(path, "", { mode: 0o600 }),
	"that is a link": (path: string) => {
		const elsewhere = join(all, "key");
		writeFileSync(elsewhere, Buffer.alloc(32), { mode: 0o600 });
		symlinkSync(elsewhere, path);
	},
}))
	test(`a key ${key} is replaced by a new one`, {
		skip: process.platform === "win32" && "no modes there",
	}, () => {
		const before = userSeal("test", "text");
		process.env.XDG_STATE_HOME = temporaryFolder();
		const planted = sealKeyPath();
		mkdirSync(dirname(planted), { mode: 0o700, recursive: true });
		plant(planted);
		assert.notEqual(userSeal("test", "text"), before);
		assert.equal(readFileSync(planted).length, 32);
		assert.ok(!readFileSync(planted).equals(Buffer.alloc(32)));
		assert.ok(statSync(planted).isFile());
		assert.equal(statSync(planted).mode & 0o777, 0o600);
	});
