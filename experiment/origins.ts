/** Where a parameter's value came from. */
export type ParamOrigin = "default" | "cell" | "override";

/** Where a session's root seed came from. */
export type SeedOrigin = "drawn" | "given";
