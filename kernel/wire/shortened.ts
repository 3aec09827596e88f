import { shortened as cut } from "../../base/text-width.ts";

const LONGEST = 200;

/** A text of a client, as a sentence quotes it. */
export const shortened = (text: string): string => cut(text, LONGEST, " …");
