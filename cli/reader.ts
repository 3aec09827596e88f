/** As a shell reports what SIGPIPE ended, which Node ignores. */
export const READER_GONE = 141;

/** How long a command may take to end what it does: an engine that must be ended by force takes five seconds. */
const PATIENCE_MILLISECONDS = 10_000;

/** Of a pipe, a socket, and a terminal whose window was closed. */
const READER_ERRORS = new Set(["EPIPE", "ECONNRESET", "EIO"]);

let gone = false;

/** Did nobody want to read on, as in `deepdiva execute NB.ipynb | head`? */
export const isReaderGone = (): boolean => gone;

/**
 * Ends the command quietly when whoever reads its output goes away, as
 * programs in a pipeline do: what it computes is interrupted as by Ctrl-C, so
 * that its runs are sealed.
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

/** The output goes to a file, and that cannot be written. */
function endFor({ message }: Error): void {
	try {
		process.stderr.write(
			`deepdiva: the output cannot be written: ${message}\n`,
		);
	} finally {
		process.exit(1);
	}
}
