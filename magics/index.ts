/**
 * The magics: built-in ones, and those that users define.
 * @module
 */
import { builtIn } from "./built-in/index.ts";
import { register } from "./registry.ts";

register(builtIn);

export * from "./registry.ts";
