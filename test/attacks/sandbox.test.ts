import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
	chmodSync,
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";
import { openSandbox } from "../../cli/sandbox/sandbox.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { launcher, leavingIn, notebookOf } from "../command-line.ts";
import { proof } from "./proof.ts";

const base = temporaryFolder();
const scratch = join(base, "scratch");
const home = join(base, "home");
const project = join(base, "project");
const elsewhere = join(base, "elsewhere");
for (const folder of [scratch, home, project, elsewhere]) mkdirSync(folder);
writeFiles(home, { ".ssh/id_ed25519": "the-secret-key" });
writeFiles(project, { "package.json": "{}" });

const env: NodeJS.ProcessEnv = {
	...leavingIn(scratch),
	HOME: home,
	SERVICE_PASSWORD: "the-secret-word",
	SSH_AUTH_SOCK: join(base, "agent.sock"),
	// As developers have it; the second is the folder of the command.
	PATH: `node_modules/.bin:.:${process.env.PATH}`,
};

/** Longer than any of these commands takes, however busy the machine is. */
const MOST_MILLISECONDS = 240_000;

/** Runs the command with a descriptor that it should not hand on; does not block what listens here. */
async function deepdiva(
	cwd: string,
	...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
	const secret = openSync(join(home, ".ssh", "id_ed25519"), "r");
	const child = spawn(process.execPath, [launcher, ...args], {
		cwd,
		env,
		stdio: ["ignore", "pipe", "pipe", "ignore", "ignore", "ignore", secret],
		timeout: MOST_MILLISECONDS,
		killSignal: "SIGKILL",
	});
	closeSync(secret);
	const read = async (stream: NodeJS.ReadableStream) => {
		let text = "";
		for await (const chunk of stream) text += chunk;
		return text;
	};
	const [stdout = "", stderr = ""] = await Promise.all([
		...[child.stdout, child.stderr].map((stream) =>
			stream ? read(stream) : "",
		),
		once(child, "close"),
	]).then(([out, errors]) => [String(out), String(errors)]);
	assert.equal(child.signalCode, null, `it did not end:\n${stdout}${stderr}`);
	return { code: child.exitCode, stdout, stderr };
}

/** A sandbox is tried where one can be had; where the project is checked, it must be. */
function isWithout(t: TestContext): boolean {
	try {
		openSandbox();
		return false;
	} catch (error) {
		assert.notEqual(process.env.CI, "true", (error as Error).message);
		t.skip((error as Error).message);
		return true;
	}
}

interface Part {
	readonly part: string;
	readonly verdict: string;
	readonly recorded?: string;
	readonly replayed?: string;
}

/** What reached this process from outside of a sandbox. */
const reached = new Set<string>();

async function listening(path: string | undefined, name: string) {
	const server: Server = createServer((socket) => {
		reached.add(name);
		socket.on("error", () => undefined);
		socket.end();
	});
	server.unref();
	server.listen(path ?? { port: 0, host: "127.0.0.1" });
	await once(server, "listening");
	after(() => server.close());
	const address = server.address();
	return typeof address === "object" && address ? address.port : 0;
}

async function receiving(name: string): Promise<number> {
	const socket = createSocket("udp4", () => reached.add(name));
	socket.on("message", () => reached.add(name));
	socket.bind(0, "127.0.0.1");
	await once(socket, "listening");
	socket.unref();
	after(() => socket.close());
	return socket.address().port;
}

/** Attack → an expression of its cell that is true where it worked, as far as the cell can tell. */
async function attacks(): Promise<Readonly<Record<string, string>>> {
	const tcp = await listening(undefined, "a TCP connection");
	const named = join(base, "agent.sock");
	const abstract = `\0deepdiva-${process.pid}`;
	await listening(named, "the agent's socket");
	await listening(abstract, "an abstract socket");
	const udp = await receiving("a datagram");
	const dns = await receiving("a question to a name server");
	const connect = (place: string) =>
		`await new Promise((done) => { const s = net.connect(${place}); s.on("connect", () => done(true)); s.on("error", () => done(false)); })`;
	const write = (...path: string[]) => {
		const place = JSON.stringify(join(...path));
		return `(fs.writeFileSync(${place}, "x"), true)`;
	};
	// A sandbox has a /tmp of its own: only outside it can be seen which one was written.
	const unseen = (code: string) => `(${code}, false)`;
	const q = JSON.stringify;
	return {
		"a TCP connection": connect(`{ port: ${tcp}, host: "127.0.0.1" }`),
		"the agent's socket": connect(`{ path: ${q(named)} }`),
		"an abstract socket": connect(`{ path: ${q(abstract)} }`),
		"a datagram": `await new Promise((done) => dgram.createSocket("udp4").send("x", ${udp}, "127.0.0.1", (e) => done(!e))), false`,
		"a question to a name server": `await new Promise((done) => { const r = new dns.Resolver({ timeout: 500, tries: 1 }); r.setServers(["127.0.0.1:${dns}"]); r.resolve4("example.org", (e) => done(!e)); })`,
		"a file in the home folder": write(home, "planted"),
		"a file in the shell's start": write(home, ".bashrc"),
		"a file in the reader's temporary folder": unseen(
			write(scratch, "planted"),
		),
		"a file in the project": write(project, "planted"),
		"a file in the folder of the command": write(elsewhere, "planted"),
		"a file in the installation": write(
			packageRoot,
			"dist",
			`planted-${process.pid}`,
		),
		"a file of a child's": unseen(
			`cp.execFileSync("/bin/sh", ["-c", ${q(`echo x > ${join(base, "planted")}`)}])`,
		),
		"a list of the home folder": `fs.readdirSync(${q(home)}).length > 0`,
		"a secret file": `fs.readFileSync(${q(join(home, ".ssh", "id_ed25519"))}, "utf8").includes("secret")`,
		"a secret of the environment": `process.env.SERVICE_PASSWORD !== undefined || process.env.SSH_AUTH_SOCK !== undefined`,
		"a secret of any process's environment": `fs.readdirSync("/proc").some((pid) => { try { return fs.readFileSync("/proc/" + pid + "/environ", "latin1").includes("the-secret-word"); } catch { return false; } })`,
		"a descriptor that was open": `fs.readdirSync("/proc/self/fd").some((fd) => { try { return fs.readlinkSync("/proc/self/fd/" + fd).includes("id_ed25519"); } catch { return false; } })`,
		"another process's number": `(process.kill(${process.pid}, 0), true)`,
		"another process's memory": `fs.existsSync("/proc/${process.pid}/mem")`,
		"the system's sockets": `fs.readdirSync("/run").length >= 0`,
		"the password file": `fs.existsSync("/etc/shadow")`,
		"the machine's id": `fs.existsSync("/etc/hostname")`,
	};
}

/** Outside, their proofs. */
const planted = () =>
	[
		...[home, scratch, project, elsewhere, base].map((folder) =>
			join(folder, "planted"),
		),
		join(home, ".bashrc"),
		join(packageRoot, "dist", `planted-${process.pid}`),
	].filter((path) => existsSync(path));

/** Cells of attacks: each names what worked, as far as it can tell. */
function attackCells(table: Readonly<Record<string, string>>): string[] {
	return [
		[
			"const worked = [];",
			...["net", "fs", "dgram", "dns", "cp:child_process"].map((one) => {
				const [name, module = name] = one.split(":");
				return `const ${name} = await import("node:${module}");`;
			}),
			...Object.entries(table).map(
				([name, code]) =>
					`try { if (${code}) worked.push(${JSON.stringify(name)}); } catch {}`,
			),
			"await new Promise((done) => setTimeout(done, 200));",
		].join("\n"),
		'%dd run attacks\nthrow new Error("worked: " + worked.join(", "));',
		// Only where the home folder is out of sight: recorded, they do nothing.
		`const isHeld = !fs.existsSync(${JSON.stringify(home)});
const own = () => ${JSON.stringify(`${scratch}/`)} + fs.readdirSync(${JSON.stringify(scratch)}).find((one) => one.startsWith("deepdiva-replay-"));`,
		// A replay of a later run executes this one, too, and records nothing.
		'%dd run link\nif (isHeld && fs.existsSync(own() + "/run.json")) fs.symlinkSync("/etc/passwd", own() + "/metrics-2.jsonl");',
		"%dd run memory\nconst all = [];\nwhile (isHeld) all.push(Buffer.alloc(2 ** 24, 1));",
	];
}

interface Outcome {
	readonly from: string;
	readonly experiment: string;
	readonly identical: boolean;
	readonly failure?: string;
	readonly parts: readonly Part[];
}

test("several runs that somebody sent are shut off: no socket opens, nothing outside is written, no secret is read, and an honest one is identical", async (t) => {
	if (isWithout(t)) return;
	const table = await attacks();
	const honest = [
		"const rate = 0.01;",
		"%dd run task=points epochs=2 --no-images",
	];
	writeFileSync(
		join(project, "nb.ipynb"),
		notebookOf(...honest, ...attackCells(table)),
	);
	const zip = join(elsewhere, "sent.zip");
	const executed = await deepdiva(
		project,
		"execute",
		"nb.ipynb",
		"--allow-errors",
	);
	const { runs } = listRuns(join(project, "runs"));
	const ids = runs.map(({ record }) => record.id);
	const made = await deepdiva(project, "runs", "export", ...ids, "-o", zip);
	assert.equal(ids.length, 4, executed.stdout + executed.stderr);
	assert.equal(made.code, 0, made.stderr);
	// What the same cell could do without: else the proofs would prove nothing.
	assert.deepEqual([...reached].sort(), [
		"a TCP connection",
		"a datagram",
		"a question to a name server",
		"an abstract socket",
		"the agent's socket",
	]);
	assert.equal(planted().length, 7);
	reached.clear();
	for (const path of planted()) rmSync(path);

	const references = [...ids.map((id) => `${zip}#${id}`), "broken.zip"];
	writeFileSync(join(elsewhere, "broken.zip"), "PK");
	const asked = await deepdiva(elsewhere, "replay", ...references);
	assert.equal(asked.code, 2);
	assert.match(asked.stderr, /nothing was executed, since .*--sandbox .*--yes/);
	const { code, stdout, stderr } = await deepdiva(
		elsewhere,
		...["replay", ...references, "--yes", "--json", "--memory-limit", "1000"],
	);
	assert.equal(code, 1, stderr);
	assert.match(stderr, /4 runs of 5 can be executed, .* in a sandbox/);
	const [points, attacked, link, memory, broken] = JSON.parse(
		stdout,
	) as Outcome[];
	assert.equal(points?.identical, true, JSON.stringify(points));
	const error = attacked?.parts.find(({ part }) => part === "error");
	assert.match(String(error?.recorded), /a secret file/);
	assert.equal(error?.replayed, "Error: worked: ", JSON.stringify(attacked));
	assert.match(
		String(link?.failure),
		/left "metrics-2\.jsonl" in the folder of its run, which is no plain file/,
	);
	assert.match(
		String(memory?.failure),
		/used more than 1000 MB of memory, the limit \(--memory-limit\), and was ended/,
	);
	assert.match(String(broken?.failure), /is no zip file/);
	const nothingStays = () => {
		assert.deepEqual([...reached], []);
		assert.deepEqual(planted(), []);
		assert.deepEqual(readdirSync(scratch), [], "nothing temporary stays");
	};
	nothingStays();

	// Where bubblewrap is not allowed, the same holds by util-linux alone.
	const forbidden = join(base, "forbidden");
	mkdirSync(forbidden);
	writeFileSync(join(forbidden, "bwrap"), "#!/bin/sh\nexit 1\n");
	chmodSync(join(forbidden, "bwrap"), 0o755);
	env.PATH = `${forbidden}:${process.env.PATH}`;
	const second = await deepdiva(
		elsewhere,
		...["replay", ...references.slice(0, 2), "--yes", "--json"],
	);
	assert.match(second.stderr, /in a sandbox \(unshare\)/);
	const [again, held] = JSON.parse(second.stdout) as Outcome[];
	assert.equal(again?.identical, true, JSON.stringify(again));
	assert.equal(
		held?.parts.find(({ part }) => part === "error")?.replayed,
		"Error: worked: ",
		JSON.stringify(held),
	);
	nothingStays();
});

test("what reads an export starts no program of it, and none that lies beside it", async () => {
	const left = proof();
	const zip = join(elsewhere, "sent.zip");
	if (!existsSync(zip)) return;
	const folder = join(base, "beside");
	for (const name of ["npm", "git", "node", "sh"])
		writeFiles(folder, { [name]: `#!/bin/sh\n${left.command}\n` });
	for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755);
	const [{ record } = assert.fail("no run")] = listRuns(
		join(project, "runs"),
	).runs;
	for (const [args, expected] of [
		[["runs", "show", `${zip}#${record.id}`], 0],
		[["checklist", `${zip}#${record.id}`], 0],
		[["verify-certificate", `${zip}#${record.id}`], 2],
		[["replay", `${zip}#${record.id}`], 2],
	] as const) {
		const { code, stderr } = await deepdiva(folder, ...args);
		assert.equal(code, expected, stderr);
		left.assertNone(args.join(" "));
	}
});
