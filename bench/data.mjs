// Measures the checks of a data folder beside sha256sum, find and Python's hashlib, or their memory; see README.md.
import { spawnSync } from "node:child_process";
import {
	closeSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	rmSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { verifyData } from "../dist/experiment/data/index.js";

const { values } = parseArgs({
	options: {
		files: { type: "string", default: "100000" },
		megabytes: { type: "string", default: "1024" },
		rounds: { type: "string", default: "3" },
		memory: { type: "boolean", default: false },
	},
});
const files = Number(values.files);
const megabytes = Number(values.megabytes);
const rounds = Number(values.rounds);
const python = process.env.DEEPDIVA_PYTHON ?? "python3";

/** As many files as a set of small images has, and as large. */
function writeManyFiles(folder, count) {
	const bytes = Buffer.alloc(600);
	for (let k = 0; k < count; k++) {
		const inside = join(folder, "train", String(k % 100));
		if (k < 100) mkdirSync(inside, { recursive: true });
		bytes.writeUInt32LE(k);
		writeFileSync(join(inside, `${k}.png`), bytes);
	}
}

function writeOneFile(folder) {
	mkdirSync(folder);
	const bytes = Buffer.alloc(1 << 20);
	const file = openSync(join(folder, "large.bin"), "w");
	for (let k = 0; k < megabytes; k++) {
		bytes.writeUInt32LE(k);
		writeSync(file, bytes);
	}
	closeSync(file);
}

async function ours(folder, options) {
	const begin = performance.now();
	const before = process.cpuUsage();
	await verifyData(folder, options);
	const { user, system } = process.cpuUsage(before);
	return [(performance.now() - begin) / 1e3, (user + system) / 1e6];
}

/** A command in bash, which times it; undefined when it is not there. */
function command(line, folder) {
	const { status, stderr } = spawnSync(
		"bash",
		["-o", "pipefail", "-c", `TIMEFORMAT='%R %U %S'; time { ${line}; }`],
		{ cwd: folder, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] },
	);
	if (status !== 0) return undefined;
	const [wall, user, system] = stderr.trim().split("\n").at(-1).split(" ");
	return [Number(wall), Number(user) + Number(system)];
}

/** hashlib times itself, so that starting Python is left out, as starting Node is. */
function hashlib(folder) {
	const script = fileURLToPath(
		new URL("./data/hashlib_all.py", import.meta.url),
	);
	const { status, stdout } = spawnSync(python, ["-B", script, folder], {
		encoding: "utf8",
	});
	return status === 0 ? stdout.trim().split(" ").map(Number) : undefined;
}

const deep = { mode: "deep" };
const sha256sum = "find . -type f -print0 | xargs -0 sha256sum";
/** What is measured: each row's first entry is this package, the others are its peers. */
const table = (many, large) => [
	{
		name: `quick, ${files} files`,
		entries: {
			"verify-data --quick": () => ours(many, { mode: "quick" }),
			"find -printf (stat)": () =>
				command("find . -type f -printf '%s %T@ %C@ %i %p\\n'", many),
		},
		show: perFile,
	},
	{
		name: `deep, ${files} files of 600 bytes`,
		entries: {
			"verify-data --deep": () => ours(many, deep),
			"verify-data --deep --jobs 1": () => ours(many, { ...deep, jobs: 1 }),
			sha256sum: () => command(sha256sum, many),
			"Python's hashlib": () => hashlib(many),
		},
		show: perFile,
	},
	{
		name: `deep, one file of ${megabytes} MB`,
		entries: {
			"verify-data --deep": () => ours(large, deep),
			sha256sum: () => command(sha256sum, large),
			"Python's hashlib": () => hashlib(large),
		},
		show: (seconds) =>
			`${((megabytes * (1 << 20)) / 1e9 / seconds).toFixed(2)} GB/s`,
	},
];

function perFile(seconds) {
	return `${((seconds * 1e6) / files).toFixed(2)} µs/file`;
}

function faster(a, b) {
	return a && b ? a.map((time, k) => Math.min(time, b[k])) : (a ?? b);
}

/** A stat index vouches only for files that are two seconds old. */
const untilTrusted = () => new Promise((later) => setTimeout(later, 2100));

async function measureTimes(folder) {
	const [many, large] = [join(folder, "many"), join(folder, "large")];
	console.error("writing the files …");
	writeManyFiles(many, files);
	writeOneFile(large);
	await untilTrusted();
	for (const data of [many, large]) await verifyData(data);
	const rows = table(many, large);
	const best = rows.map(() => ({}));
	for (let round = 1; round <= rounds; round++) {
		console.error(`round ${round} of ${rounds} …`);
		for (const [k, { entries }] of rows.entries())
			for (const [name, measure] of Object.entries(entries))
				best[k][name] = faster(best[k][name], await measure());
	}
	console.log("| | wall | processor | wall ÷ ours | processor ÷ ours |");
	console.log("| --- | ---: | ---: | ---: | ---: |");
	for (const [k, { name, show }] of rows.entries()) {
		console.log(`| **${name}** | | | | |`);
		const [first] = Object.values(best[k]);
		for (const [entry, times] of Object.entries(best[k]))
			console.log(
				times
					? `| ${entry} | ${times.map(show).join(" | ")} | ${times
							.map((time, i) => (time / first[i]).toFixed(2))
							.join(" | ")} |`
					: `| ${entry} | not here | | | |`,
			);
	}
}

/** Peak of the resident memory of a process that checks the folder once, in kB. */
function peakOf(folder, mode) {
	const script = fileURLToPath(new URL("./data/peak.mjs", import.meta.url));
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[script, folder, mode],
		{ encoding: "utf8" },
	);
	if (status !== 0) throw new Error(`the ${mode} check failed: ${stderr}`);
	return Number(stdout);
}

/** Numbers of files whose peaks are compared: what Node itself takes is in both. */
const [FEW, MANY] = [files / 2, 2 * files];

/** By the slope between two folders, so that what every process takes does not count. */
async function measureMemory(folder) {
	console.error("writing the files …");
	const folders = [FEW, MANY].map((count) => {
		const path = join(folder, String(count));
		writeManyFiles(path, count);
		return path;
	});
	await untilTrusted();
	const modes = ["init", "deep", "quick"];
	const least = modes.map(() => [Infinity, Infinity]);
	for (let round = 1; round <= rounds; round++) {
		console.error(`round ${round} of ${rounds} …`);
		for (const [k, path] of folders.entries()) {
			rmSync(`${path}.manifest-sha256.txt`, { force: true });
			for (const [m, mode] of modes.entries())
				least[m][k] = Math.min(least[m][k], peakOf(path, mode));
		}
	}
	console.log(
		`| check | peak, ${FEW} files | peak, ${MANY} files | a file more |`,
	);
	console.log("| --- | ---: | ---: | ---: |");
	for (const [m, mode] of modes.entries()) {
		const [few, many] = least[m];
		console.log(
			`| ${mode} | ${(few / 1024).toFixed(0)} MB | ${(many / 1024).toFixed(0)} MB | ${((many - few) / (MANY - FEW)).toFixed(2)} kB |`,
		);
	}
}

const folder = mkdtempSync(join(tmpdir(), "deepdiva-bench-"));
try {
	await (values.memory ? measureMemory : measureTimes)(folder);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
