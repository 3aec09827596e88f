import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { temporaryName } from "../../base/files.ts";

const PORTS = [
	"shell_port",
	"iopub_port",
	"stdin_port",
	"control_port",
	"hb_port",
] as const;

const Z85_KEY = /^[0-9a-zA-Z.:+=^!/*?&<>()[\]{}@%$#-]{40}$/;

type PortName = (typeof PORTS)[number];
export type Ports = Readonly<Record<PortName, number>>;

/**
 * Where to listen, and the key: the connection file's content.
 * https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
 */
export interface Connection extends Ports {
	readonly transport: "tcp" | "ipc";
	/** The address with tcp, the prefix of the sockets' paths with ipc. */
	readonly ip: string;
	readonly key: string;
	readonly signature_scheme: string;
	/** Present when the sockets encrypt, and admit only clients that know the public key. */
	readonly curve?: CurveKeys;
}

/** A pair of CurveZMQ keys in Z85, 40 characters each. https://rfc.zeromq.org/spec/26/ */
export interface CurveKeys {
	readonly publicKey: string;
	readonly secretKey: string;
}

/** A connection file that cannot be used. The message says what to do. */
export class ConnectionFileError extends Error {
	override readonly name = "ConnectionFileError";
}

/**
 * Reads a connection file.
 *
 * @throws ConnectionFileError when it is missing, unreadable, not JSON, or lacks a field
 */
export function readConnectionFile(path: string): Connection {
	const fail = (problem: string, cause?: unknown): never => {
		throw new ConnectionFileError(
			`The connection file ${path} ${problem} Jupyter writes this file and passes its path to the kernel; start the kernel from Jupyter.`,
			{ cause },
		);
	};
	const { text, reason } = read(path);
	if (text === undefined) return fail(`cannot be read: ${reason}.`);
	const fields = parse(text);
	if (!fields) return fail("is not a JSON object.");

	const string = <T extends string>(
		name: string,
		fallback?: T,
		allowed?: readonly T[],
	): T => {
		const value = fields[name] ?? fallback;
		if (typeof value !== "string")
			return fail(
				value === undefined
					? `has no "${name}".`
					: `has a "${name}" that is not a string.`,
			);
		if (allowed && !allowed.includes(value as T))
			return fail(
				`has "${name}": "${value}"; it can be ${allowed.map((one) => `"${one}"`).join(" or ")}.`,
			);
		return value as T;
	};
	const port = (name: PortName): number => {
		const value = fields[name];
		if (value === undefined) return fail(`has no "${name}".`);
		if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > 65535)
			return fail(
				`has "${name}": ${JSON.stringify(value)}; it must be a port from 0 to 65535.`,
			);
		return Number(value);
	};
	const curveKeys = (): CurveKeys | undefined => {
		const { curve_publickey, curve_secretkey } = fields;
		if ((curve_publickey ?? curve_secretkey ?? undefined) === undefined)
			return undefined;
		const key = (name: string): string => {
			const value = string(name);
			if (!Z85_KEY.test(value))
				fail(`has a "${name}" that is not a key of 40 Z85 characters.`);
			return value;
		};
		return {
			publicKey: key("curve_publickey"),
			secretKey: key("curve_secretkey"),
		};
	};
	const curve = curveKeys();
	return {
		transport: string("transport", "tcp", ["tcp", "ipc"]),
		ip: string("ip"),
		key: string("key"),
		signature_scheme: string("signature_scheme", "hmac-sha256"),
		shell_port: port("shell_port"),
		iopub_port: port("iopub_port"),
		stdin_port: port("stdin_port"),
		control_port: port("control_port"),
		hb_port: port("hb_port"),
		...(curve ? { curve } : {}),
	};
}

/**
 * Tells clients the ports the kernel got where the file says 0. A file
 * without a 0 is left as it is: it belongs to whoever started the kernel.
 */
export function writePorts(path: string, ports: Ports): void {
	const fields = parse(readFileSync(path, "utf8"));
	if (!fields || PORTS.every((name) => fields[name] !== 0)) return;
	const draft = temporaryName(path);
	// The file holds the key: only its owner may read it.
	writeFileSync(draft, JSON.stringify({ ...fields, ...ports }, undefined, 2), {
		flag: "wx",
		mode: 0o600,
	});
	renameSync(draft, path);
}

function read(path: string): { text?: string; reason?: string } {
	try {
		return { text: readFileSync(path, "utf8") };
	} catch (error) {
		const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
		return {
			reason: missing ? "there is no such file" : (error as Error).message,
		};
	}
}

function parse(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === "object" && value !== null && !Array.isArray(value))
			return value as Record<string, unknown>;
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	return undefined;
}
