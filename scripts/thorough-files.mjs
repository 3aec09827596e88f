// What `npm test` leaves to `npm test -- --all`.
import { readFileSync } from "node:fs";

export const thorough = JSON.parse(
	readFileSync(new URL("../test/thorough-files.json", import.meta.url), "utf8"),
);

export const isOf = (file, entry) =>
	entry.endsWith("/") ? file.startsWith(entry) : file === entry;

export const isThorough = (file) =>
	Object.keys(thorough).some((entry) => isOf(file, entry));
