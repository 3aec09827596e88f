/** Of a command that a scheduler asked to stop: try again, with --resume. EX_TEMPFAIL of sysexits.h. */
export const EXIT_STOPPED = 75;

/** Of a command that Ctrl-C has ended, as shells have it: 128 and the signal's number. */
export const EXIT_INTERRUPTED = 130;
