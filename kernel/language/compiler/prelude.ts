/**
 * Declarations of what the engine puts into every cell's scope. They are
 * globals, so a cell may declare the same names for itself.
 * @param engine path of kernel/engine without an end slash
 * @param library is `dd` used? Its types, with TensorFlow.js among them, are two
 * thirds of the program: 45 MB of 100, and half of the start's time
 */
export const prelude = (engine: string, library: boolean): string => `
/** DeepDIVA: parameters, metrics, data and runs of this notebook. */
declare const dd: ${library ? 'typeof import("deepdiva")' : "unknown"};
/** Shows a value below the cell: a picture, a table, a MIME bundle or plain text. */
declare const display: ReturnType<typeof import("${engine}/display/display").createDisplay>["display"];
/** Removes the output of the cell; with \`wait\`, when the next output arrives. */
declare const clearOutput: ReturnType<typeof import("${engine}/display/display").createDisplay>["clearOutput"];
/** Comms: messages to and from the front end, also while a cell runs. */
declare const jupyter: import("${engine}/comm/comm").Jupyter;
/** Asks the user for a line. */
declare const input: import("${engine}/streams/stdin").InputFunctions["input"];
/** Asks the user for a line that is not shown. */
declare const password: import("${engine}/streams/stdin").InputFunctions["password"];
/** Asks the user for a line, and waits for it. */
declare const prompt: import("${engine}/streams/stdin").InputFunctions["prompt"];
/** Asks the user a question that is answered by y or n, and waits for it. */
declare const confirm: import("${engine}/streams/stdin").InputFunctions["confirm"];
/** Prints a text. */
declare const alert: import("${engine}/streams/stdin").InputFunctions["alert"];
`;

/** Names of the globals that it declares. */
export const CELL_GLOBALS: readonly string[] = [
	...prelude("", false).matchAll(/^declare const (\w+)/gm),
].map(([, name = ""]) => name);
