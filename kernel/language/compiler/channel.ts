import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import type { FileSystem } from "typescript/unstable/fs";
import { MessageReader } from "../../protocol/message-reader.ts";
import { compilerProgram } from "./package-paths.ts";
import {
	CALL,
	CALL_RESPONSE,
	ERROR,
	encodeTuple,
	REQUEST,
	RESPONSE,
	readTuple,
	type Tuple,
} from "./tuples.ts";

/** What the compiler may ask for meanwhile. */
export type Callbacks = Pick<FileSystem, "readFile" | "fileExists">;

/**
 * Requests in which the compiler reads no file, so that another may follow before
 * they are answered: what comes after one that does is taken for the file's text.
 */
const QUIET = new Set(["release", "getSyntacticDiagnostics"]);

/** The answers that stand for no bytes: a signature that cannot be written down is JSON among them. */
const NOTHING = new Set(["", "null"]);
const LONGEST_NOTHING = 5;

/** What nobody waits for leaves with the next question about a program, or after so long. */
const RELEASE_WAITS_MILLISECONDS = 100;

interface Request {
	readonly method: string;
	readonly bytes: Buffer;
	readonly resolve: (payload: Buffer) => void;
	readonly reject: (error: Error) => void;
}

/**
 * The compiler's process and the questions to it, in place of the client that
 * TypeScript's API has. Between two processes that share a processor what costs
 * most is who is woken when: here a question is one write, two that belong together
 * are one, and the process answers on the thread that reads.
 */
export class CompilerChannel {
	readonly process: ChildProcess;
	readonly #callbacks: Partial<Callbacks>;
	readonly #reader = new MessageReader(readTuple);
	/** Not sent yet. */
	readonly #waiting: Request[] = [];
	/** Sent and not answered. */
	readonly #open: Request[] = [];
	#releases: Request[] = [];
	#releaseTimer: NodeJS.Timeout | undefined;
	#isSending = false;

	/**
	 * Starts the process.
	 * @throws Error where the system does not execute it
	 */
	static async start(callbacks: Partial<Callbacks>): Promise<CompilerChannel> {
		const names = Object.keys(callbacks).join();
		const child = spawn(
			compilerProgram(),
			["--api", "--cwd", process.cwd(), `--callbacks=${names}`],
			{ stdio: ["pipe", "pipe", "inherit"], env: environment() },
		);
		await new Promise<void>((resolve, reject) => {
			child.once("spawn", resolve);
			child.once("error", reject);
		});
		return new CompilerChannel(child, callbacks);
	}

	private constructor(child: ChildProcess, callbacks: Partial<Callbacks>) {
		this.process = child;
		this.#callbacks = callbacks;
		child.stdout?.on("data", (piece: Buffer) => this.#receive(piece));
		// What goes wrong with the pipes of a process that died tells no one: whoever waits is told by its end.
		for (const pipe of [child.stdin, child.stdout])
			pipe?.on("error", () => undefined);
	}

	/** Asks; the answer is JSON. Never settles once the process has ended. */
	async apiRequest(method: string, params?: unknown): Promise<unknown> {
		const payload = await this.#ask(method, params);
		return payload.length > 0 ? JSON.parse(payload.toString()) : undefined;
	}

	/** Asks for bytes; undefined where there are none. */
	async apiRequestBinary(
		method: string,
		params?: unknown,
	): Promise<Uint8Array | undefined> {
		const payload = await this.#ask(method, params);
		// In a buffer of their own, as the API reads them from its beginning.
		return NOTHING.has(payload.toString("latin1", 0, LONGEST_NOTHING))
			? undefined
			: new Uint8Array(payload);
	}

	/** The API asks for it; times are not collected. */
	getTimingCollector(): undefined {
		return undefined;
	}

	#ask(method: string, params: unknown): Promise<Buffer> {
		return new Promise<Buffer>((resolve, reject) => {
			const bytes = encodeTuple(REQUEST, method, JSON.stringify(params) ?? "");
			const request = { method, bytes, resolve, reject };
			if (method === "release") this.#release(request);
			else {
				if (method !== "updateSnapshot")
					this.#waiting.push(...this.#takeReleases());
				this.#waiting.push(request);
				this.#sendSoon();
			}
		});
	}

	#release(request: Request): void {
		this.#releases.push(request);
		this.#releaseTimer ??= setTimeout(() => {
			this.#waiting.push(...this.#takeReleases());
			this.#send();
		}, RELEASE_WAITS_MILLISECONDS).unref();
	}

	#takeReleases(): Request[] {
		clearTimeout(this.#releaseTimer);
		this.#releaseTimer = undefined;
		const releases = this.#releases;
		this.#releases = [];
		return releases;
	}

	/** What is asked at once leaves at once. */
	#sendSoon(): void {
		if (this.#isSending) return;
		this.#isSending = true;
		queueMicrotask(() => {
			this.#isSending = false;
			this.#send();
		});
	}

	#send(): void {
		const pieces: Buffer[] = [];
		while (this.#open.every(({ method }) => QUIET.has(method))) {
			const next = this.#waiting.shift();
			if (!next) break;
			this.#open.push(next);
			pieces.push(next.bytes);
		}
		if (pieces.length > 0) this.#write(Buffer.concat(pieces));
	}

	#write(bytes: Buffer): void {
		const { stdin } = this.process;
		if (stdin && !stdin.destroyed) stdin.write(bytes);
	}

	#receive(piece: Buffer): void {
		let tuples: readonly Tuple[];
		try {
			tuples = this.#reader.push(piece);
		} catch {
			// What follows cannot be read either.
			this.process.kill("SIGKILL");
			return;
		}
		for (const tuple of tuples)
			if (tuple.type === CALL) this.#answer(tuple);
			else this.#settle(tuple);
		this.#send();
	}

	#settle({ type, name, payload }: Tuple): void {
		const request = this.#open.shift();
		if (type === RESPONSE) request?.resolve(payload);
		else
			request?.reject(
				new Error(
					type === ERROR
						? withoutStack(payload.toString())
						: `${name}: ${type}`,
				),
			);
	}

	#answer({ name, payload }: Tuple): void {
		let said = "";
		try {
			said = this.#call(name, JSON.parse(payload.toString()));
		} catch {
			// Told of an error, the compiler panics with its locks held, and answers no more: it looks for itself.
		}
		this.#write(encodeTuple(CALL_RESPONSE, name, said));
	}

	/** An empty text stands for what is on the disk. */
	#call(name: string, path: string): string {
		const { readFile, fileExists } = this.#callbacks;
		if (name === "readFile") {
			const content = readFile?.(path);
			return content === undefined ? "" : JSON.stringify({ content });
		}
		if (name !== "fileExists") throw new Error(`${name} is not offered`);
		return JSON.stringify(fileExists?.(path)) ?? "";
	}
}

/** A panic is told with Go's stack, which says nothing to whoever reads it in a notebook. */
const withoutStack = (message: string): string =>
	message.split("\ngoroutine ", 1)[0] ?? message;

/**
 * On two processors one is the cell's, which runs meanwhile. With the other alone
 * Go hands no work from thread to thread, which for a small question takes longer
 * than the answer.
 */
function environment(): NodeJS.ProcessEnv {
	return availableParallelism() > 2
		? process.env
		: { GOMAXPROCS: "1", ...process.env };
}
