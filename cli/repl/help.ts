/** Commands of the REPL itself; any other input is code or a magic. */
export const DOT_COMMANDS = [".exit", ".help"];

const ROWS: readonly (readonly [string, string])[] = [
	["Enter", "runs a whole cell; else begins a line, with its indent"],
	["Alt-Enter", "begins a line in any case"],
	["Tab", "completes; again: the next of the list"],
	["Shift-Tab", "explains what the cursor is at; again: at length"],
	["Up, Down", "earlier inputs that begin with what is typed"],
	["Ctrl-C", "interrupts a cell; clears the input"],
	["Ctrl-L", "clears the screen"],
	["Ctrl-D", "leaves, when nothing is typed"],
	[".help", "this page"],
	[".exit", "leaves"],
	["%dd help", "the magics"],
];

/** What `.help` prints. */
export const HELP = `${ROWS.map(([key, meaning]) => `  ${key.padEnd(10)} ${meaning}`).join("\n")}

The code under a %dd run line ends at an empty line. Lines are edited with the
usual keys: Ctrl-A, Ctrl-E, Ctrl-W, Ctrl-U, Ctrl-K, Ctrl-Y, Alt-B, Alt-F.
`;
