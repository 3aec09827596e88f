import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer, Subscriber } from "zeromq";
import {
	type Connection,
	readConnectionFile,
} from "../kernel/wire/connection.ts";
import {
	decode,
	encode,
	type IncomingMessage,
	NO_PARENT,
} from "../kernel/wire/frames.ts";
import { createSigner, type Signer } from "../kernel/wire/signature.ts";
import { anyPorts } from "./connection.ts";
import { until } from "./until.ts";

const MAIN = fileURLToPath(
	new URL("../kernel/server/main.ts", import.meta.url),
);

/** Starts the kernel's process. Its error output is for the reader of the test. */
export function spawnKernel(
	args: readonly string[],
	folder: string,
	env: NodeJS.ProcessEnv = {},
) {
	return spawn(process.execPath, [MAIN, ...args], {
		cwd: folder,
		stdio: ["ignore", "inherit", "pipe"],
		env: {
			...process.env,
			DEEPDIVA_HISTORY: join(folder, "history.jsonl"),
			...env,
		},
	});
}

/**
 * A kernel in its own process, and a client of it, for tests that have no
 * Python. It shares the kernel's code for the wire and with it any mistake
 * there: what the wire promises is tested with jupyter_client.
 */
export class KernelClient {
	readonly process: ChildProcess;
	readonly #folder: string;
	readonly #signer: Signer;
	readonly #shell = new Dealer({ linger: 0 });
	readonly #control = new Dealer({ linger: 0 });
	readonly #iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
	readonly #session = randomUUID();

	/** @param env more of the environment; undefined takes a variable away */
	static async start(env?: NodeJS.ProcessEnv): Promise<KernelClient> {
		const folder = mkdtempSync(join(tmpdir(), "deepdiva-kernel-"));
		const path = join(folder, "connection.json");
		writeFileSync(path, JSON.stringify({ ...anyPorts, key: randomUUID() }));
		const child = spawnKernel([path], folder, env);
		child.stderr.pipe(process.stderr);
		await until(
			() => child.exitCode !== null || readConnectionFile(path).hb_port !== 0,
			"the kernel writes its ports",
		);
		if (child.exitCode !== null) throw new Error("The kernel did not start.");
		const client = new KernelClient(child, folder, readConnectionFile(path));
		await client.#next(client.#iopub, "iopub_welcome");
		return client;
	}

	private constructor(
		child: ChildProcess,
		folder: string,
		connection: Connection,
	) {
		this.process = child;
		this.#folder = folder;
		this.#signer = createSigner(connection.key, connection.signature_scheme);
		const at = (port: number) => `tcp://${connection.ip}:${port}`;
		this.#shell.connect(at(connection.shell_port));
		this.#control.connect(at(connection.control_port));
		this.#iopub.connect(at(connection.iopub_port));
		this.#iopub.subscribe("");
	}

	/** Sends a request; resolves with its reply and its iopub messages up to idle. */
	async request(
		type: string,
		content: object = {},
		channel: "shell" | "control" = "shell",
	): Promise<{ reply: IncomingMessage; messages: IncomingMessage[] }> {
		const socket = channel === "shell" ? this.#shell : this.#control;
		const id = randomUUID();
		await socket.send(
			encode(
				{
					identities: [],
					header: {
						msg_id: id,
						msg_type: type,
						session: this.#session,
						username: "test",
						date: new Date().toISOString(),
						version: "5.5",
					},
					parent: NO_PARENT,
					content,
				},
				this.#signer,
			),
		);
		const messages: IncomingMessage[] = [];
		for (;;) {
			const message = await this.#next(this.#iopub);
			if (message.parentHeader.msg_id !== id) continue;
			messages.push(message);
			if (message.content.execution_state === "idle") break;
		}
		return { reply: await this.#next(socket), messages };
	}

	/** Waits for the process to end and removes its files; resolves with its exit code. */
	async ended(): Promise<number | null> {
		if (this.process.exitCode === null) await once(this.process, "exit");
		for (const socket of [this.#shell, this.#control, this.#iopub])
			socket.close();
		rmSync(this.#folder, { recursive: true, force: true });
		return this.process.exitCode;
	}

	/** What the kernel wrote to its history. */
	history(): string {
		return readFileSync(join(this.#folder, "history.jsonl"), "utf8");
	}

	async #next(
		socket: Dealer | Subscriber,
		type?: string,
	): Promise<IncomingMessage> {
		for (;;) {
			const message = decode(await socket.receive(), this.#signer);
			if (type === undefined || message.header.msg_type === type)
				return message;
		}
	}
}
