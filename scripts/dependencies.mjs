// Writes what can be measured into the tables of docs/dependencies.md: version,
// licence, size, and how many packages each one brings. What a package is for, and
// why, is written there by hand; a new one is listed with "?".
import {
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { licenceOf, lockedPackages } from "./lock-file.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "docs", "dependencies.md");

/** The fields of package.json, each a table below a comment of its name. */
const FIELDS = ["dependencies", "optionalDependencies", "devDependencies"];

const tableOf = (field) =>
	new RegExp(
		`(<!-- ${field}: npm run dependencies -->\\n\\n\\|.*\\n\\|.*\\n)((?:\\|.*\\n)*)`,
	);

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const locked = new Map(lockedPackages());

/** The packages that come with the one in a folder of the lock file, itself among them. */
function broughtBy(path, found = new Set()) {
	if (found.has(path)) return found;
	found.add(path);
	for (const name of Object.keys(locked.get(path)?.dependencies ?? {})) {
		// The nearest one from here upwards, as Node looks for it.
		let from = path;
		while (from !== "" && !locked.has(`${from}/node_modules/${name}`))
			from = from.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, "");
		broughtBy(join(from, "node_modules", name).replaceAll("\\", "/"), found);
	}
	return found;
}

/** Its install script puts the binary, which another package has, in place of this file. */
const REPLACED = join("esbuild", "bin", "esbuild");

function bytesIn(folder) {
	let bytes = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.name === "node_modules" || path.endsWith(REPLACED)) continue;
		bytes += entry.isDirectory() ? bytesIn(path) : lstatSync(path).size;
	}
	return bytes;
}

const sizeText = (bytes) =>
	bytes < 1e6
		? `${Math.max(1, Math.round(bytes / 1e3))} kB`
		: `${(bytes / 1e6).toFixed(1)} MB`;

/** Of a package that other platforms leave out nothing is measured. */
function sizeOf(path, field) {
	const folder = join(root, path);
	if (field === "optionalDependencies" || !existsSync(folder)) return [];
	return [sizeText(bytesIn(folder))];
}

/** For example `9.0.0, MIT, 17 kB, brings 3`. */
function figures(name, field) {
	const path = `node_modules/${name}`;
	const entry = locked.get(path);
	const brought = broughtBy(path).size - 1;
	return [
		entry.version,
		licenceOf(path, entry),
		...sizeOf(path, field),
		...(brought > 0 ? [`brings ${brought}`] : []),
	].join(", ");
}

/** The packages of a table, each with what it is for, and why. */
const reasonsIn = (rows) =>
	new Map(
		rows
			.split("\n")
			.filter((line) => line !== "")
			.map((line) => {
				const [name, , ...reasons] = line.slice(2, -2).split(" | ");
				return [name.replaceAll("`", ""), reasons.join(" | ")];
			}),
	);

/** Of all that is installed on every platform. */
function total() {
	const installed = [...locked].filter(
		([, { dev, optional }]) => !dev && !optional,
	);
	const bytes = installed.reduce(
		(sum, [path]) => sum + bytesIn(join(root, path)),
		0,
	);
	return `${installed.length} packages, ${sizeText(bytes)}`;
}

/** The page with what was measured; all else stays. */
export const pageWithFigures = (text) =>
	FIELDS.reduce(
		(written, field) =>
			written.replace(tableOf(field), (_, head, rows) => {
				const reasons = reasonsIn(rows);
				const lines = Object.keys(manifest[field]).map(
					(name) =>
						`| \`${name}\` | ${figures(name, field)} | ${reasons.get(name) ?? "? | ?"} |\n`,
				);
				return head + lines.join("");
			}),
		text,
	).replace(/(<!-- total: npm run dependencies -->\n\n).*/, `$1${total()}`);

if (process.argv[1] === fileURLToPath(import.meta.url))
	writeFileSync(page, pageWithFigures(readFileSync(page, "utf8")));
