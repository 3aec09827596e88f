// Measures training beside other libraries; see README.md.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { getDigits } from "../dist/experiment/data/sets/digits.js";
import { PEERS, prepare } from "./training/peers.mjs";
import { differs, headOf, profileTable, rowsOf } from "./training/report.mjs";
import { kindOf, readWorkloads } from "./training/workloads.mjs";

/** A peer that needs longer for a round takes fewer steps in one. */
const ROUND_SECONDS = 10;
/** From so many steps it follows how many a round can have. */
const PROBE_STEPS = 2;

const workloads = readWorkloads();
const { values } = parseArgs({
	options: {
		rounds: { type: "string", default: "5" },
		only: { type: "string", default: Object.keys(workloads).join() },
		peers: { type: "string", default: Object.keys(PEERS).join() },
		profile: { type: "boolean", default: false },
	},
});

/** The names in `list`, which are separated by commas. */
function chosen(option, list, known) {
	const names = list.split(",");
	const unknown = names.find((name) => !Object.hasOwn(known, name));
	if (unknown === undefined) return names;
	console.error(
		`--${option}: there is no "${unknown}"; there is: ${Object.keys(known).join(", ")}`,
	);
	process.exit(2);
}
const names = chosen("only", values.only, workloads);
const peers = chosen("peers", values.peers, PEERS);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
	console.error(
		`--rounds takes a whole number of at least 1, not ${values.rounds}`,
	);
	process.exit(2);
}

const tell = (text) => process.stderr.write(`${text}\n`);
const root = mkdtempSync(join(tmpdir(), "deepdiva-bench-"));
const digits = join(root, "data");

/** Starts a peer, lets it take the steps that are compared, and warms it up: its `steps` are those of a round. */
async function start(id, name) {
	const { title, missing, ...starts } = PEERS[id];
	const workload = workloads[name];
	const kind = kindOf(workload);
	const result = { id, title, rounds: [] };
	const reason = missing?.();
	if (reason !== undefined) return { ...result, cannot: `not here: ${reason}` };
	try {
		const folder = join(root, name, id);
		mkdirSync(folder);
		const shared = kind === "steps" && id !== "task";
		result.peer = starts[kind]({
			name,
			workload,
			folder: shared ? join(root, name) : folder,
			digits,
		});
		if (kind !== "steps") return result;
		result.losses = (await result.peer.ask("losses")).losses;
		await result.peer.ask(`round ${PROBE_STEPS}`);
		const { seconds, steps } = await result.peer.ask(`round ${PROBE_STEPS}`);
		const possible = Math.floor((ROUND_SECONDS * steps) / seconds);
		result.steps = Math.min(workload.stepsInRound, Math.max(possible, 1));
		await result.peer.ask(`round ${result.steps}`);
	} catch (error) {
		result.cannot = `cannot: ${error.message}`;
	}
	return result;
}

async function measure(result, question) {
	if (result.cannot !== undefined) return undefined;
	try {
		return await result.peer.ask(question);
	} catch (error) {
		result.cannot = `cannot: ${error.message}`;
		return undefined;
	}
}

/** All peers of a workload, a round of each in turn. */
async function compare(name) {
	const kind = kindOf(workloads[name]);
	const results = [];
	try {
		for (const id of peers.filter((id) => PEERS[id][kind])) {
			tell(`${name}: ${id} starts`);
			results.push(await start(id, name));
		}
		for (let round = 0; round < rounds; round++) {
			tell(`${name}: round ${round + 1}/${rounds}`);
			// Nobody is always the first, nor always after the same one.
			const turn = round % results.length;
			for (const result of [
				...results.slice(turn),
				...results.slice(0, turn),
			]) {
				const figures = await measure(result, `round ${result.steps ?? 1}`);
				if (figures) result.rounds.push(figures);
			}
		}
		for (const result of results) {
			result.memory = (await measure(result, "end"))?.memory;
			result.accuracy = result.rounds.at(-1)?.accuracy;
		}
	} finally {
		for (const { peer } of results) peer?.close();
	}
	const base = results.find(
		({ id, cannot }) => id === "pytorch-1" && cannot === undefined,
	);
	const unit = kind === "steps" ? "steps" : "images";
	console.log(`**${name}**: ${workloads[name].about}

${headOf(unit)}
${rowsOf(results, base).join("\n")}
`);
	if (differs(results)) {
		console.error(
			`${name}: not all peers have the same losses, so they have not done the same work`,
		);
		process.exitCode = 1;
	}
}

/** Where the time of our own steps goes. */
async function profile(name) {
	tell(`${name}: profile`);
	const result = await start("fit", name);
	const shares = (await measure(result, `profile ${result.steps}`))?.shares;
	result.peer?.close();
	if (result.cannot !== undefined) throw new Error(`${name}: ${result.cannot}`);
	return shares;
}

try {
	if (
		!values.profile &&
		names.some((name) => kindOf(workloads[name]) !== "steps")
	)
		await getDigits(digits);
	const shares = {};
	for (const name of names) {
		const ofSteps = kindOf(workloads[name]) === "steps";
		mkdirSync(join(root, name));
		if (ofSteps) prepare(name, join(root, name));
		if (!values.profile) await compare(name);
		else if (ofSteps) shares[name] = await profile(name);
		rmSync(join(root, name), { recursive: true, force: true });
	}
	if (values.profile) console.log(profileTable(shares));
} finally {
	rmSync(root, { recursive: true, force: true });
}
