// What every peer in Node does: it answers each line of bench/training.mjs by a line of JSON.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { decodeSafetensors } from "../../dist/formats/safetensors.js";
import { profiled } from "./profile.mjs";

/** Tensors of a file that prepare.mjs wrote, by name. */
export const readTensors = (path) =>
	decodeSafetensors(readFileSync(path), path).tensors;

/** What `work` takes: seconds of the clock and of all processors. */
export async function timed(work) {
	const before = process.cpuUsage();
	const begin = performance.now();
	await work();
	const seconds = (performance.now() - begin) / 1000;
	const { user, system } = process.cpuUsage(before);
	return { seconds, processor: (user + system) / 1e6 };
}

const say = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

/**
 * @param start prepares a peer: `losses()` gives those of the steps that are compared, where it can be told which
 * they are; `round(steps)` takes so many steps and gives what `timed` gives, with how many they were
 */
export async function servePeer(start) {
	try {
		const peer = await start();
		const answers = {
			losses: async () => ({ losses: await peer.losses?.() }),
			round: (steps) => peer.round(steps),
			profile: (steps) => profiled(() => peer.round(steps)),
			end: () => ({ memory: process.resourceUsage().maxRSS * 1024 }),
		};
		for await (const line of createInterface({ input: process.stdin })) {
			const [word, count] = line.split(" ");
			say(await answers[word](Number(count)));
			if (word === "end") break;
		}
	} catch (error) {
		say({ cannot: String(error?.message ?? error).split("\n")[0] });
	}
	// A library's workers must not keep the process.
	process.exit();
}
