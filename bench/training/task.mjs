// A peer that trains by a ready-made task, timed by the task's own events. Arguments: workload, folder for data and runs.
import { join } from "node:path";
import { session } from "../../dist/experiment/session.js";
import * as dd from "../../dist/index.js";
import { servePeer } from "./peer.mjs";
import { readWorkloads } from "./workloads.mjs";

const [name, folder] = process.argv.slice(2);

await servePeer(async () => {
	const { batch, optimizer, task } = readWorkloads()[name];
	process.chdir(folder);
	process.env.DEEPDIVA_RUNS = join(folder, "runs");
	dd.seed(1);
	const params = {
		...task.params,
		batch,
		optimizer: optimizer.name,
		lr: optimizer.learningRate,
	};
	if (task.name === "image-classification") {
		await dd.getDigits("digits");
		params.data = "digits";
	}

	// The first batch of an epoch comes after a validation, so an epoch is timed from that batch's end to that of the last.
	let begin;
	let figures;
	session().observers.add({
		event(_, { type, unit, done, total }) {
			if (type !== "progress" || unit !== "batch") return;
			const cpu = process.cpuUsage();
			const now = { clock: performance.now(), cpu: cpu.user + cpu.system };
			if (done === 1) begin = now;
			if (done !== total) return;
			figures.seconds += (now.clock - begin.clock) / 1000;
			figures.processor += (now.cpu - begin.cpu) / 1e6;
			figures.steps += total - 1;
		},
	});
	return {
		async round(steps) {
			figures = { seconds: 0, processor: 0, steps: 0 };
			const epochs = Math.ceil(steps / (task.examples / batch));
			await dd.run({
				task: task.name,
				git: "ignore",
				params: { ...params, epochs },
			});
			return figures;
		},
	};
});
