import { existsSync } from "node:fs";
import { Router, type Socket, XPublisher } from "zeromq";
import { Channel } from "./channel.ts";
import type { Connection, Ports } from "./connection.ts";

/** The kernel's five sockets, bound. The heartbeat answers on its own. */
export interface Sockets {
	readonly shell: Channel;
	readonly control: Channel;
	readonly stdin: Channel;
	readonly iopub: Channel;
	/** The ports in use, where the connection file may say 0. */
	readonly ports: Ports;
	close(): Promise<void>;
}

/**
 * Binds the sockets of a connection file.
 *
 * @throws Error when an address cannot be bound, e.g. because a port is in use
 */
export async function bindSockets(connection: Connection): Promise<Sockets> {
	const { curve } = connection;
	const security = curve && {
		curveServer: true,
		curvePublicKey: curve.publicKey,
		curveSecretKey: curve.secretKey,
	};
	const options = {
		...security,
		// The default of 1000 drops what a burst of outputs has beyond it.
		sendHighWaterMark: 0,
		receiveHighWaterMark: 0,
		// The default of -1 waits for ever for a peer that is gone.
		linger: 1000,
		ipv6: connection.ip.includes(":"),
	};
	// Handover: a client that reconnects with its old identity gets its replies.
	const router = () => new Router({ ...options, handover: true });
	const shell = router();
	const control = router();
	const stdin = router();
	// All subscriptions, not only new topics: each subscriber gets a welcome.
	const iopub = new XPublisher({ ...options, verbosity: "allSubs" });
	// A reply socket would stop at the first peer that speaks no ZeroMQ.
	const heartbeat = router();

	const all = [shell, iopub, stdin, control, heartbeat];
	let ports: Ports;
	try {
		ports = {
			shell_port: await bind(shell, connection, "shell_port"),
			iopub_port: await bind(iopub, connection, "iopub_port"),
			stdin_port: await bind(stdin, connection, "stdin_port"),
			control_port: await bind(control, connection, "control_port"),
			hb_port: await bind(heartbeat, connection, "hb_port"),
		};
	} catch (error) {
		for (const socket of all) socket.close();
		throw error;
	}
	const channels = {
		shell: new Channel(shell),
		control: new Channel(control),
		stdin: new Channel(stdin),
		iopub: new Channel(iopub),
	};
	const beats = new Channel(heartbeat);
	void echo(beats);
	return {
		...channels,
		ports,
		close: async () => {
			await Promise.all(Object.values(channels).map((one) => one.close()));
			await beats.close();
		},
	};
}

async function echo(heartbeat: Channel): Promise<void> {
	for await (const frames of heartbeat) heartbeat.send(frames);
}

async function bind(
	socket: Socket,
	connection: Connection,
	name: keyof Ports,
): Promise<number> {
	const address = endpoint(connection, connection[name]);
	try {
		await socket.bind(address);
	} catch (error) {
		throw new Error(
			`The kernel cannot listen on ${address} ("${name}" of the connection file): ${(error as Error).message}.`,
			{ cause: error },
		);
	}
	return Number(/(?<!\d)\d+$/.exec(socket.lastEndpoint ?? address)?.[0]);
}

function endpoint({ transport, ip }: Connection, port: number): string {
	if (transport === "ipc") return `ipc://${ip}-${port || freeSuffix(ip)}`;
	return `tcp://${ip.includes(":") ? `[${ip}]` : ip}:${port}`;
}

/** With ipc the port is the end of a file's name. */
function freeSuffix(prefix: string): number {
	let suffix = 1;
	while (existsSync(`${prefix}-${suffix}`)) suffix++;
	return suffix;
}
