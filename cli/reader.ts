/**
 * The exit code that a shell reports for a program ended by SIGPIPE, a signal
 * that Node ignores.
 */
export const READER_GONE = 141;

/**
 * How long a command may take to finish: an engine that must be killed takes
 * five seconds.
 */
const PATIENCE_MILLISECONDS = 10_000;

/** Errors of a pipe, a socket, and a terminal whose window was closed. */
const READER_ERRORS = new Set(["EPIPE", "ECONNRESET", "EIO"]);

let gone = false;

/**
 * Has the program that read our output ended, as in `deepdiva execute NB.ipynb
 * | head`?
 */
export const isReaderGone = (): boolean => gone;

/**
 * Ends the command quietly when the program that reads its output has ended, as
 * usual in a pipeline. Work is interrupted as by Ctrl-C, so that its runs are
 * sealed.
 */
export function endWithReader(): void {
	for (const stream of [process.stdout, process.stderr])
		stream.on("error", (error: NodeJS.ErrnoException) =>
			READER_ERRORS.has(error.code ?? "") ? endQuietly() : endFor(error),
		);
}

function endQuietly(): void {
	if (gone) return;
	gone = true;
	process.exitCode = READER_GONE;
	if (!process.emit("SIGINT")) process.exit(READER_GONE);
	setTimeout(() => process.exit(READER_GONE), PATIENCE_MILLISECONDS).unref();
}

/** The output goes to a file that cannot be written. */
function endFor({ message }: Error): void {
	try {
		process.stderr.write(
			`deepdiva: the output cannot be written: ${message}\n`,
		);
	} finally {
		process.exit(1);
	}
}
