import type { Connection } from "../kernel/wire/connection.ts";

/** A connection on this machine whose ports the kernel chooses. */
export const anyPorts: Connection = {
	transport: "tcp",
	ip: "127.0.0.1",
	key: "a shared secret",
	signature_scheme: "hmac-sha256",
	shell_port: 0,
	iopub_port: 0,
	stdin_port: 0,
	control_port: 0,
	hb_port: 0,
};
