// Where the processor's time goes, by what code it is.
import { Session } from "node:inspector/promises";

/** The first that fits, by a function's name and its file. */
const KINDS = [
	["garbage collection", (name) => name === "(garbage collector)"],
	["not at work", (name) => name === "(idle)"],
	["WebAssembly", (_, url) => url.startsWith("wasm:")],
	["tfjs-core", (_, url) => url.includes("/tfjs-core/")],
	["tfjs-layers", (_, url) => url.includes("/tfjs-layers/")],
	[
		"JavaScript of tfjs's backends",
		(_, url) => /\/tfjs-(?:backend|node)/.test(url),
	],
	[
		"our kernels and gradients",
		(_, url) => url.includes("/dist/training/backend/"),
	],
	["the rest of ours", (_, url) => url.includes("/dist/")],
];
const OTHER = "Node and other packages";

/** Shares of the time that V8's profiler saw during `work`, by kind; those of no work are left out. */
export async function profiled(work) {
	const session = new Session();
	session.connect();
	await session.post("Profiler.enable");
	await session.post("Profiler.setSamplingInterval", { interval: 200 });
	await session.post("Profiler.start");
	await work();
	const { profile } = await session.post("Profiler.stop");
	session.disconnect();
	return { shares: sharesOf(profile) };
}

/** Of a profile as the inspector gives it. */
export function sharesOf({ nodes, samples, timeDeltas }) {
	const kinds = new Map(
		nodes.map(({ id, callFrame: { functionName, url } }) => [
			id,
			KINDS.find(([, fits]) => fits(functionName, url))?.[0] ?? OTHER,
		]),
	);
	const times = Object.fromEntries(
		[...KINDS.map(([kind]) => kind), OTHER].map((kind) => [kind, 0]),
	);
	for (const [index, id] of samples.entries())
		times[kinds.get(id)] += timeDeltas[index];
	delete times["not at work"];
	const total = Object.values(times).reduce((sum, time) => sum + time, 0);
	return Object.fromEntries(
		Object.entries(times).map(([kind, time]) => [kind, time / total]),
	);
}
