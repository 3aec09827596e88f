import { UsageError } from "../../base/errors.ts";

/** Asks for V8's inspector in engines: for who works on this package. */
const VARIABLE = "DEEPDIVA_INSPECT";

/**
 * Node's options that let a debugger attach to an engine, by what the variable
 * holds: a port, or `wait:PORT` for an engine that waits for the debugger
 * before it does anything.
 *
 * On the local machine only. Node says nothing about it on stderr, which is a
 * cell's.
 *
 * @throws UsageError for any other value
 */
export function inspectorOptions(
	value: string | undefined = process.env[VARIABLE],
): readonly string[] {
	if (value === undefined || value === "") return [];
	const [, wait, port] = /^(wait:)?([1-9]\d{0,4})$/.exec(value) ?? [];
	if (port === undefined || Number(port) > 65535)
		throw new UsageError(
			`${VARIABLE} is a port, such as 9229, or wait:9229; it cannot be ${JSON.stringify(value)}`,
		);
	return [
		`--inspect${wait ? "-wait" : ""}=127.0.0.1:${port}`,
		"--inspect-publish-uid=http",
	];
}
