/**
 * Names that no user's magic can have. A list of its own: who defines a magic
 * should not have to load all of them.
 */
export const BUILT_IN: ReadonlySet<string> = new Set(
	`dd seed verify-data run multirun compare checklist export types npm cd env time who
	reset load writefile help`.split(/\s+/),
);
